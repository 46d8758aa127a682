//go:build linux || darwin

package suspend

import (
	"time"

	"golang.org/x/sys/unix"
)

// Total is how long the machine has slept since it started, or since any other moment: only
// differences mean something. The wall clock has no say in it, so that nobody who sets it, were it
// while the machine sleeps, makes time pass or stand still. It is 0 for ever on systems that do not tell
// (all but Linux and macOS): there, what the monotonic clock says is believed, which on
// Windows has the sleep in it.
func Total() time.Duration {
	// In this order, so that a pause between the two readings is not taken for sleep.
	all := read(always)
	return all - read(awake)
}

// read is the time on a clock of the system, 0 if it has no such clock.
func read(clock int32) time.Duration {
	var t unix.Timespec
	if unix.ClockGettime(clock, &t) != nil {
		return 0
	}
	return time.Duration(t.Nano())
}
