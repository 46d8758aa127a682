package suspend

import "golang.org/x/sys/unix"

// One clock runs on while the machine sleeps, the other one does not (clock_gettime(2)).
const (
	always = unix.CLOCK_BOOTTIME
	awake  = unix.CLOCK_MONOTONIC
)
