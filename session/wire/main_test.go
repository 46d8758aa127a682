package wire

import (
	"context"
	"net"
	"testing"
	"time"

	"go.uber.org/goleak"

	"iqscope/iqbuilder/stanza"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	clientHeader = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='example.com' version='1.0'>"
	serverHeader = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='s1' from='example.com' version='1.0' xml:lang='en'>"
)

// socket is one end of a connection in memory. It counts the calls that are
// expensive on a real one.
type socket struct {
	net.Conn
	writes    []string
	deadlines int
}

func (s *socket) Write(p []byte) (int, error) {
	s.writes = append(s.writes, string(p))
	return s.Conn.Write(p)
}

func (s *socket) SetReadDeadline(t time.Time) error {
	s.deadlines++
	return s.Conn.SetReadDeadline(t)
}

// inMemory returns a Conn, its socket, and the other side's raw end.
func inMemory(t *testing.T, cfg Config) (*Conn, *socket, net.Conn) {
	t.Helper()
	ours, theirs := net.Pipe()
	s := &socket{Conn: ours}
	c := New(s, cfg)
	t.Cleanup(func() {
		c.CloseNow()
		theirs.Close()
	})
	return c, s, theirs
}

// says lets the other side write text and then, if end is set, hang up.
func says(t *testing.T, theirs net.Conn, text string, end bool) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		theirs.Write([]byte(text))
		if end {
			theirs.Close()
		}
	}()
	t.Cleanup(func() {
		theirs.Close()
		<-done
	})
}

// swallow reads and returns what the Conn writes, up to n bytes or the end.
func swallow(theirs net.Conn) func() string {
	got := make(chan string, 1)
	go func() {
		var all []byte
		buf := make([]byte, 4096)
		for {
			n, err := theirs.Read(buf)
			all = append(all, buf[:n]...)
			if err != nil {
				got <- string(all)
				return
			}
		}
	}()
	return func() string { return <-got }
}

// read is a Read that must succeed.
func read(t *testing.T, c *Conn) *stanza.Stanza {
	t.Helper()
	el, err := c.Next(context.Background())
	if err != nil {
		t.Fatalf("reading: %v", err)
	}
	return el
}

// element is an element that must parse.
func element(t *testing.T, xml string) *stanza.Stanza {
	t.Helper()
	el, err := stanza.Parse(xml, stanza.ClientScope())
	if err != nil {
		t.Fatalf("parsing %q: %v", xml, err)
	}
	return el
}
