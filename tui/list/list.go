// Package list is a list of rows that may be endless: it holds no rows, but one sequence number for the top row and one for the
// selected row, and asks its [Source] for what lies between. A frame costs as much as it has rows, whether the source has ten or a
// million. Rows may vanish at the head while the list is shown, as a bounded log's do, and appear at the end.
//
// A list is either live, following the newest row, or paused. Moving up pauses it, and then it counts what arrives; [List.End]
// makes it live again.
//
// A List is not safe for concurrent use; it belongs to the update loop. Its source may change at any time in between calls, and
// even during them: then the next call puts right what is shown.
package list

// Source gives the sequence numbers of the rows, ascending. Every method must be cheap (a look-up, not a scan): the list calls Next
// or Prev once for each visible row of a frame. A filtered log keeps an index of what matches.
type Source interface {
	// First returns the oldest row; ok is false if there are none.
	First() (seq uint64, ok bool)
	// Last returns the newest row; ok is false if there are none.
	Last() (seq uint64, ok bool)
	// Next returns the oldest row newer than seq. The row seq itself need not exist (any more).
	Next(seq uint64) (next uint64, ok bool)
	// Prev returns the newest row older than seq. The row seq itself need not exist (any more).
	Prev(seq uint64) (prev uint64, ok bool)
}

// MaxNew is how far new rows are counted. It keeps the count to four digits, and the cost of a flood bounded.
const MaxNew = 9999

// List is a window on a [Source]. Make one with [New].
type List struct {
	src      Source
	height   int
	top      uint64 // the first row of the window
	selected uint64
	live     bool
	fresh    int    // rows that came since the list was paused, up to MaxNew
	counted  uint64 // the newest row that was there when fresh was counted
}

// New returns a live list of no height.
func New(src Source) *List {
	l := &List{src: src, live: true}
	l.Sync()
	return l
}

// SetSource shows another source, say the same log with another filter. The selected row stays if it is there, else its neighbour is
// selected. A live list stays live.
func (l *List) SetSource(src Source) {
	l.src = src
	l.fresh = 0
	l.counted, _ = src.Last()
	l.Sync()
}

// SetHeight says how many rows are visible.
func (l *List) SetHeight(rows int) {
	l.height = max(rows, 0)
	l.Sync()
}

// Sync takes in what happened to the source: rows dropped, rows added. All other methods but [List.Live] and [List.New] do that by
// themselves; call it after a change, so that those two are right.
func (l *List) Sync() {
	last, ok := l.src.Last()
	if !ok {
		l.top, l.selected, l.fresh = 0, 0, 0
		return
	}
	if l.live {
		l.selected, l.fresh, l.counted = last, 0, last
	} else {
		l.count(last)
		l.selected, _ = l.nearest(l.selected)
	}
	l.scroll()
}

// count adds to fresh what came after the newest row counted so far.
func (l *List) count(last uint64) {
	seq, ok := l.counted, true
	for l.fresh < MaxNew {
		if seq, ok = l.src.Next(seq); !ok {
			break
		}
		l.fresh++
	}
	l.counted = max(l.counted, last)
}

// nearest returns seq if there is such a row, else the next newer one, else the newest.
func (l *List) nearest(seq uint64) (uint64, bool) {
	if seq > 0 {
		seq--
	} else if first, ok := l.src.First(); !ok || first == 0 {
		return first, ok
	}
	if next, ok := l.src.Next(seq); ok {
		return next, true
	}
	return l.src.Last()
}

// scroll moves the window as little as needed to hold the selected row, and no further down than to fill it.
func (l *List) scroll() {
	if l.height == 0 {
		return
	}
	l.top, _ = l.nearest(l.top)
	if l.selected < l.top {
		l.top = l.selected
	}
	// The top may be at most height-1 rows above the selected row, and must be that far above the newest one.
	if lowest := l.back(l.selected, l.height-1); l.top < lowest {
		l.top = lowest
	}
	if last, ok := l.src.Last(); ok {
		if full := l.back(last, l.height-1); l.top > full {
			l.top = full
		}
	}
}

// back returns the row n rows before seq, or the oldest.
func (l *List) back(seq uint64, n int) uint64 {
	for range n {
		prev, ok := l.src.Prev(seq)
		if !ok {
			break
		}
		seq = prev
	}
	return seq
}

// forth returns the row n rows after seq, or the newest.
func (l *List) forth(seq uint64, n int) uint64 {
	for range n {
		next, ok := l.src.Next(seq)
		if !ok {
			break
		}
		seq = next
	}
	return seq
}

// Live reports whether the list follows the newest row.
func (l *List) Live() bool { return l.live }

// New returns how many rows came since the list was paused, [MaxNew] at most.
func (l *List) New() int { return l.fresh }

// Selected returns the selected row; ok is false if the source is empty.
func (l *List) Selected() (seq uint64, ok bool) {
	l.Sync()
	_, ok = l.src.Last()
	return l.selected, ok
}

// Visible returns the rows in the window, oldest first, at most as many as the height.
func (l *List) Visible() []uint64 {
	l.Sync()
	seq, ok := l.nearest(l.top)
	rows := make([]uint64, 0, l.height)
	for ok && len(rows) < l.height {
		rows = append(rows, seq)
		seq, ok = l.src.Next(seq)
	}
	return rows
}

// View draws the rows in the window, oldest first, one line each. The caller fits the line to its width and styles it. There may be
// fewer lines than the height, never more.
func (l *List) View(row func(seq uint64, selected bool) string) []string {
	rows := l.Visible()
	lines := make([]string, len(rows))
	for i, seq := range rows {
		lines[i] = row(seq, seq == l.selected)
	}
	return lines
}
