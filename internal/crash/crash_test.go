//go:build unix

package crash

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"
)

// The test's own program is all there is to a failure: the program, its watcher, and the test.
func TestMain(m *testing.M) {
	Watcher()
	if how := os.Getenv("FAILS"); how != "" {
		fail(how)
	}
	os.Exit(m.Run())
}

// fail is a full-screen program that fails, or does not.
func fail(how string) {
	w, err := Start(os.Stdout, os.Getenv("REPORTS"), "the program 1.0")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	term.MakeRaw(int(os.Stdin.Fd()))
	fmt.Print("\x1b[?1049h\x1b[?25l\x1b[?2004h")
	fmt.Fprintln(os.Stderr, "what a library says")
	for range 100 { // more than a pipe holds
		go func() { select {} }()
	}
	var nothing *testing.T
	switch how {
	case "panic":
		go func() { panic("the password is pencil\ngoroutine pencil") }()
	case "nil":
		go func() { nothing.Name() }()
	case "locks":
		go func() { new(sync.Mutex).Unlock() }()
	case "quit":
		syscall.Kill(os.Getpid(), syscall.SIGQUIT)
	case "ends":
		w.End()
		fmt.Print("\x1b[?1049l")
		fmt.Fprintln(os.Stderr, "the end")
		os.Exit(0)
	}
	select {}
}

func TestTheTerminalIsGivenBackAndTheReportQuotesNothing(t *testing.T) {
	for _, c := range []struct{ how, says string }{
		{"panic", omitted},
		{"nil", "panic: runtime error: invalid memory address or nil pointer dereference"},
		{"locks", "internal/sync.fatal("},
		{"quit", "SIGQUIT: quit"},
	} {
		t.Run(c.how, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), "state", "crashes")
			shown, status, cooked := runs(t, c.how, folder)
			if status != 2 {
				t.Errorf("the exit status is %d", status)
			}
			if !cooked {
				t.Error("the terminal is not as it was")
			}
			reports, _ := filepath.Glob(filepath.Join(folder, "crash-*.txt"))
			if len(reports) != 1 {
				t.Fatalf("the reports are %q; the terminal shows %q", reports, shown)
			}
			want := leave + "iqscope: the program has failed, which is a fault of its own; what it was doing is in " + reports[0] + "\r\n"
			if _, behind, _ := strings.Cut(shown, "\x1b[?2004h"); behind != want {
				t.Errorf("then the terminal shows %q, want %q", behind, want)
			}
			info, err := os.Stat(reports[0])
			if err != nil || info.Mode() != 0o600 {
				t.Errorf("the report is %v, %v", info.Mode(), err)
			}
			text, err := os.ReadFile(reports[0])
			if err != nil {
				t.Fatal(err)
			}
			report := string(text)
			for _, want := range []string{"the program 1.0\n", c.says, "\ngoroutine ", "crash.fail"} {
				if !strings.Contains(report, want) {
					t.Errorf("the report says nothing of %q:\n%s", want, report)
				}
			}
			if n := strings.Count(report, "\ngoroutine "); n < 100 {
				t.Errorf("the report has %d goroutines, want all", n)
			}
			for _, never := range []string{"pencil", "PENCIL"} {
				if strings.Contains(report, never) {
					t.Errorf("the report holds the secret:\n%s", report)
				}
			}
		})
	}
}

func TestAProgramThatEndsWellLeavesNothing(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "crashes")
	shown, status, _ := runs(t, "ends", folder)
	if status != 0 || !strings.HasSuffix(shown, "\x1b[?1049lthe end\n") {
		t.Errorf("status %d, the terminal shows %q", status, shown)
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Error("there are reports")
	}
}

func TestWhatIsNoWatcherIsNotStartedAsOne(t *testing.T) {
	canWatch.Store(false)
	defer canWatch.Store(true)
	if w, err := Start(os.Stdout, t.TempDir(), ""); w != nil || err == nil {
		t.Errorf("%v, %v", w, err)
	}
}

// runs runs the program in a terminal, and returns what it has shown, its exit status, and whether
// the terminal is as it was when it has ended.
func runs(t *testing.T, how, folder string) (shown string, status int, cooked bool) {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo-terminal: ", err)
	}
	defer master.Close()
	before, err := term.GetState(int(slave.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	all := make(chan string)
	go func() {
		text, _ := io.ReadAll(master) // ends with an error when nobody has the slave any more
		all <- string(text)
	}()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), "FAILS="+how, "REPORTS="+folder, "PENCIL=pencil")
	command.Stdin, command.Stdout, command.Stderr = slave, slave, slave
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(time.Minute, func() { command.Process.Kill() })
	defer timer.Stop()
	command.Wait()
	after, err := term.GetState(int(slave.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	slave.Close()
	return <-all, command.ProcessState.ExitCode(), *after == *before
}

func TestAWatcherWaitsBeforeTheProgramIsInitialized(t *testing.T) {
	for _, row := range []struct {
		name, words string
		initialized bool
	}{
		{"the program ends well", "", false},
		{"it fails", "panic: ", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			var said strings.Builder
			c := exec.Command(os.Args[0])
			c.Env = []string{folderVariable + "=" + t.TempDir(), "GODEBUG=inittrace=1"}
			c.Stdin, c.Stderr = strings.NewReader(row.words), &said
			if err := c.Run(); err != nil {
				t.Error(err)
			}
			if got := strings.Contains(said.String(), "init os "); got != row.initialized || !strings.Contains(said.String(), "init ") {
				t.Errorf("package os is initialized: %v, want %v:\n%s", got, row.initialized, &said)
			}
		})
	}
}
