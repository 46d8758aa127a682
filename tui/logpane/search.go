package logpane

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/session/journal"
	"iqscope/session/match"
)

// search marks what matches and leads from one to the next; it hides nothing. The way to the next
// one may be long, so it is gone in pieces, away from the update loop.
type search struct {
	text  string
	expr  *match.Expr // nil for none
	round int         // tells the results of this jump from those of one before
	busy  bool
	going way
	from  uint64 // where the jump goes on
	ended way    // a jump this way found nothing

	marks   map[uint64]marked // of the entries that were visible; a map is never changed
	marking bool              // the visible entries are being looked at
}

// way is where a jump goes.
type way string

const (
	nowhere way = ""
	older   way = "above"
	newer   way = "below"
)

// marked is whether an entry matches, as it was then.
type marked struct {
	entry journal.Entry
	fits  bool
}

// Search marks what an expression matches, and selects the newest match that is not below the
// selection; text is how it was written. Nil ends the search.
func (p *Pane) Search(text string, expr *match.Expr) {
	p.search = search{text: text, expr: expr, round: p.search.round + 1}
	if seq, ok := p.list.Selected(); ok && expr != nil {
		p.search.going, p.search.from = older, seq
	}
}

// Searching reports whether matches are marked.
func (p *Pane) Searching() bool { return p.search.expr != nil }

// SearchOlder selects the next match above.
func (p *Pane) SearchOlder() { p.leap(older, -1) }

// SearchNewer selects the next match below.
func (p *Pane) SearchNewer() { p.leap(newer, 1) }

func (p *Pane) leap(w way, step int) {
	s := &p.search
	seq, ok := p.list.Selected()
	if s.expr == nil || !ok {
		return
	}
	s.round++
	s.busy, s.going, s.from, s.ended = false, w, seq+uint64(step), nowhere
}

// Searched is the event that a piece of the log has been searched. It is for [Pane.Accept].
type Searched struct {
	round int
	found uint64 // 0 for nothing yet
	from  uint64 // where to go on
	ended bool   // there is no more
}

// jump returns a command that searches the next piece of the log; nil if there is nothing to do or
// one is at work.
func (p *Pane) jump() tea.Cmd {
	s := &p.search
	if s.going == nowhere || s.busy {
		return nil
	}
	s.busy = true
	expr := s.expr
	if p.filter.on {
		expr = match.And(p.filter.expr, expr)
	}
	j, hides, round, going, from := p.journal, p.acks.hides(), s.round, s.going, s.from
	return func() tea.Msg { return seek(j, expr, hides, round, going, from) }
}

func seek(j *journal.Journal, expr *match.Expr, hides func(*journal.Entry) bool, round int, going way, from uint64) Searched {
	start := from
	if going == older {
		start = from - min(from, pieceEntries-1)
	}
	window := j.Window(nil, start, pieceEntries)
	if going == older {
		slices.Reverse(window)
	}
	result := Searched{round: round, ended: true}
	bytes := 0
	for _, e := range window {
		if going == older && e.Seq > from {
			continue // the log begins later than start
		}
		if bytes > pieceBytes {
			result.from, result.ended = e.Seq, false
			return result
		}
		bytes += size(&e)
		if !hides(&e) && expr.Match(Subject(e)) {
			result.found = e.Seq
			return result
		}
	}
	stats := j.Stats()
	switch {
	case going == older && start > stats.First:
		result.from, result.ended = start-1, false
	case going == newer && len(window) > 0 && window[len(window)-1].Seq < stats.Last:
		result.from, result.ended = window[len(window)-1].Seq+1, false
	}
	return result
}

// searched takes in what a piece of a jump found.
func (p *Pane) searched(result Searched) {
	s := &p.search
	if result.round != s.round {
		return
	}
	s.busy = false
	switch {
	case result.found != 0:
		s.going = nowhere
		p.list.Pause()
		p.at = result.found
		if p.filter.on {
			p.settle()
		} else {
			p.list.Select(p.at)
		}
	case result.ended:
		s.going, s.ended = nowhere, s.going
	default:
		s.from = result.from
	}
}

// Marked is the event that visible entries were held against what is searched for. It is for
// [Pane.Accept].
type Marked struct {
	expr  *match.Expr
	marks map[uint64]marked
}

// mark returns a command that finds out which of the visible entries match; nil if that is known of
// all of them. What was found of entries that are as they were is used again.
func (p *Pane) mark() tea.Cmd {
	s := &p.search
	if s.expr == nil || s.marking || !slices.ContainsFunc(p.entries, func(e journal.Entry) bool { return s.marks[e.Seq].entry != e }) {
		return nil
	}
	s.marking = true
	expr, known, entries := s.expr, s.marks, slices.Clone(p.entries)
	return func() tea.Msg {
		marks := make(map[uint64]marked, len(entries))
		for _, e := range entries {
			m, ok := known[e.Seq]
			if !ok || m.entry != e {
				m = marked{e, expr.Match(Subject(e))}
			}
			marks[e.Seq] = m
		}
		return Marked{expr, marks}
	}
}

// marked takes in which entries match.
func (s *search) marked(result Marked) {
	if result.expr == s.expr {
		s.marks, s.marking = result.marks, false
	}
}
