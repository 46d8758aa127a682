package secret

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// fromCommand runs the password command. Its input is empty, so that it cannot
// eat an IQ that is piped into us; one that needs a person opens the terminal
// itself, as pinentry does.
func (s Source) fromCommand(ctx context.Context) (Password, error) {
	const from = "password command"
	limit := s.CommandTimeout
	if limit == 0 {
		limit = CommandTimeout
	}
	running, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	shell, option := "sh", "-c"
	if runtime.GOOS == "windows" {
		shell, option = "cmd", "/C"
	}
	out := head{full: cancel}
	cmd := exec.CommandContext(running, shell, option, s.Command)
	cmd.Env = withoutVariable(s.Environ)
	cmd.Stdout = &out
	cmd.Stderr = s.Stderr
	cmd.Cancel = func() error { return endTree(cmd.Process) }
	// A grandchild may hold the pipes open after the shell was killed.
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return Password{}, ctx.Err()
	case out.over: // only its first line counts, and that may be whole
	case running.Err() != nil:
		return Password{}, fmt.Errorf("%s: no answer within %v", from, limit)
	case err != nil && !errors.Is(err, exec.ErrWaitDelay):
		return Password{}, fmt.Errorf("%s: %w", from, err)
	}
	return firstLine(from, &out.kept)
}

// withoutVariable returns the environment for the child, never nil: that would
// mean our own.
func withoutVariable(environ []string) []string {
	child := []string{}
	for _, entry := range environ {
		if !strings.HasPrefix(entry, Variable+"=") {
			child = append(child, entry)
		}
	}
	return child
}

// head keeps the beginning of what is written to it. One that writes on behind that is full: it
// prints anything but a password, and may never come to an end.
type head struct {
	kept bytes.Buffer // a field: embedded, its ReadFrom would be taken, which knows no bound
	over bool
	full func()
}

func (h *head) Write(p []byte) (int, error) {
	room := MaxBytes + 2 - h.kept.Len()
	h.kept.Write(p[:min(room, len(p))])
	if len(p) > room {
		h.over = true
		h.full()
	}
	return len(p), nil
}
