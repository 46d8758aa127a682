package negotiate_test

import (
	"crypto/tls"
	"testing"

	"iqscope/session/negotiate"
)

// withClientCertificate makes the scripted server ask for a certificate.
func withClientCertificate(t *testing.T, script func(*peer)) (negotiate.Config, *peer) {
	t.Helper()
	a := newAuthority(t)
	server := a.issue(t, nil)
	server.ClientAuth = tls.RequestClientCert
	cfg, p := play(t, func(p *peer) {
		p.secure(server)
		script(p)
		p.expect("the client's leaving")
	})
	cfg.TLS, cfg.RootCAs = negotiate.TLSDirect, a.roots
	cfg.Certificate = &a.issue(t, nil).Certificates[0]
	return cfg, p
}

func TestExternalComesFirstAndNamesTheAccount(t *testing.T) {
	cfg, _ := withClientCertificate(t, func(p *peer) {
		if shown := p.conn.(*tls.Conn).ConnectionState().PeerCertificates; len(shown) != 1 {
			t.Errorf("the server saw %d certificates", len(shown))
		}
		p.open(offering("SCRAM-SHA-256-PLUS", "PLAIN", "EXTERNAL"))
		if mechanism, message := p.auth(); mechanism != "EXTERNAL" || message != "juliet@example.com" {
			t.Errorf("the login is %s with %q", mechanism, message)
		}
		p.say("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
		p.open(offerBind)
		p.bind("juliet@example.com/balcony")
	})
	refusePassword(t, &cfg)
	cfg.Memory = negotiate.NewMemory()
	cfg.Memory.Worked(cfg.JID, "SCRAM-SHA-256")
	if stream := mustConnectEachWay(t, cfg); stream.Mechanism != "EXTERNAL" {
		t.Errorf("logged in by %s", stream.Mechanism)
	}
	if got := cfg.Memory.Mechanism(cfg.JID); got != "SCRAM-SHA-256" {
		t.Errorf("remembered is %q: a certificate says nothing of passwords", got)
	}
}

func TestExternalThatFailsGetsNoPasswordAfterIt(t *testing.T) {
	for _, c := range []struct{ name, answer, words string }{
		{"refused", wrongPassword, "the certificate is not accepted for this account"},
		{"the certificate has expired", "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><credentials-expired/></failure>", "the certificate has expired"},
		{"asked a question", sasl("challenge", "who?"), "asks questions that EXTERNAL does not have"},
		{"something else", "<iq/>", "instead of an answer to the login"},
		{"the end", "</stream:stream>", "the server closed the stream"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := withClientCertificate(t, func(p *peer) {
				p.open(offering("EXTERNAL", "SCRAM-SHA-256", "PLAIN"))
				p.auth()
				p.say(c.answer)
				p.auth()
				t.Error("there was a second try")
			})
			refusePassword(t, &cfg)
			wants(t, mustFailEachWay(t, cfg), negotiate.StepAuth, false, c.words, "No password was sent.")
		})
	}
}

func TestExternalIsLeftOutWhereItCannotBe(t *testing.T) {
	t.Run("no certificate", func(t *testing.T) {
		cfg, _ := inTLS(t, tls.VersionTLS13, func(p *peer) {
			p.open(offering("EXTERNAL", "SCRAM-SHA-256"))
			p.login()
			p.open(offerBind)
			p.bind("juliet@example.com/balcony")
		})
		if stream := mustConnect(t, cfg); stream.Mechanism != "SCRAM-SHA-256" {
			t.Errorf("logged in by %s", stream.Mechanism)
		}
	})
	t.Run("no certificate, though wanted", func(t *testing.T) {
		cfg, _ := inTLS(t, tls.VersionTLS13, func(p *peer) {
			p.open(offering("EXTERNAL", "SCRAM-SHA-256"))
			p.expect("</auth>")
		})
		cfg.Mechanism = "EXTERNAL"
		refusePassword(t, &cfg)
		wants(t, mustFail(t, cfg), negotiate.StepAuth, false, "a login by certificate, and none was shown", "--cert")
	})
	t.Run("no TLS", func(t *testing.T) {
		cfg, p := play(t, func(p *peer) {
			p.open(offering("EXTERNAL"))
			p.expect("</auth>")
		})
		cfg.Certificate = &tls.Certificate{}
		refusePassword(t, &cfg)
		wants(t, mustFail(t, cfg), negotiate.StepAuth, false, `the server offers only "EXTERNAL"`)
		sentNoAuth(t, p)
	})
}
