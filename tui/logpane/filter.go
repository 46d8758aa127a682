package logpane

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/session/match"
)

// filter hides what does not match. The entries are held against it in pieces, away from the update
// loop: the newest first, or those about the selected row if the log is paused. What is found is
// kept while the filter is switched off.
type filter struct {
	text  string
	expr  *match.Expr // nil for none
	on    bool
	round int  // tells the results of this filter from those of one before
	busy  bool // a piece is being looked at

	low, high uint64 // every entry from low to high has been looked at; low is high+1 at the start
	version   uint64 // as it was at this version of the log, or later
	behind    bool   // more is left to look at than what has just come in
	found     matches
}

// SetFilter shows only what an expression matches; text is how it was written. Nil shows
// everything.
func (p *Pane) SetFilter(text string, expr *match.Expr) {
	start := p.seen.last
	if !p.Live() {
		start = min(p.at, start)
	}
	p.filter = filter{
		text: text, expr: expr, on: expr != nil, round: p.filter.round + 1,
		low: start + 1, high: start, version: p.journal.Version(), behind: true,
	}
	p.show()
}

// Filter is the text of the filter, switched on or not; empty if there is none.
func (p *Pane) Filter() string { return p.filter.text }

// Filtered reports whether a filter hides what does not match it.
func (p *Pane) Filtered() bool { return p.filter.on }

// ToggleFilter switches the filter off, or on again.
func (p *Pane) ToggleFilter() {
	p.filter.on = !p.filter.on && p.filter.expr != nil
	p.show()
}

// show lists what the filter shows, or everything.
func (p *Pane) show() {
	if p.filter.on {
		p.list.SetSource(&p.filter.found)
		p.settle()
		return
	}
	p.list.SetSource(p.all())
	if !p.Live() && p.at != 0 {
		if !p.acks.shown {
			p.at = p.acks.others.nearest(p.at)
		}
		p.list.Select(p.at)
	}
}

// settle selects the row that is meant or, if the filter hides it, the nearest older one that it
// shows, or else the nearest newer one.
func (p *Pane) settle() {
	p.list.Sync()
	if !p.Live() {
		p.list.Select(p.filter.found.nearest(p.at))
	}
	p.remember()
}

// remember keeps which row is meant by the selection. While entries are still being looked at, the
// selected one may be a stand-in for it.
func (p *Pane) remember() {
	if p.filter.on && p.filter.behind && !p.Live() {
		return
	}
	if seq, ok := p.list.Selected(); ok {
		p.at = seq
	} else if p.Live() {
		p.at = p.seen.last
	}
}

// measure finds out whether the filter is behind.
func (f *filter) measure(seen span) {
	switch {
	case f.low <= seen.first && f.high >= seen.last:
		f.behind = false
	case f.high+pieceEntries < seen.last:
		f.behind = true
	}
}

// progress is how much of the log has been looked at, in percent.
func (p *Pane) progress() uint64 {
	f := &p.filter
	if low := max(f.low, p.seen.first); f.high >= low {
		return (f.high - low + 1) * 100 / p.seen.len()
	}
	return 0
}

// work returns a command that holds the next piece of the log against the filter; nil if there is
// nothing to do or one is at work.
func (p *Pane) work() tea.Cmd {
	f := &p.filter
	older := f.low > p.seen.first
	if !f.on || f.busy || p.Empty() || !older && f.high >= p.seen.last && f.version >= p.version {
		return nil
	}
	if f.high < p.seen.last && (p.Live() || f.found.shows(p.at)) {
		older = false // nearer to what is on the screen
	}
	f.busy = true
	return piece{
		journal: p.journal, expr: f.expr, hides: p.acks.hides(), round: f.round, since: f.version,
		low: f.low, high: f.high, last: max(f.high, p.seen.last), older: older,
	}.run
}

// filtered takes in what one piece of work found.
func (p *Pane) filtered(result Filtered) {
	f := &p.filter
	if result.round != f.round {
		return
	}
	wasBehind := f.behind
	f.busy, f.version = false, result.version
	if result.all {
		f.low, f.behind = f.high+1, true
		return
	}
	f.found.recheck(result.changed, result.fit)
	if result.from <= result.to {
		f.found.put(result.from, result.to, result.found)
	}
	f.low, f.high = min(f.low, result.from), max(f.high, result.to)
	f.found.drop(p.seen.first)
	f.measure(p.seen)
	if !f.on {
		return
	}
	if wasBehind {
		p.list.SetSource(&f.found) // what was there before is not counted as new
	}
	p.settle()
}
