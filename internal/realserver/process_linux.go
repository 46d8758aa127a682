package realserver

import (
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A process is a running server. It leads a process group of its own, which is signalled as a
// whole, and dies with the test binary, however that ends.
type process struct {
	cmd *exec.Cmd
}

// startProcess starts the server with nothing to read; what it prints is appended to logFile.
func startProcess(l launch, dir, logFile string) (*process, error) {
	log, err := os.OpenFile(logFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(l.argv[0], l.argv[1:]...)
	cmd.Dir = dir
	// Nothing of the tester's own settings, and no secret of theirs, reaches the server.
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "LANG=C.UTF-8"}, l.env...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &process{cmd: cmd}, nil
}

// exited reports whether the server has ended, without collecting its exit status.
func (p *process) exited() bool {
	var info unix.Siginfo
	err := unix.Waitid(unix.P_PID, p.cmd.Process.Pid, &info, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil)
	return err != nil || info.Signo != 0
}

// stop asks the server to shut down and kills it when it has not done so within the given time.
func (p *process) stop(within time.Duration) {
	syscall.Kill(-p.cmd.Process.Pid, syscall.SIGTERM)
	for deadline := time.Now().Add(within); !p.exited() && time.Now().Before(deadline); {
		time.Sleep(pollInterval)
	}
	p.kill()
}

// kill ends the server at once and waits until it is gone, with all processes that it is made of.
func (p *process) kill() {
	syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	p.cmd.Wait() // "signal: killed" is what was wanted
	for deadline := time.Now().Add(stopTimeout); time.Now().Before(deadline); time.Sleep(pollInterval) {
		if syscall.Kill(-p.cmd.Process.Pid, 0) == syscall.ESRCH {
			return
		}
	}
}
