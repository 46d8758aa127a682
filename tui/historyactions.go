package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/tui/historylist"
	"iqscope/tui/keys"
)

// historyActions are those of the history's screen, which carries them out.
func historyActions() []action {
	here := func(name keys.Action, bound, footer, help string) action {
		return action{name: name, help: help, at: []place{{keys.History, bound, footer, ""}}}
	}
	look := here(historylist.Look, "enter", "look", "show the entry whole, as the inspector does; or the list again")
	look.word = func(m *Model, _ keys.Context) string {
		if s := m.onHistory(); s != nil && s.whole != nil {
			return "list"
		}
		return "look"
	}
	return []action{
		here(historylist.Search, "/", "search", "search the history by words, while you type"),
		here(historylist.Filter, "f", "filter", "filter the history by a stanza path, outcome, target, payload, tag and date"),
		look,
		{name: historylist.Other, help: "the request in place of its answer, and back", at: []place{{keys.HistoryEntry, "o", "request", ""}}},
		here(historylist.Resend, "r", "resend", "send the request of the entry again, as it was but for a new id"),
		here(historylist.Edit, "e", "edit", "edit the request of the entry in the composer"),
		here(historylist.Diff, "d", "diff", "compare with the reply that the same request got before"),
		here(historylist.Pin, "p", "", "keep the entry whatever the limits, or no more"),
		here(historylist.Tag, "t", "tags", "give the entry tags"),
		here(historylist.Note, "n", "", "write a note on the entry"),
		here(historylist.Delete, "D delete", "", "delete the entry; asks once"),
	}
}

// showHistory opens the history's screen in place of another one, or closes it.
func showHistory(m *Model) tea.Cmd {
	if s, ok := m.overlays.top().(*historyScreen); ok {
		m.overlays.close(s)
		return nil
	}
	m.overlays.open(newHistoryScreen(m))
	return nil
}
