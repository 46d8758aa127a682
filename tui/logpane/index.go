package logpane

import (
	"slices"

	"iqscope/session/journal"
)

// index knows what the log has as rows: in the view of the wire each entry, in that of the exchanges
// each exchange, under the number of its request, and whatever belongs to none. Acknowledgements and
// keepalives that follow each other are one row, a run, under the number of the first. It looks at
// each entry once, and again at those that were annotated since.
type index struct {
	records
	version uint64 // of the journal, with all annotations that have been looked at
	wire    bool   // each entry is a row
	loose   bool   // acknowledgements and keepalives are rows like others
	items   matches
	runs    int    // how many of the items are runs
	lead    uint64 // the newest item that is no acknowledgement; 0 for none
	moved   []uint64
	changed []uint64
	buffer  []journal.Entry
}

// lookAtOnce is how many entries are copied out of the log at a time.
const lookAtOnce = 1000

// refresh looks at what is new in the log. It returns the entries that belong to another exchange
// than before; all says that every one may.
func (x *index) refresh(j *journal.Journal, seen span) (moved []uint64, all bool) {
	x.moved = x.moved[:0]
	x.drop(seen.first)
	x.changed, x.version, all = j.Changes(x.changed, x.version)
	if all {
		x.all, x.items.seqs, x.runs, x.lead = x.all[:0], x.items.seqs[:0], 0, 0
	} else {
		x.review(j)
	}
	for x.last() < seen.last {
		x.buffer = j.Window(x.buffer, x.last()+1, int(min(lookAtOnce, seen.last-x.last())))
		if len(x.buffer) == 0 || x.buffer[0].Seq != x.last()+1 {
			break // the log has gone on meanwhile, and the next refresh knows that
		}
		for i := range x.buffer {
			x.append(&x.buffer[i])
		}
	}
	clear(x.buffer) // lets go of the stanzas
	return x.moved, all
}

// append takes in the next entry.
func (x *index) append(e *journal.Entry) {
	x.all = append(x.all, record{})
	head := x.headOf(e)
	x.at(e.Seq).class = x.classOf(e, head)
	if head != e.Seq {
		x.join(e.Seq, head)
	}
	x.push(e.Seq)
}

// headOf is the head of the exchange that an entry says it belongs to.
func (x *index) headOf(e *journal.Entry) uint64 {
	if e.Request == 0 || e.Request >= e.Seq || !x.has(e.Request) {
		return e.Seq
	}
	return x.head(e.Request)
}

func (x *index) classOf(e *journal.Entry, head uint64) class {
	switch {
	case isAck(e):
		return ack
	case head != e.Seq && !flagged(*e) && x.at(head).class == keepalive, head == e.Seq && isKeepalive(e):
		return keepalive
	}
	return plain
}

// review looks again at the entries that were annotated.
func (x *index) review(j *journal.Journal) {
	slices.Sort(x.changed)
	from := uint64(0)
	for _, seq := range slices.Compact(x.changed) {
		if !x.has(seq) {
			continue
		}
		e, ok := j.Get(seq)
		if !ok || !x.reviewed(&e) {
			continue
		}
		if from == 0 || seq < from {
			from = seq
		}
	}
	if from != 0 {
		x.rebuild(from)
	}
}

// reviewed takes in what an entry is now, and reports whether that changes the rows.
func (x *index) reviewed(e *journal.Entry) bool {
	head, was := x.headOf(e), x.head(e.Seq)
	class := x.classOf(e, head)
	if head == was && class == x.at(e.Seq).class {
		return false
	}
	members := []uint64{e.Seq}
	if was == e.Seq {
		members = x.members(e.Seq, len(x.all)) // of its own, they go along
	}
	if head != was {
		x.moved = append(x.moved, was, head)
		for _, seq := range members {
			x.moved = append(x.moved, seq)
			if x.head(seq) != seq {
				x.leave(seq)
			}
		}
		for _, seq := range members {
			if head != seq {
				x.join(seq, head)
			}
		}
	}
	x.at(e.Seq).class = class
	for _, seq := range members[1:] {
		if c := &x.at(seq).class; *c == keepalive || class == keepalive {
			*c = class
		}
	}
	return true
}

