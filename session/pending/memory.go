package pending

import (
	"time"

	"iqscope/internal/suspend"
	"iqscope/iqbuilder/stanza"
)

// What is remembered of requests that ended, to tell late and duplicate replies
// from unknown ones (docs/reply-rule.md).
const (
	// Remembered is how many ended requests are known by id, address and outcome.
	Remembered = 100_000
	// Kept is how many of them are known whole, with their stanzas, so that a late
	// reply can be joined to its request; KeptBytes is what those stanzas may take
	// together. Whoever needs an ended request for longer holds it.
	Kept      = 1_000
	KeptBytes = 16 << 20
)

// record is what is left of a request when it has ended.
type record struct {
	key      key
	to       string // as written; it is prepared again when a reply comes
	serial   uint64
	ended    time.Time
	outcome  stanza.Outcome
	answered bool // a reply has come, in time or late

	request *Request // nil when it is not kept any more
	bytes   int      // of the stanzas that request holds
}

// memory is the last requests that ended: a ring of records, in the order of
// their ends, found by key. Records are numbered 0, 1, 2, … over all time.
type memory struct {
	ring   []record
	newest map[key]uint64 // of the requests of one key, the one that ended last
	next   uint64         // number of the next record
	whole  uint64         // number of the oldest record whose request is kept
	bytes  int            // of all kept requests
}

func newMemory() memory { return memory{newest: map[key]uint64{}} }

func (m *memory) at(n uint64) *record { return &m.ring[n%Remembered] }

func (m *memory) add(r *Request) {
	rec := record{
		key: r.key, to: r.to.text, serial: r.Serial, ended: r.Ended, outcome: r.Outcome,
		answered: r.Reply != nil,
		request:  r, bytes: len(r.Stanza.XML()),
	}
	if r.Reply != nil {
		rec.bytes += len(r.Reply.XML())
	}
	if len(m.ring) < Remembered {
		m.ring = append(m.ring, rec)
	} else {
		m.forget(m.next - Remembered)
		*m.at(m.next) = rec
	}
	m.newest[r.key] = m.next
	m.next++
	m.bytes += rec.bytes
	m.release()
}

// forget lets the record of that number go. Its request is not kept any more,
// for Kept is less than Remembered.
func (m *memory) forget(n uint64) {
	if k := m.at(n).key; m.newest[k] == n {
		delete(m.newest, k)
	}
}

// release lets the oldest kept requests go until the rest is within the limits.
func (m *memory) release() {
	for m.next-m.whole > Kept || m.bytes > KeptBytes && m.whole < m.next {
		rec := m.at(m.whole)
		m.bytes -= rec.bytes
		rec.request = nil
		m.whole++
	}
}

func (m *memory) slept(slept time.Duration, now time.Time) {
	for i := range m.ring {
		rec := &m.ring[i]
		suspend.Shift(slept, now, &rec.ended)
		if rec.request != nil {
			rec.request.slept(slept, now)
		}
	}
}

// find returns the record of the request of this key that ended last, or nil.
// It stays valid until the next add.
func (m *memory) find(k key) *record {
	n, ok := m.newest[k]
	if !ok {
		return nil
	}
	return m.at(n)
}

// late joins a reply that came after the end to its request.
func (m *memory) late(rec *record, reply *stanza.Stanza, by time.Duration) {
	rec.answered = true
	if rec.request == nil {
		return
	}
	rec.request.Late, rec.request.LateBy = reply, by
	rec.bytes += len(reply.XML())
	m.bytes += len(reply.XML())
	m.release()
}
