package crash

import (
	"os"

	"golang.org/x/sys/unix"
)

// narrow makes a pipe hold no more than the runtime writes of a few goroutines, so that a program
// that fails waits for its watcher.
func narrow(pipe *os.File) {
	unix.FcntlInt(pipe.Fd(), unix.F_SETPIPE_SZ, 4096) // without it, it is the watcher that has to be quick
}
