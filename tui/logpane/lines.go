package logpane

import (
	"slices"
	"sort"
)

// part says what a line of the list is.
type part uint8

const (
	whole  part = iota // a row: an entry, an exchange, a run
	member             // an entry under the exchange or the run that it belongs to
	more               // says that there are more of them than are listed
	detail             // a line of text under an exchange
)

// line tells a line of the list from the others: the entry it is about, and which of its lines.
type line struct {
	seq  uint64
	part part
	n    uint16 // of a detail
}

// mostMembers is how many entries are listed under one row.
const mostMembers = 1000

// unfolded is a row whose lines are listed under it.
type unfolded struct {
	seq    uint64
	place  int // of the row among the items
	before int // lines under the rows before it
	lines  []line
	last   uint64   // the entry of the last one that is about one
	text   []string // its details
}

// listed is what the list shows: rows, and the lines under those that are unfolded. It is the
// list's source.
type listed struct {
	index    *index
	items    *matches // those of the index, or those that the filter has found
	filtered bool
	open     map[uint64]bool // the rows that are unfolded, where they are shown or not
	unfolded []unfolded      // those that are there, in their order
	extra    int             // lines under rows
	details  func(head uint64, width int) []string
	width    int // for details
}

// arrange brings up to date what stands under rows.
func (l *listed) arrange() {
	l.unfolded, l.extra = l.unfolded[:0], 0
	for seq := range l.open {
		if !l.index.has(seq) {
			delete(l.open, seq)
			if l.items.Len() > 0 && l.isRun(l.items.At(0)) {
				l.open[l.items.At(0)] = true // what is left of it
			}
			continue
		}
		if place := l.items.place(seq); place < l.items.Len() && l.items.At(place) == seq && l.unfolds(seq) {
			l.unfolded = append(l.unfolded, unfolded{seq: seq, place: place})
		}
	}
	slices.SortFunc(l.unfolded, func(a, b unfolded) int { return a.place - b.place })
	for i := range l.unfolded {
		u := &l.unfolded[i]
		u.before = l.extra
		l.fill(u)
		l.extra += len(u.lines)
	}
}

// unfolds says that a row may have lines under it.
func (l *listed) unfolds(seq uint64) bool {
	if l.isRun(seq) {
		return true
	}
	return !l.index.wire && l.index.at(seq).class != ack
}

// isRun says that a row is a run. A filter shows entries, not runs.
func (l *listed) isRun(seq uint64) bool { return !l.filtered && l.index.isRun(seq) }

// fill lists what stands under a row.
func (l *listed) fill(u *unfolded) {
	var entries []uint64
	if l.isRun(u.seq) {
		entries, _, _ = l.index.run(u.seq, mostMembers+1)
	} else {
		entries = l.index.members(u.seq, mostMembers+1)
	}
	for _, seq := range entries[:min(len(entries), mostMembers)] {
		u.lines, u.last = append(u.lines, line{seq: seq, part: member}), seq
	}
	if len(entries) > mostMembers {
		u.lines = append(u.lines, line{seq: u.seq, part: more})
	}
	if l.details == nil || l.isRun(u.seq) {
		return
	}
	u.text = l.details(u.seq, l.width)
	for n := range u.text {
		u.lines = append(u.lines, line{seq: u.seq, part: detail, n: uint16(n)})
	}
}

// under is what is listed under a row; nil for nothing.
func (l *listed) under(seq uint64) *unfolded {
	i := slices.IndexFunc(l.unfolded, func(u unfolded) bool { return u.seq == seq })
	if i < 0 {
		return nil
	}
	return &l.unfolded[i]
}

// rowOf is the row that an entry belongs to: the run, the exchange, or itself. The answer to a
// keepalive may be in a later run than that.
func (l *listed) rowOf(seq uint64) uint64 {
	if run, ok := l.runOf(seq); ok || l.index.wire {
		return run
	}
	run, _ := l.runOf(l.index.head(seq))
	return run
}

// runOf is the run that an entry stands in, or else the entry itself.
func (l *listed) runOf(seq uint64) (run uint64, ok bool) {
	if l.filtered || !l.index.counted(seq) {
		return seq, false
	}
	if i := l.items.place(seq + 1); i > 0 && l.index.isRun(l.items.At(i-1)) {
		return l.items.At(i - 1), true
	}
	return seq, false
}

// lineOf is the line that shows an entry: one of its own if there is one.
func (l *listed) lineOf(seq uint64) line {
	row := l.rowOf(seq)
	if row != seq && l.under(row) != nil {
		return line{seq: seq, part: member}
	}
	return line{seq: row}
}

// Len, At and Find make it a list's source.
func (l *listed) Len() int { return l.items.Len() + l.extra }

func (l *listed) At(place int) line {
	// The last unfolded row that is not below the place.
	i := sort.Search(len(l.unfolded), func(i int) bool { u := &l.unfolded[i]; return u.place+u.before > place }) - 1
	if i < 0 {
		return line{seq: l.items.At(place)}
	}
	u := &l.unfolded[i]
	if in := place - u.place - u.before; in <= len(u.lines) {
		if in == 0 {
			return line{seq: u.seq}
		}
		return u.lines[in-1]
	}
	return line{seq: l.items.At(place - u.before - len(u.lines))}
}

// Find looks for the row of a line that is not there, or else for the next newer one.
func (l *listed) Find(wanted line, _ int) (place int, ok bool) {
	row := l.rowOf(wanted.seq)
	i := l.items.place(row)
	place = i
	for _, u := range l.unfolded {
		if u.place >= i {
			break
		}
		place += len(u.lines)
	}
	there := i < l.items.Len() && l.items.At(i) == row
	if !there || wanted.part == whole {
		return place, there && row == wanted.seq
	}
	if u := l.under(row); u != nil {
		if n := slices.Index(u.lines, wanted); n >= 0 {
			return place + 1 + n, true
		}
	}
	return place, false
}

// Lead is the place of the newest row that is no acknowledgement: what the inspector shows of it is
// worth looking at. Of one that is unfolded it is the last line.
func (l *listed) Lead() int {
	row := l.index.lead
	if n := l.items.Len(); n > 0 && (l.filtered || !l.index.has(row)) {
		row = l.items.At(n - 1)
	}
	place, _ := l.Find(line{seq: row}, 0)
	if u := l.under(row); u != nil && !l.isRun(row) {
		place += len(u.lines)
	}
	return place
}
