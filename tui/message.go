package tui

import (
	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/tui/compose"
	"iqscope/tui/keys"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// message is what the program has to say, in lines of their own above the footer. It costs no timer: one that passes goes with the next key.
type message struct {
	text  safetext.Text
	style lipgloss.Style
	stays bool // until Esc, or until it is no longer true
}

func (m *message) empty() bool { return m.text.Empty() }

// seen takes the message away if it only passes.
func (m *message) seen() {
	if !m.stays {
		*m = message{}
	}
}

// complain says what could not be done.
func (m *Model) complain(err error) {
	m.message = message{text: safetext.CleanLine("✗ " + words.Sentence(err.Error())), style: m.theme.Error}
}

// failure says that there is no connection, and how to get one. It stays until there is.
func (m *Model) failure(err error) message {
	text := "✗ " + words.Sentence(err.Error())
	if key := m.keyFor(keys.Panes, Reconnect); key != "" {
		text += " " + key + " connects again."
	}
	return message{text: safetext.CleanLine(text), style: m.theme.Error, stays: true}
}

// lost says that a connection is gone.
func (m *Model) lost(err error) {
	if err != nil {
		m.message = m.failure(err)
	}
}

// tell says that something was done.
func (m *Model) tell(text string) {
	m.message = message{text: safetext.CleanLine("✓ " + words.Sentence(text)), style: m.theme.Success}
}

// pendingID says that the id in the draft is taken, and what to do.
func (m *Model) pendingID(id string) message {
	text := "✗ Not sent: a request with the id " + id + " is waiting for its answer."
	if key := m.keyFor(keys.Edit, compose.FreshID); key != "" {
		text += " " + key + " puts a new id into the draft."
	}
	if key := m.keyFor(keys.Edit, keys.SendRaw); key != "" {
		text += " " + key + " sends it all the same."
	}
	return message{text: safetext.CleanLine(text), style: m.theme.Error}
}

// question asks whether to do something while requests wait.
func (m *Model) question(key, does string) message {
	verb := " waits"
	if m.status.InFlight > 1 {
		verb = " wait"
	}
	text := words.Plural(m.status.InFlight, "request") + verb + " for an answer. " + key + " again " + does + " anyway; any other key stays."
	return message{text: safetext.CleanLine("? " + words.Sentence(text)), style: m.theme.Warning}
}

// mostMessageLines is how much of the screen a message may take.
const mostMessageLines = 6

// messageLines are the lines of the message for a width, or of a prompt.
func (m *Model) messageLines() []string {
	if m.prompt != nil && m.width >= 3 {
		return m.prompt.View(m.theme, m.width)
	}
	if m.message.empty() || m.width < 3 {
		return nil
	}
	var lines []string
	for i, t := range m.message.text.Wrap(m.width - 2) {
		if i == mostMessageLines {
			break
		}
		r := row.New(m.width)
		r.Space(1)
		r.Add(t, m.message.style)
		lines = append(lines, r.String())
	}
	return lines
}
