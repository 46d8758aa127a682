package xmpptest

import (
	"fmt"
	"time"
	"unsafe"
)

// WallSet is the time that time.Now would have read if somebody had put the wall clock forward by so many
// whole seconds, or back: the monotonic clock shows the same. Package time has no way to make
// one, so this reaches into the layout of a time.Time with a monotonic reading, and checks that it is as thought.
func WallSet(t time.Time, by time.Duration) time.Time {
	set := t
	wall := (*uint64)(unsafe.Pointer(&set)) // a flag, 33 bits of seconds, 30 of nanoseconds
	*wall += uint64(int64(by/time.Second) << 30)
	if set.Sub(t) != 0 || !set.Round(0).Equal(t.Round(0).Add(by)) {
		panic(fmt.Sprintf("%v, set by %v, became %v: it has no monotonic reading, or time.Time another layout", t, by, set))
	}
	return set
}
