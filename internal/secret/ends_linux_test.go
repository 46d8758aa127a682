package secret

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A command that prints without end is not a password, takes no memory, and is not waited for.
func TestACommandThatPrintsWithoutEndIsEnded(t *testing.T) {
	for command, want := range map[string]string{
		"cat /dev/zero":                          "",
		"printf 'secret\\n'; cat /dev/zero":      "secret",
		"trap '' PIPE; while :; do echo x; done": "x",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		got, err := Source{Command: command, CommandTimeout: time.Hour}.Password(ctx, "juliet@example.org")
		cancel()
		if got.Reveal() != want || want == "" && (err == nil || !strings.Contains(err.Error(), "longer than 4096 bytes")) {
			t.Errorf("%s: %d bytes, %v", command, len(got.Reveal()), err)
		}
	}
}

// What the command's shell has started ends with it.
func TestNothingOfACommandOutlivesItsEnd(t *testing.T) {
	pids := filepath.Join(t.TempDir(), "pids")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		command := "echo $$ >>" + pids + "; sh -c 'echo $$ >>" + pids + "; sleep 3600 & echo $! >>" + pids + "; wait' | cat"
		_, err := Source{Command: command, Environ: os.Environ()}.Password(ctx, "juliet@example.org")
		done <- err
	}()
	var started []string
	for end := time.Now().Add(time.Minute); len(started) < 3; time.Sleep(5 * time.Millisecond) {
		text, _ := os.ReadFile(pids)
		started = strings.Fields(string(text))
		if time.Now().After(end) {
			t.Fatalf("started were %q", started)
		}
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
	for _, text := range started {
		pid, _ := strconv.Atoi(text)
		for end := time.Now().Add(time.Minute); alive(pid); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("process %d lives on", pid)
			}
		}
	}
}

// alive says that a process runs; one that nobody has waited for does not.
func alive(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	_, behind, _ := strings.Cut(string(stat), ") ")
	return err == nil && !strings.HasPrefix(behind, "Z")
}

// A FIFO has its password when somebody writes one, and is not waited for when nobody waits.
func TestAPasswordFromAFIFO(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Run("somebody writes", func(t *testing.T) {
		go func() { _ = os.WriteFile(fifo, []byte("secret\n"), 0) }()
		got, err := Source{File: fifo}.Password(t.Context(), "juliet@example.org")
		if err != nil || got.Reveal() != "secret" {
			t.Errorf("it is %q, %v", got.Reveal(), err)
		}
	})
	t.Run("nobody writes", func(t *testing.T) {
		ends(t, fifo)
	})
	t.Run("somebody who says nothing", func(t *testing.T) {
		w, err := os.OpenFile(fifo, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		ends(t, fifo)
	})
}

// ends gives up a file that nothing comes from.
func ends(t *testing.T, file string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		_, err := Source{File: file}.Password(ctx, "juliet@example.org")
		done <- err
	}()
	select {
	case err := <-done:
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("it ended with %v", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("it waits for ever")
	}
}
