package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/tui/keys"
	"iqscope/tui/layout"
)

// paneActions give the focus to a pane, and the screen.
func paneActions() []action {
	show := func(name keys.Action, p layout.Pane, help string) action {
		digit := string('0' + rune(p))
		return action{
			name: name, help: help, at: []place{{keys.View, digit, "", ""}, {keys.Panes, "alt+" + digit, "", ""}},
			do: func(m *Model) tea.Cmd { m.desk.show(p); return nil }, harmless: true,
		}
	}
	toPending := show(keys.PanePending, layout.Pending, "pending requests")
	toPending.word = wayToPending
	zoom := action{
		name: keys.Zoom, help: "give the pane the whole screen, and back",
		at: []place{{keys.View, "z", "zoom", ""}, {keys.Panes, "alt+z", "", ""}},
		do: func(m *Model) tea.Cmd { m.desk.zoom = !m.desk.zoom; return nil }, harmless: true,
		word: func(m *Model, c keys.Context) string {
			if c == keys.View && (m.desk.zoom || m.screen.Mode > layout.Single) {
				return "zoom"
			}
			return ""
		},
	}
	return []action{
		{
			name: keys.NextPane, help: "next pane", at: []place{{keys.View, "tab", "next pane", ""}, {keys.Panes, "f6", "", ""}},
			do: func(m *Model) tea.Cmd { m.desk.show(m.desk.focus.Next()); return nil }, harmless: true,
		},
		{
			name: keys.PrevPane, help: "previous pane", at: []place{{keys.Panes, "shift+tab", "", ""}, {keys.Edit, "shift+tab", "leave pane", ""}},
			do: func(m *Model) tea.Cmd { m.desk.show(m.desk.focus.Prev()); return nil }, harmless: true,
		},
		show(keys.PaneCompose, layout.Compose, "compose"),
		toPending,
		show(keys.PaneLog, layout.Log, "log"),
		show(keys.PaneInspect, layout.Inspect, "inspector"),
		zoom,
	}
}

// wayToPending names the way to the pending pane while it is hidden and there is something in it.
func wayToPending(m *Model, c keys.Context) string {
	digits := keys.View // where a digit alone switches panes
	if m.overlays.top() == nil && m.desk.typing() {
		digits = keys.Panes
	}
	if c == digits && m.screen.Pane(layout.Pending).Empty() && (len(m.known.requests) > 0 || m.known.status.Held > 0) {
		return "pending"
	}
	return ""
}

// backActions go back.
func backActions() []action {
	return []action{
		{name: keys.Back, keysOnly: true, help: "one step back: search, filter, zoom, then live", at: []place{{keys.View, "esc", "", ""}}, do: goBack, word: closesNotice("")},
		{
			name: keys.Close, keysOnly: true, help: "close",
			at: []place{{keys.View, "q", "", "leave the view"}, {keys.Overlay, "esc q", "close", ""}, {keys.Prompt, "esc", "leave it", "leave it as it is"}},
			do: leave,
		},
	}
}

// goBack goes one step back, and never quits: a notice that stays goes first, and nothing else. (One
// that passes goes with any key.)
func goBack(m *Model) tea.Cmd {
	if m.stopRepeating() {
		return nil
	}
	stayed := m.notice.stays
	m.notice.clear()
	if !stayed && !m.kept.putAway() {
		m.desk.peel()
	}
	return nil
}

// closesNotice is the footer's word for the key that goes back: what it does while a notice stays,
// else what it does at other times.
func closesNotice(otherwise string) func(*Model, keys.Context) string {
	return func(m *Model, _ keys.Context) string {
		if m.repeating.run != nil {
			return "stop repeating"
		}
		if m.notice.stays {
			return "close message"
		}
		return otherwise
	}
}

// leave closes what is on top, or leaves the pane.
func leave(m *Model) tea.Cmd {
	if top := m.overlays.top(); top != nil {
		m.overlays.close(top)
		return nil
	}
	m.desk.leave()
	return nil
}
