package negotiate_test

import (
	"context"
	"crypto/sha1"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/realserver"
	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/negotiate"
)

const componentHeader = "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='s&lt;1' from='comp.example.com'>"

// handshake is an honest server's side of XEP-0114.
func handshake(p *peer) {
	p.expect("to='comp.example.com'>")
	p.say(componentHeader)
	digest := sha1.Sum([]byte("s<1" + password))
	if p.expectBetween("<handshake>", "</handshake>") != hex.EncodeToString(digest[:]) {
		p.say(streamError("not-authorized"))
		return
	}
	p.say("<handshake/>")
}

func streamError(condition string) string {
	return "<stream:error><" + condition + " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>"
}

// playComponent is play for a component.
func playComponent(t *testing.T, script func(*peer)) (negotiate.Config, *peer) {
	cfg, p := play(t, script)
	cfg.Component, cfg.TLS, cfg.JID = true, "", xmpptest.JID(t, "comp.example.com")
	watch(t, &cfg)
	return cfg, p
}

func TestAComponentShakesHands(t *testing.T) {
	a := newAuthority(t)
	certificate := a.issue(t, func(c *x509.Certificate) { c.DNSNames = []string{"comp.example.com"} })
	for _, c := range []struct {
		name   string
		mode   negotiate.TLSMode
		script func(*peer)
	}{
		{"in the clear on this machine", "", handshake},
		{"with direct TLS", negotiate.TLSDirect, func(p *peer) { p.secure(certificate); handshake(p) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, p := playComponent(t, c.script)
			cfg.TLS, cfg.RootCAs = c.mode, a.roots
			stream := mustConnect(t, cfg)
			stream.Conn.CloseNow()
			if stream.Bound.String() != "comp.example.com" || stream.Features != nil || (stream.TLS != nil) != (c.mode != "") {
				t.Errorf("the stream is %+v", stream)
			}
			if scope := stream.Conn.Scope(); scope.Content != stanza.NSComponent || scope.Default != stanza.NSComponent {
				t.Errorf("stanzas are sent in the scope %+v", scope)
			}
			if c.mode != "" {
				return
			}
			digest := sha1.Sum([]byte("s<1" + password))
			want := "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='comp.example.com'>" +
				"<handshake>" + hex.EncodeToString(digest[:]) + "</handshake>"
			if diff := cmp.Diff(want, p.sent()); diff != "" {
				t.Errorf("sent (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAComponentIsRefusedInWords(t *testing.T) {
	greet := func(answer string) func(*peer) {
		return func(p *peer) { p.expect("to='comp.example.com'>"); p.say(answer) }
	}
	answer := func(text string) func(*peer) {
		return func(p *peer) { greet(componentHeader)(p); p.expect("</handshake>"); p.say(text) }
	}
	withoutID := strings.Replace(componentHeader, "id='s&lt;1' ", "", 1)
	for _, c := range []struct {
		name   string
		script func(*peer)
		step   negotiate.Step
		sent   bool
		words  []string
	}{
		{"wrong secret", answer(streamError("not-authorized")), negotiate.StepAuth, true, []string{"not-authorized: the server does not accept this secret", "nothing was retried"}},
		{"unknown name", greet(withoutID + streamError("host-unknown")), negotiate.StepStream, false, []string{"host-unknown: the server does not expect a component of this name"}},
		{"connected already", answer(streamError("conflict")), negotiate.StepAuth, true, []string{"conflict: a component of this name is connected already"}},
		{"another error", answer(streamError("system-shutdown")), negotiate.StepAuth, true, []string{"system-shutdown", "try again later"}},
		{"a port for clients", greet(serverHeader), negotiate.StepStream, false, []string{`not for components but for "jabber:client"`, "5347"}},
		{"unknown name, said when the server hangs up", greet(componentHeader + streamError("host-unknown")), negotiate.StepAuth, true, []string{"host-unknown: the server does not"}},
		{"no id", greet(withoutID + "<a/>"), negotiate.StepStream, false, []string{"has no id"}},
		{"another answer", answer("<features/>"), negotiate.StepAuth, true, []string{`answered with "features" ("jabber:component:accept") instead of <handshake/>`}},
		{"the end", answer("</stream:stream>"), negotiate.StepAuth, true, []string{"the server closed the stream"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := playComponent(t, c.script)
			err := mustFail(t, cfg)
			wants(t, err, c.step, c.sent, c.words...)
			if got := negotiate.PasswordRefused(err); got != (c.name == "wrong secret") {
				t.Errorf("that the secret was refused is %v", got)
			}
		})
	}
}

func TestAComponentsConfigurationMustMakeSense(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*negotiate.Config)
		words  string
	}{
		{"no server", func(cfg *negotiate.Config) { cfg.Server = "" }, "--server HOST:PORT"},
		{"STARTTLS", func(cfg *negotiate.Config) { cfg.TLS = negotiate.TLSStart }, "components have no STARTTLS"},
		{"in the clear elsewhere", func(cfg *negotiate.Config) { cfg.Server = "192.0.2.1" }, "this machine only"},
		{"a WebSocket", func(cfg *negotiate.Config) { cfg.WebSocket = "ws://localhost" }, "do not connect by WebSocket"},
		{"a user's JID", func(cfg *negotiate.Config) { cfg.JID = xmpptest.JID(t, "juliet@example.com") }, "is no domain"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, p := playComponent(t, handshake)
			c.change(&cfg)
			refusePassword(t, &cfg)
			if failure := mustFail(t, cfg); !strings.Contains(failure.Error(), c.words) || failure.SecretSent {
				t.Errorf("%v does not say %q", failure, c.words)
			}
			if strings.Contains(p.sent(), "handshake") {
				t.Errorf("sent %s", p.sent())
			}
		})
	}
}

// Fault 24, for a component.
func TestAComponentsWayCutAtEveryByte(t *testing.T) {
	cutAtEveryByte(t, 1, func(t *testing.T, ping func(*peer)) (negotiate.Config, *peer) {
		return playComponent(t, func(p *peer) { handshake(p); ping(p) })
	})
}

// componentFor is a configuration for a real server's component.
func componentFor(t *testing.T, server *realserver.Server) negotiate.Config {
	t.Helper()
	cfg := forServer(t, server)
	cfg.JID, cfg.Resource = xmpptest.JID(t, server.ComponentHost), ""
	cfg.Component, cfg.Server, cfg.TLS = true, server.ComponentAddr, negotiate.TLSAuto
	cfg.Password = func(context.Context) (string, error) { return server.ComponentSecret, nil }
	return cfg
}

func TestRealServersTakeAComponent(t *testing.T) {
	t.Parallel()
	bothServers(t, nil, func(t *testing.T, server *realserver.Server) {
		stream, err := negotiate.Client(t.Context(), componentFor(t, server))
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Conn.CloseNow()
		ask(t, stream, "<iq type='get' id='p1' from='comp.localhost' to='pubsub.localhost'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>")
		if err := stream.Conn.Close(t.Context()); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
}

// ask sends a request and wants a result of the same id.
func ask(t *testing.T, stream *negotiate.Stream, xml string) *stanza.Stanza {
	t.Helper()
	id := xmpptest.StanzaIn(t, stream.Conn.Scope(), xml).ID()
	reply := xmpptest.On(t, stream.Conn).Asks(xml)
	if reply.ID() != id || reply.Kind() != stanza.IQ || reply.Type() != stanza.Result {
		t.Errorf("%s was answered with %s", xml, reply.XML())
	}
	return reply
}

func TestRealServersRefuseAComponentInWords(t *testing.T) {
	bothServers(t, nil, func(t *testing.T, server *realserver.Server) {
		for _, c := range []struct {
			name, jid, addr, secret string
			words                   []string
		}{
			{"a wrong secret", server.ComponentHost, server.ComponentAddr, "not this one", []string{"logging in to comp.localhost", "not-authorized: the server does not accept this secret", "was sent"}},
			{"another name", "other.localhost", server.ComponentAddr, server.ComponentSecret, []string{"other.localhost", "Check the component's domain"}},
			{"a port for clients", server.ComponentHost, server.Addr, server.ComponentSecret, []string{`not for components but for "jabber:client"`}},
		} {
			t.Run(c.name, func(t *testing.T) {
				cfg := componentFor(t, server)
				cfg.JID, cfg.Server = xmpptest.JID(t, c.jid), c.addr
				cfg.Password = func(context.Context) (string, error) { return c.secret, nil }
				stream, err := negotiate.Client(t.Context(), cfg)
				if err == nil {
					stream.Conn.CloseNow()
					t.Fatal("it was taken")
				}
				var failure *negotiate.Error
				if !errors.As(err, &failure) || failure.Advice == "" {
					t.Errorf("no advice in %v", err)
				}
				for _, part := range c.words {
					if !strings.Contains(err.Error(), part) {
						t.Errorf("%q does not say %q", err, part)
					}
				}
				t.Log(err)
			})
		}
	})
}
