package clipboard

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestTextGoesToTheClipboardOrToAFile(t *testing.T) {
	const xml = "<iq type='get' id='é'/>"
	code := base64.StdEncoding.EncodeToString([]byte(xml))
	for _, c := range []struct {
		name string
		text string
		env  func(string) string
		out  string // "" for a file
	}{
		{"a terminal", xml, env("TERM", "xterm-256color"), "\x1b]52;c;" + code + "\x07"},
		{"tmux that does not answer", xml, env("TERM", "tmux-256color", "TMUX", "x"), "\x1b]52;c;" + code + "\x07\x1bPtmux;\x1b\x1b]52;c;" + code + "\x07\x1b\\"},
		{"screen", xml, env("TERM", "screen"), "\x1bP\x1b]52;c;" + code + "\x07\x1b\\"},
		{"a console", xml, env("TERM", "linux"), ""},
		{"no terminal to speak of", xml, env("TERM", "dumb"), ""},
		{"the longest", strings.Repeat("x", Longest), env("TERM", "xterm"), "\x1b]52;c;" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("x"), Longest)) + "\x07"},
		{"one byte more", strings.Repeat("x", Longest+1), env("TERM", "xterm"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			dir := filepath.Join(t.TempDir(), "copied")
			where, err := Clipboard{Out: &out, Getenv: c.env, Dir: dir}.Copy(c.text)
			file := where.File
			if err != nil || out.String() != c.out {
				t.Fatalf("it wrote %.100q (%v), want %.100q", out.String(), err, c.out)
			}
			if (file != "") != (c.out == "") {
				t.Fatalf("the file is %q", file)
			}
			if file != "" {
				isFile(t, file, dir, c.text)
			}
		})
	}
}

func isFile(t *testing.T, file, dir, text string) {
	t.Helper()
	got, err := os.ReadFile(file)
	if err != nil || string(got) != text || filepath.Dir(file) != dir {
		t.Errorf("%s holds %.60q (%v), want %.60q in %s", file, got, err, text, dir)
	}
	info, err := os.Stat(file)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("its rights are %v (%v)", info.Mode(), err)
	}
}

func TestWithoutAFolderTheFileIsATemporaryOne(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	blocked := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"", filepath.Join(blocked, "copied")} {
		where, err := Clipboard{Dir: dir, Getenv: env()}.Copy("x")
		if err != nil {
			t.Fatal(err)
		}
		isFile(t, where.File, filepath.Clean(os.TempDir()), "x")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("gone") }

func TestATerminalThatTakesNothingIsTold(t *testing.T) {
	if _, err := (Clipboard{Out: broken{}, Getenv: env("TERM", "xterm")}).Copy("x"); err == nil {
		t.Error("a failed write is not told")
	}
}

// slow takes a write in pieces, as a terminal may.
type slow struct{ b bytes.Buffer }

func (s *slow) Write(p []byte) (int, error) {
	for i := range p {
		s.b.WriteByte(p[i])
		runtime.Gosched()
	}
	return len(p), nil
}

func TestWhatTwoWriteAtATimeArrivesWhole(t *testing.T) {
	var terminal slow
	out := Share(&terminal)
	var both sync.WaitGroup
	for _, word := range []string{"frame;", "copied;"} {
		both.Go(func() {
			for range 100 {
				_, _ = out.Write([]byte(word))
			}
		})
	}
	both.Wait()
	if got := strings.Count(terminal.b.String(), "frame;") + strings.Count(terminal.b.String(), "copied;"); got != 200 || terminal.b.Len() != 1300 {
		t.Errorf("%d of 200 words arrived whole", got)
	}
}

func TestASharedFileIsStillOne(t *testing.T) {
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out, ok := Share(f).(interface {
		Fd() uintptr
		WriteString(string) (int, error)
	})
	if !ok || out.Fd() != f.Fd() {
		t.Fatal("a terminal is none any more")
	}
	if _, err := out.WriteString("x"); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(f.Name()); string(got) != "x" {
		t.Errorf("it holds %q", got)
	}
}
