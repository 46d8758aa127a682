package tui

import (
	"errors"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/session/match"
	"iqscope/tui/keys"
	"iqscope/tui/prompt"
)

// onLog does what the keys of filter and search mean, and reports whether the action is one of theirs.
func (m *Model) onLog(action keys.Action) bool {
	switch action {
	case keys.Filter:
		m.askFilter()
	case keys.ToggleFilter:
		m.log.ToggleFilter()
	case keys.Search:
		m.askSearch()
	case keys.NextMatch:
		m.log.SearchNewer()
	case keys.PrevMatch:
		m.log.SearchOlder()
	default:
		return false
	}
	return true
}

// askSearch asks for a text to mark in the log.
func (m *Model) askSearch() {
	hint := "any part of a stanza or a note, whatever the case; then N goes up and n down"
	p := prompt.New(safetext.Const("Search: "), safetext.CleanLine(hint), "")
	p.SetPast(m.searches)
	m.ask(p, m.search)
}

// search marks what has a text in it; nothing if the text is empty.
func (m *Model) search(text string) (tea.Cmd, error) {
	if text == "" {
		m.log.Search("", nil)
		return nil, nil
	}
	quote := `"`
	if strings.Contains(text, quote) {
		quote = "'"
	}
	if strings.Contains(text, quote) {
		return nil, errors.New("a text with both kinds of quotes cannot be searched for")
	}
	expr, err := match.Compile("~"+quote+text+quote, nil)
	if err != nil {
		return nil, err
	}
	m.log.Search(text, expr)
	m.searches = keep(m.searches, text)
	return nil, nil
}
