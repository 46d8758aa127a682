package session_test

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/demo"
	"iqscope/session/negotiate"
)

// errInjected is what a test lets a socket fail with.
var errInjected = errors.New("injected")

// failing counts what is done with the network, dials, reads and writes in the order in which
// they happen, and lets the nth of them fail.
type failing struct {
	nth, done atomic.Int64
}

func (f *failing) fails() error {
	if f.done.Add(1) == f.nth.Load() {
		return errInjected
	}
	return nil
}

func (f *failing) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if err := f.fails(); err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: err}
	}
	var d net.Dialer
	c, err := d.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return failingConn{c, f}, nil
}

type failingConn struct {
	net.Conn
	*failing
}

func (c failingConn) Read(p []byte) (int, error) {
	if err := c.fails(); err != nil {
		c.Close()
		return 0, &net.OpError{Op: "read", Net: "tcp", Err: err}
	}
	return c.Conn.Read(p)
}

func (c failingConn) Write(p []byte) (int, error) {
	if err := c.fails(); err != nil {
		c.Close()
		return 0, &net.OpError{Op: "write", Net: "tcp", Err: err}
	}
	return c.Conn.Write(p)
}

// Fault 25: whichever dial, read or write fails, on the way in, with a request or on the way
// out, it is said, each request ends once, and nothing hangs.
func TestWhicheverUseOfTheNetworkFailsItIsSaidAndTheRequestEndsOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	server, err := demo.Start(context.Background(), demo.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	const most = 1000
	kinds := map[string]int{}
	for nth := range int64(most) {
		f := &failing{}
		f.nth.Store(nth + 1)
		kinds[oneExchange(t, server, f)]++
		if t.Failed() {
			t.Fatalf("when the %d. use of the network failed", nth+1)
		}
		if f.done.Load() <= nth { // it took fewer
			t.Logf("of %d uses of the network: %v", nth, kinds)
			if kinds["no connection"] < 5 || kinds["unknown"]+kinds["not-sent"] == 0 || kinds["result"] == 0 {
				t.Errorf("what was tried is not what it is about: %v", kinds)
			}
			return
		}
	}
	t.Errorf("the way is not done after %d uses of the network", most)
}

// oneExchange connects, pings a few times unless that fails, closes, and says what came of it.
func oneExchange(t *testing.T, server *demo.Server, f *failing) string {
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	s := session.New(session.Config{Negotiate: negotiate.Config{
		JID: xmpptest.JID(t, "juliet@"+demo.Domain), Server: server.Addr(), RootCAs: server.RootCAs(), Manage: true, Dial: f.dial,
		Password: func(context.Context) (string, error) { return server.Password("juliet"), nil },
	}})
	told := make(chan session.Exchange, 10)
	defer s.Ended(func(x session.Exchange) { told <- x })()
	defer func() {
		began := time.Now()
		closing, cancel := context.WithTimeout(context.Background(), soon)
		defer cancel()
		if s.Close(closing); time.Since(began) > soon/2 {
			t.Errorf("closing took %v", time.Since(began))
		}
	}()
	if err := s.Connect(ctx); err != nil {
		var failed *negotiate.Error
		if !errors.As(err, &failed) || !errors.Is(err, errInjected) || s.Status().State != session.Lost {
			t.Errorf("connecting failed with %v, and it is %s", err, s.Status().State)
		}
		return "no connection"
	}
	kind := ""
	for range 5 {
		if kind = pinged(t, s, told); kind != "result" {
			break
		}
	}
	return kind
}

// pinged sends a ping, and says what came of it.
func pinged(t *testing.T, s *session.Session, told <-chan session.Exchange) (kind string) {
	iq, err := iqbuilder.Get(iqbuilder.WithElement(stanza.Name{Space: "urn:xmpp:ping", Local: "ping"}))
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Send(t.Context(), iq)
	var unknown *stanza.Unknown
	var notSent *stanza.NotSent
	switch {
	case err == nil:
		kind = "result"
	case errors.As(err, &unknown):
		kind = "unknown"
	case errors.As(err, &notSent):
		kind = "not-sent"
	default:
		t.Errorf("the ping ended with %v", err)
	}
	select {
	case x := <-told:
		if string(x.Outcome) != kind {
			t.Errorf("it ended as %s, and is told as %s", kind, x.Outcome)
		}
	case <-time.After(soon):
		t.Error("nobody is told that it ended")
	}
	if n := len(told); n > 0 {
		t.Errorf("it ended %d times", n+1)
	}
	return kind
}
