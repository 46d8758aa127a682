package handler

// Bounds of what waits for one handler. The count is iq.md's; the bytes keep
// 4,096 stanzas of a megabyte from being held for a handler that sleeps.
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

// queue is a ring of events that grows up to its limits.
type queue struct {
	ring  []Event
	head  int
	len   int
	bytes int
}

// push adds an event; false when the queue is full.
func (q *queue) push(e Event) bool {
	size := size(e)
	if q.len == QueueLimit || q.len > 0 && q.bytes+size > QueueBytes {
		return false
	}
	if q.len == len(q.ring) {
		grown := make([]Event, max(firstRing, 2*q.len))
		n := copy(grown, q.ring[q.head:])
		copy(grown[n:], q.ring[:q.head])
		q.ring, q.head = grown, 0
	}
	q.ring[(q.head+q.len)%len(q.ring)] = e
	q.len++
	q.bytes += size
	return true
}

// pop takes the oldest event; false when there is none.
func (q *queue) pop() (Event, bool) {
	if q.len == 0 {
		return Event{}, false
	}
	e := q.ring[q.head]
	q.ring[q.head] = Event{} // let go of the stanza
	q.head = (q.head + 1) % len(q.ring)
	q.len--
	q.bytes -= size(e)
	if q.len == 0 && len(q.ring) > idleRing {
		*q = queue{}
	}
	return e, true
}

func size(e Event) int {
	if e.Stanza == nil {
		return 0
	}
	return len(e.Stanza.XML())
}
