package tui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
)

// Overlay is something on top of the panes. While it is the topmost one, it has the keys. It
// belongs to the update loop.
//
// Some overlays do more, and the root asks them whether they do: a [typist] takes characters, a
// [lowly] one stands in the lines above the footer, a [listener] takes the events of its commands,
// an [aging] one changes by itself.
type Overlay interface {
	// Context is where its keys are looked up.
	Context() keys.Context
	// Title names it in the help on its keys.
	Title() safetext.Text
	// Prepare lays it out for the room that it may cover, as things are now. The command, unless it
	// is nil, does what takes long.
	Prepare(look pane.Look) tea.Cmd
	// View is what was laid out. It changes nothing.
	View() []string
	// Do does what an action means here, and reports whether it means anything. What it does not
	// know, the table of actions does.
	Do(action keys.Action) (tea.Cmd, bool)
	// Can says why an action would do nothing here now; it is empty for one that would, and for one
	// that is unknown here.
	Can(action keys.Action) (why string)
}

type (
	typist interface {
		Type(text string, pasted bool) error
	}
	lowly interface {
		Low()
	}
	listener interface {
		Accept(msg tea.Msg) bool
	}
	aging interface {
		Ages() bool
	}
)

// stack is the overlays that are there; the last one is the topmost.
type stack struct{ overlays []Overlay }

// top is the topmost overlay; nil for none.
func (s *stack) top() Overlay {
	if len(s.overlays) == 0 {
		return nil
	}
	return s.overlays[len(s.overlays)-1]
}

func (s *stack) push(o Overlay) { s.overlays = append(s.overlays, o) }

// open shows a screen of its own in place of all that is there.
func (s *stack) open(o Overlay) { s.overlays = []Overlay{o} }

// close takes an overlay away, wherever it is.
func (s *stack) close(o Overlay) {
	s.overlays = slices.DeleteFunc(s.overlays, func(other Overlay) bool { return other == o })
}

// has says that an overlay is there.
func (s *stack) has(o Overlay) bool { return slices.Contains(s.overlays, o) }

func (s *stack) clear() { s.overlays = nil }

// closeLow takes away what stands where a message would.
func (s *stack) closeLow() {
	s.overlays = slices.DeleteFunc(s.overlays, func(o Overlay) bool { _, low := o.(lowly); return low })
}

// low is the topmost overlay in the lines above the footer; nil for none.
func (s *stack) low() Overlay {
	for _, o := range slices.Backward(s.overlays) {
		if _, ok := o.(lowly); ok {
			return o
		}
	}
	return nil
}

// high are those on the panes, the topmost last.
func (s *stack) high() []Overlay {
	return slices.DeleteFunc(slices.Clone(s.overlays), func(o Overlay) bool { _, low := o.(lowly); return low })
}

// accept hands an event to the overlay that waits for it.
func (s *stack) accept(msg tea.Msg) {
	for _, o := range s.overlays {
		if l, ok := o.(listener); ok && l.Accept(msg) {
			return
		}
	}
}

// ages reports whether something on top of the panes changes by itself.
func (s *stack) ages() bool {
	return slices.ContainsFunc(s.overlays, func(o Overlay) bool { a, ok := o.(aging); return ok && a.Ages() })
}
