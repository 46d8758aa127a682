package negotiate_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"strings"
	"testing"

	"github.com/xdg-go/scram"

	"iqscope/session/negotiate"
)

// offering are the features before the login, with these mechanisms.
func offering(names ...string) string {
	return "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>" +
		strings.Join(names, "</mechanism><mechanism>") + "</mechanism></mechanisms></stream:features>"
}

// listing adds the channel bindings of XEP-0440 to features.
func listing(features string, kinds ...string) string {
	return strings.Replace(features, "</stream:features>",
		"<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'><channel-binding type='"+
			strings.Join(kinds, "'/><channel-binding type='")+"'/></sasl-channel-binding></stream:features>", 1)
}

// inTLS is play with TLS from the first byte, in the version given.
func inTLS(t *testing.T, version uint16, script func(*peer)) (negotiate.Config, *peer) {
	t.Helper()
	a := newAuthority(t)
	server := a.issue(t, nil)
	server.MinVersion, server.MaxVersion = version, version
	cfg, p := play(t, func(p *peer) {
		p.secure(server)
		p.certificate = server.Certificates[0].Certificate[0]
		script(p)
		p.expect("the client's leaving") // a pipe that is closed takes with it what TLS still holds
	})
	cfg.TLS, cfg.RootCAs = negotiate.TLSDirect, a.roots
	return cfg, p
}

// binding is the server's idea of the channel binding.
func (p *peer) binding(t *testing.T, kind string) scram.ChannelBinding {
	state := p.conn.(*tls.Conn).ConnectionState()
	switch kind {
	case "tls-unique":
		return scram.NewTLSUniqueBinding(state.TLSUnique)
	case "tls-exporter":
		made, err := scram.NewTLSExporterBinding(&state)
		if err != nil {
			t.Error(err)
		}
		return made
	}
	certificate, err := x509.ParseCertificate(p.certificate)
	if err != nil {
		t.Error(err)
	}
	made, err := scram.NewTLSServerEndpointBinding(&tls.ConnectionState{PeerCertificates: []*x509.Certificate{certificate}})
	if err != nil {
		t.Error(err)
	}
	return made
}

// bound is an honest server's login with a binding it insists on, and the rest of the way.
func (p *peer) bound(t *testing.T, kind string) {
	mechanism, message := p.auth()
	base, plus := strings.CutSuffix(mechanism, "-PLUS")
	if !plus || !strings.HasPrefix(message, "p="+kind+",") {
		t.Errorf("%s begins with %.30q", mechanism, message)
		panic(gone{})
	}
	p.scram(scramServer(base).NewConversationWithChannelBindingRequired(p.binding(t, kind)), message)
	p.open(offerBind)
	p.bind("juliet@example.com/balcony")
}

func TestALoginIsBoundToItsTLSConnection(t *testing.T) {
	offer := offering("SCRAM-SHA-1-PLUS", "SCRAM-SHA-512", "SCRAM-SHA-256-PLUS", "PLAIN")
	for _, c := range []struct {
		name     string
		version  uint16
		features string
		kind     string
	}{
		{"TLS 1.3, no kinds listed", tls.VersionTLS13, offer, "tls-exporter"},
		{"TLS 1.2, no kinds listed", tls.VersionTLS12, offer, "tls-unique"},
		{"TLS 1.3, all listed", tls.VersionTLS13, listing(offer, "tls-server-end-point", "tls-unique", "tls-exporter"), "tls-exporter"},
		{"TLS 1.2, all listed", tls.VersionTLS12, listing(offer, "tls-server-end-point", "tls-exporter", "tls-unique"), "tls-unique"},
		{"TLS 1.3, by the certificate alone", tls.VersionTLS13, listing(offer, "tls-server-end-point"), "tls-server-end-point"},
		{"TLS 1.2, by the certificate alone", tls.VersionTLS12, listing(offer, "tls-server-end-point", "x"), "tls-server-end-point"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := inTLS(t, c.version, func(p *peer) {
				p.open(c.features)
				p.bound(t, c.kind)
			})
			watch(t, &cfg)
			stream := mustConnectEachWay(t, cfg)
			if stream.Mechanism != "SCRAM-SHA-256-PLUS" {
				t.Errorf("logged in by %s", stream.Mechanism)
			}
			chose(t, stream, "bound to this TLS connection by "+c.kind)
		})
	}
}

