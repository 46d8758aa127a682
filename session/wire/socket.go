package wire

import (
	"errors"
	"net"
	"syscall"
)

// SocketWords says what an error of a socket means. Of one that the system does not name it is
// the error's own text, without the addresses that package net puts before it.
func SocketWords(err error) string {
	for _, known := range []struct {
		number syscall.Errno
		words  string
	}{
		{syscall.ECONNRESET, "the connection was reset"},
		{syscall.EPIPE, "the other side had closed the connection"},
		{syscall.ETIMEDOUT, "nothing came back from there"},
		{syscall.EHOSTUNREACH, "there is no way to that host"},
		{syscall.ENETUNREACH, "there is no way to that network"},
	} {
		if errors.Is(err, known.number) {
			return known.words
		}
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Err != nil {
		return op.Err.Error()
	}
	return err.Error()
}
