package pending

import (
	"math/bits"
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

// piece is how many records are allocated at once; Remembered is a multiple of it. All of them together
// would be nine megabytes, to be copied on the way there while everybody waits.
const piece = 250

// smallestIndex is the size of the first index; each is a power of two.
const smallestIndex = 1 << 8

// record is what is left of a request when it has ended. It has no pointers, for there are many, and
// the collector of garbage would follow each of them again and again.
type record struct {
	hash     uint64 // of its key
	before   uint64 // the record before it of the same place in the index: its number and one; 0 for none
	key, to  text   // to as written; it is prepared again when a reply comes
	serial   uint64
	ended    time.Duration // since the memory's beginning
	outcome  uint8         // its place in outcomes
	answered bool          // a reply has come, in time or late
}

// outcomes are those that a request can have.
var outcomes = stanza.Outcomes()

func (r *record) how() stanza.Outcome { return outcomes[r.outcome] }

// whole is a request that is kept, and the bytes of the stanzas that it holds.
type whole struct {
	request *Request
	bytes   int
}

// memory is the last requests that ended: a ring of records, in the order of
// their ends, found by key. Records are numbered 0, 1, 2, … over all time.
type memory struct {
	began  time.Time  // when the first request ended
	pieces [][]record // of the ring
	texts  texts
	index  []uint64 // by the lowest bits of the hash: the number of the last record, and one; 0 for none
	listed uint64   // the index has the records before that number
	next   uint64   // number of the next record
	kept   []whole  // a ring, too: those from first on, which are the last ones
	first  uint64
	bytes  int // of all kept requests
}

func (m *memory) at(n uint64) *record {
	n %= Remembered
	return &m.pieces[n/piece][n%piece]
}

func (m *memory) whole(n uint64) *whole { return &m.kept[n%Kept] }

func (m *memory) add(r *Request) {
	if m.next == 0 {
		m.began = r.Ended
	}
	if m.next-m.first == Kept {
		m.release()
	}
	if m.next >= Remembered {
		m.texts.forget(m.at(m.next - Remembered + 1).key) // the oldest record goes
	} else if m.next%piece == 0 {
		m.pieces = append(m.pieces, make([]record, piece))
	}
	*m.at(m.next) = record{
		hash: r.hash, key: m.texts.add(string(r.key)), to: m.texts.add(r.to),
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
	m.next++
	m.grown(w.bytes)
}

// enter puts into the index what came since somebody looked something up: each record has a place there
// that is in no cache, and hardly any is ever looked for. What the index leads to is followed from the
// last record back, so that those which have left the ring need not be taken out of it.
func (m *memory) enter() {
	held := min(m.next, Remembered)
	if held > uint64(len(m.index)) {
		m.index = make([]uint64, max(smallestIndex, 1<<bits.Len64(held-1)))
		m.listed = 0
	}
	for n := max(m.listed, m.next-held); n < m.next; n++ {
		rec := m.at(n)
		place := &m.index[rec.hash&uint64(len(m.index)-1)]
		rec.before, *place = *place, n+1
	}
	m.listed = m.next
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

// find returns the number of the record of the request of this key, and its hash, that ended last.
func (m *memory) find(k key, hash uint64) (n uint64, ok bool) {
	if m.next == 0 {
		return 0, false
	}
	m.enter()
	for n = m.index[hash&uint64(len(m.index)-1)]; n > 0 && n+Remembered > m.next; n = m.at(n - 1).before {
		if rec := m.at(n - 1); rec.hash == hash && m.texts.is(rec.key, string(k)) {
			return n - 1, true
		}
	}
	return 0, false
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
