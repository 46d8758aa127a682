package session

import (
	"context"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/negotiate"
	"iqscope/session/wire"
)

const (
	us     = "juliet@example.com/balcony"
	domain = "example.com"
)

// peer is the other end of a session's stream, in the test's hands.
type peer struct {
	t    *testing.T
	conn *wire.Conn
	got  chan *stanza.Stanza // what the session sent; closed at its end
	err  error               // how it ended
}

// end returns how the stream ended for the peer.
func (p *peer) end() error {
	synctest.Wait()
	for range p.got {
	}
	return p.err
}

// online makes a session that is online, the negotiation skipped, and its peer.
// It must be called in a synctest bubble.
func online(t *testing.T, cfg Config) (*Session, *peer) {
	t.Helper()
	s := New(cfg)
	p := connect(t, s)
	t.Cleanup(func() {
		synctest.Wait()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		s.Close(ctx)
		p.conn.CloseNow()
		synctest.Wait()
	})
	return s, p
}

func connect(t *testing.T, s *Session) *peer {
	t.Helper()
	c, p := pipe(t, s)
	try := newAttempt(nil)
	s.mu.Lock()
	s.link.attempt = try
	s.mu.Unlock()
	if err := s.link.online(&negotiate.Stream{Conn: c, Bound: jid(t, us), Addr: "pipe"}, try); err != nil {
		t.Fatal(err)
	}
	return p
}

// pipe opens a stream between a session and a peer.
func pipe(t *testing.T, s *Session) (*wire.Conn, *peer) {
	t.Helper()
	near, far := net.Pipe()
	p := &peer{t: t, conn: wire.New(far, wire.Config{}), got: make(chan *stanza.Stanza, 100_000)}
	ctx := context.Background()
	go func() {
		defer close(p.got)
		if _, err := p.conn.Next(ctx); err != nil {
			return
		}
		if p.conn.Open(wire.Header{ID: "s1", From: domain}) != nil {
			return
		}
		for {
			el, err := p.conn.Next(ctx)
			if err != nil {
				p.err = err
				return
			}
			p.got <- el
		}
	}()
	c := wire.New(near, wire.Config{Log: func(e wire.Event) { s.logged(e) }})
	if err := c.Open(wire.Header{To: domain}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Next(ctx); err != nil {
		t.Fatal(err)
	}
	return c, p
}

func jid(t *testing.T, text string) stanza.JID {
	t.Helper()
	j, err := stanza.ParseJID(text)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// says sends XML to the session and waits until it was taken in.
func (p *peer) says(xml string) {
	p.t.Helper()
	p.sends(xml)
	synctest.Wait()
}

// sends does not wait, and may be called beside the test's own goroutine.
func (p *peer) sends(xml string) {
	el, err := p.conn.Element(xml)
	if err != nil {
		p.t.Errorf("the test's own XML is wrong: %v: %s", err, xml)
		return
	}
	if _, err := p.conn.Send(context.Background(), el); err != nil {
		p.t.Errorf("the session took no more: %v", err)
	}
}

// hears returns the next thing the session sent.
func (p *peer) hears() *stanza.Stanza {
	p.t.Helper()
	synctest.Wait()
	select {
	case el, ok := <-p.got:
		if !ok {
			p.t.Fatal("the session closed the stream")
		}
		return el
	default:
		p.t.Fatal("the session sent nothing")
	}
	return nil
}

func (p *peer) hearsNothing() {
	p.t.Helper()
	synctest.Wait()
	select {
	case el, ok := <-p.got:
		if ok {
			p.t.Fatalf("the session sent %s", el.XML())
		}
	default:
	}
}

func get(t *testing.T, opts ...iqbuilder.Option) *stanza.Stanza {
	t.Helper()
	iq, err := iqbuilder.Get(append([]iqbuilder.Option{iqbuilder.WithQuery(stanza.NSDiscoInfo)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return iq
}

func start(t *testing.T, s *Session, iq *stanza.Stanza, opts ...SendOption) *Request {
	t.Helper()
	r, err := s.Start(iq, opts...)
	if err != nil {
		t.Fatalf("Start(%s): %v", iq.XML(), err)
	}
	return r
}

func result(id string, attrs ...string) string {
	return `<iq type="result" id="` + id + `" ` + strings.Join(attrs, " ") + `/>`
}

func ended(r *Request) bool {
	select {
	case <-r.Done():
		return true
	default:
		return false
	}
}

// deaf is a peer that sends but never reads once the stream is open.
type deaf struct{ net.Conn }

func connectDeaf(t *testing.T, s *Session) deaf {
	t.Helper()
	near, far := net.Pipe()
	go func() {
		buf := make([]byte, 4096)
		far.Read(buf)
		far.Write([]byte(`<stream:stream xmlns="jabber:client" xmlns:stream="http://etherx.jabber.org/streams" version="1.0" id="s" from="example.com">`))
	}()
	c := wire.New(near, wire.Config{Log: func(e wire.Event) { s.logged(e) }})
	if err := c.Open(wire.Header{To: domain}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Next(context.Background()); err != nil {
		t.Fatal(err)
	}
	try := newAttempt(nil)
	s.link.attempt = try
	if err := s.link.online(&negotiate.Stream{Conn: c, Bound: jid(t, us)}, try); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		far.Close()
		s.Close(context.Background())
	})
	return deaf{far}
}

func (d deaf) says(t *testing.T, xml string) {
	t.Helper()
	if _, err := d.Write([]byte(xml)); err != nil {
		t.Fatal(err)
	}
}
