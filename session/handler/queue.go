package handler

// Bounds of what waits for one handler. The count is room for a burst that comes faster
// than a handler works; the bytes keep 4,096 stanzas of a megabyte from being held for a
// handler that sleeps.
const (
	// QueueLimit is how many stanzas may wait for one handler; what comes on top
	// is counted as dropped.
	QueueLimit = 4096
	// QueueBytes is how many bytes of XML may wait; one stanza may always.
	QueueBytes = 16 << 20
)

// Capacities of a queue: at first, and the most that an emptied one keeps.
const (
	firstRing = 8
	idleRing  = 64
)

// waiting is what waits for a handler: an event, and when a responder is asked,
// who asks.
type waiting struct {
	event  Event
	asking *asking
}

// queue is a ring that grows up to its limits.
type queue struct {
	ring  []waiting
	head  int
	len   int
	bytes int
}

// push adds one; false when the queue is full.
func (q *queue) push(w waiting) bool {
	size := size(w.event)
	if q.len == QueueLimit || q.len > 0 && q.bytes+size > QueueBytes {
		return false
	}
	if q.len == len(q.ring) {
		grown := make([]waiting, max(firstRing, 2*q.len))
		n := copy(grown, q.ring[q.head:])
		copy(grown[n:], q.ring[:q.head])
		q.ring, q.head = grown, 0
	}
	q.ring[(q.head+q.len)%len(q.ring)] = w
	q.len++
	q.bytes += size
	return true
}

// pop takes the oldest; false when there is none.
func (q *queue) pop() (waiting, bool) {
	if q.len == 0 {
		return waiting{}, false
	}
	w := q.ring[q.head]
	q.ring[q.head] = waiting{} // let go of the stanza
	q.head = (q.head + 1) % len(q.ring)
	q.len--
	q.bytes -= size(w.event)
	if q.len == 0 && len(q.ring) > idleRing {
		*q = queue{}
	}
	return w, true
}

// drain takes everything.
func (q *queue) drain() (all []waiting) {
	for {
		w, ok := q.pop()
		if !ok {
			*q = queue{}
			return all
		}
		all = append(all, w)
	}
}

func size(e Event) int {
	if e.Stanza == nil {
		return 0
	}
	return len(e.Stanza.XML())
}
