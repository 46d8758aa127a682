package crash

import (
	"os"
	"strconv"

	"golang.org/x/sys/windows"
)

// stateOf is a console's state, for [restore]; empty for what is no console.
func stateOf(terminal *os.File) string {
	var mode uint32
	if err := windows.GetConsoleMode(windows.Handle(terminal.Fd()), &mode); err != nil {
		return ""
	}
	return strconv.FormatUint(uint64(mode), 10)
}

func restore(terminal *os.File, state string) {
	if mode, err := strconv.ParseUint(state, 10, 32); err == nil {
		windows.SetConsoleMode(windows.Handle(terminal.Fd()), uint32(mode))
	}
}
