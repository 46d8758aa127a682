package pending

import (
	"hash/maphash"
	"slices"
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

// record is what is left of a request when it has ended. It has no pointers, for there are many, and
// the collector of garbage would follow each of them again and again.
type record struct {
	hash     uint64 // of its key
	key, to  text   // to as written; it is prepared again when a reply comes
	serial   uint64
	ended    time.Duration // since the memory's beginning
	outcome  uint8         // its place in outcomes
	answered bool          // a reply has come, in time or late
}

// outcomes are those that a request can have.
var outcomes = []stanza.Outcome{
	stanza.OutcomeResult, stanza.OutcomeError, stanza.OutcomeTimeout,
	stanza.OutcomeCancelled, stanza.OutcomeNotSent, stanza.OutcomeUnknown,
}

func (r *record) how() stanza.Outcome { return outcomes[r.outcome] }

// whole is a request that is kept, and the bytes of the stanzas that it holds.
type whole struct {
	request *Request
	bytes   int
}

// memory is the last requests that ended: a ring of records, in the order of
// their ends, found by key. Records are numbered 0, 1, 2, … over all time.
type memory struct {
	seed   maphash.Seed
	began  time.Time // when the first request ended
	ring   []record
	texts  texts
	newest map[uint64]uint32 // by the hash of a key: the place in the ring of the request that ended last
	next   uint64            // number of the next record
	kept   []whole           // a ring, too: those from first on, which are the last ones
	first  uint64
	bytes  int // of all kept requests
}

func newMemory() memory {
	return memory{seed: maphash.MakeSeed(), newest: map[uint64]uint32{}}
}

func (m *memory) at(n uint64) *record { return &m.ring[n%Remembered] }

func (m *memory) whole(n uint64) *whole { return &m.kept[n%Kept] }

func (m *memory) add(r *Request) {
	if m.next == 0 {
		m.began = r.Ended
	}
	if m.next-m.first == Kept {
		m.release()
	}
	if len(m.ring) < Remembered {
		m.ring = append(m.ring, record{})
	} else {
		m.forget(m.next - Remembered)
	}
	*m.at(m.next) = record{
		hash: maphash.String(m.seed, string(r.key)), key: m.texts.add(string(r.key)), to: m.texts.add(r.to.text),
		serial: r.Serial, ended: r.Ended.Sub(m.began),
		outcome: uint8(slices.Index(outcomes, r.Outcome)), answered: r.Reply != nil,
	}
	w := whole{request: r, bytes: len(r.Stanza.XML())}
	if r.Reply != nil {
		w.bytes += len(r.Reply.XML())
	}
	if len(m.kept) < Kept {
		m.kept = append(m.kept, w)
	} else {
		*m.whole(m.next) = w
	}
	m.newest[m.at(m.next).hash] = uint32(m.next % Remembered)
	m.next++
	m.grown(w.bytes)
}

// forget lets the record of that number, the oldest one, go. Its request is not kept any more,
// for Kept is less than Remembered.
func (m *memory) forget(n uint64) {
	old := m.at(n)
	if m.newest[old.hash] == uint32(n%Remembered) {
		delete(m.newest, old.hash)
	}
	m.texts.forget(m.at(n + 1).key)
}

// grown counts more bytes of kept requests, and lets the oldest ones go until the rest is within the
// limit.
func (m *memory) grown(bytes int) {
	for m.bytes += bytes; m.bytes > KeptBytes && m.first < m.next; {
		m.release()
	}
}

// release lets the oldest kept request go.
func (m *memory) release() {
	w := m.whole(m.first)
	m.bytes -= w.bytes
	*w = whole{}
	m.first++
}

func (m *memory) slept(slept time.Duration, now time.Time) {
	suspend.Shift(slept, now, &m.began)
	for n := m.first; n < m.next; n++ {
		m.whole(n).request.slept(slept, now)
	}
}

// request is the request of a record, nil when it is not kept any more.
func (m *memory) request(n uint64) *Request {
	if n < m.first {
		return nil
	}
	return m.whole(n).request
}

// find returns the number of the record of the request of this key that ended last.
func (m *memory) find(k key) (n uint64, ok bool) {
	at, ok := m.newest[maphash.String(m.seed, string(k))]
	if !ok || m.texts.of(m.ring[at].key) != string(k) {
		return 0, false
	}
	n = m.next - m.next%Remembered + uint64(at)
	if n >= m.next {
		n -= Remembered
	}
	return n, true
}

// since is how long ago the request of a record ended.
func (m *memory) since(rec *record, now time.Time) time.Duration {
	return now.Sub(m.began) - rec.ended
}

// late joins a reply that came after the end to the request of the record of that number.
func (m *memory) late(n uint64, reply *stanza.Stanza, by time.Duration) {
	m.at(n).answered = true
	r := m.request(n)
	if r == nil {
		return
	}
	r.Late, r.LateBy = reply, by
	m.whole(n).bytes += len(reply.XML())
	m.grown(len(reply.XML()))
}
