package input

import (
	"io"
	"os"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/creack/pty"
	"golang.org/x/term"
)

// What is typed while another program has the terminal is that program's, to the last key.
func TestALentTerminalIsReadByAnother(t *testing.T) {
	keyboard, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer keyboard.Close()
	defer terminal.Close()
	if _, err := term.MakeRaw(int(terminal.Fd())); err != nil {
		t.Fatal(err)
	}
	r, err := New(terminal, nil, func(tea.Msg) {})
	if err != nil {
		t.Fatal(err)
	}
	reads := func(from io.Reader) string {
		t.Helper()
		got := make(chan string, 1)
		go func() {
			buf := make([]byte, 256)
			n, _ := from.Read(buf)
			got <- string(buf[:n])
		}()
		select {
		case text := <-got:
			return text
		case <-time.After(time.Minute):
			t.Fatal("nothing is read")
		}
		return ""
	}
	other, err := os.OpenFile(terminal.Name(), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	for range 20 {
		io.WriteString(keyboard, "a")
		if got := reads(r); got != "a" {
			t.Fatalf("we read %q", got)
		}
		r.Interrupt()
		if err := r.Lend(); err != nil {
			t.Fatal(err)
		}
		io.WriteString(keyboard, "b")
		if got := reads(other); got != "b" {
			t.Fatalf("the other program reads %q", got)
		}
		r.Resume()
	}
	r.Interrupt()
	r.Lend()
	if err := r.Close(); err != nil {
		t.Errorf("closed while it is lent: %v", err)
	}
}
