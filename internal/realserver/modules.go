package realserver

import (
	"fmt"
	"os"
	"path/filepath"
)

// Modules says what a server can do.
type Modules int

const (
	Usual    Modules = iota // what Debian's own configuration enables, an archive and a pubsub service
	Stock                   // what Debian's own configuration enables
	Extended                // that, and what else Debian packages: archive, rooms, channels, upload and more
)

// WithModules lets the server have other modules than the usual ones. Extended needs the community's
// modules of Prosody (Debian: prosody-modules).
func WithModules(which Modules) Option {
	return func(s *settings) { s.modules = which }
}

// prosodyLists are the modules of a Prosody's domain, without servers-to-server traffic, invitations,
// the administrator's shell, and the limit of 10 kB/s for each client.
var prosodyLists = map[Modules]string{
	Usual: `
	"disco", "roster", "saslauth", "tls",
	"blocklist", "bookmarks", "carbons", "pep", "private", "smacks", "vcard4", "vcard_legacy",
	"csi_simple", "mam", "ping", "register", "time", "uptime", "version",
	"admin_adhoc",
`,
	Stock: `
	"disco", "roster", "saslauth", "tls",
	"blocklist", "bookmarks", "carbons", "pep", "private", "smacks", "vcard4", "vcard_legacy",
	"csi_simple", "ping", "register", "time", "uptime", "version",
	"admin_adhoc",
`,
	Extended: `
	"disco", "roster", "saslauth", "tls",
	"blocklist", "bookmarks", "carbons", "pep", "private", "smacks", "vcard4", "vcard_legacy",
	"csi_simple", "ping", "register", "time", "uptime", "version",
	"admin_adhoc",
	"lastactivity", "mam", "external_services", "turn_external", "register_ibr",
	"cloud_notify", "privacy_lists",
`,
}

const prosodyPubSub = `Component "pubsub.localhost" "pubsub"` + "\n"

const prosodyExtended = prosodyPubSub + `
Component "conference.localhost" "muc"
	modules_enabled = { "muc_mam", "vcard_muc" }

Component "upload.localhost" "http_file_share"

Component "proxy.localhost" "proxy65"

Component "vjud.localhost" "vjud"
`

const prosodyExtendedSettings = `
allow_registration = true
turn_external_host = "turn.localhost"
turn_external_secret = "turn secret"
http_interfaces = { "127.0.0.1" }
http_ports = { %d }
https_ports = { }
proxy65_interfaces = { "127.0.0.1" }
proxy65_ports = { %d }
`

// prosodyServices returns the settings and the components that come with the modules.
func prosodyServices(s *Server, which Modules) (more, components string, err error) {
	switch which {
	case Stock:
		return "", "", nil
	case Extended:
		if _, err := os.Stat(filepath.Join(prosodyModules, "mod_vjud")); err != nil {
			return "", "", fmt.Errorf("the community's modules of Prosody are %w (Debian: apt-get install prosody-modules)", errMissing)
		}
		return fmt.Sprintf(prosodyExtendedSettings, s.ports.web, s.ports.secureWeb), prosodyExtended, nil
	}
	return "", prosodyPubSub, nil
}

// ejabberdUsual are those of Debian's that a client's IQs can meet.
const ejabberdUsual = `
  mod_adhoc: {}
  mod_blocking: {}
  mod_caps: {}
  mod_carboncopy: {}
  mod_client_state: {}
  mod_configure: {}
  mod_disco: {}
  mod_last: {}
  mod_mam:
    db_type: mnesia
    default: always
  mod_ping: {}
  mod_privacy: {}
  mod_private: {}
  mod_pubsub:
    plugins: [flat, pep]
  mod_roster:
    versioning: true
  mod_stream_mgmt:
    resend_on_timeout: if_offline
  mod_time: {}
  mod_vcard:
    search: false
  mod_version: {}
`

// ejabberdStock are all of Debian's that matter to a client; the port of its STUN server is not opened.
const ejabberdStock = `
  mod_adhoc: {}
  mod_announce: {}
  mod_avatar: {}
  mod_blocking: {}
  mod_caps: {}
  mod_carboncopy: {}
  mod_client_state: {}
  mod_configure: {}
  mod_disco: {}
  mod_last: {}
  mod_muc: {}
  mod_muc_admin: {}
  mod_offline: {}
  mod_ping: {}
  mod_privacy: {}
  mod_private: {}
  mod_pubsub:
    plugins: [flat, pep]
  mod_push: {}
  mod_push_keepalive: {}
  mod_roster:
    versioning: true
  mod_shared_roster: {}
  mod_sic: {}
  mod_stream_mgmt:
    resend_on_timeout: if_offline
  mod_stun_disco:
    access: all
    secret: "turn secret"
    services:
      -
        host: 127.0.0.1
        port: 3478
        type: turn
        transport: udp
        restricted: true
  mod_vcard_xupdate: {}
  mod_version: {}
`

const ejabberdExtended = `  mod_http_upload:
    access: all
    docroot: %q
  mod_mam:
    db_type: mnesia
    default: always
  mod_mix:
    db_type: mnesia
  mod_mix_pam:
    db_type: mnesia
  mod_multicast: {}
  mod_proxy65:
    port: %d
  mod_register: {}
  mod_time: {}
  mod_vcard:
    search: true
`

// ejabberdModules are the lines below modules.
func ejabberdModules(s *Server, which Modules) string {
	switch which {
	case Stock:
		return ejabberdStock + "  mod_vcard:\n    search: false\n"
	case Extended:
		return ejabberdStock + fmt.Sprintf(ejabberdExtended, filepath.Join(s.dir, "upload"), s.ports.secureWeb)
	}
	return ejabberdUsual
}
