package session

import (
	"context"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/negotiate"
	"iqscope/session/wire"
)

const (
	us     = "juliet@example.com/balcony"
	domain = "example.com"
)

// online makes a session that is online, the negotiation skipped, and its peer.
// It must be called in a synctest bubble.
func online(t *testing.T, cfg Config) (*Session, *xmpptest.Peer) {
	t.Helper()
	s := New(cfg)
	p := connect(t, s)
	t.Cleanup(func() {
		synctest.Wait()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		s.Close(ctx)
		p.Conn.CloseNow()
		synctest.Wait()
	})
	return s, p
}

func connect(t *testing.T, s *Session) *xmpptest.Peer {
	t.Helper()
	c, p := pipe(t, s)
	takeUp(t, s, c)
	return p
}

// connectDeaf connects a session with a peer that reads nothing, and whose end of the socket is
// far.
func connectDeaf(t *testing.T, s *Session) (p *xmpptest.Peer, far net.Conn) {
	t.Helper()
	near, far := net.Pipe()
	p = xmpptest.ServeDeaf(t, far, domain)
	takeUp(t, s, opened(t, s, near))
	t.Cleanup(func() {
		far.Close()
		s.Close(context.Background())
	})
	return p, far
}

// pipe opens a stream between a session and a peer.
func pipe(t *testing.T, s *Session) (*wire.Conn, *xmpptest.Peer) {
	t.Helper()
	near, far := net.Pipe()
	p := xmpptest.Serve(t, far, domain)
	return opened(t, s, near), p
}

// opened opens a session's stream on a socket.
func opened(t testing.TB, s *Session, socket net.Conn) *wire.Conn {
	t.Helper()
	c := wire.New(socket, wire.Config{Log: func(e wire.Event) { s.logged(e) }, Show: s.shown})
	if err := c.Open(wire.Header{To: domain}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Next(context.Background()); err != nil {
		t.Fatal(err)
	}
	return c
}

// takeUp lets a session be online on a stream.
func takeUp(t testing.TB, s *Session, c *wire.Conn) {
	t.Helper()
	try := newAttempt(nil)
	s.mu.Lock()
	s.link.attempt = try
	s.mu.Unlock()
	if err := s.link.online(&negotiate.Stream{Conn: c, Bound: xmpptest.JID(t, us), Addr: "pipe"}, try); err != nil {
		t.Fatal(err)
	}
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
