// Package standby lets a watcher (package crash) wait before the rest of the program is initialized.
//
// A watcher is the same program again, and nearly always has nothing to do. All the tables, screens
// and databases of the program would be got ready for it: ten milliseconds of a processor at each
// start, and twenty megabytes until the end. So it waits here, in an init function that runs before
// those of other packages, since this one imports syscall alone; see package noquery on that. When
// words come, it goes on and becomes a whole program; when none do, it ends.
package standby

import "syscall"

// Variable is the one of the environment that makes a process a watcher.
const Variable = "IQSCOPE_CRASH_REPORTS"

// First is the first of the words that a watcher has read from its standard input; nothing in a
// process that is none.
var First = wait()

func wait() []byte {
	if folder, _ := syscall.Getenv(Variable); folder == "" {
		return nil
	}
	first := make([]byte, 1)
	for {
		switch n, err := syscall.Read(syscall.Stdin, first); {
		case n > 0:
			return first
		case err != syscall.EINTR:
			syscall.Exit(0) // the program has ended well
		}
	}
}
