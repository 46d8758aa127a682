package logpane

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/session/match"
)

// search marks what matches and leads from one to the next, round the end; it hides nothing.
type search struct {
	*finder // nil for none; what the filter hides is not looked for
	text    string
	expr    *match.Expr
	going   way
	from    uint64 // the row where the jump goes on
	wrapped way    // the jump has gone round the end
}

// way is where a jump goes.
type way string

const (
	nowhere way = ""
	older   way = "above"
	newer   way = "below"
)

// Search marks what an expression matches, and selects the newest match that is not below the
// selection; text is how it was written. Nil ends the search.
func (p *Pane) Search(text string, expr *match.Expr) {
	p.search = search{text: text, expr: expr}
	p.searchAnew()
	if seq, ok := p.selectedRow(); ok && expr != nil {
		p.search.going, p.search.from = older, seq+1
	}
}

// searchAnew looks for the same in what is shown now.
func (p *Pane) searchAnew() {
	p.search.finder = nil
	if p.search.expr == nil {
		return
	}
	expr := p.search.expr
	if p.filterOn {
		expr = match.And(p.filter.expr, expr)
	}
	p.search.finder = p.newFinder(p.search.text, expr)
}

// Searching reports whether matches are marked.
func (p *Pane) Searching() bool { return p.search.expr != nil }

// SearchOlder selects the next match above, SearchNewer the next one below. Behind the last one
// comes the first again.
func (p *Pane) SearchOlder() { p.leap(older) }

// SearchNewer is described with SearchOlder.
func (p *Pane) SearchNewer() { p.leap(newer) }

func (p *Pane) leap(w way) {
	s := &p.search
	seq, ok := p.selectedRow()
	if s.finder == nil || !ok {
		return
	}
	s.going, s.from, s.wrapped = w, seq, nowhere
}

// selectedRow is the row that is selected, or that the selected line stands under.
func (p *Pane) selectedRow() (seq uint64, ok bool) {
	at, ok := p.list.Selected()
	if !ok {
		return 0, false
	}
	return p.listed.rowOf(at.seq), true
}

// jump goes where the search leads, as soon as that is known.
func (p *Pane) jump() {
	s := &p.search
	if s.finder == nil || s.going == nowhere {
		return
	}
	rows := s.rows(&p.index)
	to, wrapped := uint64(0), nowhere
	whole := !s.behind
	switch i := rows.place(s.from); {
	case s.going == older && i > 0 && (whole || s.from <= s.high+1):
		to = rows.At(i - 1)
	case s.going == newer && rows.place(s.from+1) < rows.Len() && (whole || s.from+1 >= s.low):
		to = rows.At(rows.place(s.from + 1))
	case !whole:
		return
	case rows.Len() == 0:
		s.going = nowhere
		return
	case s.going == older:
		to, wrapped = rows.At(rows.Len()-1), older
	default:
		to, wrapped = rows.At(0), newer
	}
	s.going, s.wrapped = nowhere, wrapped
	p.list.Pause()
	p.at = to
	p.settle()
}

// seek returns a command that looks at the next piece of the log for what is searched; nil if there
// is nothing to do.
func (p *Pane) seek() tea.Cmd {
	s := &p.search
	if s.finder == nil {
		return nil
	}
	first := p.newerFirst(s.finder)
	switch s.going {
	case newer:
		first = true
	case older:
		first = s.from > s.high+1
	}
	return p.work(s.finder, first)
}

// marks says that a search has found an entry, or something in the exchange that it stands for.
func (p *Pane) marks(at line) bool {
	s := &p.search
	if s.finder == nil {
		return false
	}
	if at.part == whole && !p.listed.isRun(at.seq) {
		return s.has(&p.index, at.seq)
	}
	_, ok := s.finder.found.Find(at.seq, 0)
	return ok && at.part == member
}

// standing is the place of the selected row among those that were found, from 1; 0 for none of them.
func (s *search) standing(p *Pane) int {
	row, ok := p.selectedRow()
	if !ok {
		return 0
	}
	if i, ok := s.rows(&p.index).Find(row, 0); ok {
		return i + 1
	}
	return 0
}
