package tui

import (
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/tui/compose"
	"iqscope/tui/keys"
	"iqscope/tui/prompt"
	"iqscope/tui/words"
)

// SessionTimeout asks how long requests wait that do not say otherwise. Of a single draft that is
// [compose.AskTimeout].
const SessionTimeout keys.Action = "session-timeout"

func sessionTimeout() action {
	return action{
		name: SessionTimeout, help: "another timeout for all requests that have none of their own",
		at: inDraft("alt+T", "alt+T T"), do: askSessionTimeout,
		argument: &argument{
			what: "DURATION", do: setSessionTimeout,
			complete: func(*Model) []string { return []string{"5s", "30s", "5m"} },
		},
	}
}

func askSessionTimeout(m *Model) tea.Cmd {
	now := m.known.status.Timeout
	p := prompt.New(safetext.Const("Timeout of the session: "), safetext.Const("45s, 0.3 (seconds), 5m; of requests that are sent from now on"), compose.TimeoutText(now))
	m.ask(p, func(answer string) (tea.Cmd, error) { return setSessionTimeout(m, answer) })
	return nil
}

// setSessionTimeout changes the timeout of requests to come. There is one always, so that what is
// never answered ends.
func setSessionTimeout(m *Model, text string) (tea.Cmd, error) {
	d, err := compose.ParseTimeout(text)
	switch {
	case err != nil:
		return nil, err
	case d == compose.SessionTimeout:
		return nil, errors.New("a timeout is a number of seconds, or has a unit: 45s, 0.3, 5m")
	case d == compose.NoTimeout:
		return nil, errors.New("the session has a timeout always; none is for a single draft")
	}
	s := m.session
	return func() tea.Msg {
		s.SetResponseTimeout(d)
		return TimeoutChanged{d}
	}, nil
}

// timeoutChanged says what holds from now on, and what does not follow it.
func (m *Model) timeoutChanged(d time.Duration) {
	m.refresh()
	text := "requests wait " + words.Setting(d) + " from now on"
	if m.desk.draft.Timeout() != compose.SessionTimeout {
		text += ". This draft has a timeout of its own"
	}
	m.notice.tell(text)
}
