package negotiate_test

import (
	"strings"
	"testing"

	"iqscope/internal/xmpptest"
	"iqscope/session/negotiate"
)

func TestAnonymousSendsNothingOfUs(t *testing.T) {
	cfg, p := play(t, func(p *peer) {
		p.open(offering("PLAIN", "SCRAM-SHA-256", "ANONYMOUS"))
		p.auth()
		p.say("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
		p.open(offerBind)
		p.bind("f00@example.com/bar")
	})
	cfg.Anonymous, cfg.JID = true, xmpptest.JID(t, "example.com")
	refusePassword(t, &cfg)
	stream := mustConnectEachWay(t, cfg)
	if stream.Mechanism != "ANONYMOUS" || stream.Bound.String() != "f00@example.com/bar" {
		t.Errorf("logged in by %s as %s", stream.Mechanism, stream.Bound)
	}
	if sent := p.sent(); !strings.Contains(sent, "mechanism='ANONYMOUS'>=</auth>") {
		t.Errorf("sent: %s", sent)
	}
}

func TestAnonymousIsNeverExchangedForAnythingElse(t *testing.T) {
	for _, c := range []struct {
		name      string
		anonymous bool
		jid       string
		wanted    string
		offered   []string
		words     string
	}{
		{"it is not offered", true, "example.com", "", []string{"SCRAM-SHA-256", "PLAIN"}, "lets nobody in anonymously here"},
		{"it is all that is offered, to an account", false, "juliet@example.com", "", []string{"ANONYMOUS"}, `the server offers only "ANONYMOUS"`},
		{"wanted by name for an account", false, "juliet@example.com", "ANONYMOUS", []string{"ANONYMOUS", "PLAIN"}, "do not go together"},
		{"another one wanted by name", true, "example.com", "PLAIN", []string{"ANONYMOUS", "PLAIN"}, "do not go together"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, p := play(t, func(p *peer) {
				p.open(offering(c.offered...))
				p.expect("</auth>")
			})
			cfg.Anonymous, cfg.JID, cfg.Mechanism = c.anonymous, xmpptest.JID(t, c.jid), c.wanted
			refusePassword(t, &cfg)
			wants(t, mustFailEachWay(t, cfg), negotiate.StepAuth, false, c.words)
			sentNoAuth(t, p)
		})
	}
}

func TestAnAnonymousLoginThatFails(t *testing.T) {
	for _, c := range []struct{ name, answer, words string }{
		{"refused", wrongPassword, "lets nobody in anonymously after all"},
		{"asked a question", sasl("challenge", "who?"), "asks questions that ANONYMOUS does not have"},
		{"a challenge that is not base64", "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>c*==</challenge>", "is not base64"},
		{"SASL2's answer", "<success xmlns='urn:xmpp:sasl:2'/>", "instead of an answer to the login"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := play(t, func(p *peer) {
				p.open(offering("ANONYMOUS"))
				p.auth()
				p.say(c.answer)
			})
			cfg.Anonymous, cfg.JID = true, xmpptest.JID(t, "example.com")
			refusePassword(t, &cfg)
			wants(t, mustFailEachWay(t, cfg), negotiate.StepAuth, false, c.words)
		})
	}
}
