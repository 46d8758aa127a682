// Package connection draws the screen of the connection, on top of the others: each step of
// negotiation as it happens, with its time, what was chosen and why, how things stand, and what can
// be done about it.
package connection

import (
	"strings"

	"github.com/charmbracelet/bubbles/viewport"
	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/session"
	"iqscope/session/journal"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/pane"
	"iqscope/tui/row"
)

// Actions of this screen alone.
const (
	Disconnect    keys.Action = "disconnect"
	BeforeStream  keys.Action = "by-hand-before-stream" // connect and stop there, to go on by hand
	BeforeTLS     keys.Action = "by-hand-before-tls"
	BeforeAuth    keys.Action = "by-hand-before-login"
	BeforeBinding keys.Action = "by-hand-before-binding"
)

// Info is what the screen tells.
type Info struct {
	session.Status
	// Said is what the log has of the way to this connection; see [Said].
	Said []journal.Entry
	// Offered are the keys that do something now.
	Offered []keys.Row
}

// Screen is the connection's screen. It belongs to the update loop.
type Screen struct {
	theme themes.Theme
	info  Info
	view  viewport.Model // nothing but the scrolling: the keys come from the key map
	width int            // of the box
}

// Cells that are no text.
const (
	frame  = 2 // border above and below, and at the sides
	margin = 1 // between the border and the text
	// widest is where lines become hard to read.
	widest = 100
)

// New returns the screen, scrolled to its start.
func New() *Screen { return &Screen{view: viewport.New(0, 0)} }

// Do scrolls, and reports whether the action does that.
func (s *Screen) Do(action keys.Action) bool {
	switch action {
	case keys.Up:
		s.view.ScrollUp(1)
	case keys.Down:
		s.view.ScrollDown(1)
	case keys.PageUp:
		s.view.PageUp()
	case keys.PageDown:
		s.view.PageDown()
	case keys.HalfPageUp:
		s.view.HalfPageUp()
	case keys.HalfPageDown:
		s.view.HalfPageDown()
	case keys.Home:
		s.view.GotoTop()
	case keys.End:
		s.view.GotoBottom()
	default:
		return false
	}
	return true
}

// Prepare lays the screen out for the room that it may cover.
func (s *Screen) Prepare(info Info, look pane.Look) {
	s.info, s.theme = info, look.Theme
	s.width = min(look.Width, widest)
	inside := s.width - frame - 2*margin
	lines := s.lines(max(1, inside), look.Now)
	s.view.Width, s.view.Height = max(0, inside), max(0, min(len(lines), look.Height-frame))
	s.view.SetContent(strings.Join(lines, "\n"))
	s.view.SetYOffset(s.view.YOffset) // the end may have come nearer
}

// View draws the screen in its box.
func (s *Screen) View() []string {
	if s.view.Width <= 0 || s.view.Height <= 0 {
		return nil
	}
	lines := strings.Split(s.view.View(), "\n")
	for i := range lines {
		lines[i] = strings.Repeat(" ", margin) + lines[i]
	}
	box := layout.Box{Title: safetext.Const("Connection"), Info: safetext.Const("esc closes"), Focused: true}
	if s.view.TotalLineCount() > s.view.Height {
		box.Info = safetext.Const("j k scroll · esc closes")
	}
	return box.Draw(s.width, s.view.Height+frame, lines, s.theme)
}

// paragraph wraps text into lines that begin at a column; the first goes on what leads up to it.
func (s *Screen) paragraph(lead *row.Row, text safetext.Text, column, width int, style lipgloss.Style) []string {
	var lines []string
	for i, t := range text.Wrap(max(1, width-column)) {
		r := lead
		if i > 0 {
			r = row.New(width)
		}
		r.Fill(column)
		r.Add(t, style)
		lines = append(lines, r.String())
	}
	return lines
}
