//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package crash

import "golang.org/x/sys/unix"

const (
	getState = unix.TIOCGETA
	setState = unix.TIOCSETA
)
