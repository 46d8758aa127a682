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

// findProsody must not ask the program for its version: any unknown flag starts a server with the system's
// configuration.
func findProsody() (string, error) {
	path, err := exec.LookPath("prosody")
	if err != nil {
		return "", fmt.Errorf("Prosody %w (Debian: apt-get install prosody)", errMissing)
	}
	return path, nil
}

// The modules are those that Debian's own configuration enables, without servers-to-server traffic, invitations,
// the administrator's shell, and the limit of 10 kB/s for each client.
const prosodyConfig = `-- Written for one test run.
run_as_root = true
daemonize = false
pidfile = %[1]q
data_path = %[2]q
log = { { levels = { min = "debug" }, to = "file", filename = %[3]q } }

interfaces = { "127.0.0.1" }
c2s_ports = { %[4]s }
c2s_direct_tls_ports = { %[5]s }
component_interfaces = { "127.0.0.1" }
component_ports = { %[6]s }

modules_disabled = { "s2s" }
modules_enabled = {
	"disco", "roster", "saslauth", "tls",
	"blocklist", "bookmarks", "carbons", "pep", "private", "smacks", "vcard4", "vcard_legacy",
	"csi_simple", "ping", "register", "time", "uptime", "version",
	"admin_adhoc",
}
admins = { "alice@localhost" }

-- Stored in the clear, passwords serve SCRAM-SHA-1, SCRAM-SHA-256 and PLAIN alike.
authentication = "internal_plain"
c2s_require_encryption = true
ssl = { certificate = %[7]q, key = %[7]q }

%[8]s
VirtualHost "localhost"

Component "pubsub.localhost" "pubsub"

Component %[9]q
	component_secret = %[10]q
`

func configureProsody(s *Server, path, config string) (launch, error) {
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
	file := filepath.Join(s.dir, "prosody.cfg.lua")
	text := fmt.Sprintf(prosodyConfig, filepath.Join(s.dir, "pid"), data, s.LogFile,
		portOf(s.Addr), portOf(s.DirectTLSAddr), portOf(s.ComponentAddr),
		s.certificateFile(), config, s.ComponentHost, s.ComponentSecret)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return launch{}, err
	}
	return launch{
		argv: []string{path, "--config", file, "-F"},
		// Of its services the component port is opened last.
		ready: "Activated service 'component' on [127.0.0.1]:" + portOf(s.ComponentAddr),
	}, nil
}
