// Package crash gives the terminal back when the program fails.
//
// A panic in any goroutine ends a Go program at once, and nothing in it can see to the terminal then:
// it would stay raw, on the alternate screen. So a second process, the same program again, waits for
// the words with which the Go runtime goes down. When they come it restores the terminal, writes a
// report, and says in one sentence where that is. It waits for the end of a pipe and costs nothing
// else (package standby); when the program ends well, so does it.
//
//	func main() {
//		crash.Watcher() // does not return in the second process
//		…
//		watch, err := crash.Start(terminal, folder, version) // from here on a failure is told
//		defer watch.End()
//	}
//
// A report holds no words of a panic that are not the runtime's own: they may quote what was typed,
// received or kept secret. What it holds is where the program was, which is function names, lines
// and numbers.
//
// The exit status of a program that failed is the Go runtime's, 2.
package crash

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"sync/atomic"
	"time"

	"iqscope/internal/crash/standby"
)

// What the second process is told, by names of its environment.
const (
	folderVariable  = standby.Variable
	programVariable = "IQSCOPE_CRASHED_PROGRAM"
	stateVariable   = "IQSCOPE_TERMINAL_STATE"
)

// canWatch says that this program becomes a watcher when it is started as one.
var canWatch atomic.Bool

// Watcher makes this process the watcher if it was started as one, and then does not return. It is
// the first thing that a program does.
func Watcher() {
	if len(standby.First) == 0 {
		canWatch.Store(true)
		return
	}
	words := io.MultiReader(bytes.NewReader(standby.First), os.Stdin)
	tell(words, os.Stdout, os.Getenv(stateVariable), os.Getenv(folderVariable), os.Getenv(programVariable))
	os.Exit(0)
}

// Watch is the watching of a program. Make one with [Start].
type Watch struct {
	command *exec.Cmd
	unhush  func()
}

var errNotAWatcher = errors.New("this program cannot be started as a watcher")

// Start watches this process until End. The terminal is restored to what it is now; reports go to a
// folder, which is made when there is one to write; program says what failed. Whatever else writes
// to the process's standard error is not seen meanwhile.
func Start(terminal *os.File, folder, program string) (*Watch, error) {
	if !canWatch.Load() {
		return nil, errNotAWatcher
	}
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	words, to, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer to.Close() // the runtime has its own
	defer words.Close()
	narrow(to)
	command := exec.Command(path)
	command.Env = []string{folderVariable + "=" + folder, programVariable + "=" + program, stateVariable + "=" + stateOf(terminal)}
	command.Stdin, command.Stdout = words, terminal
	if err := command.Start(); err != nil {
		return nil, err
	}
	w := &Watch{command: command}
	// The watcher need not be there yet: the words wait in the pipe.
	if err := debug.SetCrashOutput(to, debug.CrashOptions{}); err != nil {
		command.Process.Kill()
		command.Wait()
		return nil, err
	}
	debug.SetTraceback("all")
	w.unhush = hush()
	return w, nil
}

// End ends the watching.
func (w *Watch) End() {
	w.unhush()
	debug.SetCrashOutput(nil, debug.CrashOptions{})
	w.command.Process.Kill() // it may be stopped, and has nothing left to do
	w.command.Wait()
}

// leave takes back what a full-screen program does to a terminal: bracketed paste, the mouse, the
// hidden cursor, colours, the alternate screen.
const leave = "\x1b[?2004l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?25h\x1b[0m\x1b[?1049l\r"

// tell does what is to be done when a program fails, whose words have begun to come. The first one
// is enough to restore the terminal: as long as nobody reads on, the pipe is soon full and the program
// goes nowhere, so that the shell comes last.
func tell(words io.Reader, terminal *os.File, state, folder, program string) {
	restore(terminal, state)
	fmt.Fprint(terminal, leave)
	now := time.Now()
	name := filepath.Join(folder, fmt.Sprintf("crash-%s-%d.txt", now.UTC().Format("20060102-150405"), os.Getpid()))
	fmt.Fprintf(terminal, "iqscope: the program has failed, which is a fault of its own; what it was doing is in %s\n", name)
	all, _ := io.ReadAll(io.LimitReader(words, mostBytes))
	if err := write(name, report(program, now, all)); err != nil {
		fmt.Fprintf(terminal, "iqscope: the report could not be written: %v\n", err)
	}
	io.Copy(io.Discard, words)
}

// write writes a file that nobody else may read.
func write(name string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}
