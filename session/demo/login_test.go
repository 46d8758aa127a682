package demo

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/negotiate"
	"iqscope/session/wire"
)

func TestLoginGoesThroughTLSAndSCRAM(t *testing.T) {
	p := login(t, start(t), "juliet", "balcony")
	if p.stream.Mechanism != "SCRAM-SHA-256" {
		t.Errorf("the mechanism is %s", p.stream.Mechanism)
	}
	if p.stream.TLS == nil || p.stream.TLS.Version < 0x0303 {
		t.Errorf("TLS is %+v", p.stream.TLS)
	}
	if got := p.stream.Bound.String(); got != "juliet@demo.localhost/balcony" {
		t.Errorf("bound %s", got)
	}
	p.HearsNothing()
}

func TestResource(t *testing.T) {
	s := start(t)
	first := login(t, s, "juliet", "balcony")
	second := login(t, s, "juliet", "balcony")
	third := login(t, s, "juliet", "")
	seen := map[stanza.JID]bool{}
	for _, p := range []*peer{first, second, third} {
		if p.stream.Bound.Resource() == "" || seen[p.stream.Bound] {
			t.Errorf("bound %s, after %v", p.stream.Bound, seen)
		}
		seen[p.stream.Bound] = true
	}
	if first.stream.Bound.Resource() != "balcony" {
		t.Errorf("a free resource was not granted: %s", first.stream.Bound)
	}
}

