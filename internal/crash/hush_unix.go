//go:build unix

package crash

import (
	"os"

	"golang.org/x/sys/unix"
)

// hush keeps what is written to standard error off the screen, and returns what ends that.
func hush() (end func()) {
	stderr, err := unix.FcntlInt(2, unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return func() {}
	}
	nothing, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		unix.Close(stderr)
		return func() {}
	}
	defer nothing.Close()
	unix.Dup2(int(nothing.Fd()), 2)
	return func() {
		unix.Dup2(stderr, 2)
		unix.Close(stderr)
	}
}
