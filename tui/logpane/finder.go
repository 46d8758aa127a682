package logpane

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/session/match"
)

// finder finds what matches. The entries are held against it in pieces, away from the update loop:
// those about its start first, the newest or the selected row.
type finder struct {
	text string
	expr *match.Expr
	busy bool // a piece is being looked at

	low, high uint64 // every entry from low to high has been looked at; low is high+1 at the start
	version   uint64 // as it was at this version of the log, or later
	behind    bool   // more is left to look at than what has just come in
	found     matches
	heads     matches // the exchanges of what was found, and what belongs to none; of the view of exchanges alone
}

// newFinder returns one that begins at the selected row.
func (p *Pane) newFinder(text string, expr *match.Expr) *finder {
	start := p.seen.last
	if !p.Live() {
		start = min(p.at, start)
	}
	return &finder{text: text, expr: expr, low: start + 1, high: start, version: p.journal.Version(), behind: true}
}

// finders are all that are at work.
func (p *Pane) finders(do func(*finder)) {
	for _, f := range []*finder{p.filter, p.search.finder, p.trial} {
		if f != nil {
			do(f)
		}
	}
}

// rows are those rows of a view in which something was found.
func (f *finder) rows(x *index) *matches {
	if x.wire {
		return &f.found
	}
	return &f.heads
}

// has reports whether the row of an entry is among them.
func (f *finder) has(x *index, seq uint64) bool {
	if !x.wire {
		seq = x.head(seq)
	}
	_, ok := f.rows(x).Find(seq, 0)
	return ok
}

// arrange finds the heads anew.
func (f *finder) arrange(x *index) {
	f.heads.seqs = f.heads.seqs[:0]
	if x.wire {
		return
	}
	for _, seq := range f.found.seqs {
		f.heads.seqs = append(f.heads.seqs, x.head(seq))
	}
	slices.Sort(f.heads.seqs)
	f.heads.seqs = slices.Compact(f.heads.seqs)
}

// regroup finds out anew which of some entries head an exchange in which something was found.
func (f *finder) regroup(x *index, seqs []uint64) {
	if x.wire || len(seqs) == 0 {
		return
	}
	heads := make([]uint64, 0, len(seqs))
	for _, seq := range seqs {
		heads = append(heads, seq, x.head(seq))
	}
	slices.Sort(heads)
	heads = slices.Compact(heads)
	var fit []uint64
	for _, head := range heads {
		if x.head(head) == head && f.inExchange(x, head) {
			fit = append(fit, head)
		}
	}
	f.heads.recheck(heads, fit)
}

func (f *finder) inExchange(x *index, head uint64) bool {
	if !x.has(head) {
		return false
	}
	for seq := head; seq != 0; seq = x.next(seq) {
		if _, ok := f.found.Find(seq, 0); ok {
			return true
		}
	}
	return false
}

// drop forgets what has left the log.
func (f *finder) drop(first uint64) {
	f.found.drop(first)
	f.heads.drop(first)
}

// measure finds out whether the finder is behind.
func (f *finder) measure(seen span) {
	switch {
	case f.low <= seen.first && f.high >= seen.last:
		f.behind = false
	case f.high+pieceEntries < seen.last:
		f.behind = true
	}
}

// progress is how much of the log has been looked at, in percent.
func (f *finder) progress(seen span) uint64 {
	if low := max(f.low, seen.first); f.high >= low {
		return (f.high - low + 1) * 100 / seen.len()
	}
	return 0
}

// work returns a command that holds the next piece of the log against what is looked for; nil if
// there is nothing to do or one is at work. It looks at what is newer first, if newer says so.
func (p *Pane) work(f *finder, newer bool) tea.Cmd {
	older := f.low > p.seen.first
	if f.busy || p.Empty() || !older && f.high >= p.seen.last && f.version >= p.version {
		return nil
	}
	if f.high < p.seen.last && newer {
		older = false
	}
	f.busy = true
	return piece{
		journal: p.journal, expr: f.expr, hides: p.hides(), finder: f, since: f.version,
		low: f.low, high: f.high, last: max(f.high, p.seen.last), older: older,
	}.run
}

// took takes in what one piece of work found, and reports whether that can be told of rows.
func (f *finder) took(result Found, x *index, seen span) bool {
	f.busy, f.version = false, result.version
	if result.all {
		f.low, f.behind = f.high+1, true
		return false
	}
	f.found.recheck(result.changed, result.fit)
	if result.from <= result.to {
		f.found.put(result.from, result.to, result.found)
	}
	f.low, f.high = min(f.low, result.from), max(f.high, result.to)
	f.regroup(x, result.changed)
	f.regroup(x, result.found)
	f.drop(seen.first)
	f.measure(seen)
	return true
}
