package negotiate_test

import (
	"context"
	"crypto/tls"
	"errors"
	"strings"
	"testing"

	"iqscope/internal/realserver"
	"iqscope/internal/xmpptest"
	"iqscope/session/negotiate"
)

// Each server without TLS 1.3, for which its tls-unique is not defined.
var upToTLS12 = map[string]realserver.Option{
	"Prosody":  realserver.WithConfig(`c2s_ssl = { protocol = "tlsv1_2" }`),
	"ejabberd": realserver.WithConfig("c2s_protocol_options: [no_sslv3, no_tlsv1, no_tlsv1_1, no_tlsv1_3]"),
}

func TestRealServersBindTheLoginToTLS12(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		product    string
		start      func(testing.TB, ...realserver.Option) *realserver.Server
		mechanisms []string // the best one first
	}{
		{"Prosody", realserver.Prosody, []string{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS"}},
		{"ejabberd", realserver.Ejabberd, []string{"SCRAM-SHA-512-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS"}},
	} {
		t.Run(c.product, func(t *testing.T) {
			server := c.start(t, upToTLS12[c.product])
			for i, want := range c.mechanisms {
				cfg := forServer(t, server)
				if i > 0 {
					cfg.Mechanism = want
				}
				stream := mustConnect(t, cfg)
				if stream.Mechanism != want || stream.TLS.Version != tls.VersionTLS12 {
					t.Errorf("logged in by %s over TLS %x", stream.Mechanism, stream.TLS.Version)
				}
				chose(t, stream, "bound to this TLS connection by tls-unique")
			}
			cfg := forServer(t, server)
			cfg.Password = func(context.Context) (string, error) { return "not this one", nil }
			failure := mustFail(t, cfg)
			var refused *negotiate.AuthError
			if !errors.As(failure, &refused) || refused.Mechanism != c.mechanisms[0] || refused.Condition != "not-authorized" {
				t.Errorf("a wrong password is refused by %v", failure)
			}
		})
	}
}

// ejabberd 23.01 offers a binding on TLS 1.3 and refuses it at the first message,
// before a proof of the password has left.
func TestEjabberdsRefusedBindingIsGivenUp(t *testing.T) {
	server := realserver.SharedEjabberd(t)
	t.Run("visibly", func(t *testing.T) {
		cfg := forServer(t, server)
		stream := mustConnect(t, cfg)
		if stream.Mechanism != "SCRAM-SHA-512" {
			t.Errorf("logged in by %s", stream.Mechanism)
		}
		chose(t, stream, "SCRAM-SHA-512-PLUS was refused for its channel binding tls-exporter")
	})
	t.Run("with a wrong password, which is tried once", func(t *testing.T) {
		cfg := forServer(t, server)
		proofs := 0
		cfg.Wire.Log = countElements("response", &proofs)
		cfg.Password = func(context.Context) (string, error) { return "not this one", nil }
		failure := mustFail(t, cfg)
		if proofs != 1 || !strings.Contains(failure.Error(), "wrong user name or password") {
			t.Errorf("%d proofs were sent: %v", proofs, failure)
		}
	})
	t.Run("not where the mechanism is wanted by name", func(t *testing.T) {
		cfg := forServer(t, server)
		cfg.Mechanism = "SCRAM-SHA-256-PLUS"
		wants(t, mustFail(t, cfg), negotiate.StepAuth, false, "the server refused the channel binding tls-exporter", "without -PLUS")
	})
}

func TestRealServersLetACertificateIn(t *testing.T) {
	t.Parallel()
	bothServers(t, []realserver.Option{realserver.WithClientCertificates()}, func(t *testing.T, server *realserver.Server) {
		for _, c := range []struct {
			name, owner string
			direct      bool
		}{
			{"of the account", "alice@localhost", false},
			{"of the account, with TLS from the first byte", "alice@localhost", true},
			{"of somebody else", "bob@localhost", false},
		} {
			t.Run(c.name, func(t *testing.T) {
				cfg := forServer(t, server)
				cfg.Certificate = server.ClientCertificate(t, c.owner)
				if c.direct {
					cfg.TLS, cfg.Server = negotiate.TLSDirect, server.DirectTLSAddr
				}
				refusePassword(t, &cfg)
				if c.owner != "alice@localhost" {
					wants(t, mustFail(t, cfg), negotiate.StepAuth, false, "No password was sent.")
					return
				}
				stream := mustConnect(t, cfg)
				if stream.Mechanism != "EXTERNAL" || stream.Bound.Bare() != cfg.JID {
					t.Errorf("logged in by %s as %s", stream.Mechanism, stream.Bound)
				}
			})
		}
	})
}

func TestRealServersLetAnybodyInAnonymously(t *testing.T) {
	t.Parallel()
	bothServers(t, []realserver.Option{realserver.WithAnonymous()}, func(t *testing.T, server *realserver.Server) {
		cfg := forServer(t, server)
		cfg.Anonymous, cfg.JID = true, xmpptest.JID(t, realserver.AnonymousDomain)
		refusePassword(t, &cfg)
		stream := mustConnect(t, cfg)
		if stream.Mechanism != "ANONYMOUS" || stream.Bound.Domain() != realserver.AnonymousDomain || stream.Bound.Local() == "" {
			t.Errorf("logged in by %s as %s", stream.Mechanism, stream.Bound)
		}
		cfg.JID = xmpptest.JID(t, "localhost")
		wants(t, mustFail(t, cfg), negotiate.StepAuth, false, "lets nobody in anonymously here")
	})
}

func TestProsodyLogsInAndBindsBySASL2(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, mechanism string
		options         []realserver.Option
	}{
		{"over TLS 1.3", "SCRAM-SHA-256", nil},
		{"bound to TLS 1.2", "SCRAM-SHA-256-PLUS", []realserver.Option{upToTLS12["Prosody"]}},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := realserver.Prosody(t, append(c.options, realserver.WithSASL2())...)
			streams := 0
			cfg := forServer(t, server)
			cfg.Resource, cfg.Manage = "", true
			cfg.Wire.Log = countElements("stream", &streams)
			stream := mustConnect(t, cfg)
			if stream.Mechanism != c.mechanism || !stream.Enabled || stream.ID == "" {
				t.Errorf("logged in by %s: %+v", stream.Mechanism, stream.Management)
			}
			chose(t, stream, "(SASL2)")
			chose(t, stream, "bound with the login (Bind2)")
			if streams != 4 {
				t.Errorf("%d stream headers went to and fro, want 2 before TLS and 2 in it", streams)
			}
			pings(t, stream)

			cfg.Resource = "mine"
			stream = mustConnect(t, cfg)
			if got := stream.Bound.String(); got != "alice@localhost/mine" {
				t.Errorf("a resource of our choice came out as %s", got)
			}

			cfg.Password = func(context.Context) (string, error) { return "not this one", nil }
			wants(t, mustFail(t, cfg), negotiate.StepAuth, true, "wrong user name or password")
		})
	}
}

