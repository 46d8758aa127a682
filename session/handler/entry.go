package handler

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"iqscope/iqbuilder/stanza"
)

// entry is what the registry holds of one handler.
type entry struct {
	name, about string
	kind        Kind
	order       uint64 // of registration
	fallback    bool   // of a responder
	once        bool   // of a responder: it leaves with the first match
	serves      []string
	match       Matcher // nil for all
	both        bool    // of an observer: it sees what goes out, too
	outgoing    bool    // it is asked about what goes out

	call    func(Event) // of callback and once: from the queue
	take    func(Event) // of waiter and collector: at once
	removed func()      // of a waiter: no match will come any more
	filter  func(Event) *stanza.Stanza
	respond func(context.Context, Event) (Answer, error)

	// gone ends when the entry leaves: the context of a responder's calls.
	gone  context.Context
	leave context.CancelFunc

	matches, misses, replies, failures, dropped atomic.Uint64

	last atomic.Int64 // the time of the last match, in Unix nanoseconds; 0: none
	left atomic.Bool  // no longer in the registry
	off  atomic.Bool

	place place // of an observer, in the line

	mu      sync.Mutex
	queue   queue
	running bool // a goroutine of its own works on the queue
	stopped bool // nothing more is to be called
}

func newEntry(h Handler) *entry {
	en := &entry{
		name: h.name, kind: h.kind, match: h.match, about: "*",
		fallback: h.fallback, once: h.once, serves: slices.Clone(h.serves),
		call: h.call, filter: h.filter, respond: h.respond,
	}
	if b, ok := h.match.(bothWays); ok {
		en.match, en.both = b.matcher, true
	}
	en.outgoing = en.both || en.list() != observers
	if h.match != nil {
		en.about = h.match.String()
	}
	if h.kind == KindResponder {
		en.gone, en.leave = context.WithCancel(context.Background())
	}
	return en
}

// hit counts a match.
func (en *entry) hit(at time.Time) { en.hits(at, 1) }

// hits counts n matches.
func (en *entry) hits(at time.Time, n int) {
	en.matches.Add(uint64(n))
	if !at.IsZero() {
		en.last.Store(at.UnixNano())
	}
}

// enqueue leaves something for the handler; start says that a goroutine must be
// started for it, if it has one of its own. Full queues take nothing, which is counted, nor do
// stopped ones.
func (en *entry) enqueue(w waiting, own bool) (taken, start bool) {
	en.mu.Lock()
	defer en.mu.Unlock()
	if en.stopped {
		return false, false
	}
	if !en.queue.push(w) {
		en.dropped.Add(1)
		return false, false
	}
	start = own && !en.running
	en.running = en.running || own
	return true, start
}

// crowded says that the queue is half full.
func (en *entry) crowded() bool {
	en.mu.Lock()
	defer en.mu.Unlock()
	return en.queue.len >= QueueLimit/2 || en.queue.bytes >= QueueBytes/2
}

// pop is what to call the handler with, whose goroutine is not its own.
func (en *entry) pop() (waiting, bool) {
	en.mu.Lock()
	defer en.mu.Unlock()
	return en.queue.pop()
}

// occupy makes the goroutine that calls the handler its own.
func (en *entry) occupy() {
	en.mu.Lock()
	defer en.mu.Unlock()
	en.running = true
}

// release ends that, unless something waits.
func (en *entry) release() bool {
	en.mu.Lock()
	defer en.mu.Unlock()
	en.running = en.queue.len > 0
	return !en.running
}

// next is what to call the handler with; when there is nothing, the goroutine
// that asked has to end.
func (en *entry) next() (waiting, bool) {
	en.mu.Lock()
	defer en.mu.Unlock()
	w, ok := en.queue.pop()
	en.running = ok
	return w, ok
}

// stop lets nothing in any more, ends the context of what runs, and returns what
// waited.
func (en *entry) stop() []waiting {
	en.mu.Lock()
	en.stopped = true
	left := en.queue.drain()
	en.mu.Unlock()
	if en.leave != nil {
		en.leave()
	}
	if en.removed != nil {
		en.removed()
	}
	return left
}

func (en *entry) info() Info {
	info := Info{
		Name: en.name, Kind: en.kind, Matcher: en.about, Fallback: en.list() == fallbacks, Off: en.off.Load(),
		BothWays: en.both,
		Matches:  en.matches.Load(), Misses: en.misses.Load(), Replies: en.replies.Load(),
		Failures: en.failures.Load(), Dropped: en.dropped.Load(),
	}
	if at := en.last.Load(); at != 0 {
		info.Last = time.Unix(0, at)
	}
	return info
}
