package cli

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"iqscope/session/demo"
)

const profileOfJuliet = `
[profile.juliet]
jid = "juliet@demo.localhost/w"
`

func TestLostForGoodExitsWith5(t *testing.T) {
	s := server(t)
	env := configured(t, profileOfJuliet+"reconnect = false", demoPassword...)
	w := watch(t, env, append(flags(t, s)[2:], "--profile", "juliet", "--all")...)
	reach(t, s, note("m1"))
	s.Close()
	if r, _ := w.end(); r.code != exitLost || !strings.Contains(r.stderr, "not connected any more: ") || strings.Count(r.stderr, "\n") != 1 {
		t.Errorf("exit code %d, stderr %q", r.code, r.stderr)
	}
}

// cutter is a way to a server that can be cut.
type cutter struct {
	net.Listener
	mu    sync.Mutex
	conns []net.Conn
	over  sync.WaitGroup
}

func cuttable(t *testing.T, address string) *cutter {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{Listener: l}
	c.over.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", address)
			if err != nil {
				near.Close()
				continue
			}
			c.mu.Lock()
			c.conns = append(c.conns, near, far)
			c.mu.Unlock()
			c.over.Go(func() { io.Copy(far, near); far.Close() })
			c.over.Go(func() { io.Copy(near, far); near.Close() })
		}
	})
	t.Cleanup(func() {
		l.Close()
		c.cut()
		c.over.Wait()
	})
	return c
}

func (c *cutter) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.conns {
		conn.Close()
	}
	c.conns = nil
}

func TestLostConnectionIsBroughtBack(t *testing.T) {
	for _, row := range []struct {
		name, profile string
		presences     int
	}{
		{"a new stream needs its presence", "stream-management = false", 2},
		{"a resumed one has it", "", 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := server(t)
			way := cuttable(t, s.Addr())
			env := configured(t, profileOfJuliet+row.profile, demoPassword...)
			w := watch(t, env, append(flags(t, s)[2:], "--server", way.Addr().String(), "--profile", "juliet",
				"--presence", "--all", "--filter", "presence@dir=out or message@id=end")...)
			presences := 0
			count := func() bool {
				if w.next()["kind"] == "message" {
					return false
				}
				presences++
				return true
			}
			count()
			// Once somebody reaches her so, the server has the presence, and it is
			// not sent again when the stream is resumed.
			reach(t, s, "<message to='juliet@"+demo.Domain+"' id='m1'/>")
			way.cut()
			if row.presences == 2 {
				count()
			}
			reach(t, s, note("end"))
			for count() {
			}
			if presences != row.presences {
				t.Errorf("%d presences were sent, want %d", presences, row.presences)
			}
			for _, part := range []string{"; it is being brought back\n", "connected again\n"} {
				w.says(part)
			}
		})
	}
}
