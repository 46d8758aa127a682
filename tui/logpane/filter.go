package logpane

import (
	"slices"

	"iqscope/session/journal"
	"iqscope/session/match"
)

// SetFilter shows only what an expression matches; text is how it was written. Nil shows
// everything. What is found is kept while the filter is switched off.
func (p *Pane) SetFilter(text string, expr *match.Expr) {
	p.filter, p.filterOn = nil, expr != nil
	if expr != nil {
		p.filter = p.newFinder(text, expr)
	}
	p.searchAnew()
	p.show()
}

// Filter is the text of the filter, switched on or not; empty if there is none.
func (p *Pane) Filter() string {
	if p.filter == nil {
		return ""
	}
	return p.filter.text
}

// Filtered reports whether a filter hides what does not match it.
func (p *Pane) Filtered() bool { return p.filterOn }

// ToggleFilter switches the filter off, or on again.
func (p *Pane) ToggleFilter() {
	p.filterOn = !p.filterOn && p.filter != nil
	p.searchAnew()
	p.show()
}

// again has everything looked at anew.
func (p *Pane) again() {
	if p.filter != nil {
		p.filter = p.newFinder(p.filter.text, p.filter.expr)
	}
	p.searchAnew()
}

// hides is what reports whether an entry is one that no filter shows: an acknowledgement, while they
// are counted. It is for commands, which know nothing of the pane.
func (p *Pane) hides() func(*journal.Entry) bool {
	if p.index.loose {
		return func(*journal.Entry) bool { return false }
	}
	return isAck
}

// show lists what the filter shows, or everything.
func (p *Pane) show() {
	p.listed.items, p.listed.filtered = &p.index.items, p.filterOn
	if p.filterOn {
		p.listed.items = p.filter.rows(&p.index)
	}
	p.listed.arrange()
	p.list.SetSource(&p.listed)
	p.settle()
}

// settle selects the row that is meant or, if the filter hides it, the nearest older one that it
// shows, or else the nearest newer one.
func (p *Pane) settle() {
	p.list.Sync()
	if !p.Live() && p.at != 0 {
		at := p.listed.lineOf(p.at)
		if _, ok := p.listed.Find(at, 0); !ok {
			at = line{seq: p.listed.items.nearest(at.seq)}
		}
		p.list.Select(at)
	}
	p.remember()
}

// remember keeps which row is meant by the selection. While entries are still being looked at, the
// selected one may be a stand-in for it.
func (p *Pane) remember() {
	if p.filterOn && p.filter.behind && !p.Live() {
		return
	}
	if at, ok := p.list.Selected(); ok {
		p.at = at.seq
	} else if p.Live() {
		p.at = p.seen.last
	}
}

// newerFirst says that what is newer than what a filter has looked at is nearer to what is on the
// screen.
func (p *Pane) newerFirst(f *finder) bool { return p.Live() || f.found.shows(p.at) }

// found takes in what one piece of a finder's work has found.
func (p *Pane) found(result Found) {
	f := result.finder
	wasBehind := f.behind
	told := f.took(result, &p.index, p.seen)
	if f != p.filter || !told || !p.filterOn {
		return
	}
	p.listed.arrange()
	if wasBehind {
		p.list.SetSource(&p.listed) // what was there before is not counted as new
	}
	p.settle()
}

// Looking reports whether the filter has not looked at all of the log yet.
func (p *Pane) Looking() bool { return p.filterOn && p.filter.behind }

// Shown are the numbers of the entries that are shown, ascending: all of an exchange that the filter
// shows; without a filter all there are, whether they are counted or listed.
func (p *Pane) Shown() []uint64 {
	var seqs []uint64
	switch {
	case !p.filterOn:
		for seq := p.seen.first; seq <= p.seen.last; seq++ {
			seqs = append(seqs, seq)
		}
	case p.index.wire:
		seqs = slices.Clone(p.filter.found.seqs)
	default:
		for _, head := range p.filter.heads.seqs {
			seqs = append(seqs, p.index.members(head, len(p.index.all))...)
		}
		slices.Sort(seqs)
	}
	return seqs
}

// Try counts what a filter would show that is being typed: rows, of how many, and whether all of the
// log has been looked at. It goes on as long as it is called before each [Pane.Prepare].
func (p *Pane) Try(text string, expr *match.Expr) (found, all int, done bool) {
	if p.trial == nil || p.trial.expr != expr {
		p.trial = p.newFinder(text, expr)
	}
	p.trying = true
	return p.trial.rows(&p.index).Len(), p.rows(), !p.trial.behind
}
