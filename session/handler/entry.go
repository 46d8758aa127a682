package handler

import (
	"sync"
	"sync/atomic"
	"time"
)

// Kinds of entries, as Info names them.
const (
	kindLog      = "log"
	kindCallback = "callback"
	kindOnce     = "once"
	kindReply    = "reply"
)

// entry is what the registry holds of one handler.
type entry struct {
	name, kind, about string
	match             Matcher     // of callback and once
	fn                func(Event) // of all but reply

	matches, misses, failures, dropped atomic.Uint64
	last                               atomic.Int64 // Unix nanoseconds of the last match; 0: none
	left                               atomic.Bool  // no longer in the registry

	mu      sync.Mutex
	queue   queue
	running bool // a goroutine works on the queue
	stopped bool // nothing more is to be called
}

// hit counts a match.
func (en *entry) hit(at time.Time) {
	en.matches.Add(1)
	if !at.IsZero() {
		en.last.Store(at.UnixNano())
	}
}

// enqueue leaves the event for the handler; start says that a goroutine must be
// started for it. Stopped entries take nothing.
func (en *entry) enqueue(e Event) (start bool) {
	en.mu.Lock()
	defer en.mu.Unlock()
	if en.stopped {
		return false
	}
	if !en.queue.push(e) {
		en.dropped.Add(1)
		return false
	}
	start = !en.running
	en.running = true
	return start
}

// next is the event to call the handler with; when there is none, the goroutine
// that asked has to end.
func (en *entry) next() (Event, bool) {
	en.mu.Lock()
	defer en.mu.Unlock()
	e, ok := en.queue.pop()
	en.running = ok
	return e, ok
}

// stop drops what waits and lets nothing in any more.
func (en *entry) stop() {
	en.mu.Lock()
	defer en.mu.Unlock()
	en.stopped = true
	en.queue = queue{}
}

func (en *entry) info() Info {
	info := Info{
		Name: en.name, Kind: en.kind, Matcher: en.about,
		Matches: en.matches.Load(), Misses: en.misses.Load(),
		Failures: en.failures.Load(), Dropped: en.dropped.Load(),
	}
	if at := en.last.Load(); at != 0 {
		info.Last = time.Unix(0, at)
	}
	return info
}

// sequence is entries in the order of their registration. Its slice is only
// appended to or replaced as a whole: whoever took it earlier may read on
// without a lock. An entry that left stays in it until half of them have left,
// so that adding and removing cost the same however many there are.
type sequence struct {
	entries []*entry
	left    int
}

func (s *sequence) add(en *entry) { s.entries = append(s.entries, en) }

// remove notes that one of the entries has left.
func (s *sequence) remove() {
	s.left++
	if 2*s.left <= len(s.entries) {
		return
	}
	kept := make([]*entry, 0, len(s.entries)-s.left)
	for _, en := range s.entries {
		if !en.left.Load() {
			kept = append(kept, en)
		}
	}
	s.entries, s.left = kept, 0
}