// push makes a row of an entry, or leaves it to the row that it belongs to.
func (x *index) push(seq uint64) {
	r := x.at(seq)
	r.run = false
	if !x.wire && r.back != 0 {
		return
	}
	if r.class != plain && !x.loose {
		if n := len(x.items.seqs); n > 0 && x.at(x.items.seqs[n-1]).run {
			return
		}
		r.run = true
		x.runs++
	}
	if r.class == plain {
		x.lead = seq
	}
	x.items.seqs = append(x.items.seqs, seq)
}

// counted says that an entry is in a run.
func (x *index) counted(seq uint64) bool {
	return !x.loose && x.has(seq) && x.at(seq).class != plain
}

// isRun says that an item is a run.
func (x *index) isRun(seq uint64) bool { return x.has(seq) && x.at(seq).run }

// rebuild makes the rows anew from an entry on.
func (x *index) rebuild(from uint64) {
	i := x.items.place(from)
	x.runs -= x.runsIn(x.items.seqs[i:])
	x.items.seqs = x.items.seqs[:i]
	x.lead = 0
	for i := i - 1; i >= 0 && x.lead == 0; i-- {
		if seq := x.items.seqs[i]; x.at(seq).class == plain {
			x.lead = seq
		}
	}
	for seq := max(from, x.first); seq <= x.last(); seq++ {
		x.push(seq)
	}
}

func (x *index) runsIn(items []uint64) (n int) {
	for _, seq := range items {
		if x.isRun(seq) {
			n++
		}
	}
	return n
}

// show makes the rows of a view.
func (x *index) show(wire, loose bool) {
	x.wire, x.loose = wire, loose
	x.items.seqs, x.runs = x.items.seqs[:0], 0
	x.rebuild(x.first)
}

// drop forgets what has left the log. What belonged to it is a row of its own from now on; a run
// that has lost its beginning begins with what is left of it.
func (x *index) drop(first uint64) {
	if first <= x.first {
		x.first = max(x.first, 1)
		return
	}
	gone := x.items.place(first)
	cut := gone > 0 && x.isRun(x.items.seqs[gone-1])
	x.runs -= x.runsIn(x.items.seqs[:gone])
	x.items.seqs = x.items.seqs[gone:]
	orphans := x.records.drop(first)
	x.moved = append(x.moved, orphans...)
	if len(orphans) == 0 && !cut || len(x.all) == 0 {
		return
	}
	upTo := first
	if len(orphans) > 0 {
		upTo = slices.Max(orphans)
	}
	// Rows are made anew up to the next one that stays as it is.
	keep := x.items.place(upTo + 1)
	rest := x.items.seqs[keep:]
	end := x.last()
	if len(rest) > 0 {
		end = rest[0] - 1
	}
	x.runs -= x.runsIn(x.items.seqs[:keep])
	front := index{records: x.records, wire: x.wire, loose: x.loose}
	for seq := first; seq <= end; seq++ {
		front.push(seq)
	}
	x.runs += front.runs
	x.lead = max(x.lead, front.lead)
	x.items.seqs = slices.Replace(x.items.seqs, 0, keep, front.items.seqs...)
}

// longestRun is how far the entries of a run are counted.
const longestRun = 20_000

// run returns the entries that a run has, at most so many, and how many acknowledgements and
// keepalives there are in it, as far as they are counted.
func (x *index) run(first uint64, most int) (entries []uint64, acks, keepalives int) {
	end := min(x.last(), first+longestRun-1)
	if i := x.items.place(first + 1); i < len(x.items.seqs) {
		end = min(end, x.items.seqs[i]-1)
	}
	for seq := first; seq <= end; seq++ {
		r := x.at(seq)
		switch {
		case r.class == ack:
			acks++
		case r.class == keepalive && r.back == 0:
			keepalives++
		case r.class == plain:
			continue // belongs to another row
		}
		if len(entries) < most {
			entries = append(entries, seq)
		}
	}
	return entries, acks, keepalives
}
