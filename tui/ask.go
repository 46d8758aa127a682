package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/tui/keys"
	"iqscope/tui/prompt"
)

// ask shows a prompt. When an answer is given, accept does what follows from it; if it refuses, the prompt stays and says why.
func (m *Model) ask(p *prompt.Prompt, accept func(answer string) (tea.Cmd, error)) {
	m.prompt, m.accept = p, accept
}

// answer does what a key means while something is asked for.
func (m *Model) answer(action keys.Action) tea.Cmd {
	switch action {
	case prompt.Accept:
		asked := m.prompt
		cmd, err := m.accept(asked.Answer())
		switch {
		case err != nil:
			asked.Refuse(err)
		case m.prompt == asked: // else accept has asked for something else
			m.prompt = nil
		}
		return cmd
	case keys.Close:
		m.prompt = nil
	default:
		m.prompt.Do(action)
	}
	return nil
}
