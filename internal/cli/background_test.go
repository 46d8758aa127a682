//go:build linux || darwin || freebsd

package cli

import (
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"

	"iqscope/themes"
)

func TestATerminalMayNotAnswerForTwoTenthsOfASecondAtMost(t *testing.T) {
	if backgroundPatience > 200*time.Millisecond {
		t.Errorf("the screen waits %v", backgroundPatience)
	}
}

// terminal is a raw pseudo-terminal: its far end, and a program's.
func terminal(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close(); slave.Close() })
	if _, err := term.MakeRaw(int(slave.Fd())); err != nil {
		t.Fatal(err)
	}
	return master, slave
}

func TestTheBackgroundIsWhatTheTerminalOrItsVariableSays(t *testing.T) {
	const here = "\x1b[1;1R"
	for _, row := range []struct {
		name, answer, variable string
		want                   themes.Background
	}{
		{"white", "\x1b]11;rgb:ffff/ffff/ffff\x1b\\" + here, "", themes.LightBackground},
		{"black, with a bell", "\x1b]11;rgb:0000/0000/0000\a" + here, "0;15", themes.DarkBackground},
		{"short numbers", "\x1b]11;rgb:f/f/e\x1b\\" + here, "", themes.LightBackground},
		{"blue", "\x1b]11;rgb:0000/0000/8080\x1b\\" + here, "", themes.DarkBackground},
		{"it does not know the question", here, "", themes.UnknownBackground},
		{"but has the variable", here, "0;default;15", themes.LightBackground},
		{"of a dark one", here, "15;8", themes.DarkBackground},
		{"of a grey one", here, "0;7", themes.LightBackground},
	} {
		t.Run(row.name, func(t *testing.T) {
			master, slave := terminal(t)
			if _, err := io.WriteString(master, "typed"+row.answer); err != nil {
				t.Fatal(err)
			}
			p := &program{stdout: io.Discard, environ: []string{"TERM=xterm", "COLORFGBG=" + row.variable}}
			in := &screenInput{File: slave}
			if got := p.background(in); got != row.want {
				t.Errorf("the background is %d, want %d", got, row.want)
			}
			if string(in.typed) != "typed" {
				t.Errorf("of the keys that were pressed meanwhile there is left %q", in.typed)
			}
		})
	}
}

func TestNothingIsAskedOfATerminalThatDoesNotTell(t *testing.T) {
	for _, name := range []string{"screen-256color", "tmux-256color", "linux"} {
		var asked strings.Builder
		_, slave := terminal(t)
		p := &program{stdout: &asked, environ: []string{"TERM=" + name}}
		if p.background(&screenInput{File: slave}) != themes.UnknownBackground || asked.Len() > 0 {
			t.Errorf("with TERM=%s the terminal is asked %q, or its background known", name, asked.String())
		}
	}
}

func TestAnAnswerAfterItsTimeIsNotTyped(t *testing.T) {
	master, slave := terminal(t)
	p := &program{stdout: io.Discard, environ: []string{"TERM=xterm"}}
	in := &screenInput{File: slave}
	if p.background(in) != themes.UnknownBackground {
		t.Error("the background of a silent terminal is known")
	}
	for _, row := range []struct{ comes, read string }{
		{"a\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[7;12Rb", "ab"},
		{"\x1b[1;2R", "\x1b[1;2R"}, // F3 with Shift, after the last answer
	} {
		io.WriteString(master, row.comes)
		read := make([]byte, 100)
		if n, _ := in.Read(read); string(read[:n]) != row.read {
			t.Errorf("of %q the screen reads %q, want %q", row.comes, read[:n], row.read)
		}
	}
}
