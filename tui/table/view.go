package table

import (
	"slices"

	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/row"
)

// Cells that belong to no column.
const (
	gap    = 1 // between two columns
	marker = 2 // before the row, to tell the selected one
)

// SetSize says how much room there is, the heading included.
func (t *Table[E, K]) SetSize(width, height int) {
	t.width, t.height = max(0, width), max(0, height)
	t.list.SetHeight(t.height - t.heading())
	t.share(t.width - marker)
}

// heading is the height of the line that names the columns; a low table has none.
func (t *Table[E, K]) heading() int { return min(1, max(0, t.height-1)) }

// share gives each column its width, with so many cells for all of them: first those that are
// always there, then as many others as fit, the most telling ones first. What is left goes to those
// with a weight.
func (t *Table[E, K]) share(cells int) {
	order := make([]int, len(t.columns))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return t.columns[a].Keep - t.columns[b].Keep })
	t.widths = make([]int, len(t.columns))
	left, weights := cells+gap, 0
	for _, i := range order {
		c := &t.columns[i]
		if c.Keep > 0 && c.Least+gap > left {
			break
		}
		left -= c.Least + gap
		weights += c.Weight
		t.widths[i] = c.Least
	}
	for i, c := range t.columns {
		if left <= 0 || t.widths[i] == 0 || c.Weight == 0 {
			continue
		}
		more := left * c.Weight / weights
		if c.Most > 0 {
			more = min(more, c.Most-c.Least)
		}
		t.widths[i] += more
		left -= more
		weights -= c.Weight
	}
}

// View draws the heading and the rows in the window, in at most as many lines as the height. The
// selected row of a table that does not have the keys stands back.
func (t *Table[E, K]) View(theme themes.Theme, focused bool) []string {
	lines := make([]string, 0, t.height)
	if t.heading() > 0 {
		lines = append(lines, t.head(theme))
	}
	under := theme.Selected
	if !focused {
		under = theme.SelectedIdle
	}
	selected, _ := t.list.Place()
	top, rows := t.list.Window()
	for place := top; place < top+rows; place++ {
		r, mark := row.New(t.width), theme.NoMarker
		if place == selected {
			r, mark = row.Over(t.width, under), theme.Marker
		}
		r.Column(safetext.CleanLine(mark), marker, theme.Text)
		at := t.shown.Rows[place]
		t.fill(r, func(_ int, c *Column[E]) Cell { return c.Cell(t.rows[at], at) })
		lines = append(lines, r.String())
	}
	return lines
}

// head draws the headings, with an arrow at the column that the rows are sorted by.
func (t *Table[E, K]) head(theme themes.Theme) string {
	r := row.New(t.width)
	r.Space(marker)
	t.fill(r, func(i int, c *Column[E]) Cell {
		title := safetext.CleanLine(c.Title)
		if i == t.sorted {
			arrow := safetext.Const("↑")
			if t.descending {
				arrow = safetext.Const("↓")
			}
			title = safetext.Concat(title.Truncate(max(0, t.widths[i]-arrow.Width())), arrow)
		}
		return Cell{title, theme.Muted}
	})
	return r.String()
}

// fill appends the columns that there is room for. What stands at the right may spread into the gap
// before it.
func (t *Table[E, K]) fill(r *row.Row, cell func(int, *Column[E]) Cell) {
	before := 0
	for i := range t.columns {
		width := t.widths[i]
		if width == 0 {
			continue
		}
		c := cell(i, &t.columns[i])
		if t.columns[i].Right {
			r.Right(c.Text, before+width, c.Style)
		} else {
			r.Space(before)
			r.Column(c.Text, width, c.Style)
		}
		before = gap
	}
}
