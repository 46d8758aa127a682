//go:build unix

package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// lent does something with the terminal to give to others.
func (j *jobControl) lent(do func(run func(guest) error) error) error {
	if j.input != nil {
		if err := j.input.Lend(); err != nil {
			return fmt.Errorf("the terminal cannot be given away: %w", err)
		}
	}
	return do(j.run)
}

// run runs a guest in the terminal until it ends. It is a job of its own, as a shell has them: what
// the keyboard interrupts is the guest alone, and when it is stopped, so are we, and go on with it.
func (j *jobControl) run(g guest) error {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("there is no terminal to give away: %w", err)
	}
	defer tty.Close()
	// The shell between us and the guest outlives what interrupts the guest.
	cmd := exec.Command("sh", append([]string{"-c", `trap : INT QUIT; ` + g.command + ` "$@"`, g.command}, g.args...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	if g.input != nil {
		from, to, err := os.Pipe()
		if err != nil {
			return err
		}
		defer from.Close()
		cmd.Stdin = from
		go func() {
			_, _ = io.Copy(to, g.input) // a pager need not read to the end
			to.Close()
		}()
	}
	fd := int(tty.Fd())
	signal.Ignore(syscall.SIGTTOU) // who gives the terminal away is told that it has it no more
	defer signal.Reset(syscall.SIGTTOU)
	cmd.SysProcAttr = &syscall.SysProcAttr{Foreground: true, Ctty: fd}
	if err := cmd.Start(); err != nil {
		return err
	}
	if from, ok := cmd.Stdin.(*os.File); ok && from != tty {
		from.Close() // else nobody would tell who writes that nobody reads
	}
	defer cmd.Process.Release()
	pid := cmd.Process.Pid
	defer context.AfterFunc(j.ctx, func() { _ = syscall.Kill(-pid, syscall.SIGTERM) })()
	own := syscall.Getpgrp()
	defer foreground(fd, own)
	for {
		var status syscall.WaitStatus
		switch _, err := syscall.Wait4(pid, &status, syscall.WUNTRACED, nil); {
		case errors.Is(err, syscall.EINTR):
		case err != nil:
			return err
		case status.Stopped():
			foreground(fd, own)
			_ = j.stop() // where nobody could wake us, the guest goes on at once
			foreground(fd, pid)
			_ = syscall.Kill(-pid, syscall.SIGCONT)
		case status.Signaled():
			return fmt.Errorf("%s was ended by a signal: %v", g.command, status.Signal())
		default:
			return guestError(g.command, status.ExitStatus())
		}
	}
}

// foreground gives the keyboard to a group of processes.
func foreground(tty, group int) { _ = unix.IoctlSetPointerInt(tty, unix.TIOCSPGRP, group) }
