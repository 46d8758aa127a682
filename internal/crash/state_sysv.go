//go:build unix && !(darwin || dragonfly || freebsd || netbsd || openbsd)

package crash

import "golang.org/x/sys/unix"

const (
	getState = unix.TCGETS
	setState = unix.TCSETS
)
