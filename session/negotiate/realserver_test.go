package negotiate_test

import (
	"context"
	"crypto/x509"
	"errors"
	"os"
	"strings"
	"testing"

	"iqscope/internal/realserver"
	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/negotiate"
	"iqscope/session/wire"
)

// bothServers runs a test against each real server.
func bothServers(t *testing.T, options []realserver.Option, f func(t *testing.T, server *realserver.Server)) {
	t.Run("Prosody", func(t *testing.T) {
		if len(options) > 0 {
			t.Parallel()
			f(t, realserver.Prosody(t, options...))
			return
		}
		f(t, realserver.SharedProsody(t))
	})
	t.Run("ejabberd", func(t *testing.T) {
		if len(options) > 0 {
			t.Parallel()
			f(t, realserver.Ejabberd(t, options...))
			return
		}
		f(t, realserver.SharedEjabberd(t))
	})
}

// forServer is a configuration for alice's login to a real server.
func forServer(t *testing.T, server *realserver.Server) negotiate.Config {
	t.Helper()
	pem, err := os.ReadFile(server.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	return negotiate.Config{
		JID:      xmpptest.JID(t, "alice@localhost"),
		Resource: "k&3 <here>",
		Server:   server.Addr,
		RootCAs:  roots,
		Password: func(context.Context) (string, error) { return server.Accounts["alice@localhost"], nil },
	}
}

func TestRealServersLetUsInByEachWay(t *testing.T) {
	best := map[string]string{"Prosody": "SCRAM-SHA-256", "ejabberd": "SCRAM-SHA-512"}
	bothServers(t, nil, func(t *testing.T, server *realserver.Server) {
		for _, c := range []struct {
			name, mechanism, wants string
			tls                    negotiate.TLSMode
		}{
			{"the best mechanism", "", best[server.Product], negotiate.TLSAuto},
			{"SCRAM-SHA-256 when asked for", "SCRAM-SHA-256", "SCRAM-SHA-256", negotiate.TLSStart},
			{"SCRAM-SHA-1 when asked for", "SCRAM-SHA-1", "SCRAM-SHA-1", negotiate.TLSStart},
			{"PLAIN when asked for", "PLAIN", "PLAIN", negotiate.TLSStart},
			{"TLS from the first byte", "", best[server.Product], negotiate.TLSDirect},
		} {
			t.Run(c.name, func(t *testing.T) {
				cfg := forServer(t, server)
				cfg.Mechanism, cfg.TLS = c.mechanism, c.tls
				if c.tls == negotiate.TLSDirect {
					cfg.Server = server.DirectTLSAddr
				}
				stream := mustConnect(t, cfg)
				if stream.Mechanism != c.wants {
					t.Errorf("logged in by %s, want %s", stream.Mechanism, c.wants)
				}
				if got, want := stream.Bound.String(), "alice@localhost/k&3 <here>"; got != want {
					t.Errorf("bound %q, want %q", got, want)
				}
				if stream.TLS == nil {
					t.Error("the stream says that it has no TLS")
				}
				pings(t, stream)
				if err := stream.Conn.Close(t.Context()); err != nil {
					t.Errorf("closing: %v", err)
				}
			})
		}
	})
}

// pings sends a request and waits for its reply, past whatever else comes.
func pings(t *testing.T, stream *negotiate.Stream) {
	t.Helper()
	p := xmpptest.On(t, stream.Conn)
	reply := p.Asks("<iq type='get' id='p1' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>")
	for reply.ID() != "p1" {
		reply = p.Hears()
	}
	if reply.Type() != stanza.Result {
		t.Errorf("the ping was answered with %s", reply.XML())
	}
}

// countElements is a tap that counts the elements of a name.
func countElements(name string, into *int) func(wire.Event) {
	return func(e wire.Event) {
		if e.Element.Name().Local == name {
			*into++
		}
	}
}

func TestRealServersRefuseAWrongPassword(t *testing.T) {
	bothServers(t, nil, func(t *testing.T, server *realserver.Server) {
		for _, mechanism := range []string{"SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"} {
			t.Run(mechanism, func(t *testing.T) {
				cfg := forServer(t, server)
				cfg.Mechanism = mechanism
				cfg.Password = func(context.Context) (string, error) { return "not this one", nil }
				_, err := negotiate.Client(t.Context(), cfg)
				var refused *negotiate.AuthError
				var failure *negotiate.Error
				if !errors.As(err, &refused) || !errors.As(err, &failure) {
					t.Fatalf("got %v, want an AuthError", err)
				}
				if refused.Condition != "not-authorized" || refused.Mechanism != mechanism {
					t.Errorf("refused with %+v", refused)
				}
				if !negotiate.PasswordRefused(err) {
					t.Error("it is not for the password")
				}
				if !failure.SecretSent || failure.Step != negotiate.StepAuth {
					t.Errorf("failed with %+v", failure)
				}
				for _, part := range []string{"logging in to localhost (" + server.Addr + ") as alice failed", "wrong user name or password"} {
					if !strings.Contains(err.Error(), part) {
						t.Errorf("%q does not say %q", err, part)
					}
				}
			})
		}
	})
}

func TestRealServersWithABadCertificateGetNoPassword(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		kind  realserver.Certificate
		other bool // trust another authority
		words string
	}{
		{"another name", realserver.WrongName, false, `not for "localhost" but for "other.example"`},
		{"expired", realserver.Expired, false, "the certificate expired on "},
		{"not yet valid", realserver.NotYetValid, false, "the certificate is not valid before "},
		{"self-signed", realserver.SelfSigned, false, "--ca FILE"},
		{"unknown authority", realserver.Good, true, "which is not trusted here"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bothServers(t, []realserver.Option{realserver.WithCertificate(c.kind)}, func(t *testing.T, server *realserver.Server) {
				cfg := forServer(t, server)
				if c.other {
					cfg.RootCAs = x509.NewCertPool()
				}
				cfg.Password = func(context.Context) (string, error) {
					t.Error("the password was asked for")
					return "", nil
				}
				_, err := negotiate.Client(t.Context(), cfg)
				var failure *negotiate.Error
				if !errors.As(err, &failure) {
					t.Fatalf("got %v, want an *Error", err)
				}
				if failure.Step != negotiate.StepTLS || failure.SecretSent {
					t.Errorf("failed with %+v", failure)
				}
				if !strings.Contains(err.Error(), c.words) {
					t.Errorf("%q does not say %q", err, c.words)
				}
				if !strings.Contains(err.Error(), "No password was sent.") {
					t.Errorf("%q does not say what became of the password", err)
				}
				t.Log(err)
			})
		})
	}
}