func TestRefusedLogins(t *testing.T) {
	s := start(t)
	for _, row := range []struct {
		name   string
		change func(*negotiate.Config)
		want   string
	}{
		{"wrong password", func(c *negotiate.Config) {
			c.Password = func(context.Context) (string, error) { return "wrong", nil }
		}, "not-authorized"},
		{"unknown account", func(c *negotiate.Config) { c.JID = xmpptest.JID(t, "tybalt@"+Domain) }, "not-authorized"},
	} {
		t.Run(row.name, func(t *testing.T) {
			cfg := credentials(t, s, "juliet", "")
			row.change(&cfg)
			_, err := negotiate.Client(t.Context(), cfg)
			var refused *negotiate.AuthError
			if !errors.As(err, &refused) || refused.Condition != row.want {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("the certificate is trusted by nobody else", func(t *testing.T) {
		cfg := credentials(t, s, "juliet", "")
		cfg.RootCAs = x509.NewCertPool()
		if _, err := negotiate.Client(t.Context(), cfg); err == nil {
			t.Error("an unknown authority was trusted")
		}
	})
	for _, row := range []struct{ name, mechanism, message, want string }{
		{"an unknown mechanism", "DIGEST-MD5", "", "<invalid-mechanism/>"},
		{"a plain wrong password", "PLAIN", "\x00juliet\x00wrong", "<not-authorized/>"},
		{"a plain unknown account", "PLAIN", "\x00tybalt\x00", "<not-authorized/>"},
		{"a plain login as somebody else", "PLAIN", "romeo@demo.localhost\x00juliet\x00demo", "<invalid-authzid/>"},
		{"a plain message of two parts", "PLAIN", "juliet\x00demo", "<malformed-request/>"},
	} {
		t.Run(row.name, func(t *testing.T) {
			contains(t, secured(t, s).Asks("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='"+row.mechanism+"'>"+encode(row.message)+"</auth>"), row.want)
		})
	}
}

func TestOlderMechanismsInsideTLS(t *testing.T) {
	s := start(t)
	for _, mechanism := range []string{"SCRAM-SHA-1", "PLAIN"} {
		cfg := credentials(t, s, "juliet", "")
		cfg.Mechanism = mechanism
		stream, err := negotiate.Client(t.Context(), cfg)
		if err != nil || stream.Mechanism != mechanism {
			t.Errorf("%s: %v", mechanism, err)
			continue
		}
		stream.Conn.CloseNow()
	}
}

func TestDirectTLS(t *testing.T) {
	s, err := Start(t.Context(), Config{ListenDirectTLS: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	cfg := credentials(t, s, "juliet", "balcony")
	cfg.Server, cfg.TLS = s.DirectTLSAddr(), negotiate.TLSDirect
	stream, err := negotiate.Client(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Conn.CloseNow()
	if stream.Bound.String() != juliet || stream.TLS == nil {
		t.Errorf("bound %s with %v", stream.Bound, stream.TLS)
	}
}

func TestAuthorityFitsItsFile(t *testing.T) {
	s := start(t)
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(s.CAPEM()) || !pool.Equal(s.RootCAs()) {
		t.Error("CAPEM and RootCAs differ")
	}
	leaf, err := x509.ParseCertificate(s.certificate.leaf.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, good := range map[string]bool{Domain: true, BotsDomain: true, PubsubDomain: true, "localhost": false, "other." + Domain: false} {
		if _, err := leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: pool}); (err == nil) != good {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatComesBeforeTheLogin(t *testing.T) {
	s := start(t)
	open := wire.Header{To: Domain}
	for _, row := range []struct {
		name   string
		header wire.Header
		says   string
		want   string // in the last thing the server says
	}{
		{"another domain", wire.Header{To: "example.org"}, "", "<host-unknown "},
		{"no domain", wire.Header{}, "", "<host-unknown "},
		{"a component", wire.Header{To: Domain, Content: stanza.NSComponent}, "", "<invalid-namespace "},
		{"an old version", wire.Header{To: Domain, NoVersion: true}, "", "<unsupported-version "},
		{"a login in the clear", open, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEAYg==</auth>", "<encryption-required/>"},
		{"a stanza in the clear", open, "<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>", "<policy-violation "},
	} {
		t.Run(row.name, func(t *testing.T) {
			p, _ := dial(t, s)
			p.opens(row.header)
			if row.says != "" {
				contains(t, p.Hears(), "<starttls ", "<required/>")
				p.Says(row.says)
			}
			el, err := p.Conn.Next(t.Context())
			var ended *wire.StreamError
			if errors.As(err, &ended) {
				el = ended.Element
			}
			if el == nil || !strings.Contains(el.XML(), row.want) {
				t.Errorf("the server says %v, %v; want %s", el, err, row.want)
			}
		})
	}
}

func TestRawBytesThatAreNoXMPPAreRefused(t *testing.T) {
	s := start(t)
	for name, bytes := range map[string]string{
		"another protocol": "GET / HTTP/1.1\r\n\r\n",
		"a TLS hello":      "\x16\x03\x01\x02\x00\x01",
		"an entity bomb":   "<!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>",
		"a wrong root":     "<html xmlns='x'>",
	} {
		t.Run(name, func(t *testing.T) {
			_, raw := dial(t, s)
			if _, err := io.WriteString(raw, bytes); err != nil {
				t.Fatal(err)
			}
			raw.SetReadDeadline(time.Now().Add(xmpptest.Patience))
			said, err := io.ReadAll(raw)
			if err != nil || !strings.Contains(string(said), "<stream:error>") {
				t.Errorf("the server says %q, %v", said, err)
			}
		})
	}
}

func TestListensOnLoopbackOnly(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:5222"} {
		for _, cfg := range []Config{{Listen: address}, {ListenDirectTLS: address}} {
			s, err := Start(t.Context(), cfg)
			if err == nil {
				s.Close()
			}
			if !errors.Is(err, ErrNotLoopback) {
				t.Errorf("the server listens on %s: %v", address, err)
			}
		}
	}
	for _, cfg := range []Config{{Listen: "127.0.0.1:0"}, {Listen: "0.0.0.0:0", AllowRemote: true}} {
		s, err := Start(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		s.Close()
	}
}

func TestTapSeesBothDirectionsWithoutSecrets(t *testing.T) {
	var mu sync.Mutex
	seen := map[stanza.Direction]string{}
	s, err := Start(t.Context(), Config{Tap: func(client string, e wire.Event) {
		mu.Lock()
		defer mu.Unlock()
		if client == "" {
			t.Error("an element comes from nowhere")
		}
		seen[e.Dir] += e.Shown.XML()
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	cfg := credentials(t, s, "juliet", "balcony")
	cfg.Mechanism = "PLAIN"
	stream, err := negotiate.Client(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	stream.Conn.CloseNow()
	mu.Lock()
	defer mu.Unlock()
	if !strings.Contains(seen[stanza.In], "mechanism=\"PLAIN\"") && !strings.Contains(seen[stanza.In], "mechanism='PLAIN'") || !strings.Contains(seen[stanza.Out], "<jid>"+juliet) {
		t.Errorf("the tap saw %v", seen)
	}
	if strings.Contains(seen[stanza.In], encode("\x00juliet\x00demo")) {
		t.Error("the tap saw the password")
	}
}

func TestTapSeesWhatAClientSendsBroken(t *testing.T) {
	seen := make(chan *stanza.Stanza, 10)
	s, err := Start(t.Context(), Config{Tap: func(_ string, e wire.Event) {
		if e.Element.Kind() == stanza.Broken && e.Dir == stanza.In {
			seen <- e.Shown
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const broken = "<iq type='set'><query xmlns='jabber:iq:register'><password>"
	io.WriteString(conn, "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='"+Domain+"' version='1.0'>"+broken+"s3cret<!-- --></password>")
	select {
	case el := <-seen:
		if !strings.HasPrefix(el.XML(), broken+"[") || strings.Contains(el.XML(), "s3cret") || el.Fault().Rule != "comment" {
			t.Errorf("the tap saw %s: %v", el.XML(), el.Fault())
		}
	case <-time.After(time.Minute):
		t.Error("the tap saw nothing")
	}
}

func TestCloseSaysShutdownAndLeavesNothing(t *testing.T) {
	s := start(t)
	p := login(t, s, "juliet", "")
	waiting, _ := dial(t, s)
	closed := make(chan error)
	go func() { closed <- s.Close() }()
	_, err := p.Conn.Next(t.Context())
	var ended *wire.StreamError
	if !errors.As(err, &ended) || ended.Condition != "system-shutdown" {
		t.Errorf("the client hears %v", err)
	}
	p.Conn.CloseNow()
	waiting.Conn.CloseNow()
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("the second Close: %v", err)
	}
	if c, err := net.Dial("tcp", s.Addr()); err == nil {
		c.Close()
		t.Error("the server still listens")
	}
}

func TestContextEndsTheServer(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, err := Start(ctx, Config{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	<-s.ctx.Done()
	s.Close()
}

func TestTooManyConnectionsAreRefused(t *testing.T) {
	s := start(t)
	for range maxConns {
		p, _ := dial(t, s)
		p.opens(wire.Header{To: Domain})
	}
	p, raw := dial(t, s)
	raw.SetReadDeadline(time.Now().Add(xmpptest.Patience))
	if el, err := p.Conn.Next(t.Context()); err == nil {
		t.Errorf("one more connection was taken: %s", el.XML())
	}
}
