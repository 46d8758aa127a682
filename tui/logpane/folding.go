package logpane

import (
	"iqscope/tui/keys"
)

// Actions on how rows are shown.
const (
	// ToggleView shows exchanges, or each element that went over the wire.
	ToggleView keys.Action = "toggle-view"
	// ToggleFold shows what belongs to the selected row under it, or hides that.
	ToggleFold keys.Action = "toggle-fold"
	// ToggleAcks shows acknowledgements and keepalives like other elements, or in counted lines.
	ToggleAcks keys.Action = "toggle-acks"
)

// SetDetail shows text under an unfolded exchange: the lines that detail returns for the number of
// its request and a width. They are drawn as they are.
func (p *Pane) SetDetail(detail func(head uint64, width int) []string) { p.listed.details = detail }

// Wire reports whether each element is a row of its own.
func (p *Pane) Wire() bool { return p.index.wire }

func (p *Pane) toggleView() {
	p.index.show(!p.index.wire, p.index.loose)
	p.finders(func(f *finder) { f.arrange(&p.index) })
	p.show()
}

// toggleAcks shows acknowledgements and keepalives, or counts them.
func (p *Pane) toggleAcks() {
	p.index.show(p.index.wire, !p.index.loose)
	p.again() // a filter shows acknowledgements only where they are rows
	p.show()
}

// Fold is what there is to do on the selected row: nothing, to unfold it, to fold it.
type Fold string

// What there is to do.
const (
	Nothing   Fold = ""
	Unfolding Fold = "unfold"
	Folding   Fold = "fold"
)

// Fold says what [ToggleFold] would do now.
func (p *Pane) Fold() Fold {
	at, ok := p.list.Selected()
	if !ok {
		return Nothing
	}
	switch row := p.listed.rowOf(at.seq); {
	case p.listed.open[row]:
		return Folding
	case p.listed.isRun(row), !p.index.wire && p.isExchange(row):
		return Unfolding
	}
	return Nothing
}

// isExchange says that a row stands for a request, or for more than itself.
func (p *Pane) isExchange(row uint64) bool {
	if !p.index.has(row) {
		return false
	}
	if p.index.next(row) != 0 {
		return true
	}
	e, ok := p.journal.Get(row)
	return ok && e.Stanza != nil && e.Stanza.IsRequest()
}

func (p *Pane) toggleFold() {
	what := p.Fold()
	if what == Nothing {
		return
	}
	at, _ := p.list.Selected()
	p.setFold(p.listed.rowOf(at.seq), what == Unfolding)
}

// setFold unfolds a row, or folds it. What comes into sight by that is not new.
func (p *Pane) setFold(row uint64, on bool) {
	p.list.Pause()
	if on {
		p.listed.open[row] = true
	} else {
		delete(p.listed.open, row)
	}
	p.listed.arrange()
	p.list.Rearranged()
	if u := p.listed.under(row); on && u != nil {
		p.list.Reveal(len(u.lines))
	}
	p.remember()
}

// OnRun reports whether the selected row counts acknowledgements and keepalives.
func (p *Pane) OnRun() bool {
	at, ok := p.list.Selected()
	return ok && at.part == whole && p.listed.isRun(at.seq)
}

// OnExchange reports whether the selected row stands for a whole exchange.
func (p *Pane) OnExchange() bool {
	at, ok := p.list.Selected()
	return ok && at.part == whole && !p.index.wire && p.isExchange(at.seq)
}

// Acks is how many rows count acknowledgements and keepalives, or whether they are shown.
func (p *Pane) Acks() (folded int, shown bool) { return p.index.runs, p.index.loose }

// Go selects the line of an entry. One that stands for others is unfolded, for the entry to have a
// line of its own. It reports whether the entry is there to be shown.
func (p *Pane) Go(seq uint64) bool {
	if !p.index.has(seq) {
		return false
	}
	if p.filterOn && !p.filter.has(&p.index, seq) {
		p.ToggleFilter()
	}
	if row := p.listed.rowOf(seq); !p.index.wire && p.isExchange(row) || p.listed.isRun(row) {
		p.setFold(row, true)
		p.list.Select(line{seq: seq, part: member})
	} else {
		p.list.Select(line{seq: row})
	}
	p.remember()
	return true
}
