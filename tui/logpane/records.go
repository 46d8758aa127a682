package logpane

import (
	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
)

// class says what an entry is besides an element: what nobody looks for is folded into counted
// lines.
type class uint8

const (
	plain     class = iota
	ack             // the question how much has been handled, or its answer (XEP-0198 §4)
	keepalive       // a ping of the session's own, or its answer
)

// record is what is known of an entry as a part of the log: the exchange that it belongs to. The
// members of an exchange form a chain, ascending, that begins with its request, the head. Distances
// are told in entries, which keeps a record small.
type record struct {
	back  uint32 // to the head; 0 for a head, and for what belongs to nothing
	next  uint32 // to the next member; 0 for the last one
	tail  uint32 // of a head: to the last member
	class class
	run   bool // it is the row of a run
}

// records are those of all entries in the log, one for each number.
type records struct {
	all   []record
	first uint64 // the number of the first one
}

// last is the number of the last record; one less than the first if there is none.
func (r *records) last() uint64 { return r.first + uint64(len(r.all)) - 1 }

func (r *records) has(seq uint64) bool { return seq >= r.first && seq <= r.last() }

// at is an entry's record, which must be there.
func (r *records) at(seq uint64) *record { return &r.all[seq-r.first] }

// head is the entry that heads the exchange of another: itself, if it belongs to none.
func (r *records) head(seq uint64) uint64 {
	if !r.has(seq) {
		return seq
	}
	return seq - uint64(r.at(seq).back)
}

// next is the member of an exchange after another; 0 for none.
func (r *records) next(seq uint64) uint64 {
	if n := r.at(seq).next; n != 0 {
		return seq + uint64(n)
	}
	return 0
}

// members are the entries of an exchange, the head first, at most so many.
func (r *records) members(head uint64, most int) []uint64 {
	var members []uint64
	for seq := head; seq != 0 && r.has(seq) && len(members) < most; seq = r.next(seq) {
		members = append(members, seq)
	}
	return members
}

// join makes an entry a member of the exchange of another, which is older.
func (r *records) join(seq, head uint64) {
	one, h := r.at(seq), r.at(head)
	*one = record{back: uint32(seq - head), class: one.class, run: one.run}
	before := head + uint64(h.tail)
	if seq > before {
		h.tail = one.back
	} else { // it was there before another one
		before = head
		for next := r.next(before); next < seq; next = r.next(before) {
			before = next
		}
		one.next = uint32(r.next(before) - seq)
	}
	r.at(before).next = uint32(seq - before)
}

// leave takes an entry out of its exchange.
func (r *records) leave(seq uint64) {
	one := r.at(seq)
	head := r.head(seq)
	before := head
	for r.next(before) != seq {
		before = r.next(before)
	}
	if one.next == 0 {
		r.at(before).next = 0
		r.at(head).tail = uint32(before - head)
	} else {
		r.at(before).next = uint32(r.next(seq) - before)
	}
	*one = record{class: one.class, run: one.run}
}

// drop forgets what comes before an entry. It returns those whose head is gone, which belong to
// nothing any more, in no order.
func (r *records) drop(first uint64) (orphans []uint64) {
	for seq := r.first; seq < first && seq <= r.last(); seq++ {
		if r.at(seq).back != 0 {
			continue
		}
		for member := r.next(seq); member != 0; {
			next := r.next(member)
			if member >= first {
				one := r.at(member)
				*one = record{class: one.class, run: one.run}
				if one.class == keepalive { // an answer to one, which nobody can tell any more
					one.class = plain
				}
				orphans = append(orphans, member)
			}
			member = next
		}
	}
	if first > r.last() {
		r.all = r.all[:0]
	} else if first > r.first {
		r.all = r.all[first-r.first:]
	}
	r.first = max(r.first, first)
	return orphans
}

// isAck reports whether an entry is an acknowledgement. On a server that asks for one after each
// stanza they are three of four entries.
func isAck(e *journal.Entry) bool {
	if e.Stanza == nil {
		return false
	}
	switch name := e.Stanza.Name(); name.Space {
	case "urn:xmpp:sm:3", "urn:xmpp:sm:2":
		return name.Local == "r" || name.Local == "a"
	}
	return false
}

// isKeepalive reports whether an entry is a ping of the session's own that was answered, or may be.
// One that was not is worth a line of its own.
func isKeepalive(e *journal.Entry) bool {
	switch e.Outcome {
	case "", stanza.OutcomeResult, stanza.OutcomeError:
		return e.Unasked
	}
	return false
}
