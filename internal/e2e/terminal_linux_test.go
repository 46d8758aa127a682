package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/creack/pty"
)

// A terminal is the other end of a program's: it answers what a program asks a terminal at its
// start, as xterm does, and at once, so that it is the program that is measured.
type terminal struct {
	tb      testing.TB
	command *exec.Cmd
	file    *os.File
	ended   chan struct{}
	pace    atomic.Pointer[func(read int)] // is called after each part that was read, and may wait; nil for no

	mu     sync.Mutex
	output []byte
	change *sync.Cond // of output, or of over
	over   bool
}

// What is asked, and xterm's answer.
var queries = []struct{ question, answer string }{
	{"\x1b]11;?", "\x1b]11;rgb:0000/0000/0000\x1b\\"}, // background
	{"\x1b]10;?", "\x1b]10;rgb:ffff/ffff/ffff\x1b\\"}, // foreground
	{"\x1b[6n", "\x1b[1;1R"},                          // cursor position
	{"\x1b[c", "\x1b[?1;2c"},                          // device attributes
}

func openTerminal(tb testing.TB, path string, arguments ...string) *terminal {
	tb.Helper()
	return openTerminalOf(tb, wide, path, arguments...)
}

// openTerminalOf is a terminal of a size.
func openTerminalOf(tb testing.TB, at size, path string, arguments ...string) *terminal {
	tb.Helper()
	command := exec.Command(path, arguments...)
	command.Env = append(surroundings(tb), "LANG=C.UTF-8", "TERM=xterm-256color")
	t := &terminal{tb: tb, command: command, ended: make(chan struct{})}
	t.change = sync.NewCond(&t.mu)
	file, err := pty.StartWithSize(command, &pty.Winsize{Cols: uint16(at.width), Rows: uint16(at.height)})
	if err != nil {
		tb.Fatal(err)
	}
	t.file = file
	go t.serve()
	tb.Cleanup(func() {
		command.Process.Kill()
		<-t.ended
	})
	return t
}

func (t *terminal) serve() {
	defer close(t.ended)
	defer t.command.Wait()
	defer t.file.Close()
	buffer := make([]byte, 1<<16)
	answered := 0
	for {
		n, err := t.file.Read(buffer)
		t.mu.Lock()
		t.output = append(t.output, buffer[:n]...)
		answered += t.answer(t.output[answered:])
		t.over = err != nil
		t.change.Broadcast()
		t.mu.Unlock()
		if err != nil {
			return
		}
		if pace := t.pace.Load(); pace != nil {
			(*pace)(n)
		}
	}
}

// answer answers the questions in a part of the output, and returns how much of it need not be
// looked at again.
func (t *terminal) answer(output []byte) (done int) {
	for {
		first, at := -1, len(output)
		for i, q := range queries {
			if found := bytes.Index(output[done:], []byte(q.question)); found >= 0 && done+found < at {
				first, at = i, done+found
			}
		}
		if first < 0 {
			return done
		}
		done = at + len(queries[first].question)
		t.file.WriteString(queries[first].answer)
	}
}

// waitFor waits until the program has written a text, or it stands on the screen, and returns when
// that was.
func (t *terminal) waitFor(text string) time.Time {
	t.tb.Helper()
	return t.waitsFrom(0, text)
}

// waitsFrom waits until a text stands in what the program has written behind a position.
func (t *terminal) waitsFrom(position int, text string) time.Time {
	t.tb.Helper()
	return t.waitUntil(text, func() bool {
		return bytes.Contains(t.output[position:], []byte(text)) || position == 0 && draw(t.output).shows(text)
	})
}

// waitForBytes waits until the program has written a text as it stands, and returns when that was.
// Unlike waitFor it draws no screen, which takes its time.
func (t *terminal) waitForBytes(text string) time.Time {
	t.tb.Helper()
	return t.waitUntil(text, func() bool { return bytes.Contains(t.output, []byte(text)) })
}

func (t *terminal) waitUntil(text string, there func() bool) time.Time {
	t.tb.Helper()
	hanging := time.AfterFunc(patience, func() { t.command.Process.Kill() })
	defer hanging.Stop()
	t.mu.Lock()
	defer t.mu.Unlock()
	for !there() {
		if t.over {
			t.tb.Fatalf("the program ended without %q: %q", text, t.output)
		}
		t.change.Wait()
	}
	return time.Now()
}

func (t *terminal) written() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.output)
}

// since is what the program has written behind a position.
func (t *terminal) since(position int) []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Clone(t.output[position:])
}

// press sends a key's bytes.
func (t *terminal) press(key string) { t.file.WriteString(key) }

const ctrlC = "\x03"

// quit ends the program by its own key.
func (t *terminal) quit() {
	t.tb.Helper()
	t.press(ctrlC)
	select {
	case <-t.ended:
	case <-time.After(patience):
		t.tb.Fatal("the program does not end")
	}
}
