package negotiate_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"iqscope/iqbuilder/stanza"
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

// Fault 16: stripped, refused, or followed by something in the clear.
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

// The system's word for a reset means nothing to whoever connects.
func TestAResetIsSaidInWords(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for _, c := range []struct {
		name  string
		mode  negotiate.TLSMode
		until string // what is read before the reset
		say   string // and said before it
		step  negotiate.Step
		words []string
	}{
		{"direct TLS", negotiate.TLSDirect, "", "", negotiate.StepTLS, []string{"the connection was reset when TLS began. No password was sent.", "try --tls starttls"}},
		{"at once", negotiate.TLSOff, "'1.0'>", "", negotiate.StepStream, []string{"the connection was reset. No password was sent.", "Check that this is the port for XMPP clients"}},
		{"after its header", negotiate.TLSOff, "'1.0'>", serverHeader, negotiate.StepStream, []string{"the connection was reset. No password was sent.", "the server's own log"}},
		{"after <proceed/>", negotiate.TLSStart, "'1.0'>", serverHeader + offerTLS + "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", negotiate.StepTLS, []string{"the connection was reset when TLS began"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			done, read := make(chan struct{}), make(chan struct{}, 9)
			go func() {
				defer close(done)
				conn, err := listener.Accept()
				if err != nil {
					return
				}
				p := &peer{conn: conn}
				defer func() { _ = recover() }()
				defer conn.Close()
				defer conn.(*net.TCPConn).SetLinger(0)
				if c.say != "" {
					head, tail, asked := strings.Cut(c.say, "<proceed ")
					p.expect(c.until)
					p.say(head)
					if asked {
						p.expect("<starttls ")
						p.say("<proceed " + tail)
						p.expect("\x16\x03") // TLS has begun
					} else {
						<-read // a reset takes with it what is not read
					}
					return
				}
				buf := make([]byte, 1)
				_, _ = conn.Read(buf)
			}()
			cfg, _ := play(t, nil)
			cfg.Dial, cfg.Server, cfg.TLS = nil, listener.Addr().String(), c.mode
			cfg.Wire.Log = func(e wire.Event) {
				if e.Dir == stanza.In {
					read <- struct{}{}
				}
			}
			refusePassword(t, &cfg)
			failure := mustFail(t, cfg)
			<-done
			wants(t, failure, c.step, false, c.words...)
			if text := failure.Error(); strings.Contains(text, "read tcp") || strings.Contains(text, "write tcp") {
				t.Errorf("it says %s", text)
			}
		})
	}
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
