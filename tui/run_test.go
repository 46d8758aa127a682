//go:build !windows

package tui

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"
	"go.uber.org/goleak"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/demo"
	"iqscope/session/negotiate"
	"iqscope/themes"
)

// terminal is the person's side of a pseudo-terminal.
type terminal struct {
	t    *testing.T
	file *os.File
	mu   sync.Mutex
	text strings.Builder
}

// reads collects what is written to the screen until the terminal is closed.
func (term *terminal) reads() {
	buf := make([]byte, 32<<10)
	for {
		n, err := term.file.Read(buf)
		term.mu.Lock()
		term.text.Write(buf[:n])
		term.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (term *terminal) written() string {
	term.mu.Lock()
	defer term.mu.Unlock()
	return term.text.String()
}

// waits waits until something is written beyond the first since bytes, and returns how much has
// been written then.
func (term *terminal) waits(since int, text string) int {
	term.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if all := term.written(); strings.Contains(ansi.Strip(all[since:]), text) {
			return len(all)
		}
	}
	term.t.Fatalf("the screen never showed %q; it wrote\n%s", text, ansi.Strip(term.written()[since:]))
	return 0
}

func (term *terminal) types(keys string) {
	if _, err := term.file.WriteString(keys); err != nil {
		term.t.Error(err)
	}
}

// patience is how long a machine that is busy with other things may take for anything.
const patience = time.Minute

// fallsSilent waits until nothing is written for longer than any step of a countdown. As long as
// the rate of what came in is shown, something is; a program that never falls silent is not idle.
func (term *terminal) fallsSilent() {
	term.t.Helper()
	const silence = 1500 * time.Millisecond
	since, before := time.Now(), term.written()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		now := term.written()
		if len(now) != len(before) {
			since, before = time.Now(), now
		}
		if time.Since(since) > silence {
			return
		}
	}
	term.t.Errorf("an idle program goes on writing to the terminal: %q", term.written()[max(0, len(before)-200):])
}

const altEnter = "\x1b\r"

func TestRunOnTheBuiltInServer(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	defer goleak.VerifyNone(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	server, err := demo.Start(ctx, demo.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	jid, err := stanza.ParseJID("juliet@" + demo.Domain)
	if err != nil {
		t.Fatal(err)
	}
	s := session.New(session.Config{Negotiate: negotiate.Config{
		JID: jid, Resource: "tui", Server: server.Addr(), RootCAs: server.RootCAs(),
		Password: func(context.Context) (string, error) { return server.Password("juliet"), nil },
	}})
	defer s.Close(ctx)

	ours, theirs, err := pty.Open()
	if err != nil {
		t.Skip("there is no pseudo-terminal here: ", err)
	}
	if err := pty.Setsize(ours, &pty.Winsize{Rows: 45, Cols: 140}); err != nil {
		t.Fatal(err)
	}
	term := &terminal{t: t, file: ours}
	var reader sync.WaitGroup
	reader.Go(term.reads)
	defer reader.Wait()
	defer ours.Close()

	began := time.Now()
	ended := make(chan error, 1)
	go func() {
		ended <- Run(ctx, Options{Session: s, Connect: s.Connect, Theme: themes.Plain(), Server: "built-in server", Bare: true, Input: theirs, Output: theirs})
		theirs.Close()
	}()
	term.waits(0, "1 Compose")
	t.Logf("first frame after %v", time.Since(began))
	at := term.waits(0, "● online")

	term.types(altEnter)
	at = term.waits(at, "✓ result")
	term.types("\x1b[200~ \x1b[201~" + altEnter + "\x1b[201~")
	at = term.waits(at, "press it again")
	term.types("\x1b[200~not <xml\r\n" + altEnter + "\x1b[201~")
	at = term.waits(at, "✗ 1:")

	term.fallsSilent()
	server.Close()
	term.waits(at, "✗ not connected")
	term.waits(at, "alt+c reconnect")

	term.types("\x03")
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("Run ended with %v", err)
		}
	case <-time.After(patience):
		t.Fatal("ctrl+c has not ended the program")
	}
}
