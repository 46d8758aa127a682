package outline

import (
	"sort"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/tui/keys"
)

// The actions of an outline, besides those that move in what is shown.
const (
	Fold      keys.Action = "fold-element" // and back
	FoldAll   keys.Action = "fold-all-elements"
	UnfoldAll keys.Action = "unfold-all-elements"
	Left      keys.Action = "scroll-stanza-left"
	Right     keys.Action = "scroll-stanza-right"
)

// Key identifies what is shown. Equal keys must mean equal sections.
type Key struct{ Number, Reply uint64 }

// View is a window on an outline. It belongs to the update loop. The zero value shows nothing.
type View struct {
	key    Key
	doc    *document
	lay    *layout
	folded map[int]bool // rows
	shown  []int        // the rows that no fold hides
	starts []int        // the line each of them begins with, and behind the last the number of lines

	wrapped       bool
	width, height int
	top, cursor   int // lines
	left          int // column of the first cell, when rows are not broken
	busy          map[job]bool
}

// job is something that a command works on.
type job struct {
	key   Key
	shape shape
}

// Laid is the event that a large stanza has been read, and measured for a width.
type Laid struct {
	job job
	doc *document
	lay *layout
}

// atOnce is the longest stanza that is read within the update loop (about a millisecond).
const atOnce = 16 << 10

// Prepare lays sections out. The command, unless it is nil, does what takes long; until its event
// has been accepted, what was there before stays, if it is of the same stanza.
func (v *View) Prepare(key Key, sections []Section, width, height int, wrap bool) tea.Cmd {
	v.width, v.height, v.wrapped = width, height, wrap
	if key != v.key {
		*v = View{key: key, width: width, height: height, wrapped: wrap, left: v.left, busy: v.busy}
	}
	if v.doc == nil {
		v.folded = map[int]bool{}
	}
	var s shape
	if wrap {
		s.width = width
	}
	if v.lay == nil || v.lay.shape != s {
		size := 0
		for _, section := range sections {
			size += len(section.Stanza.XML())
		}
		j, doc := job{key, s}, v.doc
		work := func() tea.Msg {
			if doc == nil {
				doc = read(sections)
			}
			return Laid{j, doc, doc.layOut(s)}
		}
		if size > atOnce {
			v.follow()
			return v.later(j, work)
		}
		v.take(work().(Laid))
	}
	v.follow()
	return nil
}

// later is a command, unless it is on its way already.
func (v *View) later(j job, work tea.Cmd) tea.Cmd {
	if v.busy[j] {
		return nil
	}
	if v.busy == nil {
		v.busy = map[job]bool{}
	}
	v.busy[j] = true
	return work
}

// Accept takes the event of a command.
func (v *View) Accept(event Laid) {
	delete(v.busy, event.job)
	if event.job.key == v.key {
		v.take(event)
	}
}

// take shows a layout, with the cursor where it was.
func (v *View) take(event Laid) {
	row, within := v.at()
	v.doc, v.lay = event.doc, event.lay
	v.arrange()
	v.goTo(row, within)
}

// Ready says that there is something to draw.
func (v *View) Ready() bool { return v.lay != nil }

// arrange finds out what stands where.
func (v *View) arrange() {
	v.shown, v.starts = v.shown[:0], v.starts[:0]
	line := 0
	for i := 0; i < len(v.doc.rows); i++ {
		v.shown, v.starts = append(v.shown, i), append(v.starts, line)
		if v.folded[i] {
			line++
			i = v.doc.rows[i].last
			continue
		}
		line += v.lay.height(i)
	}
	v.starts = append(v.starts, line)
}

// Len is the number of lines.
func (v *View) Len() int {
	if len(v.starts) == 0 {
		return 0
	}
	return v.starts[len(v.starts)-1]
}

// Top is the first line of the window.
func (v *View) Top() int { return v.top }

// rowOf is the place among the shown rows that a line belongs to.
func (v *View) rowOf(line int) int {
	return max(0, min(len(v.shown), sort.SearchInts(v.starts, line+1))-1)
}

