package logpane

import (
	"iqscope/internal/safetext"
	"iqscope/tui/keys"
	"iqscope/tui/row"
)

// ToggleMark marks the selected row, or takes its mark away.
const ToggleMark keys.Action = "toggle-mark"

// markSign stands before a marked row.
const markSign = "◆"

// mostName is how much of a mark's name is shown, in cells.
const mostName = 20

// Mark gives the selected row a mark of that name, or its mark another one; the name may be empty.
// It reports whether a row is selected.
func (p *Pane) Mark(name string) bool {
	at, ok := p.list.Selected()
	if ok {
		p.marked[at.seq] = name
	}
	return ok
}

// Marked returns the name of the selected row's mark; ok is false for none.
func (p *Pane) Marked() (name string, ok bool) {
	if at, selected := p.list.Selected(); selected {
		name, ok = p.marked[at.seq]
	}
	return name, ok
}

// toggleMark takes the mark from the selected row, or gives it one.
func (p *Pane) toggleMark() {
	at, ok := p.list.Selected()
	if _, marked := p.marked[at.seq]; marked {
		delete(p.marked, at.seq)
	} else if ok {
		p.marked[at.seq] = ""
	}
}

// NextMark selects the next marked row below, or the first one again. It reports whether there is
// any in what is shown.
func (p *Pane) NextMark() bool {
	here, _ := p.list.Place()
	first, next := -1, -1
	for seq := range p.marked {
		place, ok := p.listed.Find(p.listed.lineOf(seq), 0)
		if !ok {
			continue // the filter hides it
		}
		if first < 0 || place < first {
			first = place
		}
		if place > here && (next < 0 || place < next) {
			next = place
		}
	}
	if first < 0 {
		return false
	}
	if next < 0 {
		next = first
	}
	p.list.Select(p.listed.At(next))
	p.remember()
	return true
}

// Marks is how many marks there are.
func (p *Pane) Marks() int { return len(p.marked) }

// dropMarks forgets the marks of what has left the log.
func (p *Pane) dropMarks() {
	for seq := range p.marked {
		if seq < p.seen.first {
			delete(p.marked, seq)
		}
	}
}

// markOf is the mark that a line shows: its own, or that of what it stands for.
func (p *Pane) markOf(at line) (name string, ok bool) {
	if at.part > member || len(p.marked) == 0 {
		return "", false
	}
	if name, ok := p.marked[at.seq]; ok || at.part == member {
		return name, ok
	}
	for seq, name := range p.marked {
		if p.listed.lineOf(seq) == at {
			return name, true
		}
	}
	return "", false
}

// markName adds the name of a row's mark.
func (p *Pane) markName(r *row.Row, m marks) {
	if m.name != "" {
		r.Add(safetext.CleanLine(m.name).Truncate(mostName), p.theme.Match)
		r.Space(1)
	}
}
