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
	for _, name := range []string{"dumb", "linux"} {
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

func TestABackgroundIsToldThroughAMultiplexer(t *testing.T) {
	const white, black = "\x1b]11;rgb:ffff/ffff/ffff\a", "\x1b]11;rgb:0000/0000/0000\x1b\\"
	for _, row := range []struct {
		name     string
		env      []string
		question string
		answer   string
		want     themes.Background
	}{
		{"tmux", []string{"TERM=screen-256color", "TMUX=/tmp/tmux-1/default,1,0"}, "\x1bPtmux;\x1b\x1b]11;?\a\x1b\\", white, themes.LightBackground},
		{"tmux, twice", []string{"TERM=tmux-256color", "TMUX=x"}, "\x1b]11;?\x1b\\", black + white, themes.DarkBackground},
		{"tmux on another machine", []string{"TERM=tmux-256color"}, "\x1bPtmux;\x1b\x1b]11;?\a\x1b\\", white, themes.LightBackground},
		{"tmux that is mute", []string{"TERM=tmux-256color", "TMUX=x"}, "\x1bPtmux;", "", themes.UnknownBackground},
		{"tmux that is mute, and the variable", []string{"TERM=tmux-256color", "TMUX=x", "COLORFGBG=0;15"}, "\x1bPtmux;", "", themes.LightBackground},
		{"screen", []string{"TERM=screen", "STY=1.pts"}, "\x1bP\x1b]11;?\a\x1b\\", black, themes.DarkBackground},
		{"screen on another machine", []string{"TERM=screen.xterm"}, "\x1bP\x1b]11;?\a\x1b\\", white, themes.LightBackground},
	} {
		t.Run(row.name, func(t *testing.T) {
			master, slave := terminal(t)
			if _, err := io.WriteString(master, "ty"+row.answer+"ped"); err != nil {
				t.Fatal(err)
			}
			var asked strings.Builder
			p := &program{stdout: &asked, environ: row.env}
			in := &screenInput{File: slave}
			if got := p.background(in); got != row.want {
				t.Errorf("the background is %d, want %d", got, row.want)
			}
			if !strings.Contains(asked.String(), row.question) || strings.Contains(asked.String(), askCursor) {
				t.Errorf("asked is %q", asked.String())
			}
			if string(in.typed) != "typed" {
				t.Errorf("of the keys that were pressed meanwhile there is left %q", in.typed)
			}
			// The terminal may answer much later, and keys that look like answers are keys.
			for _, late := range []struct{ comes, read string }{{"a" + white + "b", "ab"}, {"\x1b[1;2R", "\x1b[1;2R"}, {black + "c", "c"}} {
				io.WriteString(master, late.comes)
				read := make([]byte, 100)
				if n, _ := in.Read(read); string(read[:n]) != late.read {
					t.Errorf("of %q the screen reads %q, want %q", late.comes, read[:n], late.read)
				}
			}
		})
	}
}
