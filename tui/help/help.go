// Package help draws the keys that work in a pane, on top of the screen. What it shows comes from
// the key map, so it is never wrong.
package help

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/pane"
	"iqscope/tui/row"
)

// Help is a list of keys that can be scrolled. It belongs to the update loop.
type Help struct {
	title safetext.Text
	rows  []keys.Row
	top   int
	page  int // rows that are visible
	lines []string
}

// New returns the help on a pane.
func New(title safetext.Text, rows []keys.Row) *Help {
	return &Help{title: title, rows: rows, page: 1}
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
		h.top = len(h.rows)
	default:
		return false
	}
	h.clamp()
	return true
}

// Prepare lays the help out for the room that it may cover.
func (h *Help) Prepare(look pane.Look) tea.Cmd {
	h.page = max(1, min(len(h.rows), look.Height-frame))
	h.clamp()
	h.lines = h.draw(look.Theme, look.Width)
	return nil
}

// View is the help as it was laid out.
func (h *Help) View() []string { return h.lines }

func (h *Help) clamp() { h.top = max(0, min(h.top, len(h.rows)-h.page)) }

// Cells that are no keys.
const (
	frame    = 2 // border above and below, and at the sides
	margin   = 1 // between the border and the text
	gap      = 2 // between a key and what it does
	mostKeys = 24
)

// draw draws the help in a box that is no wider than width.
func (h *Help) draw(theme themes.Theme, width int) []string {
	keyWidth, helpWidth := 0, 0
	for _, r := range h.rows {
		keyWidth = max(keyWidth, safetext.CleanLine(r.Keys).Width())
		helpWidth = max(helpWidth, safetext.CleanLine(r.Help).Width())
	}
	keyWidth = min(keyWidth, mostKeys)
	width = min(width, keyWidth+gap+helpWidth+2*margin+frame)
	lines := make([]string, 0, h.page)
	for _, r := range h.rows[h.top:min(h.top+h.page, len(h.rows))] {
		line := row.New(width - frame)
		line.Space(margin)
		line.Column(safetext.CleanLine(r.Keys), keyWidth, theme.Key)
		line.Space(gap)
		line.Add(safetext.CleanLine(r.Help), theme.Hint)
		lines = append(lines, line.String())
	}
	box := layout.Box{Title: h.title, Info: safetext.Const("esc closes"), Focused: true}
	if h.page < len(h.rows) {
		box.Info = safetext.Const("j k scroll · esc closes")
	}
	return box.Draw(width, h.page+frame, lines, theme)
}
