package tree

import (
	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/row"
)

const (
	// indent is how many cells a level is moved to the right.
	indent = 2
	// marker is how many cells tell the selected row.
	marker = 2
)

// Look is what there is to know for drawing.
type Look struct {
	Theme   themes.Theme
	Focused bool
	ASCII   bool // draws the tree with signs of ASCII, for a terminal that lacks others; texts stay as they are
}

// signs are what stands before a node, each two cells wide, and what tells its state.
type signs struct{ folded, unfolded, leaf, failed, loading safetext.Text }

func (l Look) signs() signs {
	if l.ASCII {
		return signs{safetext.Const("+ "), safetext.Const("- "), safetext.Const("  "), safetext.Const("! "), safetext.Const("loading ...")}
	}
	// The triangles are hollow ones, as a full one marks the selected row.
	return signs{safetext.Const("▹ "), safetext.Const("▿ "), safetext.Const("  "), safetext.Const("✗ "), safetext.Const("loading …")}
}

// SetSize says how much room there is.
func (t *Tree[K]) SetSize(width, height int) {
	t.width = max(0, width)
	t.list.SetHeight(height)
}

// View draws the nodes in the window, one line each, in at most as many lines as the height.
func (t *Tree[K]) View(look Look) []string {
	selected, _ := t.list.Place()
	top, rows := t.list.Window()
	lines := make([]string, rows)
	for i := range lines {
		lines[i] = t.line(t.shown.Rows[top+i], top+i == selected, look)
	}
	return lines
}

func (t *Tree[K]) line(b *branch[K], selected bool, look Look) string {
	theme, signs := look.Theme, look.signs()
	r, mark := row.New(t.width), theme.NoMarker
	if selected {
		under := theme.SelectedIdle
		if look.Focused {
			under = theme.Selected
		}
		r, mark = row.Over(t.width, under), theme.Marker
		if look.ASCII {
			mark = "> "
		}
	}
	r.Column(safetext.CleanLine(mark), marker, theme.Text)
	// However deep a node is, its text keeps half of the width.
	r.Space(min(b.depth*indent, max(0, t.width-marker)/2))
	switch {
	case b.Leaf:
		r.Add(signs.leaf, theme.Muted)
	case b.unfolded:
		r.Add(signs.unfolded, theme.Muted)
	default:
		r.Add(signs.folded, theme.Muted)
	}
	r.Add(b.Text, theme.Text)
	if !b.Note.Empty() {
		r.Space(2)
		r.Add(b.Note, theme.Muted)
	}
	switch {
	case b.state == Loading:
		r.Space(2)
		r.Add(signs.loading, theme.Info)
	case b.state == Failed:
		r.Space(2)
		r.Add(signs.failed, theme.Error)
		r.Add(b.reason, theme.Error)
	case b.state == Loaded && b.unfolded && len(b.children) == 0:
		r.Space(2)
		r.Add(safetext.Const("nothing in it"), theme.Muted)
	}
	return r.String()
}
