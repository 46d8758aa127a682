package keys

import (
	"strings"

	"iqscope/internal/safetext"
)

// Row is one line of help.
type Row struct {
	Keys   string // all keys, ready to show: "alt+enter, F5"
	Help   string
	Action Action
	// Context is the nearest one that has it.
	Context Context
}

// Hint is one entry of the footer.
type Hint struct {
	Key    string // ready to show
	Word   string
	Action Action
}

// cells is how much room a hint takes in the footer, with the spaces around it and in it.
func (h Hint) cells() int {
	return safetext.CleanLine(h.Key).Width() + safetext.CleanLine(h.Word).Width() + 3
}

// Fit returns the hints that a line of so many cells has room for, in their order. The first ones
// come first, but for those of some actions, which are never left out for the sake of others.
func Fit(hints []Hint, width int, kept func(Action) bool) []Hint {
	for _, h := range hints {
		if kept(h.Action) {
			width -= h.cells()
		}
	}
	var fit []Hint
	full := false
	for _, h := range hints {
		if !kept(h.Action) {
			if full = full || h.cells() > width; full {
				continue
			}
			width -= h.cells()
		}
		fit = append(fit, h)
	}
	return fit
}

// Help returns the rows for a context and then for what it inherits. A key that a nearer context
// has taken is left out.
func (m Map) Help(context Context) []Row {
	var rows []Row
	for _, c := range context.chain() {
		for _, b := range m {
			if b.Context != c {
				continue
			}
			if keys := m.reach(context, b); len(keys) > 0 {
				for i := range keys {
					keys[i] = Label(keys[i])
				}
				rows = append(rows, Row{Keys: strings.Join(keys, ", "), Help: b.Help, Action: b.Action, Context: c})
			}
		}
	}
	return rows
}

// Footer returns the hints for a context and what it inherits, in the order of the map, which has
// the most useful first.
func (m Map) Footer(context Context) []Hint { return m.FooterOver(m, context) }

// FooterOver is the same for a map that has only some of the bindings of a whole one, where the
// keys are looked up.
func (m Map) FooterOver(whole Map, context Context) []Hint {
	var hints []Hint
	said := map[Action]bool{}
	for _, b := range m {
		if b.Footer == "" || !context.Has(b.Context) || said[b.Action] {
			continue
		}
		if keys := whole.reach(context, b); len(keys) > 0 {
			said[b.Action] = true
			hints = append(hints, Hint{Key: Label(keys[0]), Word: b.Footer, Action: b.Action})
		}
	}
	return hints
}
