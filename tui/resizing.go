package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/config"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
)

// Actions on the borders between the panes.
const (
	narrower keys.Action = "narrower"
	wider    keys.Action = "wider"
	lower    keys.Action = "lower"
	higher   keys.Action = "higher"
	evenly   keys.Action = "usual-sizes"
)

// Steps of the borders, in cells.
const (
	stepColumns = 4
	stepRows    = 2
)

// ScreenKept says that the sizes of the panes were written to where they are remembered, or why not.
type ScreenKept struct{ Err error }

// screenMemory remembers the screen from one start to the next. Its methods may take their time.
type screenMemory interface {
	Update(change func(*config.Screen)) error
}

// screenFile is a screenMemory in a file.
type screenFile string

// Update changes what is remembered.
func (f screenFile) Update(change func(*config.Screen)) error {
	return config.UpdateScreen(string(f), change)
}

// resizeActions make the focused pane larger and smaller.
func resizeActions() []action {
	resize := func(name keys.Action, key, help string, to func(layout.Screen, layout.Pane) layout.Shift) action {
		return action{
			name: name, help: help, at: []place{{keys.View, key, "", ""}},
			do:  func(m *Model) tea.Cmd { return m.shift(to(m.screen, m.desk.focus)) },
			can: needs("there is one pane on the screen, and it has all of it", func(m *Model) bool { return m.screen.Mode > layout.Single }),
		}
	}
	return []action{
		resize(narrower, "<", "make the pane narrower", func(s layout.Screen, p layout.Pane) layout.Shift { return s.Wider(p, -stepColumns) }),
		resize(wider, ">", "make the pane wider", func(s layout.Screen, p layout.Pane) layout.Shift { return s.Wider(p, stepColumns) }),
		resize(lower, "{", "make the pane lower", func(s layout.Screen, p layout.Pane) layout.Shift { return s.Higher(p, -stepRows) }),
		resize(higher, "}", "make the pane higher", func(s layout.Screen, p layout.Pane) layout.Shift { return s.Higher(p, stepRows) }),
		{name: evenly, help: "give the panes their usual sizes again", do: func(m *Model) tea.Cmd { return m.shift(layout.Shift{}) }},
	}
}

// shift moves the borders as far as there is room, and remembers them.
func (m *Model) shift(to layout.Shift) tea.Cmd {
	m.desk.shift = to
	m.arrange()
	m.desk.shift = m.screen.Shift // no further than that, so that the way back is as long
	to = m.desk.shift
	return m.keepScreen(func(s *config.Screen) {
		s.Left, s.Right, s.Upper, s.LogRows = to.Left, to.Right, to.Upper, to.LogRows
	})
}

// shiftOf is how the borders were moved when the program ended last.
func shiftOf(s config.Screen) layout.Shift {
	return layout.Shift{Left: s.Left, Right: s.Right, Upper: s.Upper, LogRows: s.LogRows}
}

// keepScreen has something about the screen remembered.
func (m *Model) keepScreen(change func(*config.Screen)) tea.Cmd {
	if m.memory == nil {
		return nil
	}
	memory := m.memory
	return func() tea.Msg { return ScreenKept{memory.Update(change)} }
}

// screenKept says why something could not be remembered.
func (m *Model) screenKept(err error) {
	if err != nil {
		m.notice.complain(err)
	}
}
