//go:build unix

package tui

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/tui/input"
)

// stopTime is how long a process at most goes on after it was told to stop. The system does not stop
// one that no shell could wake again (POSIX calls its process group orphaned).
const stopTime = 500 * time.Millisecond

// jobControl is the part of a program that a shell stops and wakes.
type jobControl struct {
	ctx     context.Context // of the program
	signals chan os.Signal
	input   *input.Reader // nil if Bubble Tea reads the terminal itself
}

func newJobControl(ctx context.Context, reader *input.Reader) *jobControl {
	return &jobControl{ctx, make(chan os.Signal, 1), reader}
}

func (j *jobControl) jobs() jobs {
	resumed := func(err error) tea.Msg { return Resumed{err} }
	return jobs{
		suspend: j.released(j.stop, resumed),
		retake:  j.released(func() error { return nil }, resumed),
		lend: func(do func(func(guest) error) error, done func(error) tea.Msg) tea.Cmd {
			return j.released(func() error { return j.lent(do) }, done)
		},
	}
}

// watch tells of the shell's signals until the program ends: of SIGTSTP before it stops anything, so
// that the terminal can be given back first, and of SIGCONT after a SIGSTOP, of which nobody is told.
func (j *jobControl) watch(send func(tea.Msg)) {
	j.listen()
	defer signal.Stop(j.signals)
	for {
		select {
		case <-j.ctx.Done():
			return
		case s := <-j.signals:
			if s == syscall.SIGTSTP {
				send(SuspendAsked{})
			} else {
				send(Continued{})
			}
		}
	}
}

func (j *jobControl) listen() { signal.Notify(j.signals, syscall.SIGTSTP, syscall.SIGCONT) }

// stop stops the process group, as the terminal's own Ctrl+Z does, and returns when it goes on. It
// does so by SIGTTIN: a SIGTSTP stops no Go program any more that has ever listened to it.
func (j *jobControl) stop() error {
	signal.Stop(j.signals) // who wakes us now was asked to
	defer j.listen()
	woken := make(chan os.Signal, 1)
	signal.Notify(woken, syscall.SIGCONT)
	defer signal.Stop(woken)
	began := time.Now()
	if err := syscall.Kill(0, syscall.SIGTTIN); err != nil {
		return err
	}
	select {
	case <-woken:
	case <-time.After(stopTime):
		if time.Since(began) < 2*stopTime {
			return errNotSuspended
		}
	}
	return nil
}

// released returns a command that does something while the terminal is as it was before the program.
func (j *jobControl) released(do func() error, done func(error) tea.Msg) tea.Cmd {
	during := tea.Exec(interlude(func() error {
		if j.input != nil {
			defer j.input.Resume()
		}
		return do()
	}), done)
	return func() tea.Msg {
		if j.input != nil {
			j.input.Interrupt()
		}
		return during()
	}
}

// interlude is a function as what Bubble Tea can give the terminal to.
type interlude func() error

func (f interlude) Run() error          { return f() }
func (f interlude) SetStdin(io.Reader)  {}
func (f interlude) SetStdout(io.Writer) {}
func (f interlude) SetStderr(io.Writer) {}
