package journal

import (
	"math"
	"slices"
	"time"

	"iqscope/iqbuilder/stanza"
)

// kept is an entry as the log holds it, in 64 bytes: in place what most of them say, behind a pointer
// what few do.
type kept struct {
	stanza           *stanza.Stanza
	rare             *rare // nil for nothing
	time             time.Time
	rtt              time.Duration
	request, reply   int32  // how far before this entry those are; 0 for none
	size             uint32 // what it counts for
	dir              stanza.Direction
	verdict, outcome uint8 // their places in the lists of them
	flags            flags
}

type flags uint8

const (
	redacted flags = 1 << iota
	unasked
)

// rare is what few entries say. It does not change, for entries that say the same share it.
type rare struct {
	text   string
	lateBy time.Duration
	far    *far // nil for nothing
}

// far is all of that which does not fit into its place.
type far struct {
	request, reply uint64
	verdict        stanza.Verdict
	outcome        stanza.Outcome
}

// The words for which there is a place.
var (
	verdicts = append([]stanza.Verdict{""}, stanza.Verdicts()...)
	outcomes = append([]stanza.Outcome{""}, stanza.Outcomes()...)
)

// keep makes of an entry what is kept of it. last is what was kept last of what few entries say: who
// says the same shares it.
func keep(e *Entry, last *rare) kept {
	k := kept{stanza: e.Stanza, time: e.Time, rtt: e.RTT, size: uint32(min(e.cost(), math.MaxUint32)), dir: e.Dir}
	if e.Redacted {
		k.flags |= redacted
	}
	if e.Unasked {
		k.flags |= unasked
	}
	k.verdict, k.outcome = place(verdicts, e.Verdict), place(outcomes, e.Outcome)
	k.request, k.reply = e.distance(e.Request), e.distance(e.Reply)
	seldom := rare{text: e.Text, lateBy: e.LateBy, far: k.lacks(e)}
	switch {
	case seldom == rare{}:
	case last != nil && seldom == *last:
		k.rare = last
	default:
		r := seldom // which is for the heap, and seldom is not
		k.rare = &r
	}
	return k
}

// place is where a word stands in a list; 0 where it does not.
func place[W ~string](list []W, word W) uint8 { return uint8(max(0, slices.Index(list, word))) }

// lacks is what an entry says for which there was no place; nil for nothing.
func (k *kept) lacks(e *Entry) *far {
	if (k.request != 0) == (e.Request != 0) && (k.reply != 0) == (e.Reply != 0) &&
		(k.verdict != 0) == (e.Verdict != "") && (k.outcome != 0) == (e.Outcome != "") {
		return nil
	}
	return &far{e.Request, e.Reply, e.Verdict, e.Outcome}
}

// distance is how far another entry is before this one; 0 where that cannot be told.
func (e *Entry) distance(other uint64) int32 {
	d := int64(e.Seq - other)
	if other == 0 || d < math.MinInt32 || d > math.MaxInt32 {
		return 0
	}
	return int32(d)
}

// entry makes of what is kept the entry that it was. It sets every field, one by one, which takes a
// third of the time of setting all at once.
func (k *kept) entry(e *Entry, seq uint64) {
	e.Seq, e.Time, e.Dir, e.Stanza, e.RTT = seq, k.time, k.dir, k.stanza, k.rtt
	e.Redacted, e.Unasked = k.flags&redacted != 0, k.flags&unasked != 0
	e.Verdict, e.Outcome = verdicts[k.verdict], outcomes[k.outcome]
	e.Request, e.Reply = before(seq, k.request), before(seq, k.reply)
	e.Text, e.LateBy = "", 0
	if r := k.rare; r != nil {
		e.Text, e.LateBy = r.text, r.lateBy
		if r.far != nil {
			e.Request, e.Reply, e.Verdict, e.Outcome = r.far.request, r.far.reply, r.far.verdict, r.far.outcome
		}
	}
}

// before is the entry that is so far before another one; 0 for none.
func before(seq uint64, distance int32) uint64 {
	if distance == 0 {
		return 0
	}
	return seq - uint64(int64(distance))
}
