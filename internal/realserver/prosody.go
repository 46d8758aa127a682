package realserver

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Prosody starts a Prosody for the test alone, and stops it when the test ends.
func Prosody(tb testing.TB, options ...Option) *Server {
	tb.Helper()
	return own(tb, prosody, options)
}

var prosody = product{
	name:      "Prosody",
	find:      findProsody,
	configure: configureProsody,
	portTaken: "Failed to open server port",
}

// findProsody must not ask the program for its version: any unknown flag starts a server with the
// system's configuration.
func findProsody() (string, error) {
	path, err := exec.LookPath("prosody")
	if err != nil {
		return "", fmt.Errorf("Prosody %w (Debian: apt-get install prosody)", errMissing)
	}
	return path, nil
}

// The modules and components are those of modules.go.
const prosodyConfig = `-- Written for one test run.
run_as_root = true
daemonize = false
pidfile = %[1]q
data_path = %[2]q
plugin_paths = { %[13]q }
log = { { levels = { min = "debug" }, to = "file", filename = %[3]q } }

interfaces = { "127.0.0.1" }
c2s_ports = { %[4]s }
c2s_direct_tls_ports = { %[5]s }
component_interfaces = { "127.0.0.1" }
component_ports = { %[6]s }

modules_disabled = { "s2s" }
modules_enabled = {%[14]s%[11]s}
admins = { "alice@localhost" }
default_archive_policy = true

-- Stored in the clear, passwords serve SCRAM-SHA-1, SCRAM-SHA-256 and PLAIN alike.
authentication = "internal_plain"
c2s_require_encryption = true
ssl = { certificate = %[7]q, key = %[7]q }

%[8]s
%[12]s
VirtualHost "localhost"

%[15]s
Component %[9]q
	component_secret = %[10]q
`

// prosodyAnonymous comes last: a Component or VirtualHost reaches to the next one.
const prosodyAnonymous = `
VirtualHost %q
	authentication = "anonymous"
`

const prosodyClientCertificates = `
authentication = "ccert"
certificate_match = "xmppaddr"
local asking = {
	cafile = %q, capath = false,
	verify = { "peer", "client_once" },
	verifyext = { lsec_ignore_purpose = false },
}
c2s_ssl = asking
c2s_direct_tls_ssl = asking
`

// Without TLS, c2s_require_encryption would let nobody log in.
const prosodyWebSocket = `
http_interfaces = { "127.0.0.1" }
http_ports = { %s }
https_interfaces = { "127.0.0.1" }
https_ports = { %s }
https_ssl = { certificate = %[3]q, key = %[3]q }
consider_websocket_secure = true
`

func configureProsody(s *Server, path string, set settings) (launch, error) {
	data := filepath.Join(s.dir, "data")
	accounts := filepath.Join(data, "localhost", "accounts")
	if err := os.MkdirAll(accounts, 0o700); err != nil {
		return launch{}, err
	}
	for jid, password := range s.Accounts {
		user, _, _ := strings.Cut(jid, "@")
		account := fmt.Sprintf("return { [\"password\"] = %q; };\n", password)
		if err := os.WriteFile(filepath.Join(accounts, user+".dat"), []byte(account), 0o600); err != nil {
			return launch{}, err
		}
	}
	modules, err := prosodyExtras(filepath.Join(s.dir, "modules"), set)
	if err != nil {
		return launch{}, err
	}
	more, components, err := prosodyServices(s, set.modules)
	if err != nil {
		return launch{}, err
	}
	if set.clientCertificates {
		more += fmt.Sprintf(prosodyClientCertificates, s.CAFile)
	}
	if set.webSocket {
		modules += "\t\"websocket\",\n"
		more += fmt.Sprintf(prosodyWebSocket, portOf(hostOf(s.WebSocketURL)), portOf(hostOf(s.SecureWebSocketURL)), s.certificateFile())
	}
	file := filepath.Join(s.dir, "prosody.cfg.lua")
	text := fmt.Sprintf(prosodyConfig, filepath.Join(s.dir, "pid"), data, s.LogFile,
		portOf(s.Addr), portOf(s.DirectTLSAddr), portOf(s.ComponentAddr),
		s.certificateFile(), set.config, s.ComponentHost, s.ComponentSecret, modules, more, filepath.Join(s.dir, "modules"),
		prosodyLists[set.modules], components)
	if set.anonymous {
		text += fmt.Sprintf(prosodyAnonymous, AnonymousDomain)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return launch{}, err
	}
	return launch{
		argv: []string{path, "--config", file, "-F"},
		// Of its services the component port is opened last.
		ready: []string{"Activated service 'component' on [127.0.0.1]:" + portOf(s.ComponentAddr)},
	}, nil
}