func TestWithoutABindingTheFirstMessageSaysWhy(t *testing.T) {
	const version = tls.VersionTLS13
	for _, c := range []struct {
		name, features, wanted, flag string
	}{
		{"the server offers none", offering("SCRAM-SHA-256"), "", "y,,"},
		{"the server offers one, the user wants none", offering("SCRAM-SHA-256", "SCRAM-SHA-1-PLUS"), "SCRAM-SHA-256", "n,,"},
		{"the server offers none that we know", listing(offering("SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"), "x-own"), "", "n,,"},
		{"the server offers one of another TLS version", listing(offering("SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"), "tls-unique"), "", "n,,"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := inTLS(t, version, func(p *peer) {
				p.open(c.features)
				_, message := p.auth()
				if !strings.HasPrefix(message, c.flag) {
					t.Errorf("the first message is %.30q", message)
				}
				p.scram(scramServer("SCRAM-SHA-256").NewConversation(), message)
				p.open(offerBind)
				p.bind("juliet@example.com/balcony")
			})
			cfg.Mechanism = c.wanted
			if stream := mustConnectEachWay(t, cfg); stream.Mechanism != "SCRAM-SHA-256" {
				t.Errorf("logged in by %s", stream.Mechanism)
			}
		})
	}
	t.Run("there is no TLS", func(t *testing.T) {
		cfg, _ := play(t, func(p *peer) {
			p.open(offering("SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"))
			if _, message := p.auth(); !strings.HasPrefix(message, "n,,") {
				t.Errorf("the first message is %.30q", message)
			}
		})
		mustFail(t, cfg)
	})
}

// The refusals of a binding, as Prosody 0.12 and ejabberd 23.01 word them.
const (
	refusedByProsody  = "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><malformed-request/><text>Invalid channel binding value.</text></failure>"
	refusedByEjabberd = "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/><text xml:lang='en'>Invalid channel binding</text></failure>"
	wrongPassword     = "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/><text xml:lang='en'>Invalid username or password</text></failure>"
)

