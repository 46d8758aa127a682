package cli

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"os"
	"strings"
	"testing"
	"time"

	"iqscope/internal/realserver"
)

// pinOf is the SHA-256 of the certificate that a server shows.
func pinOf(t *testing.T, s *realserver.Server) string {
	t.Helper()
	dialer := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"xmpp-client"}}}
	conn, err := dialer.DialContext(t.Context(), "tcp", s.DirectTLSAddr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	sum := sha256.Sum256(conn.(*tls.Conn).ConnectionState().PeerCertificates[0].Raw)
	return hex.EncodeToString(sum[:])
}

// ofAccount writes a certificate for an account, and its key, into one file.
func ofAccount(t *testing.T, s *realserver.Server, jid string) string {
	t.Helper()
	c := s.ClientCertificate(t, jid)
	key, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return file(t, "own.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]}))+
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})))
}

const disco = "http://jabber.org/protocol/disco#info"

func TestEveryWayInOnRealServers(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(testing.TB, ...realserver.Option) *realserver.Server{
		"Prosody": realserver.Prosody, "ejabberd": realserver.Ejabberd,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, realserver.WithAnonymous())
			env := []string{"IQSCOPE_PASSWORD=" + s.Accounts["alice@localhost"], "PATH=" + os.Getenv("PATH")}
			alice := []string{"-j", "alice@localhost", "--server", s.Addr}
			pin := pinOf(t, s)
			wrong := strings.Repeat("00", sha256.Size)
			for _, row := range []struct {
				name   string
				args   []string
				code   int
				stdout string
				stderr string
			}{
				{"an authority", append(alice, "--ca", s.CAFile), exitResult, "<iq ", ""},
				{"no authority", alice, exitConnect, "", "not trusted here"},
				{"a pin", append(alice, "--pin", strings.ToUpper(pin)), exitResult, "<iq ", ""},
				{"another pin", append(alice, "--pin", wrong), exitConnect, "", "No password was sent"},
				{"direct TLS", []string{"-j", "alice@localhost", "--server", s.DirectTLSAddr, "--tls", "direct", "--ca", s.CAFile}, exitResult, "<iq ", ""},
				{"nobody", []string{"-j", realserver.AnonymousDomain, "--anonymous", "--server", s.Addr, "--ca", s.CAFile, "--to", realserver.AnonymousDomain}, exitResult, "<iq ", ""},
				{"a component", []string{"-j", s.ComponentHost, "--component", "--server", s.ComponentAddr, "--tls", "off",
					"--secret-file", file(t, "secret", s.ComponentSecret), "--to", s.Domain}, exitResult, "<iq ", ""},
				{"a typed IQ of a component", []string{"-j", s.ComponentHost, "--component", "--server", s.ComponentAddr, "--tls", "off",
					"--secret-file", file(t, "secret", s.ComponentSecret), "<iq type='get' to='localhost'><query xmlns='" + disco + "'/></iq>"},
					exitResult, "<iq ", "the IQ had no from; it was given the component's, " + s.ComponentHost},
				{"a component with the wrong secret", []string{"-j", s.ComponentHost, "--component", "--server", s.ComponentAddr, "--tls", "off",
					"--secret-file", file(t, "secret", "c4nary"), "--to", s.Domain}, exitConnect, "", "not-authorized"},
			} {
				t.Run(row.name, func(t *testing.T) {
					args := append([]string{"send"}, row.args...)
					if !strings.HasPrefix(args[len(args)-1], "<") {
						args = append(args, "--query", disco)
					}
					c := call{args: args, env: env}
					c.run(t.Context()).want(t, row.code, row.stdout, row.stderr)
				})
			}
		})
	}
}

func TestCertificateLogsInOnProsody(t *testing.T) {
	s := realserver.Prosody(t, realserver.WithClientCertificates())
	send := func(ctx context.Context, cert string) result {
		return call{args: []string{"send", "--query", disco, "-j", "alice@localhost", "--server", s.Addr, "--ca", s.CAFile, "--cert", cert}}.run(ctx)
	}
	send(t.Context(), ofAccount(t, s, "alice@localhost")).want(t, exitResult, "<iq ", "")
	if r := send(t.Context(), ofAccount(t, s, "bob@localhost")); r.code != exitConnect {
		t.Errorf("with bob's certificate alice is in: %+v", r)
	}
}

// TestWeakerLoginThanBeforeIsRefused cuts the server's offer between two runs.
func TestWeakerLoginThanBeforeIsRefused(t *testing.T) {
	strong := realserver.Prosody(t)
	weak := realserver.Prosody(t, realserver.WithConfig(`disable_sasl_mechanisms = { "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS", "DIGEST-MD5" }`))
	env := []string{"XDG_STATE_HOME=" + t.TempDir(), "IQSCOPE_PASSWORD=" + strong.Accounts["alice@localhost"]}
	login := func(s *realserver.Server, args ...string) result {
		return call{args: append([]string{"send", "--query", disco, "-j", "alice@localhost", "--server", s.Addr, "--ca", s.CAFile}, args...), env: env}.run(t.Context())
	}
	login(strong).want(t, exitResult, "<iq ", "")
	login(weak).want(t, exitConnect, "", "No password was sent")
	login(weak, "--mechanism", "PLAIN").want(t, exitResult, "<iq ", "")
}

// TestWatchAndRawOnRealServers is rows 46, 47 and 61 of docs/acceptance-rows.md between two
// accounts of a real server.
func TestWatchAndRawOnRealServers(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(testing.TB, ...realserver.Option) *realserver.Server{
		"Prosody": realserver.Prosody, "ejabberd": realserver.Ejabberd,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			login := func(user, resource string) (args, env []string) {
				return []string{"-j", user + "@localhost", "--resource", resource, "--server", s.Addr, "--ca", s.CAFile},
					[]string{"IQSCOPE_PASSWORD=" + s.Accounts[user+"@localhost"]}
			}
			args, env := login("alice", "w")
			w := watch(t, env, append(args, "--presence", "--count", "2",
				"--filter", `iq@type=get/version or message@from.bare="bob@localhost"`)...)
			args, env = login("bob", "r")
			raw := func(xml string) result {
				return call{args: append([]string{"send", "--raw", xml}, args...), env: env}.run(t.Context())
			}
			raw("<iq type='get' id='1'><ping></iq>").want(t, exitUsage, "", "1:31: ")
			ask := func(id, payload string) string {
				return "<iq type='get' id='" + id + "' to='alice@localhost/w'>" + payload + "</iq>"
			}
			// Until she is there, her server answers for her.
			for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
				if raw(ask("p", pingQuery)).code == exitResult {
					break
				}
			}
			raw(ask("q1", versionQuery)).want(t, exitResult, "<name>", "")
			raw("<message to='alice@localhost/w' id='m1' type='chat'><body>Hi</body></message>").want(t, exitResult, "", "")
			for _, id := range []string{"q1", "m1"} {
				object := w.next()
				if from, _ := object["from"].(string); object["id"] != id || !strings.HasPrefix(from, "bob@localhost/r") {
					t.Errorf("what came is %v, want %s", object, id)
				}
			}
			if r, rest := w.end(); r.code != exitResult || len(rest) > 0 || r.stderr != "" {
				t.Errorf("it ended with %+v, and more: %v", r, rest)
			}
		})
	}
}
