package tui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/tui/copymenu"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/prompt"
)

// ToggleMouse hands the mouse to the program, or back to the terminal.
const ToggleMouse keys.Action = "mouse"

// mouseActions switch the mouse on and off. At the start it is the terminal's, which selects and
// copies text with it.
func mouseActions() []action {
	return []action{{
		name: ToggleMouse, help: "the mouse: take wheel, clicks and drags here, or leave them to the terminal", do: toggleMouse,
		at: []place{{keys.Panes, "alt+m", "", ""}, {keys.Overlay, "alt+m", "", ""}},
		word: func(m *Model, _ keys.Context) string {
			if m.mouse.on {
				return "mouse off"
			}
			return ""
		},
		urgent: func(m *Model) bool { return m.mouse.on },
	}}
}

// mouse is what is known of the mouse.
type mouse struct {
	on      bool
	border  layout.Border // that is dragged
	pressed click         // the last click on a row
}

// click is where and when a row was clicked.
type click struct {
	x, y int
	at   time.Time
}

const (
	// doubleClick is how soon a second click on the same row opens it.
	doubleClick = 500 * time.Millisecond
	// wheelStep is how many lines the wheel moves at a time.
	wheelStep = 3
)

// clickable is what has rows that can be clicked: a pane, or an overlay. A line is one of its View;
// it reports whether there is a row.
type clickable interface{ Click(line int) bool }

func toggleMouse(m *Model) tea.Cmd {
	m.mouse = mouse{on: !m.mouse.on}
	if !m.mouse.on {
		m.notice.tell("the mouse is the terminal's again")
		return tea.DisableMouse
	}
	text := "the mouse works here: the wheel scrolls, a click selects, another one opens, borders can be dragged"
	if key := m.table.keyFor(keys.Panes, ToggleMouse); key != "" {
		text += "; " + key + " gives it back to the terminal"
	}
	m.notice.tell(text)
	return tea.EnableMouseCellMotion
}

// mouseAgain asks for the mouse once more, after the terminal was somebody else's.
func (m *Model) mouseAgain() tea.Cmd {
	if m.mouse.on {
		return tea.EnableMouseCellMotion
	}
	return nil
}

// moused does what is done with the mouse.
func (m *Model) moused(e tea.MouseMsg) tea.Cmd {
	switch {
	case !m.mouse.on:
	case e.Button == tea.MouseButtonWheelUp:
		return m.wheel(e, keys.Up, keys.CursorUp)
	case e.Button == tea.MouseButtonWheelDown:
		return m.wheel(e, keys.Down, keys.CursorDown)
	case e.Action == tea.MouseActionRelease:
		m.mouse.border = layout.Border{}
	case e.Action == tea.MouseActionMotion && m.mouse.border != (layout.Border{}):
		return m.shift(m.screen.Drag(m.mouse.border, e.X, e.Y))
	case e.Action == tea.MouseActionPress && e.Button == tea.MouseButtonLeft:
		m.confirm = confirmation{}
		m.notice.seen(m.now())
		return m.click(e)
	}
	return nil
}

// wheel moves in what is under the pointer, by an action of rows or of text.
func (m *Model) wheel(e tea.MouseMsg, row, text keys.Action) tea.Cmd {
	var cmds []tea.Cmd
	for range wheelStep {
		if top := m.overlays.top(); top != nil {
			cmd, _ := top.Do(row)
			cmds = append(cmds, cmd)
			continue
		}
		switch p := m.screen.At(e.X, e.Y); p {
		case 0:
		case layout.Compose:
			m.desk.composer.Do(text)
		default:
			m.desk.pane(p).Do(row)
		}
	}
	return tea.Batch(cmds...)
}

// click selects the row under the pointer, or takes hold of a border. The second one on a row opens
// it.
func (m *Model) click(e tea.MouseMsg) tea.Cmd {
	again := m.mouse.pressed.y == e.Y && m.now().Sub(m.mouse.pressed.at) <= doubleClick
	m.mouse.pressed = click{}
	if top := m.overlays.top(); top != nil {
		lines := top.View()
		// As it was drawn: in the middle of the lines between status line and what is below.
		line := e.Y - 1 - max(0, m.body()-len(lines))/2
		if c, ok := top.(clickable); ok && c.Click(line) {
			return m.opens(e, again, chosen(top))
		}
		return nil
	}
	p := m.screen.At(e.X, e.Y)
	if p == 0 {
		return nil
	}
	if b := m.screen.Border(e.X, e.Y); b != (layout.Border{}) {
		m.mouse.border = b
		return nil
	}
	if p == layout.Compose {
		m.desk.edit()
		return nil
	}
	m.desk.show(p)
	if c, ok := m.desk.pane(p).(clickable); ok && c.Click(e.Y-m.screen.Pane(p).Inside().Y) {
		return m.opens(e, again, keys.Open)
	}
	return nil
}

// opens does what opens a row, if it was clicked again.
func (m *Model) opens(e tea.MouseMsg, again bool, by keys.Action) tea.Cmd {
	if !again {
		m.mouse.pressed = click{e.X, e.Y, m.now()}
		return nil
	}
	return m.run(by)
}

// chosen is the action that takes what is selected in an overlay.
func chosen(o Overlay) keys.Action {
	if _, ok := o.(*copying); ok {
		return copymenu.Selected
	}
	return prompt.Accept
}
