package e2e

import (
	"path/filepath"
	"syscall"
	"testing"

	"iqscope/internal/tmuxtest"
)

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

func TestTheTerminalsSettingsAreAsBefore(t *testing.T) {
	t.Parallel()
	settings := filepath.Join(t.TempDir(), "settings")
	p := &person{tmuxtest.Start(t, narrow.width, narrow.height, nil, "sh", "-c",
		`stty -a >"$0"; "$1"; stty -a | cmp - "$0" && echo "all as before"; exec cat`, settings, Binary(t)), t, narrow}
	p.WaitFor("● online")
	p.SendKeys("C-c")
	p.WaitFor("all as before")
}
