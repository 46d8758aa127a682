package replay

import (
	"iter"

	"iqscope/internal/record"
	"iqscope/iqbuilder/capture"
)

// Join makes items of a recording: its elements, with what else it says where it says it. For any
// other capture told is the zero value.
func Join(told record.Told, elements iter.Seq[capture.Element]) []Item {
	var items []Item
	lines := told.Lines
	words := func(l record.Line) {
		items = append(items, Item{Element: capture.Element{Time: l.Time}, Seq: l.Seq, Note: l.Note})
	}
	for el := range elements {
		it := Item{Element: el}
		for len(lines) > 0 && lines[0].Pos <= el.Pos {
			if l := lines[0]; l.Note != "" {
				words(l)
			} else {
				it.Seq, it.Verdict = l.Seq, l.Verdict
			}
			lines = lines[1:]
		}
		items = append(items, it)
	}
	for _, l := range lines {
		if l.Note != "" {
			words(l)
		}
	}
	return items
}

// With is what a recording says of how it is to be played, by what is wanted besides.
func (o Options) With(told record.Told) Options {
	o.Ends, o.Unasked, o.Dropped = told.Ends, told.Unasked, told.Dropped
	o.Lenient = o.Lenient || told.Lenient
	return o
}
