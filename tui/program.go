package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/session"
	"iqscope/tui/handlers"
	"iqscope/tui/help"
	"iqscope/tui/keys"
	"iqscope/tui/words"
)

// programActions are about the whole program, and open its screens.
func programActions() []action {
	return []action{
		{
			name: keys.Help, help: "help", do: showHelp,
			at: []place{{keys.View, "?", "help", ""}, {keys.Handlers, "?", "help", ""}, {keys.Global, "f1", "", ""}, {keys.Edit, "f1", "help", ""}},
		},
		{name: keys.Redraw, help: "draw the screen anew", at: []place{{keys.Global, "ctrl+l", "", ""}}, do: func(*Model) tea.Cmd { return tea.ClearScreen }},
		{name: keys.Quit, help: "quit; asks once when requests are pending", at: []place{{keys.Global, "ctrl+c", "quit", ""}}, do: quit},
		{
			name: keys.Connecting, help: "the connection: its steps, what was chosen, by hand", do: showConnection,
			at:     []place{{keys.Overlay, "ctrl+o", "", "the connection"}, {keys.Panes, "ctrl+o", "connection", ""}},
			urgent: func(m *Model) bool { return !m.known.online() && m.known.status.State != session.ByHand },
		},
		{
			name: handlers.Show, help: "the handlers: who sees and who answers what; rules", do: showHandlers,
			at: []place{{keys.Panes, "ctrl+g f2", "handlers", ""}, {keys.Overlay, "ctrl+g f2", "", "the handlers"}},
		},
	}
}

// showHelp shows the keys that work now, or hides them.
func showHelp(m *Model) tea.Cmd {
	about := safetext.CleanLine(m.desk.focus.String())
	if top := m.overlays.top(); top != nil {
		if _, there := top.(*help.Help); there {
			m.overlays.close(top)
			return nil
		}
		about = top.Title()
	}
	m.overlays.push(help.New(safetext.Concat(safetext.Const("Keys: "), about), m.table.help(m.context())))
	return nil
}

// quit asks once when requests wait for their answer, and waits until the rules are saved. Asked again, it waits for neither.
func quit(m *Model) tea.Cmd {
	m.refresh()
	key := m.table.keyFor(keys.Global, keys.Quit)
	switch {
	case !m.confirmed(keys.Quit, key, "quits"):
		return nil
	case m.rules.quits():
		return tea.Quit
	}
	m.notice.warn("The rules are being saved. " + key + " again quits without waiting.")
	return nil
}

// question asks whether to do something while requests wait.
func question(waiting int, key, does string) string {
	verb := " waits"
	if waiting > 1 {
		verb = " wait"
	}
	return "? " + words.Sentence(words.Plural(waiting, "request")+verb+" for an answer. "+key+" again "+does+" anyway; any other key stays.")
}
