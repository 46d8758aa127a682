package e2e

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"iqscope/internal/tmuxtest"
)

// Fault 35: SIGTSTP and SIGCONT.
func TestTheShellHasTheTerminalWhileTheProgramIsSuspended(t *testing.T) {
	for _, row := range []struct {
		name string
		stop func(p *person, pid int)
		wake func(p *person, pid int)
	}{
		{
			"by the key",
			func(p *person, _ int) { p.SendKeys("C-z") },
			func(p *person, _ int) { p.SendKeys("fg", "Enter") },
		},
		{
			"by a signal",
			func(p *person, pid int) { p.signals(pid, syscall.SIGTSTP) },
			func(p *person, _ int) { p.SendKeys("fg", "Enter") },
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := &person{tmuxtest.Start(t, narrow.width, narrow.height, []string{"PS1=the shell: ", knowsIt(t)}, "sh", "-i"), t, narrow}
			p.WaitFor("the shell:")
			p.Type(Binary(t))
			p.SendKeys("Enter")
			p.WaitFor("● online")
			pid := p.child()
			p.SendKeys("Escape") // once: read together with the key, it would be Alt
			p.WaitGone("typing")

			for range 2 {
				row.stop(p, pid)
				p.WaitFor("Stopped")
				p.foundTheTerminalRestored()
				if p.Ask("#{cursor_flag}") != "1" {
					t.Error("the shell has no cursor")
				}
				p.SendKeys("clear; stty -a", "Enter")
				p.WaitMatch(`[^-]icanon`)
				p.WaitMatch(`[^-]echo `)
				row.wake(p, pid)
				p.WaitFor("● online")
				p.WaitUntil("the alternate screen", func(string) bool { return p.Ask("#{alternate_on}") == "1" })
			}
			p.SendKeys("M-1", "M-Enter", "M-2")
			p.WaitMatch(`✓ result`)
			p.SendKeys("C-c")
			p.WaitFor("the shell:")
			p.foundTheTerminalRestored()
		})
	}
}

// A shell that was stopped with the program may have left the terminal in any state.
func TestAProgramThatIsWokenTakesTheTerminalAnew(t *testing.T) {
	p := tryOut(t, narrow)
	before := strings.Count(string(p.Output()), modes[0].set)
	p.signals(p.PID(), syscall.SIGSTOP)
	p.signals(p.PID(), syscall.SIGCONT)
	p.WaitUntil("the screen to be taken again", func(string) bool { return strings.Count(string(p.Output()), modes[0].set) > before })
	p.SendKeys("M-Enter", "M-2")
	p.WaitMatch(`✓ result`)
	p.leaves()
}

func TestAProgramThatNobodyCouldWakeIsNotSuspended(t *testing.T) {
	p := tryOut(t, narrow)
	p.SendKeys("Escape")
	p.WaitGone("typing")
	p.SendKeys("C-z")
	p.WaitFor("✗ The program was not suspended, since nobody here could wake it again.")
	p.SendKeys("M-Enter", "M-2")
	p.WaitMatch(`✓ result`)
	p.leaves()
}

func (p *person) signals(pid int, s syscall.Signal) {
	p.t.Helper()
	if err := syscall.Kill(pid, s); err != nil {
		p.t.Fatal(err)
	}
}

// child is the process that the program, a shell, has started.
func (p *person) child() int {
	p.t.Helper()
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", p.PID(), p.PID()))
	if err != nil {
		p.t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(children)))
	if err != nil {
		p.t.Fatal(err)
	}
	return pid
}
