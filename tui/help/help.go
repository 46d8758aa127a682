// Package help draws the keys that work in a pane, in groups, on top of the screen. What it shows
// comes from the key map, so it is never wrong.
package help

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/pane"
	"iqscope/tui/row"
)

// Group is keys that belong together, under a title.
type Group struct {
	Title safetext.Text
	Rows  []keys.Row
}

// Help is groups of keys that can be scrolled. It belongs to the update loop.
type Help struct {
	title   safetext.Text
	groups  []Group
	top     int
	page    int        // lines that are visible
	columns [][]string // laid out, side by side
	lines   []string
}

// New returns the help on a pane.
func New(title safetext.Text, groups []Group) *Help {
	return &Help{title: title, groups: groups, page: 1}
}

// Context is where its keys are looked up.
func (h *Help) Context() keys.Context { return keys.Overlay }

// Title is what it is about.
func (h *Help) Title() safetext.Text { return h.title }

// Can says that nothing is kept from being done.
func (h *Help) Can(keys.Action) string { return "" }

// Do scrolls, and reports whether the action does that.
func (h *Help) Do(action keys.Action) (tea.Cmd, bool) { return nil, h.scroll(action) }

func (h *Help) scroll(action keys.Action) bool {
	switch action {
	case keys.Up:
		h.top--
	case keys.Down:
		h.top++
	case keys.PageUp:
		h.top -= h.page
	case keys.PageDown:
		h.top += h.page
	case keys.HalfPageUp:
		h.top -= h.page / 2
	case keys.HalfPageDown:
		h.top += h.page / 2
	case keys.Home:
		h.top = 0
	case keys.End:
		h.top = h.height()
	default:
		return false
	}
	h.clamp()
	return true
}

// Prepare lays the help out for the room that it may cover: in two columns where there is room
// for them.
func (h *Help) Prepare(look pane.Look) tea.Cmd {
	inside := look.Width - frame - 2*margin
	h.columns = [][]string{h.column(inside, look.Theme)}
	if cell := (inside - between) / 2; cell >= leastColumn {
		h.columns = halves(h.column(cell, look.Theme))
	}
	h.page = max(1, min(h.height(), look.Height-frame))
	h.clamp()
	h.lines = h.draw(look.Theme, look.Width)
	return nil
}

// View is the help as it was laid out.
func (h *Help) View() []string { return h.lines }

// height is how many lines the longer column has.
func (h *Help) height() int {
	most := 0
	for _, c := range h.columns {
		most = max(most, len(c))
	}
	return most
}

func (h *Help) clamp() { h.top = max(0, min(h.top, h.height()-h.page)) }

// Cells that are no keys.
const (
	frame       = 2  // border above and below, and at the sides
	margin      = 1  // between the border and the text
	gap         = 2  // between a key and what it does
	between     = 3  // columns
	mostKeys    = 24 // cells; more of them go on in the next line
	leastColumn = 48 // cells that a column must have to stand beside another one
)

// column is all groups as lines of a width. What is longer goes on below itself.
func (h *Help) column(width int, theme themes.Theme) []string {
	cell := 0
	for _, g := range h.groups {
		for _, r := range g.Rows {
			cell = max(cell, safetext.CleanLine(r.Keys).Width())
		}
	}
	cell = max(1, min(cell, mostKeys, width/3))
	var lines []string
	for _, g := range h.groups {
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		heading := row.New(width)
		heading.Add(g.Title, theme.Title)
		lines = append(lines, heading.String())
		for _, r := range g.Rows {
			bound := safetext.CleanLine(r.Keys).Wrap(cell)
			does := safetext.CleanLine(r.Help).Wrap(max(1, width-cell-gap))
			for i := range max(len(bound), len(does)) {
				line := row.New(width)
				if i < len(bound) {
					line.Add(bound[i], theme.Key)
				}
				line.Fill(cell + gap)
				if i < len(does) {
					line.Add(does[i], theme.Hint)
				}
				lines = append(lines, line.String())
			}
		}
	}
	return lines
}

// halves cuts lines into two columns that are about as high, between two groups if that is possible
// without making one half as high again as the other.
func halves(lines []string) [][]string {
	cut := (len(lines) + 1) / 2
	for off := range len(lines) / 8 {
		for _, at := range []int{cut + off, cut - off} {
			if lines[at] == "" {
				return [][]string{lines[:at], lines[at+1:]}
			}
		}
	}
	return [][]string{lines[:cut], lines[cut:]}
}

// draw draws the help in a box that is no wider than width.
func (h *Help) draw(theme themes.Theme, width int) []string {
	inside := width - frame - 2*margin
	cell := inside
	if len(h.columns) > 1 {
		cell = (inside - between) / 2
	}
	lines := make([]string, 0, h.page)
	for i := h.top; i < min(h.top+h.page, h.height()); i++ {
		var cells []string
		for _, c := range h.columns {
			text := ""
			if i < len(c) {
				text = c[i]
			}
			cells = append(cells, layout.Fit(text, cell))
		}
		lines = append(lines, strings.Repeat(" ", margin)+strings.Join(cells, strings.Repeat(" ", between)))
	}
	box := layout.Box{Title: h.title, Info: safetext.Const("esc closes"), Focused: true}
	if h.page < h.height() {
		box.Info = safetext.Const("j k scroll · esc closes")
	}
	return box.Draw(width, h.page+frame, lines, theme)
}
