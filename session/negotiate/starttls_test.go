package negotiate_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"iqscope/session/negotiate"
	"iqscope/session/wire"
)

// refusePassword makes the test fail when the password is asked for.
func refusePassword(t *testing.T, cfg *negotiate.Config) {
	t.Helper()
	cfg.Password = func(context.Context) (string, error) {
		t.Error("the password was asked for")
		return "", errors.New("no")
	}
}

// sentNoAuth checks that no login was begun.
func sentNoAuth(t *testing.T, p *peer) {
	t.Helper()
	if strings.Contains(p.sent(), "<auth") {
		t.Errorf("a login was begun: %s", p.sent())
	}
}

func TestTamperingWithSTARTTLSStopsBeforeAnyCredential(t *testing.T) {
	const proceed = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
	for _, c := range []struct {
		name   string
		script func(*peer)
		cause  error
		words  string
	}{
		{"not offered", func(p *peer) { p.open(offerAuth) }, negotiate.ErrNoTLS, "does not offer STARTTLS"},
		{"refused", func(p *peer) {
			p.open(offerTLS)
			p.expect("<starttls")
			p.say("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>")
		}, nil, "refused to begin it"},
		{"something else answered", func(p *peer) {
			p.open(offerTLS)
			p.expect("<starttls")
			p.say("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
		}, nil, `answered with "success" ("urn:ietf:params:xml:ns:xmpp-sasl") instead of <proceed/>`},
		{"features in one packet with proceed", func(p *peer) {
			p.open(offerTLS)
			p.expect("<starttls")
			p.say(proceed + offerAuth)
		}, wire.ErrBuffered, "tampering"},
		{"half an element in one packet with proceed", func(p *peer) {
			p.open(offerTLS)
			p.expect("<starttls")
			p.say(proceed + "<")
		}, wire.ErrBuffered, "tampering"},
		{"features in the clear after proceed", func(p *peer) {
			p.open(offerTLS)
			p.expect("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
			p.say(proceed)
			p.expect("example.com") // in the client's first TLS record
			p.say(serverHeader + offerAuth)
		}, nil, "what came after <proceed/> is not TLS"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, p := play(t, c.script)
			cfg.TLS = negotiate.TLSStart
			refusePassword(t, &cfg)
			failure := mustFailEachWay(t, cfg)
			wants(t, failure, negotiate.StepTLS, false, c.words, "No password was sent.")
			if c.cause != nil && !errors.Is(failure, c.cause) {
				t.Errorf("the cause is %v, want %v", failure.Cause, c.cause)
			}
			sentNoAuth(t, p)
		})
	}
}

func TestAPortWithoutTLSIsNamedAsSuch(t *testing.T) {
	cfg, _ := play(t, func(p *peer) {
		p.expect("example.com")
		p.say("<?xml version='1.0'?><stream:stream")
	})
	cfg.TLS = negotiate.TLSDirect
	refusePassword(t, &cfg)
	wants(t, mustFail(t, cfg), negotiate.StepTLS, false, "does not speak TLS", "--tls starttls")
}

func TestNoTLSIsForThisMachineOnly(t *testing.T) {
	for _, c := range []struct {
		server  string
		allowed bool
		refused bool
	}{
		{"127.0.0.1", false, false}, {"[::1]", false, false}, {"localhost", false, false}, {"127.3.2.1:99", false, false},
		{"192.0.2.1", false, true}, {"example.com", false, true}, {"localhost.example", false, true},
		{"192.0.2.1", true, false},
	} {
		t.Run(c.server, func(t *testing.T) {
			cfg, _ := play(t, inTheClear)
			cfg.Server, cfg.AllowPlaintext = c.server, c.allowed
			if c.refused {
				failure := mustFail(t, cfg)
				wants(t, failure, negotiate.StepDial, false, "this machine only", "--allow-plaintext")
				if !errors.Is(failure, negotiate.ErrPlaintext) {
					t.Errorf("the cause is %v", failure.Cause)
				}
				return
			}
			stream := mustConnect(t, cfg)
			stream.Conn.CloseNow()
		})
	}
}
