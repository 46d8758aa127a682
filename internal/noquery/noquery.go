// Package noquery keeps Bubble Tea from asking the terminal for its colours when the program starts.
//
// Version 1 of Bubble Tea asks in an init function, so every command of a program that has a screen
// would write to the terminal, and wait five seconds where nothing answers (a container's terminal, a
// pseudo-terminal of CI, expect). It does not ask when CI is set. A package's init runs as soon as
// what it imports has been initialized, in the order of import paths among those that are ready (see
// "Program initialization" in the Go specification). This one imports syscall alone, which package os
// is built on; so it runs before os, and so before anything that can ask. For that reason it must
// never import more.
//
// The program's main calls [Done] first of all; what happens in between sees CI set.
package noquery

import "syscall"

const variable = "CI"

// given says that the variable was set already, so that it stays as it is.
var given = hide()

func hide() bool {
	if value, _ := syscall.Getenv(variable); value != "" {
		return true
	}
	_ = syscall.Setenv(variable, "iqscope")
	return false
}

// Done gives the environment back as it was. It is not safe for concurrent use.
func Done() {
	if !given {
		_ = syscall.Unsetenv(variable)
	}
}