// at is the row of the cursor, and which of its lines.
func (v *View) at() (row, within int) {
	if len(v.shown) == 0 {
		return 0, 0
	}
	place := v.rowOf(v.cursor)
	return v.shown[place], v.cursor - v.starts[place]
}

// goTo puts the cursor on a row, or on the one into which that is folded.
func (v *View) goTo(row, within int) {
	if len(v.shown) == 0 {
		return
	}
	place := max(0, sort.SearchInts(v.shown, row+1)-1)
	height := v.starts[place+1] - v.starts[place]
	if v.shown[place] != row {
		within = 0
	}
	v.cursor = v.starts[place] + min(within, height-1)
}

// Do moves, folds or scrolls sideways, and reports whether the action does that.
func (v *View) Do(action keys.Action) bool {
	page := max(1, v.height-1)
	switch action {
	case keys.Up:
		v.move(-1)
	case keys.Down:
		v.move(1)
	case keys.PageUp:
		v.scroll(-page)
	case keys.PageDown:
		v.scroll(page)
	case keys.HalfPageUp:
		v.scroll(-page / 2)
	case keys.HalfPageDown:
		v.scroll(page / 2)
	case keys.Home:
		v.move(-v.Len())
	case keys.End:
		v.move(v.Len())
	case Left:
		v.sideways(-sidestep)
	case Right:
		v.sideways(sidestep)
	case Fold:
		v.fold()
	case FoldAll:
		v.foldAll()
	case UnfoldAll:
		clear(v.folded)
		v.refold()
	default:
		return false
	}
	return true
}

func (v *View) move(lines int) {
	v.cursor += lines
	v.follow()
}

// scroll moves the window with the cursor in it.
func (v *View) scroll(lines int) {
	v.top += lines
	v.move(lines)
}

// follow keeps cursor and window within what there is, and the cursor within the window.
func (v *View) follow() {
	v.cursor = max(0, min(v.cursor, v.Len()-1))
	v.top = max(v.cursor-v.height+1, min(v.top, v.cursor))
	v.top = max(0, min(v.top, v.Len()-v.height))
}

// sidestep is how many columns a step to the side is.
const sidestep = 8

func (v *View) sideways(columns int) {
	if v.wrapped || v.doc == nil {
		return
	}
	v.left = max(0, min(v.from()+columns, v.doc.widest-v.width))
}

// from is the first column that is seen. A stanza that is not as wide does not change what was
// chosen.
func (v *View) from() int {
	if v.wrapped || v.doc == nil {
		return 0
	}
	return max(0, min(v.left, v.doc.widest-v.width))
}

// fold folds what the cursor is on, or unfolds it; on something that cannot be folded, what that is
// in.
func (v *View) fold() {
	if v.doc == nil {
		return
	}
	at, _ := v.at()
	if !v.folded[at] && !v.doc.foldable(v.lay, at) {
		at = v.around(at)
	}
	if at < 0 {
		return
	}
	if v.folded[at] {
		delete(v.folded, at)
	} else {
		v.folded[at] = true
	}
	v.refold()
	v.goTo(at, 0)
	v.follow()
}

// around is the start tag of what a row is in, or closes; less than 0 for none.
func (v *View) around(row int) int {
	for i := row - 1; i >= 0; i-- {
		if v.doc.rows[i].kind == start && v.doc.rows[i].last >= row {
			return i
		}
	}
	return -1
}

// foldAll folds all elements but the outermost ones, so that unfolding one shows those in it folded.
func (v *View) foldAll() {
	if v.doc == nil {
		return
	}
	for i := range v.doc.rows {
		if r := &v.doc.rows[i]; r.kind == start && r.node.Parent != nil {
			v.folded[i] = true
		}
	}
	v.refold()
}

// refold shows what is folded now, the cursor staying with its row.
func (v *View) refold() {
	if v.doc == nil {
		return
	}
	row, within := v.at()
	v.arrange()
	v.goTo(row, within)
	v.follow()
}
