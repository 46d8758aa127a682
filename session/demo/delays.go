package demo

import (
	"sync"
	"time"
)

// delays holds what waits for its time on behalf of one client, bounded in
// count and bytes. The zero value is ready; it is safe for concurrent use.
type delays struct {
	mu      sync.Mutex
	waiting map[*time.Timer]struct{}
	bytes   int
	stopped bool
}

// after calls fn in a goroutine of its own when d has passed, unless stop comes
// first. It returns false when too much is waiting already.
func (l *delays) after(d time.Duration, bytes int, fn func()) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopped {
		return true // nobody is there any more to be told
	}
	if len(l.waiting) >= maxDelayed || l.bytes+bytes > maxDelayedBytes {
		return false
	}
	if l.waiting == nil {
		l.waiting = make(map[*time.Timer]struct{})
	}
	var timer *time.Timer
	// The function looks for its timer under the lock that is held here.
	timer = time.AfterFunc(d, func() {
		l.mu.Lock()
		_, wanted := l.waiting[timer]
		if wanted {
			delete(l.waiting, timer)
			l.bytes -= bytes
		}
		l.mu.Unlock()
		if wanted {
			fn()
		}
	})
	l.waiting[timer] = struct{}{}
	l.bytes += bytes
	return true
}

// stop forgets everything that waits, for good.
func (l *delays) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopped = true
	for timer := range l.waiting {
		timer.Stop()
	}
	l.waiting = nil
}
