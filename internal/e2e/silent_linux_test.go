package e2e

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// onASilentTerminal runs the program on a terminal that answers nothing, and returns what it wrote
// by its end.
func onASilentTerminal(t *testing.T, env []string, arguments ...string) string {
	t.Helper()
	c := exec.Command(Binary(t), arguments...)
	c.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TERM=xterm-256color"}, env...)
	terminal, err := pty.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	hanging := time.AfterFunc(patience, func() { c.Process.Kill() })
	defer hanging.Stop()
	wrote, _ := io.ReadAll(terminal) // ends with an error when the program does
	c.Wait()
	return string(wrote)
}

func TestNoCommandAsksTheTerminal(t *testing.T) {
	for _, row := range []struct{ name, arguments, says string }{
		{"version", "version", "iqscope "},
		{"help", "--help", "Usage:"},
		{"wrong usage", "send --outputt json", "iqscope: "},
		{"send", "send --demo --query urn:xmpp:ping --output raw", "<iq "},
	} {
		t.Run(row.name, func(t *testing.T) {
			wrote := onASilentTerminal(t, nil, strings.Fields(row.arguments)...)
			if !strings.Contains(wrote, row.says) || strings.Contains(wrote, "\x1b") {
				t.Errorf("the terminal gets %q, want %q and no question", wrote, row.says)
			}
			if row.name == "version" && strings.Count(wrote, "\n") != 1 {
				t.Errorf("the terminal gets %q, want one line", wrote)
			}
		})
	}
}

func TestTheScreenAsksATerminalOnceAndStartsWithoutAnAnswer(t *testing.T) {
	c := exec.Command(Binary(t), "--demo")
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TERM=xterm-256color"}
	terminal, err := pty.StartWithSize(c, &pty.Winsize{Cols: 120, Rows: 40})
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	hanging := time.AfterFunc(patience, func() { c.Process.Kill() })
	defer hanging.Stop()
	var wrote bytes.Buffer
	for part := make([]byte, 1<<16); !bytes.Contains(wrote.Bytes(), []byte("Compose")); {
		n, err := terminal.Read(part)
		wrote.Write(part[:n])
		if err != nil {
			t.Fatalf("the program ended with %q", &wrote)
		}
	}
	if asked := strings.Count(wrote.String(), "\x1b]11;?") + strings.Count(wrote.String(), "\x1b]10;?"); asked != 1 {
		t.Errorf("the terminal is asked for its colours %d times, want once", asked)
	}
	// The answer comes at last, and is no text to type: the draft is as right as it was.
	before := wrote.Len()
	io.WriteString(terminal, "\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[1;1R")
	io.WriteString(terminal, "\x1bOP") // F1
	for part := make([]byte, 1<<16); !bytes.Contains(wrote.Bytes()[before:], []byte("esc closes")); {
		n, err := terminal.Read(part)
		wrote.Write(part[:n])
		if err != nil {
			t.Fatalf("the program ended with %q", wrote.Bytes()[before:])
		}
	}
	if bytes.Contains(wrote.Bytes(), []byte("not a stanza yet")) {
		t.Errorf("the answer was typed into the draft: %q", wrote.Bytes()[before:])
	}
	io.WriteString(terminal, ctrlC)
	io.Copy(io.Discard, terminal)
	c.Wait()
}

func TestTheEnvironmentIsAsItWasAfterTheStart(t *testing.T) {
	for _, env := range [][]string{nil, {"CI=mine"}} {
		wrote := onASilentTerminal(t, env, "password", "set", "alice@localhost",
			"--password-command", `echo "CI is <$CI>" >&2; false`)
		if want := "CI is <" + strings.TrimPrefix(strings.Join(env, ""), "CI=") + ">"; !strings.Contains(wrote, want) {
			t.Errorf("a password command says %q, want %q", wrote, want)
		}
	}
}
