package handlers

import (
	"slices"
	"strconv"
	"time"

	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/session/handler"
	"iqscope/themes"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// Cells of the columns that are always there.
const (
	numberCell  = 4
	stateCell   = 6 // "off !"
	leastName   = 12
	mostName    = 24
	leastMatch  = 16
	gap         = 1
	nameOfThree = 3 // a name gets every third cell that is left over
)

// column is one that is left out where there is no room for it.
type column struct {
	heading string
	cells   int // with the gap before it
	keep    int // columns with a lower number stay longer
	left    bool
	value   func(Entry, time.Time) string
}

// columns are those behind name and matcher, in their order; kind stands between the two.
var columns = []column{
	{"KIND", 11, 3, true, func(e Entry, _ time.Time) string { return kind(e) }},
	{"HITS", 9, 1, false, func(e Entry, _ time.Time) string { return words.Count(e.Matches) }},
	{"MISSES", 10, 6, false, func(e Entry, _ time.Time) string { return words.Count(e.Misses) }},
	{"REPLIES", 9, 4, false, func(e Entry, _ time.Time) string { return words.Count(e.Replies) }},
	{"FAILED", 8, 5, false, func(e Entry, _ time.Time) string { return words.Count(e.Failures) }},
	{"DROPPED", 9, 7, false, func(e Entry, _ time.Time) string { return words.Count(e.Dropped) }},
	{"LAST", 10, 2, false, func(e Entry, now time.Time) string { return lastMatch(e.Last, now) }},
}

// table draws the rows for one width.
type table struct {
	theme       themes.Theme
	width       int
	name, match int // cells
	columns     []column
}

// newTable shares the width out: what is always there, then as many columns as fit, the most telling ones first. What is left goes to the
// name and, most of it, to the matcher.
func newTable(width int, theme themes.Theme) *table {
	t := &table{theme: theme, width: width, name: leastName, match: leastMatch}
	left := width - lipgloss.Width(theme.Marker) - numberCell - stateCell - leastName - gap - leastMatch
	order := slices.Clone(columns)
	slices.SortFunc(order, func(a, b column) int { return a.keep - b.keep })
	most := 0
	for _, c := range order {
		if c.cells > left {
			break
		}
		left -= c.cells
		most = c.keep
	}
	for _, c := range columns {
		if c.keep <= most {
			t.columns = append(t.columns, c)
		}
	}
	if left > 0 {
		more := min(left/nameOfThree, mostName-leastName)
		t.name += more
		t.match += left - more
	}
	return t
}

func (t *table) heading() string {
	r := row.New(t.width)
	m := t.theme.Muted
	r.Space(lipgloss.Width(t.theme.NoMarker))
	r.Right(safetext.Const("#"), numberCell-gap, m)
	r.Space(gap)
	r.Column(safetext.Const("STATE"), stateCell, m)
	r.Column(safetext.Const("NAME"), t.name, m)
	r.Space(gap)
	t.cells(r, func(c column) (string, lipgloss.Style) { return c.heading, m }, func() {
		r.Column(safetext.Const("MATCHES"), t.match, m)
	})
	return r.String()
}

func (t *table) row(e Entry, number int, selected bool, now time.Time) string {
	r, marker := row.New(t.width), t.theme.NoMarker
	if selected {
		r, marker = row.Over(t.width, t.theme.Selected), t.theme.Marker
	}
	text := t.theme.Text
	if e.Off {
		text = t.theme.Muted
	}
	r.Add(safetext.CleanLine(marker), text)
	r.Right(safetext.CleanLine(strconv.Itoa(number)), numberCell-gap, t.theme.Muted)
	r.Space(gap)
	state, style := t.state(e)
	r.Column(state, stateCell, style)
	r.Column(safetext.CleanLine(e.Name), t.name, text)
	r.Space(gap)
	t.cells(r, func(c column) (string, lipgloss.Style) {
		value := c.value(e, now)
		if value == "0" {
			return value, t.theme.Muted
		}
		return value, text
	}, func() {
		r.Column(safetext.CleanLine(e.Matcher), t.match, text)
	})
	return r.String()
}

// cells appends the columns that there is room for. The matcher follows those that stand at the left.
func (t *table) cells(r *row.Row, cell func(column) (string, lipgloss.Style), matcher func()) {
	done := false
	for _, c := range t.columns {
		value, style := cell(c)
		if c.left {
			r.Column(safetext.CleanLine(value), c.cells, style)
			continue
		}
		if !done {
			matcher()
			done = true
		}
		r.Right(safetext.CleanLine(value), c.cells, style)
	}
	if !done {
		matcher()
	}
}

// state says whether the entry is on, and by a mark that something went wrong with it.
func (t *table) state(e Entry) (safetext.Text, lipgloss.Style) {
	trouble := e.Failures+e.Dropped > 0
	switch {
	case e.Off && trouble:
		return safetext.Const("off !"), t.theme.Muted
	case e.Off:
		return safetext.Const("off"), t.theme.Muted
	case trouble:
		return safetext.Const("on !"), t.theme.Warning
	}
	return safetext.Const("on"), t.theme.Success
}

// kind names what an entry is, as short as a column wants it.
func kind(e Entry) string {
	switch {
	case e.Rule != "":
		return "rule"
	case e.Fallback && e.Kind == handler.KindResponder:
		return "fallback"
	}
	return string(e.Kind)
}

// lastMatch is how long ago something matched last, in its largest unit.
func lastMatch(at, now time.Time) string {
	if at.IsZero() {
		return "never"
	}
	const day = 24 * time.Hour
	ago := max(0, now.Sub(at))
	switch {
	case ago < time.Minute:
		return strconv.Itoa(int(ago/time.Second)) + " s ago"
	case ago < time.Hour:
		return strconv.Itoa(int(ago/time.Minute)) + " m ago"
	case ago < day:
		return strconv.Itoa(int(ago/time.Hour)) + " h ago"
	}
	return strconv.Itoa(int(ago/day)) + " d ago"
}
