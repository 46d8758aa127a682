// Package table is a table of rows in memory: columns with headings, of which the less telling ones
// are left out where there is no room; rows in the order given or sorted by a column, all of them
// or those in which a text is found; one of them selected by its identity.
//
//	t := table.New(columns, func(e Entry) string { return e.Name })
//	t.SetRows(entries)
//	t.Do(keys.Down)
//	t.SetSize(width, height) // the heading is one of the lines
//	lines := t.View(theme, true)
//
// A Table belongs to the update loop. [Table.View] changes nothing.
package table

import (
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/tui/keys"
	"iqscope/tui/list"
)

// Column is one column of a table of rows of type E.
type Column[E any] struct {
	Title string
	// Least is how many cells it has, without the gap before it. What is left of the width is
	// shared out by Weight, up to Most cells if that is not 0. A column without a weight gets
	// nothing of it.
	Least, Most, Weight int
	// Keep tells which columns are left out first where there is no room: those with the highest.
	// One with 0 is always there.
	Keep int
	// Right aligns the column at the right, as numbers are; a long one spreads into the gap.
	Right bool
	// Search says that a filter looks into it.
	Search bool
	// Compare gives the order of two rows by this column; nil says that it cannot be sorted by.
	Compare func(a, b E) int
	// Cell is what it says of a row. The place is that among the rows as they were given, from 0.
	Cell func(row E, place int) Cell
}

// Cell is one field of a row.
type Cell struct {
	Text  safetext.Text
	Style lipgloss.Style
}

// AsGiven is the column of a table that is not sorted.
const AsGiven = -1

// Table is a table that is shown. Make one with [New].
type Table[E any, K comparable] struct {
	columns    []Column[E]
	rows       []E
	shown      list.Slice[int, K] // places in rows
	list       *list.List[K]
	sorted     int // a column, or AsGiven
	descending bool
	filter     string
	width      int
	height     int
	widths     []int // of the columns; 0 for one that is left out
}

// New returns an empty table. Each row needs an identity of its own.
func New[E any, K comparable](columns []Column[E], id func(E) K) *Table[E, K] {
	t := &Table[E, K]{columns: columns, sorted: AsGiven}
	t.shown.ID = func(place int) K { return id(t.rows[place]) }
	t.list = list.NewStill[K](&t.shown)
	return t
}

// SetRows shows other rows. The selected row stays selected wherever it has gone; if it has left,
// the one in its place is.
func (t *Table[E, K]) SetRows(rows []E) {
	t.rows = rows
	t.arrange()
}

// SortBy sorts by a column, or not, with AsGiven. Rows that are equal there keep their order.
func (t *Table[E, K]) SortBy(column int, descending bool) {
	if column < 0 || column >= len(t.columns) || t.columns[column].Compare == nil {
		column, descending = AsGiven, false
	}
	t.sorted, t.descending = column, descending
	t.arrange()
}

// Sorted returns the column that the rows are sorted by, or AsGiven.
func (t *Table[E, K]) Sorted() (column int, descending bool) { return t.sorted, t.descending }

// SortNext sorts by the next column that can be sorted by and is not left out; after the last one,
// the rows are as given.
func (t *Table[E, K]) SortNext() {
	for i := t.sorted + 1; i < len(t.columns); i++ {
		if t.columns[i].Compare != nil && (t.widths == nil || t.widths[i] > 0) {
			t.SortBy(i, false)
			return
		}
	}
	t.SortBy(AsGiven, false)
}

// SetFilter shows only the rows in which each word of a text is found, in any of the columns that
// are searched, in capitals or not. An empty text shows all.
func (t *Table[E, K]) SetFilter(text string) {
	t.filter = text
	t.arrange()
}

// Filter returns the text of the filter.
func (t *Table[E, K]) Filter() string { return t.filter }

// arrange finds out which rows are shown, and in which order.
func (t *Table[E, K]) arrange() {
	words := strings.Fields(strings.ToLower(t.filter))
	t.shown.Rows = t.shown.Rows[:0]
	for place := range t.rows {
		if len(words) == 0 || t.fits(place, words) {
			t.shown.Rows = append(t.shown.Rows, place)
		}
	}
	if t.sorted != AsGiven {
		compare := t.columns[t.sorted].Compare
		slices.SortStableFunc(t.shown.Rows, func(a, b int) int {
			if t.descending {
				a, b = b, a
			}
			return compare(t.rows[a], t.rows[b])
		})
	}
	t.list.Sync()
}

// fits reports whether each of the words, which are in lower case, is found in a row.
func (t *Table[E, K]) fits(place int, words []string) bool {
	var texts []string
	for _, c := range t.columns {
		if c.Search {
			texts = append(texts, strings.ToLower(c.Cell(t.rows[place], place).Text.String()))
		}
	}
	for _, word := range words {
		if !slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, word) }) {
			return false
		}
	}
	return true
}

// Do moves the selection, and reports whether the action does that.
func (t *Table[E, K]) Do(action keys.Action) bool { return t.list.Do(action) }

// Select selects a row, and reports whether it is shown. Else the selection stays.
func (t *Table[E, K]) Select(row K) bool {
	if _, ok := t.shown.Find(row, 0); !ok {
		return false
	}
	t.list.Select(row)
	return true
}

// Selected returns the selected row; false if none is shown.
func (t *Table[E, K]) Selected() (row E, ok bool) {
	place, ok := t.list.Place()
	if !ok {
		return row, false
	}
	return t.rows[t.shown.Rows[place]], true
}

// Place returns where the selected row is among those shown, from 0; false if none is shown.
func (t *Table[E, K]) Place() (place int, ok bool) { return t.list.Place() }

// Len returns how many rows are shown.
func (t *Table[E, K]) Len() int { return len(t.shown.Rows) }

// Visible returns the rows in the window.
func (t *Table[E, K]) Visible() []E {
	top, n := t.list.Window()
	rows := make([]E, n)
	for i := range rows {
		rows[i] = t.rows[t.shown.Rows[top+i]]
	}
	return rows
}
