// Package handlers draws the registry screen, on top of the panes: everything that sees, answers or
// drops stanzas, in the order in which it is asked, with what it has counted. The log stands first;
// the fallbacks stand last, and under them the automatic error.
//
// It only shows and selects. What is to be done with the selected entry, the root model does.
package handlers

import (
	"slices"
	"strconv"
	"time"

	"iqscope/internal/safetext"
	"iqscope/session"
	"iqscope/session/handler"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/pane"
	"iqscope/tui/table"
)

// Actions of this screen alone.
const (
	Show       keys.Action = "handlers"       // shows the screen, and hides it
	Switch     keys.Action = "switch-handler" // on or off
	AddRule    keys.Action = "add-rule"
	EditRule   keys.Action = "edit-rule"
	RemoveRule keys.Action = "remove-rule" // asks once
)

// Entry is one entry of the registry.
type Entry struct {
	handler.Info
	Rule string // the rule's text, if a rule made the entry; else empty
}

// IsNobody says that the entry is the automatic error.
func (e Entry) IsNobody() bool { return e.Name == session.AnsweredByNobody }

// Screen is the registry's screen. It belongs to the update loop.
type Screen struct {
	theme   themes.Theme
	entries []Entry
	table   *table.Table[Entry, string]
	now     time.Time
	width   int // of the box
	address string
	lines   []string
}

// Cells that are no text.
const (
	frame  = 2 // border above and below, and at the sides
	margin = 1 // between the border and the text
	// widest is where a row becomes hard to follow.
	widest = 132
)

// New returns the screen, without entries.
func New() *Screen {
	s := &Screen{}
	s.table = table.New(s.columns(), func(e Entry) string { return e.Name })
	return s
}

// SetEntries shows the registry as it is now. The selected entry stays selected wherever it has
// gone; if it has left, the one in its place is.
func (s *Screen) SetEntries(entries []Entry) {
	s.entries = entries
	s.table.SetRows(entries)
}

// Select selects the entry of a name, if there is one.
func (s *Screen) Select(name string) { s.table.Select(name) }

// Selected is the selected entry; false when there is none.
func (s *Screen) Selected() (Entry, bool) { return s.table.Selected() }

// Names are those of all entries.
func (s *Screen) Names() map[string]bool {
	names := make(map[string]bool, len(s.entries))
	for _, e := range s.entries {
		names[e.Name] = true
	}
	return names
}

// Has says that there is an entry of the name.
func (s *Screen) Has(name string) bool {
	return slices.ContainsFunc(s.entries, func(e Entry) bool { return e.Name == name })
}

// Ages says that something on the screen grows older by itself.
func (s *Screen) Ages() bool {
	return slices.ContainsFunc(s.table.Visible(), func(e Entry) bool { return !e.Last.IsZero() })
}

// Do moves the selection, and reports whether the action does that.
func (s *Screen) Do(action keys.Action) bool { return s.table.Do(action) }

// Prepare lays the screen out. The address is our own; a request to it tries a rule out.
func (s *Screen) Prepare(address string, look pane.Look) {
	s.lines, s.theme, s.address = nil, look.Theme, address
	s.width = min(look.Width, widest)
	inside, room := s.width-frame-2*margin, look.Height-frame
	if inside <= 0 || room <= 0 {
		return
	}
	below := s.below(inside, look)
	// The rows come first: they need a heading and at least one line each, as far as there are any.
	below = below[:max(0, min(len(below), room-1-min(len(s.entries), fewestRows)))]
	s.now = look.Now
	s.table.SetSize(inside, 1+max(1, min(len(s.entries), room-1-len(below))))
	s.lines = append(s.lines, s.table.View(s.theme, true)...)
	s.lines = append(s.lines, below...)
	s.lines = s.lines[:min(len(s.lines), room)]
}

// fewestRows is how many entries are visible at least, before what is told of the selected one.
const fewestRows = 3

// View draws the screen in its box.
func (s *Screen) View() []string {
	if len(s.lines) == 0 {
		return nil
	}
	lines := make([]string, len(s.lines))
	for i, line := range s.lines {
		lines[i] = " " + line
	}
	at, _ := s.table.Place()
	place := strconv.Itoa(at+1) + " of " + strconv.Itoa(len(s.entries))
	box := layout.Box{Title: safetext.Const("Handlers"), Info: safetext.CleanLine(place + " · esc closes"), Focused: true}
	return box.Draw(s.width, len(lines)+frame, lines, s.theme)
}
