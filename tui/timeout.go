package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/tui/compose"
	"iqscope/tui/prompt"
	"iqscope/tui/words"
)

// askTimeout asks how long the next requests are to wait.
func (m *Model) askTimeout() {
	if m.hand != nil {
		return
	}
	hint := safetext.CleanLine("45s, 0.3 (seconds), 5m or none; nothing for the session's own, " + words.Setting(m.status.Timeout))
	p := prompt.New(safetext.Const("Timeout of the next request: "), hint, compose.TimeoutText(m.compose.Timeout()))
	m.ask(p, func(answer string) (tea.Cmd, error) {
		d, err := compose.ParseTimeout(answer)
		if err == nil {
			m.compose.SetTimeout(d)
		}
		return nil, err
	})
}
