package session

import (
	"context"
	"io"
	"net"
	"testing"

	"iqscope/internal/xmpptest"
	"iqscope/session/negotiate"
	"iqscope/session/wire"
)

// onlineInRealTime is a session whose peer swallows what it is sent, outside of a bubble:
// there the race detector sees who reads what another goroutine writes.
func onlineInRealTime(t *testing.T) (s *Session, done func()) {
	t.Helper()
	near, far := net.Pipe()
	go func() {
		buf := make([]byte, 4096)
		far.Read(buf)
		io.WriteString(far, `<stream:stream xmlns="jabber:client" xmlns:stream="http://etherx.jabber.org/streams" version="1.0" id="s" from="example.com">`)
		io.Copy(io.Discard, far)
	}()
	s = New(Config{})
	c := wire.New(near, wire.Config{Log: func(e wire.Event) { s.logged(e) }, Show: s.shown})
	if err := c.Open(wire.Header{To: domain}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Next(context.Background()); err != nil {
		t.Fatal(err)
	}
	try := newAttempt(nil)
	s.link.attempt = try
	if err := s.link.online(&negotiate.Stream{Conn: c, Bound: xmpptest.JID(t, us)}, try); err != nil {
		t.Fatal(err)
	}
	return s, func() {
		far.Close()
		s.Close(context.Background())
	}
}
