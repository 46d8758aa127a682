package tui

import (
	"iqscope/internal/safetext"
	"iqscope/tui/compose"
	"iqscope/tui/keys"
	"iqscope/tui/prompt"
	"iqscope/tui/words"
)

// askTimeout asks how long the next requests are to wait.
func (m *Model) askTimeout() {
	if m.hand != nil {
		return
	}
	hint := safetext.CleanLine("45s, 0.3 (seconds), 5m or none; nothing for the session's own, " + words.Setting(m.status.Timeout))
	m.prompt = prompt.New(safetext.Const("Timeout of the next request: "), hint, compose.TimeoutText(m.compose.Timeout()))
}

// answer does what a key means while something is asked for.
func (m *Model) answer(action keys.Action) {
	switch action {
	case prompt.Accept:
		d, err := compose.ParseTimeout(m.prompt.Answer())
		if err != nil {
			m.prompt.Refuse(err)
			return
		}
		m.compose.SetTimeout(d)
		m.prompt = nil
	case keys.Close:
		m.prompt = nil
	default:
		m.prompt.Do(action)
	}
}
