package realserver

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Ejabberd starts an ejabberd for the test alone, and stops it when the test ends.
func Ejabberd(tb testing.TB, options ...Option) *Server {
	tb.Helper()
	return own(tb, ejabberd, options)
}

var ejabberd = product{
	name:      "ejabberd",
	find:      findEjabberd,
	configure: configureEjabberd,
	portTaken: "Failed to open socket",
}

// Where packages and source installations put ejabberd's compiled code.
var ejabberdCode = []string{
	"/usr/lib/*/ejabberd-*/ebin",
	"/usr/lib/ejabberd-*/ebin",
	"/usr/local/lib/ejabberd-*/ebin",
}

// findEjabberd returns the folder of ejabberd's compiled code. The server is run by erl itself:
// ejabberdctl insists on the account "ejabberd" and on a node name, which needs a daemon beside it.
func findEjabberd() (string, error) {
	if _, err := exec.LookPath("erl"); err == nil {
		for _, pattern := range ejabberdCode {
			if found, _ := filepath.Glob(filepath.Join(pattern, "ejabberd.app")); len(found) > 0 {
				return filepath.Dir(found[len(found)-1]), nil
			}
		}
	}
	return "", fmt.Errorf("ejabberd %w (Debian: apt-get install ejabberd)", errMissing)
}

// The modules are those of modules.go. Login failures are not banned: tests cause them on purpose, all
// from one address.
const ejabberdConfig = `# Written for one test run.
loglevel: info
log_rotate_count: 0
hosts: %[8]s
certfiles: [%[1]q]

# Stored in the clear, passwords serve every SCRAM and PLAIN alike.
auth_password_format: plain
disable_sasl_mechanisms: [digest-md5, X-OAUTH2]

listen:
  -
    port: %[2]s
    ip: "127.0.0.1"
    module: ejabberd_c2s
    starttls_required: true
%[9]s  -
    port: %[3]s
    ip: "127.0.0.1"
    module: ejabberd_c2s
    tls: true
%[9]s  -
    port: %[4]s
    ip: "127.0.0.1"
    module: ejabberd_service
    hosts:
      %[5]q:
        password: %[6]q
%[10]s
acl:
  admin:
    user: alice@localhost
access_rules:
  configure:
    allow: admin

modules:%[11]s
%[7]s`

const ejabberdWebSocket = `  -
    port: %[1]s
    ip: "127.0.0.1"
    module: ejabberd_http
    request_handlers:
      %[3]s: ejabberd_http_ws
  -
    port: %[2]s
    ip: "127.0.0.1"
    module: ejabberd_http
    tls: true
    request_handlers:
      %[3]s: ejabberd_http_ws
`

const ejabberdAnonymous = `host_config:
  %q:
    auth_method: [anonymous]
    anonymous_protocol: sasl_anon
    allow_multiple_connections: true
`

// ejabberdReady is printed once the accounts are there, which is after the server has started.
const ejabberdReady = "accounts are registered"

func configureEjabberd(s *Server, path string, set settings) (launch, error) {
	file := filepath.Join(s.dir, "ejabberd.yml")
	hosts, more, verify, web := "[localhost]", set.config, "", ""
	if set.anonymous {
		hosts = fmt.Sprintf("[localhost, %q]", AnonymousDomain)
		more += fmt.Sprintf(ejabberdAnonymous, AnonymousDomain)
	}
	if set.clientCertificates {
		verify = fmt.Sprintf("    tls_verify: true\n    cafile: %q\n", s.CAFile)
	}
	if set.webSocket {
		web = fmt.Sprintf(ejabberdWebSocket, portOf(hostOf(s.WebSocketURL)), portOf(hostOf(s.SecureWebSocketURL)), webSocketPath)
	}
	text := fmt.Sprintf(ejabberdConfig, s.certificateFile(),
		portOf(s.Addr), portOf(s.DirectTLSAddr), portOf(s.ComponentAddr),
		s.ComponentHost, s.ComponentSecret, more, hosts, verify, web,
		ejabberdModules(s, set.modules))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return launch{}, err
	}
	// Names are looked up in files alone: no process for the system's resolver, no question to the
	// network.
	resolver := filepath.Join(s.dir, "inetrc")
	if err := os.WriteFile(resolver, []byte("{lookup, [file]}.\n"), 0o600); err != nil {
		return launch{}, err
	}
	return launch{
		argv: []string{"erl", "-noinput",
			// Idle threads sleep instead of spinning.
			"+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none",
			"-pa", path,
			"-mnesia", "dir", fmt.Sprintf("%q", filepath.Join(s.dir, "spool")),
			"-ejabberd", "log_rotate_count", "0",
			"-s", "ejabberd",
			"-eval", registerAccounts(s.Accounts)},
		env: []string{
			"EJABBERD_CONFIG_PATH=" + file,
			"EJABBERD_LOG_PATH=" + filepath.Join(s.dir, "ejabberd.log"),
			"ERL_CRASH_DUMP=" + filepath.Join(s.dir, "crash.dump"),
			"ERL_INETRC=" + resolver,
			// Here are no translations. To prepare them takes a quarter of the start.
			"EJABBERD_MSGS_PATH=" + s.dir,
		},
		ready: []string{ejabberdReady},
	}, nil
}

// registerAccounts is an Erlang expression. After a restart the accounts are there already.
func registerAccounts(accounts map[string]string) string {
	var expression strings.Builder
	for jid, password := range accounts {
		user, domain, _ := strings.Cut(jid, "@")
		fmt.Fprintf(&expression, "ejabberd_auth:try_register(<<%q>>, <<%q>>, <<%q>>), ", user, domain, password)
	}
	fmt.Fprintf(&expression, "io:format(%q).", ejabberdReady+"~n")
	return expression.String()
}
