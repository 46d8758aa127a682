package tmuxtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A Screen is a program running in a terminal. It is used from the goroutine of the test that started it.
type Screen struct {
	tb     testing.TB
	dir    string
	output string // file of all that the program has written
}

// There is no status line, so that the program has all the rows; a program that ended stays to be looked at.
const configuration = `set -g default-terminal screen-256color
set -g status off
set -g remain-on-exit on
set -g remain-on-exit-format ""
`

// Start runs a program in a terminal of the given size. env holds more NAME=value entries for it.
func Start(tb testing.TB, width, height int, env []string, argv ...string) *Screen {
	tb.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		if os.Getenv("IQSCOPE_REQUIRE_SERVERS") != "1" {
			tb.Skip("tmux is not installed (Debian: apt-get install tmux)")
		}
		tb.Fatal("tmux is not installed (Debian: apt-get install tmux)")
	}
	dir, err := os.MkdirTemp("", "iqscope-") // tb.TempDir can be too long for a socket's path
	if err != nil {
		tb.Fatal(err)
	}
	s := &Screen{tb: tb, dir: dir, output: filepath.Join(dir, "output")}
	tb.Cleanup(s.discard)
	for name, text := range map[string]string{"conf": configuration, "output": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "home"), 0o700); err != nil {
		tb.Fatal(err)
	}
	// tmux gives a single argument to a shell, but starts two or more as they are: env is the first of them.
	command := []string{"new-session", "-d", "-x", strconv.Itoa(width), "-y", strconv.Itoa(height), "env"}
	command = append(append(command, env...), argv...)
	// In the same breath, so that no byte of the program's is lost.
	s.tmux(append(command, ";", "pipe-pane", "-O", "cat >>"+s.output)...)
	return s
}

// SendKeys presses keys by tmux's names for them: "Enter", "Tab", "BTab", "Escape", "M-Enter", "C-c", "F5", "Up", "x".
func (s *Screen) SendKeys(keys ...string) {
	s.tb.Helper()
	s.tmux(append([]string{"send-keys"}, keys...)...)
}

// Type presses the keys of a text, one by one.
func (s *Screen) Type(text string) {
	s.tb.Helper()
	// tmux takes a final semicolon for the end of the command unless it is escaped.
	if before, found := strings.CutSuffix(text, ";"); found {
		text = before + `\;`
	}
	s.tmux("send-keys", "-l", "--", text)
}

// Paste pastes a text as a terminal does: bracketed, if the program asked for that.
func (s *Screen) Paste(text string) {
	s.tb.Helper()
	file := filepath.Join(s.dir, "paste")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		s.tb.Fatal(err)
	}
	s.tmux("load-buffer", file, ";", "paste-buffer", "-p", "-d")
}

// Resize gives the terminal another size.
func (s *Screen) Resize(width, height int) {
	s.tb.Helper()
	s.tmux("resize-window", "-x", strconv.Itoa(width), "-y", strconv.Itoa(height))
}

// Screen is the text on the screen, a line per row, without trailing blanks.
func (s *Screen) Screen() string {
	s.tb.Helper()
	return s.tmux("capture-pane", "-p")
}

// Raw is the screen with the escape sequences of its colours and styles.
func (s *Screen) Raw() string {
	s.tb.Helper()
	return s.tmux("capture-pane", "-p", "-e")
}

// Output is every byte the program has written to the terminal so far.
func (s *Screen) Output() []byte {
	s.tb.Helper()
	output, err := os.ReadFile(s.output)
	if err != nil {
		s.tb.Fatal(err)
	}
	return output
}

// Ask expands a tmux format for the terminal, such as "#{alternate_on}", "#{mouse_any_flag}" or, while the program
// runs, "#{cursor_flag}": tmux hides the cursor of a program that ended, so look for its last words in Output then.
func (s *Screen) Ask(format string) string {
	s.tb.Helper()
	return strings.TrimSuffix(s.tmux("display-message", "-p", format), "\n")
}

// PID is the program's process id.
func (s *Screen) PID() int {
	s.tb.Helper()
	pid, err := strconv.Atoi(s.Ask("#{pane_pid}"))
	if err != nil {
		s.tb.Fatal(err)
	}
	return pid
}

// tmux runs a command of this screen's server and returns what it printed.
func (s *Screen) tmux(arguments ...string) string {
	s.tb.Helper()
	printed, err := s.command(arguments...).CombinedOutput()
	if err != nil {
		s.tb.Fatalf("tmux %s: %v: %s", arguments[0], err, printed)
	}
	return string(printed)
}

func (s *Screen) command(arguments ...string) *exec.Cmd {
	server := []string{"-u", "-S", filepath.Join(s.dir, "socket"), "-f", filepath.Join(s.dir, "conf")}
	command := exec.Command("tmux", append(server, arguments...)...)
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "HOME=" + filepath.Join(s.dir, "home")}
	return command
}

// discard ends the program, even one that does not mind losing its terminal.
func (s *Screen) discard() {
	pid, err := s.command("display-message", "-p", "#{pane_pid} #{pane_dead}").Output()
	s.command("kill-server").Run()
	var program, dead int
	if n, _ := fmt.Sscan(string(pid), &program, &dead); err == nil && n == 2 && dead == 0 {
		if process, err := os.FindProcess(program); err == nil {
			process.Kill()
		}
	}
	os.RemoveAll(s.dir)
}
