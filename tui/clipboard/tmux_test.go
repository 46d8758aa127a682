package clipboard

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// program puts a program called tmux in place of the real one.
func program(t *testing.T, script string) (dir string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("a shell script is no program there")
	}
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "tmux"), []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	t.Setenv("DIR", dir)
	t.Setenv("IQSCOPE_PASSWORD", "canary")
	t.Setenv("TMUX", "/socket,1,0")
	t.Setenv("TERM", "tmux-256color")
	return dir
}

func TestInTmuxTextGoesIntoABufferOfIts(t *testing.T) {
	dir := program(t, `cd "$(dirname "$0")"; echo "$@" >arguments; env >environment; cat >text`)
	var out bytes.Buffer
	where, err := Clipboard{Out: &out, Getenv: os.Getenv}.Copy("<iq/>")
	if err != nil || where != (Where{Tmux: true}) || out.Len() != 0 {
		t.Fatalf("it is in %+v (%v), and the terminal got %q", where, err, out.String())
	}
	for file, want := range map[string]string{"arguments": "load-buffer -w -\n", "text": "<iq/>"} {
		if got, _ := os.ReadFile(filepath.Join(dir, file)); string(got) != want {
			t.Errorf("the %s are %q, want %q", file, got, want)
		}
	}
	got, _ := os.ReadFile(filepath.Join(dir, "environment"))
	if !strings.Contains(string(got), "TMUX=/socket,1,0\n") || strings.Contains(string(got), "canary") {
		t.Errorf("the environment is %q", got)
	}
}

func TestWhatTmuxDoesNotTakeGoesToTheTerminal(t *testing.T) {
	for name, script := range map[string]string{"an old one": "echo 'unknown option -- w' >&2; exit 1", "one that hangs": "exec sleep 1000"} {
		t.Run(name, func(t *testing.T) {
			program(t, script)
			ctx, cancel := context.WithCancel(t.Context())
			if name == "one that hangs" {
				time.AfterFunc(50*time.Millisecond, cancel)
			}
			defer cancel()
			var out bytes.Buffer
			where, err := Clipboard{Context: ctx, Out: &out, Getenv: os.Getenv}.Copy("<iq/>")
			if err != nil || where != (Where{}) || !strings.Contains(out.String(), "\x1b]52;c;") {
				t.Errorf("it is in %+v (%v), and the terminal got %q", where, err, out.String())
			}
		})
	}
}
