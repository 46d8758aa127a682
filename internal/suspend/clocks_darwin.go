package suspend

import "golang.org/x/sys/unix"

// One clock runs on while the machine sleeps, the other one does not (clock_gettime(3)).
const (
	always = unix.CLOCK_MONOTONIC_RAW
	awake  = unix.CLOCK_UPTIME_RAW
)
