package e2e

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"iqscope/internal/tmuxtest"
)

// Fault 35: SIGTERM, SIGINT, SIGHUP.
func TestASignalEndsTheProgramWithTheTerminalRestored(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		signal syscall.Signal
	}{
		{"SIGTERM", syscall.SIGTERM},
		{"SIGINT", syscall.SIGINT},
		{"SIGHUP", syscall.SIGHUP},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := tryOut(t, narrow, "--timeout", long.String())
			p.asks("q1", "silent"+bots)
			p.waits("q1")
			if err := syscall.Kill(p.PID(), row.signal); err != nil {
				t.Fatal(err)
			}
			if status := p.WaitExit(); status == 0 {
				t.Error("the exit status is 0, although a request was given up")
			}
			p.foundTheTerminalRestored()
		})
	}
}

// A panic anywhere ends the program as this signal does: by the Go runtime, with the words of all
// goroutines.
// Fault 35: a panic.
func TestAProgramThatFailsLeavesTheTerminalAndAReport(t *testing.T) {
	settings := filepath.Join(t.TempDir(), "settings")
	home := t.TempDir()
	p := &person{tmuxtest.Start(t, wide.width, wide.height, []string{"XDG_STATE_HOME=" + home, "IQSCOPE_PASSWORD=pencil"}, "sh", "-c",
		`stty -a >"$0"; sh -c 'echo $$ >"$1"; exec "$0"' "$1" "$2"; stty -a | cmp - "$0" && echo "all as before"; exec cat`, settings, Binary(t), settings+".pid"), t, wide}
	p.WaitFor("● online")
	text, err := os.ReadFile(settings + ".pid")
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	p.signals(pid, syscall.SIGQUIT)
	p.WaitFor("all as before")
	p.WaitFor("iqscope: the program has failed")
	p.foundTheTerminalRestored()
	if screen := p.Screen.Screen(); strings.Contains(screen, "goroutine") {
		t.Errorf("the runtime's words are on the screen:\n%s", screen)
	}
	reports, _ := filepath.Glob(filepath.Join(home, "iqscope", "crashes", "crash-*.txt"))
	if len(reports) != 1 {
		t.Fatalf("the reports are %q", reports)
	}
	report, err := os.ReadFile(reports[0])
	if err != nil || !strings.Contains(string(report), "iqscope/session.") {
		t.Errorf("the report (%v) says nothing of the session:\n%s", err, report)
	}
}

func TestTheTerminalsSettingsAreAsBefore(t *testing.T) {
	t.Parallel()
	settings := filepath.Join(t.TempDir(), "settings")
	p := &person{tmuxtest.Start(t, narrow.width, narrow.height, nil, "sh", "-c",
		`stty -a >"$0"; "$1"; stty -a | cmp - "$0" && echo "all as before"; exec cat`, settings, Binary(t)), t, narrow}
	p.WaitFor("● online")
	p.SendKeys("C-c")
	p.WaitFor("all as before")
}