func TestARefusedBindingIsGivenUpOnceAndVisibly(t *testing.T) {
	for _, c := range []struct {
		name, failure string
		late          bool
	}{
		{"at once, in ejabberd's words", refusedByEjabberd, false},
		{"at once, in Prosody's words", refusedByProsody, false},
		{"after the proof", refusedByProsody, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := inTLS(t, tls.VersionTLS13, func(p *peer) {
				p.open(offering("PLAIN", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-512", "SCRAM-SHA-1"))
				_, message := p.auth()
				if c.late {
					p.challenge("r=" + nonceOf(message) + "x,s=c2FsdA==,i=4096")
				}
				p.say(c.failure)
				mechanism, message := p.auth()
				if mechanism != "SCRAM-SHA-512" || !strings.HasPrefix(message, "n,,") {
					t.Errorf("the second try is %s, %.20q", mechanism, message)
				}
				p.scram(scramServer(mechanism).NewConversation(), message)
				p.open(offerBind)
				p.bind("juliet@example.com/balcony")
			})
			progress := watch(t, &cfg)
			asked := 0
			cfg.Password = func(context.Context) (string, error) { asked++; return password, nil }
			cfg.Memory = negotiate.NewMemory()
			stream := mustConnectEachWay(t, cfg)
			chose(t, stream, "SCRAM-SHA-256-PLUS was refused for its channel binding tls-exporter")
			if all := strings.Join(*progress, "\n"); !strings.Contains(all, "again: the server refused the channel binding tls-exporter") {
				t.Errorf("the progress does not say it:\n%s", all)
			}
			if asked != 2 {
				t.Errorf("the password was asked for %d times in two logins", asked)
			}
			if got := cfg.Memory.Mechanism(cfg.JID); got != "SCRAM-SHA-512" {
				t.Errorf("remembered is %q", got)
			}
		})
	}
}

func TestARefusedBindingEndsTheLoginWhereLessWouldBeUnsafe(t *testing.T) {
	both := []string{"PLAIN", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"}
	for _, c := range []struct {
		name, before, wanted string
		offered              []string
		words, advice        string
	}{
		{"a binding worked before", "SCRAM-SHA-1-PLUS", "", both, "this account has logged in with a binding before", "--mechanism SCRAM-SHA-256."},
		{"wanted by name", "", "SCRAM-SHA-256-PLUS", both, "which says nothing about the password", "without -PLUS"},
		{"only a weaker hash is left", "", "", []string{"PLAIN", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1"}, "says nothing about the password", "without -PLUS"},
		{"only PLAIN is left", "", "", []string{"PLAIN", "SCRAM-SHA-256-PLUS"}, "says nothing about the password", "without -PLUS"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := inTLS(t, tls.VersionTLS13, func(p *peer) {
				p.open(offering(c.offered...))
				p.auth()
				p.say(refusedByEjabberd)
				p.auth()
				t.Error("there was a second try")
			})
			watch(t, &cfg)
			cfg.Mechanism = c.wanted
			cfg.Memory = negotiate.NewMemory()
			if c.before != "" {
				cfg.Memory.Worked(cfg.JID, c.before)
			}
			failure := mustFailEachWay(t, cfg)
			wants(t, failure, negotiate.StepAuth, false, `the server refused the channel binding tls-exporter ("not-authorized", "Invalid channel binding")`, c.words, c.advice)
			var refused *negotiate.AuthError
			if !errors.As(failure, &refused) || refused.Mechanism != "SCRAM-SHA-256-PLUS" {
				t.Errorf("the cause is %#v", failure.Cause)
			}
		})
	}
}

func TestAWrongPasswordIsTriedOnceAlsoWithABinding(t *testing.T) {
	cfg, _ := inTLS(t, tls.VersionTLS13, func(p *peer) {
		p.open(offering("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"))
		_, message := p.auth()
		p.challenge("r=" + nonceOf(message) + "x,s=c2FsdA==,i=4096")
		p.say(wrongPassword)
		p.auth()
		t.Error("there was a second try")
	})
	w := walk(t, cfg, negotiate.StepAuth)
	if _, err := w.Finish(t.Context()); err == nil || !strings.Contains(err.Error(), "wrong user name or password") {
		t.Errorf("Finish = %v", err)
	}
	wants(t, mustFail(t, cfg), negotiate.StepAuth, true, "wrong user name or password")
}

func TestASecondRefusalIsTheLast(t *testing.T) {
	cfg, _ := inTLS(t, tls.VersionTLS13, func(p *peer) {
		p.open(offering("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"))
		p.auth()
		p.say(refusedByEjabberd)
		p.auth()
		p.say(refusedByEjabberd)
		p.auth()
		t.Error("there was a third try")
	})
	wants(t, mustFailEachWay(t, cfg), negotiate.StepAuth, false, `"Invalid channel binding"`)
}

// A proxy in the middle has a TLS connection of its own to each side.
func TestSomebodyInTheMiddleIsFoundOut(t *testing.T) {
	t.Run("by the binding", func(t *testing.T) {
		cfg, _ := inTLS(t, tls.VersionTLS13, func(p *peer) {
			p.open(offering("SCRAM-SHA-256-PLUS"))
			_, message := p.auth()
			other := scram.ChannelBinding{Type: scram.ChannelBindingTLSExporter, Data: []byte("the other connection's")}
			p.scram(scramServer("SCRAM-SHA-256").NewConversationWithChannelBindingRequired(other), message)
		})
		wants(t, mustFailEachWay(t, cfg), negotiate.StepAuth, true, "not-authorized")
	})
	t.Run("by the flag, when the offer was taken out", func(t *testing.T) {
		cfg, _ := inTLS(t, tls.VersionTLS13, func(p *peer) {
			p.open(offering("SCRAM-SHA-256"))
			_, message := p.auth()
			p.scram(scramServer("SCRAM-SHA-256").NewConversationWithChannelBinding(p.binding(t, "tls-exporter")), message)
		})
		wants(t, mustFailEachWay(t, cfg), negotiate.StepAuth, false, "the offer that came here had no way to bind one", "taken it out")
	})
}

func TestABindingThatIsWantedButCannotBe(t *testing.T) {
	for _, c := range []struct{ name, features, words string }{
		{"not offered", offering("SCRAM-SHA-256"), `does not offer SCRAM-SHA-256-PLUS but "SCRAM-SHA-256"`},
		{"no kind in common", listing(offering("SCRAM-SHA-256-PLUS"), "x-own"), "none that the server and this connection share"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := inTLS(t, tls.VersionTLS13, func(p *peer) {
				p.open(c.features)
				p.expect("</auth>")
			})
			cfg.Mechanism = "SCRAM-SHA-256-PLUS"
			refusePassword(t, &cfg)
			wants(t, mustFailEachWay(t, cfg), negotiate.StepAuth, false, c.words)
		})
	}
}
