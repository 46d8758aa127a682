package tui

import (
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/session"
	"iqscope/tui/layout"
	"iqscope/tui/pending"
	"iqscope/tui/words"
)

// copier takes text to where it can be used. An empty file means the terminal's clipboard.
type copier interface {
	Copy(text string) (file string, err error)
	Write(text string) (file string, err error)
}

// clip is what can be copied: text, and what it is in words.
type clip struct{ text, what string }

// copied is what copying would copy now: of a request the request and its answer, else the stanza that is shown; nil for nothing. It is what
// the log has, secrets hidden.
func (m *Model) copied() *clip {
	if v, ok := m.pending.Selected(); ok && m.focus == layout.Pending {
		return exchange(v)
	}
	if a, ok := m.pending.SelectedAsked(); ok && m.focus == layout.Pending && a.Reply != nil {
		return &clip{a.Stanza.XML() + "\n" + a.Reply.XML() + "\n", "the request and its answer"}
	}
	switch {
	case m.subject == nil:
		return nil
	case m.subject.Entry.Stanza == nil:
		return &clip{m.subject.Entry.Text, "the line"}
	}
	return &clip{m.subject.Entry.Stanza.XML(), "the " + words.Kind(m.subject.Entry.Stanza).String()}
}

func exchange(v session.View) *clip {
	answer, _ := pending.Answer(v)
	if answer == nil {
		return &clip{v.Shown.XML() + "\n", "the request"}
	}
	return &clip{v.Shown.XML() + "\n" + answer.XML() + "\n", "the request and its answer"}
}

// copySelected copies what is selected.
func (m *Model) copySelected(toFile bool) tea.Cmd {
	c := m.copied()
	if c == nil {
		return nil
	}
	out := m.copy.Copy
	if toFile {
		out = m.copy.Write
	}
	what := fmt.Sprintf("%s, %s", c.what, words.Size(len(c.text)))
	return func() tea.Msg {
		file, err := out(c.text)
		return Copied{what, file, err}
	}
}

// saysCopied says what was copied, and where it is.
func (m *Model) saysCopied(c Copied) {
	switch {
	case c.Err != nil:
		m.complain(fmt.Errorf("not copied: %w", c.Err))
	case c.File != "":
		m.tell("written to " + c.File + ": " + c.What)
	default:
		m.tell("copied to the terminal's clipboard: " + c.What)
	}
}
