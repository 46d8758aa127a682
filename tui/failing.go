package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/tui/palette"
	"iqscope/tui/words"
)

// answerResult puts a result for the selected request of others into the composer.
func answerResult(m *Model) tea.Cmd {
	a, _ := m.answerable()
	st, err := resultFor(a.Stanza)
	m.draftAnswer(a, st, err)
	return nil
}

// answerError has the condition of an error chosen, with which the selected request of others is
// answered at once; or puts an error into the composer.
func answerError(m *Model) tea.Cmd {
	a, _ := m.answerable()
	m.desk.pending.SelectAsked(a.Serial)
	choices := []choice{{
		Item: palette.Item{Name: "edit", Title: "an error of your own, in the composer", Enabled: true},
		do: func() tea.Cmd {
			st, err := iqbuilder.Error(iqbuilder.InReplyTo(a.Stanza))
			m.draftAnswer(a, st, err)
			m.desk.draft.ChooseCondition()
			return nil
		},
	}}
	for _, condition := range stanza.Conditions() {
		choices = append(choices, choice{
			Item: palette.Item{Name: condition, Title: strings.ReplaceAll(condition, "-", " "), Keys: stanza.UsualType(condition), Enabled: true},
			do:   func() tea.Cmd { return m.refuse(a, condition) },
		})
	}
	title := safetext.Concat(safetext.Const("Answer "), words.ShortID(a.Stanza), safetext.Const(" with an error"))
	m.choose(title, choices)
	return nil
}

// refuse answers a request with an error.
func (m *Model) refuse(a session.Incoming, condition string) tea.Cmd {
	st, err := iqbuilder.Error(iqbuilder.InReplyTo(a.Stanza), iqbuilder.WithError(stanza.StanzaError{Type: stanza.UsualType(condition), Condition: condition}))
	if err != nil {
		m.notice.complain(err)
		return nil
	}
	return m.outbox.send(outgoing{stanza: st})
}
