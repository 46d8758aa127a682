package inspect

import (
	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/row"
)

// view is one way to look at the subject.
type view int

// The views, in the order of their tabs.
const (
	viewXML view = iota
	viewRaw
	viewFields
	viewExplain
	viewTiming
	viewDiff
	views // how many
)

// names are what stands in the tabs.
var names = [views]safetext.Text{
	viewXML: safetext.Const("xml"), viewRaw: safetext.Const("raw"), viewFields: safetext.Const("fields"),
	viewExplain: safetext.Const("explain"), viewTiming: safetext.Const("timing"), viewDiff: safetext.Const("diff"),
}

// leastImportant are the views in the order in which their tabs give way in a narrow pane.
var leastImportant = [...]view{viewRaw, viewTiming, viewDiff, viewXML, viewFields, viewExplain}

// barRows is the height that the content needs for the tabs to stand above it; below that the name
// of the view stands in the frame.
const barRows = 3

// offers says that there is such a view of the subject.
func (p *Pane) offers(v view) bool {
	return v != viewDiff || p.subject != nil && p.subject.Earlier != nil
}

// beside is the view that lies a step to the right, or to the left for -1.
func (p *Pane) beside(step int) view {
	v := p.view
	for {
		if v = (v + views + view(step)) % views; p.offers(v) {
			return v
		}
	}
}

// tabs draws the names of the views with the one that is shown in brackets. Where there is no room
// for all, names are left out whole, the least important first, and "…" says so; the one that is
// shown stays.
func (p *Pane) tabs(width int, theme themes.Theme) string {
	var shown [views]bool
	left := false
	cells := 0
	for v := range views {
		if shown[v] = p.offers(v); shown[v] {
			cells += tabCells(v)
		}
	}
	for _, v := range leastImportant {
		if cells <= width {
			break
		}
		if v == p.view || !shown[v] {
			continue
		}
		shown[v] = false
		cells -= tabCells(v)
		if !left {
			left = true
			cells += len(" ") + 1
		}
	}
	r := row.New(width)
	for v := range views {
		switch {
		case !shown[v]:
		case v == p.view:
			r.Add(safetext.Concat(safetext.Const("["), names[v], safetext.Const("]")), theme.TabActive)
		default:
			r.Add(safetext.Concat(safetext.Const(" "), names[v], safetext.Const(" ")), theme.Tab)
		}
	}
	if left {
		r.Add(safetext.Const(" …"), theme.Muted)
	}
	return r.String()
}

// tabCells is the width of a tab, its brackets or spaces included.
func tabCells(v view) int { return names[v].Width() + 2 }