func TestRealServersResumeAStream(t *testing.T) {
	bothServers(t, nil, func(t *testing.T, server *realserver.Server) {
		cfg := forServer(t, server)
		cfg.Manage = true
		first := mustConnect(t, cfg)
		if !first.Enabled || first.ID == "" || first.Max == 0 {
			t.Fatalf("management came to %+v", first.Management)
		}
		pings(t, first)
		first.Conn.CloseNow() // no </stream:stream>: the connection was cut

		again := forServer(t, server)
		again.Manage = true
		again.Resume = &negotiate.Resumption{ID: first.ID, Received: 1, Bound: first.Bound}
		second := mustConnect(t, again)
		if !second.Resumed || !second.HandledKnown || second.Handled != 1 || second.Bound != first.Bound {
			t.Errorf("resumption came to %+v as %s", second.Management, second.Bound)
		}
		pings(t, second)

		if err := second.Conn.Close(t.Context()); err != nil { // in good order: now it is gone
			t.Fatal(err)
		}
		third := mustConnect(t, again)
		if third.Resumed || !third.Enabled || third.ID == first.ID || third.Bound != first.Bound {
			t.Errorf("after the end, resumption came to %+v as %s", third.Management, third.Bound)
		}
		chose(t, third, "the earlier stream could not be resumed")
		pings(t, third)
	})
}

// What SASLprep has no form for logs in all the same, where the server lets it pass.
func TestProsodyTakesAPasswordThatSASLprepDoesNotKnow(t *testing.T) {
	t.Parallel()
	for _, store := range []string{"internal_plain", "internal_hashed"} {
		t.Run(store, func(t *testing.T) {
			const horse = "🐎horse"
			server := realserver.Prosody(t, realserver.WithAccount("carol@localhost", horse), realserver.WithConfig(`authentication = "`+store+`"`))
			for _, mechanism := range []string{"SCRAM-SHA-1", "PLAIN"} {
				cfg := forServer(t, server)
				cfg.JID, cfg.Mechanism = xmpptest.JID(t, "carol@localhost"), mechanism
				cfg.Password = func(context.Context) (string, error) { return horse, nil }
				if stream := mustConnect(t, cfg); stream.Mechanism != mechanism {
					t.Errorf("logged in by %s", stream.Mechanism)
				}
			}
		})
	}
}
