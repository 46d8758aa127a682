// Package list is a list of rows that may be endless: it holds no rows, but the identity of the top
// row and of the selected one, and asks its [Source] for what lies between. A frame costs as much
// as it has rows, whether the source has ten or a million. Rows may come and go anywhere while the
// list is shown: at the head and the end, as in a bounded log, or in between, as in a sorted table.
// The selection stays with its row; when that is gone, it goes to the row in its place.
//
// The identity is whatever tells a row from the others for good: a sequence number, a name. [Slice]
// is the source of rows that are held in memory.
//
// A list is either live, following the newest row, or paused. Moving up pauses it, and then it
// counts what arrives; [List.End] makes it live again. One that is made by [NewStill] never
// follows.
//
// A List is not safe for concurrent use; it belongs to the update loop. Its source may change at
// any time in between calls: the next call puts right what is shown.
package list

// Source gives the rows by their place, from 0, oldest first, and the place by the identity. Every
// method must be cheap: the list calls At once for each visible row of a frame, and Find a few
// times. A filtered log keeps an index of what matches.
type Source[K comparable] interface {
	// Len returns how many rows there are.
	Len() int
	// At returns the row at a place, which is one of those from 0 up to Len, not included.
	At(place int) K
	// Find returns the place of a row. If there is no such row (any more), ok is false, and the
	// place is that of the row to take for it, the next newer one in a log; it is Len if there is
	// none. The hint is where the row was when it was last looked for.
	Find(row K, hint int) (place int, ok bool)
}

// Leader is a source that says which row a live list selects, where that is not the newest one.
type Leader interface {
	// Lead returns the place of that row. It is asked only when there are rows.
	Lead() int
}

// MaxNew is how far new rows are counted. It keeps the count to four digits.
const MaxNew = 9999

// List is a window on a [Source]. Make one with [New] or [NewStill].
type List[K comparable] struct {
	src      Source[K]
	height   int
	top      anchor[K] // the first row of the window
	selected anchor[K]
	still    bool
	live     bool
	fresh    int       // rows that came since the list was paused, up to MaxNew
	counted  anchor[K] // the newest row that was there when fresh was counted
}

// anchor is a row, and where it was when it was last looked for.
type anchor[K comparable] struct {
	row   K
	place int
}

// New returns a live list of no height.
func New[K comparable](src Source[K]) *List[K] {
	l := &List[K]{src: src, live: true}
	l.Sync()
	return l
}

// NewStill returns a list of no height that never follows new rows. The first row is selected.
func NewStill[K comparable](src Source[K]) *List[K] {
	l := &List[K]{src: src, still: true}
	l.Sync()
	return l
}

// SetSource shows another source, say the same log with another filter. The selected row stays if
// it is there, else its neighbour is selected. A live list stays live.
func (l *List[K]) SetSource(src Source[K]) {
	l.src = src
	l.fresh, l.counted = 0, anchor[K]{}
	if n := src.Len(); n > 0 {
		l.counted = l.at(n - 1)
	}
	l.Sync()
}

// SetHeight says how many rows are visible.
func (l *List[K]) SetHeight(rows int) {
	l.height = max(rows, 0)
	l.Sync()
}

// Sync takes in what happened to the source: rows dropped, rows added. All that moves the selection
// does it by itself. What only reads answers as if it had been called, and changes nothing. Call it
// after a change, so that the list remembers where its rows were last.
func (l *List[K]) Sync() {
	n := l.src.Len()
	if n == 0 {
		l.fresh = 0
		return
	}
	if l.live {
		l.fresh, l.counted = 0, l.at(n-1)
		l.selected, l.top = l.counted, l.at(n-l.height)
		if leader, ok := l.src.(Leader); ok {
			l.selected = l.at(leader.Lead())
		}
	} else {
		l.count(n)
		l.selected = l.settle(l.selected)
	}
	l.scroll()
}

// Rearranged takes in that rows which were there before are shown or hidden now, such as those under
// an unfolded one: none of them is new. Call it at once after that.
func (l *List[K]) Rearranged() {
	if n := l.src.Len(); n > 0 {
		l.counted = l.at(n - 1)
	}
	l.Sync()
}

// Reveal scrolls down as far as is needed to show so many rows below the selected one, which stays in
// sight.
func (l *List[K]) Reveal(rows int) {
	if l.src.Len() == 0 || l.height == 0 {
		return
	}
	l.Sync()
	below := min(l.selected.place+rows, l.src.Len()-1)
	l.top = l.at(max(l.top.place, min(l.selected.place, below-l.height+1)))
}

// synced is the list as it is once it has taken in what happened to the source.
func (l *List[K]) synced() List[K] {
	s := *l
	s.Sync()
	return s
}

// at returns the row at a place, or the first or last one if that is nearest.
func (l *List[K]) at(place int) anchor[K] {
	place = max(0, min(place, l.src.Len()-1))
	return anchor[K]{l.src.At(place), place}
}

// settle returns the row of an anchor where it is now, or the one to take for it.
func (l *List[K]) settle(a anchor[K]) anchor[K] {
	place, _ := l.src.Find(a.row, a.place)
	return l.at(place)
}

// count adds to fresh what came after the newest row counted so far. When that one is gone and
// nothing is newer, as after a filter of what was counted, it stays the mark, so that no row is
// counted twice.
func (l *List[K]) count(n int) {
	place, ok := l.src.Find(l.counted.row, l.counted.place)
	if ok {
		place++
	}
	if l.fresh = min(MaxNew, l.fresh+n-place); place < n {
		l.counted = l.at(n - 1)
	}
}

// scroll moves the window as little as needed to hold the selected row, and no further down than to
// fill it.
func (l *List[K]) scroll() {
	if l.height == 0 {
		return
	}
	top := min(l.settle(l.top).place, l.selected.place, l.src.Len()-l.height)
	l.top = l.at(max(top, l.selected.place-l.height+1))
}

// Live reports whether the list follows the newest row.
func (l *List[K]) Live() bool { return l.live }

// New returns how many rows came since the list was paused, [MaxNew] at most.
func (l *List[K]) New() int {
	s := l.synced()
	return s.fresh
}

// Len returns how many rows there are.
func (l *List[K]) Len() int { return l.src.Len() }

// Selected returns the selected row; ok is false if the source is empty.
func (l *List[K]) Selected() (row K, ok bool) {
	if l.src.Len() == 0 {
		return row, false
	}
	s := l.synced()
	return s.selected.row, true
}

// Place returns where the selected row is, from 0; ok is false if the source is empty.
func (l *List[K]) Place() (place int, ok bool) {
	if l.src.Len() == 0 {
		return 0, false
	}
	s := l.synced()
	return s.selected.place, true
}

// Window returns the place of the first visible row, and how many are visible: at most as many as
// the height.
func (l *List[K]) Window() (top, rows int) {
	s := l.synced()
	return s.top.place, min(s.height, s.src.Len())
}

// Visible returns the rows in the window, oldest first.
func (l *List[K]) Visible() []K {
	top, rows := l.Window()
	visible := make([]K, rows)
	for i := range visible {
		visible[i] = l.src.At(top + i)
	}
	return visible
}

// View draws the rows in the window, oldest first, one line each. The caller fits the line to its
// width and styles it. There may be fewer lines than the height, never more.
func (l *List[K]) View(draw func(row K, selected bool) string) []string {
	selected, _ := l.Place()
	top, rows := l.Window()
	lines := make([]string, rows)
	for i := range lines {
		lines[i] = draw(l.src.At(top+i), top+i == selected)
	}
	return lines
}
