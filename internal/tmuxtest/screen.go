package tmuxtest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A Screen is a program running in a terminal. It is used from the goroutine of the test that
// started it.
type Screen struct {
	tb     testing.TB
	dir    string
	output string    // file of all that the program has written
	pid    string    // file of the program's process id
	texted time.Time // when text came at once, or was seen last; zero: a key came behind it
}

// afterText is how long a person looks at a text that came at once before pressing a key: a key
// right behind it would be taken for a part of it.
const afterText = 300 * time.Millisecond

// There is no status line, so that the program has all the rows.
const configuration = `set -g default-terminal screen-256color
set -g status off
`

// keeper runs the program and stays when it has ended: tmux forgets what it has not read yet of a
// program that is gone, and that may be the words with which it gave the terminal back. The end is
// told as the terminal's title, which comes behind everything that the program has written. The
// shell has nothing to say itself, and minds no Ctrl+C.
const keeper = `exec 3>&2 2>/dev/null
trap : INT QUIT
sh -c 'echo $$ >"$0"; exec "$@"' "$@" 2>&3 3>&-
printf '` + endMark + `%d` + endOfMark + `' $?
while :; do sleep 1000; done`

const (
	endMark   = "\x1b]2;ended with status "
	endOfMark = "\a"
)

// Start runs a program in a terminal of the given size. env holds more NAME=value entries for it.
func Start(tb testing.TB, width, height int, env []string, argv ...string) *Screen {
	tb.Helper()
	if testing.Short() {
		refuse(tb, "no terminal is started with -short")
	}
	if _, err := exec.LookPath("tmux"); err != nil {
		refuse(tb, "tmux is not installed (Debian: apt-get install tmux)")
	}
	dir, err := os.MkdirTemp("", "iqscope-") // tb.TempDir can be too long for a socket's path
	if err != nil {
		tb.Fatal(err)
	}
	s := &Screen{tb: tb, dir: dir, output: filepath.Join(dir, "output"), pid: filepath.Join(dir, "pid")}
	tb.Cleanup(s.discard)
	for name, text := range map[string]string{"conf": configuration, "output": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "home"), 0o700); err != nil {
		tb.Fatal(err)
	}
	// tmux gives a single argument to a shell, but starts two or more as they are: env is the first
	// of them.
	command := []string{"new-session", "-d", "-x", strconv.Itoa(width), "-y", strconv.Itoa(height), "env"}
	command = append(append(command, env...), "sh", "-c", keeper, "sh", s.pid)
	command = append(command, argv...)
	// In the same breath, so that no byte of the program's is lost.
	s.tmux(append(command, ";", "pipe-pane", "-O", "cat >>"+s.output)...)
	return s
}

// refuse ends a test that has no terminal: skipped, unless a complete run is wanted.
func refuse(tb testing.TB, why string) {
	tb.Helper()
	if os.Getenv("IQSCOPE_REQUIRE_SERVERS") != "1" {
		tb.Skip(why)
	}
	tb.Fatal(why)
}

// SendKeys presses keys by tmux's names for them: "Enter", "Tab", "BTab", "Escape", "M-Enter",
// "C-c", "F5", "Up", "x".
func (s *Screen) SendKeys(keys ...string) {
	s.tb.Helper()
	if !s.texted.IsZero() {
		time.Sleep(time.Until(s.texted.Add(afterText)))
		s.texted = time.Time{}
	}
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
	s.texted = time.Now()
}

// Paste pastes a text as a terminal does: bracketed, if the program asked for that.
func (s *Screen) Paste(text string) {
	s.tb.Helper()
	file := filepath.Join(s.dir, "paste")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		s.tb.Fatal(err)
	}
	s.tmux("load-buffer", file, ";", "paste-buffer", "-p", "-d")
	s.texted = time.Now()
}

// Buffer is what was last copied into tmux.
func (s *Screen) Buffer() string {
	s.tb.Helper()
	return s.tmux("show-buffer")
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

// Output is every byte the program has written to the terminal so far, of which the last ones may
// be missing for a moment although they are on the screen; after WaitExit it is all of them.
func (s *Screen) Output() []byte {
	s.tb.Helper()
	output, _, _ := bytes.Cut(s.copied(), []byte(endMark))
	return output
}

// copied is what has come through the terminal so far.
func (s *Screen) copied() []byte {
	s.tb.Helper()
	copied, err := os.ReadFile(s.output)
	if err != nil {
		s.tb.Fatal(err)
	}
	return copied
}

// Ask expands a tmux format for the terminal, such as "#{alternate_on}", "#{mouse_any_flag}" or
// "#{cursor_flag}".
func (s *Screen) Ask(format string) string {
	s.tb.Helper()
	return strings.TrimSuffix(s.tmux("display-message", "-p", format), "\n")
}

// PID is the program's process id.
func (s *Screen) PID() int {
	s.tb.Helper()
	var pid int
	s.poll("the program to start", func() bool {
		text, _ := os.ReadFile(s.pid) // not there yet
		var err error
		pid, err = strconv.Atoi(strings.TrimSuffix(string(text), "\n"))
		return err == nil && strings.HasSuffix(string(text), "\n")
	})
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
	output, _ := os.ReadFile(s.output) // not there when the test could not begin
	s.command("kill-server").Run()
	// The number of a process that has ended may be another's by now.
	if text, err := os.ReadFile(s.pid); err == nil && !bytes.Contains(output, []byte(endMark)) {
		if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil {
			if process, err := os.FindProcess(pid); err == nil {
				process.Kill()
			}
		}
	}
	os.RemoveAll(s.dir)
}
