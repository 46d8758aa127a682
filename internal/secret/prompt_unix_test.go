//go:build linux || darwin || freebsd

package secret

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"
)

// TestPromptOnATerminal types into a pseudo-terminal and looks at what it shows
// and how it is left behind.
func TestPromptOnATerminal(t *testing.T) {
	for _, row := range []struct {
		name, keys, want string
		cancel           bool
		err              error
	}{
		{name: "a line is the password", keys: canary + "\r", want: canary},
		{name: "backspace corrects", keys: "cx\x7fanary\r", want: "canary"},
		{name: "Ctrl+C gives up", keys: "half\x03", err: ErrInterrupted},
		{name: "Ctrl+D gives up", keys: "\x04", err: ErrInterrupted},
		{name: "a cancelled context gives up", cancel: true, err: context.Canceled},
	} {
		t.Run(row.name, func(t *testing.T) {
			master, slave, err := pty.Open()
			if err != nil {
				t.Skip("no pseudo-terminal: ", err)
			}
			defer master.Close()
			defer slave.Close()
			before := state(t, slave)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()

			shown := make(chan string, 1)
			go func() {
				var text strings.Builder
				buffer := make([]byte, 256)
				pressed := false
				for {
					n, err := master.Read(buffer)
					text.Write(buffer[:n])
					if !pressed && strings.Contains(text.String(), "Password: ") {
						pressed = true
						if row.cancel {
							cancel()
						} else {
							_, _ = io.WriteString(master, row.keys)
						}
					}
					if err != nil || strings.Count(text.String(), "\n") > 0 {
						shown <- text.String()
						return
					}
				}
			}()
			got, err := ask(ctx, slave, slave, "Password: ")
			if got.Reveal() != row.want || !errors.Is(err, row.err) {
				t.Errorf("got %q, %v; want %q, %v", got.Reveal(), err, row.want, row.err)
			}
			if text := <-shown; strings.Contains(text, "canary") || strings.Contains(text, "half") || strings.Contains(text, canary) {
				t.Errorf("the terminal shows %q", text)
			}
			if after := state(t, slave); *after != *before {
				t.Error("the terminal was not set back")
			}
		})
	}
}

func TestPromptRefusesWhatIsNoTerminal(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if _, err := ask(t.Context(), r, w, "Password: "); !errors.Is(err, errNoTerminal) {
		t.Errorf("got %v", err)
	}
}

func state(t *testing.T, f *os.File) *term.State {
	t.Helper()
	s, err := term.GetState(int(f.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
