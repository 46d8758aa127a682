//go:build unix

package crash

import (
	"encoding/binary"
	"encoding/hex"
	"os"

	"golang.org/x/sys/unix"
)

// stateOf is a terminal's state, for [restore]; empty for what is no terminal. Only one program reads
// it, on the same machine.
func stateOf(terminal *os.File) string {
	state, err := unix.IoctlGetTermios(int(terminal.Fd()), getState)
	if err != nil {
		return ""
	}
	bytes, err := binary.Append(nil, binary.NativeEndian, state)
	if err != nil {
		return ""
	}
	return hex.EncodeToString(bytes)
}

func restore(terminal *os.File, state string) {
	bytes, err := hex.DecodeString(state)
	if err != nil {
		return
	}
	var is unix.Termios
	if _, err := binary.Decode(bytes, binary.NativeEndian, &is); err == nil {
		unix.IoctlSetTermios(int(terminal.Fd()), setState, &is)
	}
}
