package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/session"
	"iqscope/tui/browse"
	"iqscope/tui/handlers"
	"iqscope/tui/help"
	"iqscope/tui/historylist"
	"iqscope/tui/keys"
	"iqscope/tui/words"
)

// programActions are about the whole program, and open its screens.
func programActions() []action {
	return []action{
		{
			name: keys.Help, help: "help", do: showHelp, word: helpWord,
			at: []place{{keys.View, "?", "help", ""}, {keys.Overlay, "?", "help", ""}, {keys.Global, "f1", "help", ""}},
		},
		{name: keys.Redraw, help: "draw the screen anew", at: []place{{keys.Global, "ctrl+l", "", ""}}, do: func(*Model) tea.Cmd { return tea.ClearScreen }},
		{name: keys.Quit, help: "quit; asks once when requests are pending", at: []place{{keys.Global, "ctrl+c", "quit", ""}}, do: quit},
		{
			name: keys.FindAction, window: true, help: "find what can be done, by letters of its name", do: showPalette, keysOnly: true,
			at: []place{{keys.Panes, "ctrl+p", "commands", ""}, {keys.Overlay, "ctrl+p", "", ""}},
		},
		{
			name: keys.CommandLine, window: true, help: "a command by its name", do: showCommandLine, keysOnly: true,
			at: []place{{keys.View, ":", "", ""}, {keys.Overlay, ":", "", ""}, {keys.Panes, "alt+x", "", ""}},
		},
		{name: keys.ShowSecrets, help: "show passwords and tokens as they are, from now on, or hide them again", do: toggleSecrets},
		{
			name: keys.Connecting, window: true, help: "the connection: its steps, what was chosen, by hand", do: showConnection,
			at:     []place{{keys.Overlay, "ctrl+o", "", "the connection"}, {keys.Panes, "ctrl+o", "connection", ""}},
			urgent: func(m *Model) bool { return !m.known.online() && m.known.status.State != session.ByHand },
		},
		{
			name: handlers.Show, window: true, help: "the handlers: who sees and who answers what; rules", do: showHandlers,
			at: []place{{keys.Panes, "ctrl+g", "handlers", ""}, {keys.Overlay, "ctrl+g", "", "the handlers"}},
		},
		{
			name: browse.Show, window: true, help: "discover what somebody is, can do and has", do: showDiscovery,
			at: []place{{keys.Panes, "f9", "discover", ""}, {keys.Overlay, "f9", "", "the discovery browser"}},
		},
		{
			name: historylist.Show, window: true, help: "the history: what was asked before, in earlier runs too, and what came back", do: showHistory,
			at:  []place{{keys.Panes, "alt+h", "history", ""}, {keys.Overlay, "alt+h", "", "the history"}},
			can: func(m *Model) string { return m.kept.off() },
		},
	}
}

// helpWord is the footer's word for help; on help itself, it closes that.
func helpWord(m *Model, _ keys.Context) string {
	if _, there := m.overlays.top().(*help.Help); there {
		return ""
	}
	return "help"
}

// toggleSecrets begins to show secrets, or ends it.
func toggleSecrets(m *Model) tea.Cmd {
	s, on := m.session, !m.known.status.Secrets
	if on {
		m.notice.tell("passwords and tokens are shown as they are from now on, and go into what is copied and saved; what was hidden stays hidden")
	} else {
		m.notice.tell("passwords and tokens are hidden again; those shown meanwhile stay in the log")
	}
	return func() tea.Msg {
		s.ShowSecrets(on)
		return nil
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
	m.overlays.push(help.New(safetext.Concat(safetext.Const("Keys: "), about), m.table.help(m.context(), about)))
	return nil
}

// quit asks once when requests wait for their answer, and waits until the rules are saved. Asked
// again, it waits for neither.
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
