package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"iqscope/internal/realserver"
)

// slixmpp is a client by other people, on bob's account; see testdata/bob.py.
type slixmpp struct {
	t       *testing.T
	orders  io.Writer
	answers *bufio.Scanner
	asked   int
}

// report is what bob got for a request.
type report struct {
	JID     string // his own, at the start
	Error   string // of the start
	Replies []reply
}

// reply is one as slixmpp has understood it.
type reply struct{ Type, From, Error, Condition, Text, XML string }

// systemPython is the one that Debian's python3-slixmpp is installed for; another in PATH would not
// have it.
const systemPython = "/usr/bin/python3"

var slixmppImported = sync.OnceValue(func() error {
	return exec.Command(systemPython, "-c", "import slixmpp").Run()
})

// wantsSlixmpp skips what cannot be done without it, unless nothing may be missing.
func wantsSlixmpp(tb testing.TB) {
	tb.Helper()
	if err := slixmppImported(); err != nil {
		if os.Getenv("IQSCOPE_REQUIRE_SERVERS") != "1" {
			tb.Skip("slixmpp is not installed (Debian: apt-get install python3-slixmpp)")
		}
		tb.Fatal("slixmpp is not installed (Debian: apt-get install python3-slixmpp)")
	}
}

// piped starts a command with pipes to its standard input and output.
func piped(tb testing.TB, command *exec.Cmd) (in io.WriteCloser, out io.ReadCloser) {
	tb.Helper()
	in, err := command.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if out, err = command.StdoutPipe(); err != nil {
		tb.Fatal(err)
	}
	if err := command.Start(); err != nil {
		tb.Fatal(err)
	}
	return in, out
}

func bob(t *testing.T, server *realserver.Server) *slixmpp {
	t.Helper()
	wantsSlixmpp(t)
	command := exec.Command(systemPython, "testdata/bob.py", server.Addr, server.CAFile, "bob@localhost/probe")
	var complaints bytes.Buffer
	command.Stderr = &complaints
	orders, answers := piped(t, command)
	hanging := time.AfterFunc(2*patience, func() { command.Process.Kill() })
	t.Cleanup(func() {
		orders.Close()
		command.Wait()
		hanging.Stop()
		if t.Failed() {
			t.Logf("slixmpp said:\n%s", &complaints)
		}
	})
	b := &slixmpp{t: t, orders: orders, answers: bufio.NewScanner(answers)}
	fmt.Fprintln(orders, server.Accounts["bob@localhost"])
	if start := b.reports(); start.JID != "bob@localhost/probe" {
		t.Fatalf("bob is logged in as %q, error %q", start.JID, start.Error)
	}
	return b
}

// asks has bob send a get and returns every reply to it, as tells does.
func (b *slixmpp) asks(to, namespace string) report {
	b.t.Helper()
	b.asked++
	b.sends(fmt.Sprint("asked-", b.asked), to, "get", fmt.Sprintf("<query xmlns='%s'/>", namespace))
	return b.tells(to)
}

// sends has bob send a request. The next tells is about the answers to it.
func (b *slixmpp) sends(id, to, kind, payload string) {
	fmt.Fprintln(b.orders, "send", id, to, kind, payload)
}

// tells waits until bob has a reply, has him ask once more for something else, and returns every
// reply to the first request that came until that was answered, too.
func (b *slixmpp) tells(to string) report {
	b.t.Helper()
	fmt.Fprintln(b.orders, "tell", to)
	return b.reports()
}

// hears is tells for a request that must have got one reply, and no more.
func (b *slixmpp) hears(to string) reply {
	b.t.Helper()
	got := b.tells(to)
	if len(got.Replies) != 1 {
		b.t.Fatalf("bob got %d replies, want one: %+v", len(got.Replies), got.Replies)
	}
	return got.Replies[0]
}

func (b *slixmpp) reports() report {
	b.t.Helper()
	if !b.answers.Scan() {
		b.t.Fatal("slixmpp has ended")
	}
	var r report
	if err := json.Unmarshal(b.answers.Bytes(), &r); err != nil {
		b.t.Fatalf("slixmpp printed %q: %v", b.answers.Text(), err)
	}
	return r
}

func TestAnotherClientAnswersAPersonsPing(t *testing.T) {
	atBothSizesOnEachServer(t, func(t *testing.T, at size, server *realserver.Server) {
		bob(t, server)
		p := logIn(t, at, server)
		p.asks("q1", "bob@localhost/probe")
		p.waitsForRow("q1", `✓ result +[\d.]+ m?s`)
		p.leaves()
	})
}

func TestAnotherClientsRequestIsAnsweredByOneError(t *testing.T) {
	atBothSizesOnEachServer(t, func(t *testing.T, at size, server *realserver.Server) {
		p := logIn(t, at, server, "--resource", "scope")
		b := bob(t, server)
		got := b.asks("alice@localhost/scope", "urn:example:unknown")
		if len(got.Replies) != 1 {
			t.Fatalf("bob got %d replies, want one: %+v", len(got.Replies), got.Replies)
		}
		if r := got.Replies[0]; r.Type != "error" || r.Condition != "service-unavailable" || r.From != "alice@localhost/scope" {
			t.Errorf("bob got %+v, want service-unavailable from alice@localhost/scope", r)
		}
		p.SendKeys("M-3", "v")
		p.shows("3 Log", `(?s)← get +\S+ +bob@localhost/\S+ .*→ error +\S+ +bob@localhost/\S+ +service-una`)
		p.leaves()
	})
}

func TestAnotherClientAsksForTheVersion(t *testing.T) {
	onEachServer(t, func(t *testing.T, server *realserver.Server) {
		logIn(t, narrow, server, "--resource", "scope")
		b := bob(t, server)
		got := b.asks("alice@localhost/scope", "jabber:iq:version")
		if len(got.Replies) != 1 || got.Replies[0].Type != "result" {
			t.Errorf("bob got %+v, want one result", got.Replies)
		}
	})
}
