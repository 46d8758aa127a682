package tmuxtest

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

func shell(t *testing.T, script string) *Screen {
	t.Helper()
	return Start(t, 60, 10, nil, "sh", "-c", script)
}

func TestAProgramShowsItsTextInTheSizeAskedFor(t *testing.T) {
	screen := Start(t, 71, 13, nil, "sh", "-c", "stty size; exec cat")
	screen.WaitFor("13 71")
}

func TestAResizeReachesTheProgram(t *testing.T) {
	screen := shell(t, "trap 'stty size' WINCH; echo ready; while :; do sleep 0.05; done")
	screen.WaitFor("ready")
	screen.Resize(100, 30)
	screen.WaitFor("30 100")
}

func TestKeysArriveAsATerminalSendsThem(t *testing.T) {
	for _, row := range []struct{ key, shown string }{
		{"M-Enter", "^[^M"},
		{"Tab", "^I"},
		{"BTab", "^[[Z"},
		{"Escape", "^["},
		{"F5", "^[[15~"},
		{"C-p", "^P"},
		{"Up", "^[[A"},
	} {
		t.Run(row.key, func(t *testing.T) {
			screen := shell(t, "stty raw -echo; printf 'ready'; exec cat -vt")
			screen.WaitFor("ready")
			screen.SendKeys(row.key, "x")
			screen.WaitFor("ready" + row.shown + "x")
		})
	}
}

func TestTextIsTypedAsItIs(t *testing.T) {
	for _, text := range []string{"Enter", "<iq id='a;b'/>", "ends in ;", "-l", "ünï ↵", `back\slash`} {
		t.Run(text, func(t *testing.T) {
			screen := shell(t, "stty raw -echo; printf 'ready '; exec cat")
			screen.WaitFor("ready")
			screen.Type(text)
			screen.WaitFor("ready " + text)
		})
	}
}

func TestAPasteIsBracketedWhereTheProgramAskedForIt(t *testing.T) {
	screen := shell(t, `stty raw -echo; printf '\033[?2004hready '; exec cat -v`)
	screen.WaitFor("ready")
	screen.Paste("one\ntwo")
	screen.WaitFor("ready ^[[200~one")
	screen.WaitFor("two^[[201~")
}

func TestWaitingEndsWhenTheScreenChanges(t *testing.T) {
	screen := shell(t, `echo id=42; read line; printf '\033[H\033[2Jdone'; exec cat`)
	if match := screen.WaitMatch(`id=(\d+)`); match[1] != "42" {
		t.Errorf("got %q", match)
	}
	screen.SendKeys("Enter")
	screen.WaitGone("id=42")
	screen.WaitFor("done")
}

func TestTheExitStatusIsTheProgramsOwn(t *testing.T) {
	for _, row := range []struct {
		name, script string
		status       int
	}{
		{"success", "exit 0", 0},
		{"failure", "exit 3", 3},
		{"killed", "kill -KILL $$", 128 + 9},
		{"no such program", "exec /no/such/program", 127},
	} {
		t.Run(row.name, func(t *testing.T) {
			if status := shell(t, row.script).WaitExit(); status != row.status {
				t.Errorf("got %d, want %d", status, row.status)
			}
		})
	}
}

func TestTheScreenStaysAfterTheProgramEnded(t *testing.T) {
	screen := shell(t, `printf '\033[?1049hinside\033[?1049loutside'`)
	screen.WaitExit()
	if got := strings.TrimSpace(screen.Screen()); got != "outside" {
		t.Errorf("the screen is %q", got)
	}
	if screen.Ask("#{alternate_on}") != "0" {
		t.Error("the alternate screen is still on")
	}
}

func TestOutputIsEveryByteFromTheFirst(t *testing.T) {
	screen := shell(t, `printf 'a\033[1mb\033[0m'; sleep 0.1; printf 'end'; exec cat`)
	screen.WaitFor("end")
	screen.poll("all of it in the output", func() bool { return string(screen.Output()) == "a\x1b[1mb\x1b[0mend" })
	if !strings.Contains(screen.Raw(), "\x1b[1mb") {
		t.Errorf("no bold in %q", screen.Raw())
	}
}

// A test may look at what a program has left behind as soon as WaitExit returns.
func TestAfterTheExitTheLastWordsAreThere(t *testing.T) {
	for range 10 {
		screen := shell(t, `seq 20000; printf last`)
		screen.WaitExit()
		if !strings.HasSuffix(strings.TrimSpace(screen.Screen()), "20000\nlast") {
			t.Fatalf("the screen is %q", screen.Screen())
		}
		if !strings.HasSuffix(string(screen.Output()), "20000\r\nlast") {
			t.Fatal("the output has no end")
		}
	}
}

func TestTheEnvironmentIsWhatTheTestSays(t *testing.T) {
	t.Setenv("IQSCOPE_PASSWORD", "of the person who runs the tests")
	screen := Start(t, 80, 10, []string{"GREETING=two words"}, "sh", "-c",
		`echo "$GREETING/$IQSCOPE_PASSWORD/$TERM"; exec cat`)
	screen.WaitFor("two words//screen-256color")
}

func TestNothingRunsAfterTheTest(t *testing.T) {
	var pid int
	t.Run("with a program that ignores the loss of its terminal", func(t *testing.T) {
		screen := shell(t, "trap '' HUP TERM; echo ready; while :; do sleep 0.05; done")
		screen.WaitFor("ready")
		pid = screen.PID()
	})
	for deadline := time.Now().Add(Patience); alive(pid); time.Sleep(pollInterval) {
		if time.Now().After(deadline) {
			t.Fatalf("process %d still runs", pid)
		}
	}
}

func alive(pid int) bool {
	process, err := os.FindProcess(pid)
	return err == nil && process.Signal(syscall.Signal(0)) == nil
}

// A witness is a test whose end is noted instead of carried out.
type witness struct {
	testing.TB
	end string
}

func (w *witness) Helper()      {}
func (w *witness) Skip(...any)  { w.end = "skipped"; panic(w) }
func (w *witness) Fatal(...any) { w.end = "failed"; panic(w) }

func TestWithoutTmuxTheTestIsSkippedUnlessServersAreRequired(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := exec.LookPath("tmux"); err == nil {
		t.Fatal("tmux is still found")
	}
	for _, row := range []struct{ required, end string }{{"", "skipped"}, {"1", "failed"}} {
		t.Setenv("IQSCOPE_REQUIRE_SERVERS", row.required)
		test := witness{TB: t}
		func() {
			defer func() { recover() }()
			Start(&test, 80, 24, nil, "true")
		}()
		if test.end != row.end {
			t.Errorf("IQSCOPE_REQUIRE_SERVERS=%q: %s", row.required, test.end)
		}
	}
}
