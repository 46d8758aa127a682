package negotiate_test

import (
	"crypto/tls"
	"testing"

	"iqscope/internal/xmpptest"
	"iqscope/session/negotiate"
)

// Fault 19: a list that was cut to PLAIN.
func TestALoginIsNeverWeakerThanOneThatWorked(t *testing.T) {
	for _, c := range []struct {
		name, before, wanted string
		offered              []string
		used                 string // "" when the login is refused
		after                string // what is remembered then
	}{
		{"nothing is known", "", "", []string{"PLAIN"}, "PLAIN", "PLAIN"},
		{"the same again", "SCRAM-SHA-256", "", []string{"PLAIN", "SCRAM-SHA-256"}, "SCRAM-SHA-256", "SCRAM-SHA-256"},
		{"a stronger one", "SCRAM-SHA-1", "", []string{"SCRAM-SHA-512", "SCRAM-SHA-1"}, "SCRAM-SHA-512", "SCRAM-SHA-512"},
		{"the list cut to PLAIN", "SCRAM-SHA-1", "", []string{"PLAIN"}, "", "SCRAM-SHA-1"},
		{"the list cut to a weaker hash", "SCRAM-SHA-256", "", []string{"PLAIN", "SCRAM-SHA-1"}, "", "SCRAM-SHA-256"},
		{"the binding taken out", "SCRAM-SHA-1-PLUS", "", []string{"SCRAM-SHA-512"}, "", "SCRAM-SHA-1-PLUS"},
		{"weaker by name", "SCRAM-SHA-512", "SCRAM-SHA-1", []string{"SCRAM-SHA-512", "SCRAM-SHA-1"}, "SCRAM-SHA-1", "SCRAM-SHA-512"},
		{"PLAIN by name", "SCRAM-SHA-512", "PLAIN", []string{"PLAIN"}, "PLAIN", "SCRAM-SHA-512"},
		{"a mechanism nobody knows is remembered", "X-OLD", "", []string{"SCRAM-SHA-1"}, "SCRAM-SHA-1", "SCRAM-SHA-1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, p := inTLS(t, tls.VersionTLS13, func(p *peer) {
				p.open(offering(c.offered...))
				p.login()
				p.open(offerBind)
				p.bind("juliet@example.com/balcony")
			})
			watch(t, &cfg)
			cfg.Mechanism = c.wanted
			cfg.Memory = negotiate.NewMemory()
			if c.before != "" {
				cfg.Memory.Worked(cfg.JID, c.before)
			}
			if c.used == "" {
				refusePassword(t, &cfg)
				wants(t, mustFailEachWay(t, cfg), negotiate.StepAuth, false, "this account has logged in by "+c.before+" before", "say so with --mechanism")
				sentNoAuth(t, p)
			} else if stream := mustConnectEachWay(t, cfg); stream.Mechanism != c.used {
				t.Errorf("logged in by %s", stream.Mechanism)
			}
			if got := cfg.Memory.Mechanism(cfg.JID); got != c.after {
				t.Errorf("remembered is %q, want %q", got, c.after)
			}
		})
	}
}

func TestMemoryKeepsAccountsApart(t *testing.T) {
	m := negotiate.NewMemory()
	m.Worked(xmpptest.JID(t, "juliet@example.com/balcony"), "SCRAM-SHA-256")
	if got := m.Mechanism(xmpptest.JID(t, "juliet@example.com")); got != "SCRAM-SHA-256" {
		t.Errorf("of the same account: %q", got)
	}
	for _, other := range []string{"romeo@example.com", "juliet@example.net", "example.com"} {
		if got := m.Mechanism(xmpptest.JID(t, other)); got != "" {
			t.Errorf("of %s: %q", other, got)
		}
	}
}

func TestAFailedLoginIsNotRemembered(t *testing.T) {
	cfg, _ := inTLS(t, tls.VersionTLS13, func(p *peer) {
		p.open(offering("SCRAM-SHA-256"))
		p.auth()
		p.say("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
	})
	cfg.Memory = negotiate.NewMemory()
	mustFailEachWay(t, cfg)
	if got := cfg.Memory.Mechanism(cfg.JID); got != "" {
		t.Errorf("remembered is %q", got)
	}
}
