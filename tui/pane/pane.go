// Package pane says what the root model and the panes know of each other: how a pane is laid out
// and drawn, and how it does what a key means. What lies on top of the panes is laid out with the
// same [Look].
package pane

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/keys"
)

// Look is what there is to know for laying something out.
type Look struct {
	Width, Height int // of the room, frames excluded; nothing is laid out that has none
	Theme         themes.Theme
	Now           time.Time
	Focused       bool // the keys go here
	Editing       bool // and characters into the text
	// Key is the key to name for an action, ready to show; empty if it has none. It may be nil, for
	// no keys at all.
	Key func(keys.Action) string
}

// KeyOf is the key to name for an action; empty if there is none.
func (l Look) KeyOf(action keys.Action) string {
	if l.Key == nil {
		return ""
	}
	return l.Key(action)
}

// Typing says in a frame that the keys go into the text.
func (l Look) Typing() safetext.Text {
	if l.Editing {
		return safetext.Const("typing")
	}
	return safetext.Text{}
}

// Pane is one of the panes. It belongs to the update loop.
type Pane interface {
	// Do does what an action means here, and reports whether it means anything.
	Do(action keys.Action) bool
	// Prepare lays out what is seen, as things are now. The command, unless it is nil, does what
	// takes long.
	Prepare(look Look) tea.Cmd
	// Lines is how many lines it would take to show all there is, at the width of the last Prepare.
	Lines() int
	// View is what was laid out: at most as many lines as there is room for. It changes nothing.
	View() []string
	// Title stands in the frame at the left, Info at the right.
	Title() safetext.Text
	Info() safetext.Text
}
