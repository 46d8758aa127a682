package tui

import (
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/session"
	"iqscope/tui/clipboard"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/pending"
	"iqscope/tui/words"
)

// copyActions take what is selected to where it can be used.
func copyActions() []action {
	can := needs("nothing is selected that could be copied", func(m *Model) bool { return m.desk.clip() != nil })
	at := func(key, footer, request string) []place {
		return []place{{keys.Log, key, footer, ""}, {keys.Pending, key, footer, request}, {keys.Inspect, key, footer, ""}}
	}
	return []action{
		{
			name: keys.Copy, help: "copy the stanza", at: at("y", "copy", "copy the request and its reply"), can: can,
			do: func(m *Model) tea.Cmd { return copySelected(m, m.copy.Copy) },
		},
		{
			name: keys.CopyToFile, help: "write the stanza to a file", at: at("Y", "", "write the request and its reply to a file"), can: can,
			do: func(m *Model) tea.Cmd {
				return copySelected(m, func(text string) (clipboard.Where, error) {
					file, err := m.copy.Write(text)
					return clipboard.Where{File: file}, err
				})
			},
		},
	}
}

// copier takes text to where it can be used.
type copier interface {
	Copy(text string) (clipboard.Where, error)
	Write(text string) (file string, err error)
}

// clip is what can be copied: text, and what it is in words.
type clip struct{ text, what string }

// clip is what copying would copy now: of a request the request and its answer, else the stanza
// that is shown; nil for nothing. It is what the log has, secrets hidden.
func (d *desk) clip() *clip {
	if v, ok := d.pending.Selected(); ok && d.focus == layout.Pending {
		return clipOf(v)
	}
	if a, ok := d.pending.SelectedAsked(); ok && d.focus == layout.Pending && a.Reply != nil {
		return &clip{a.Stanza.XML() + "\n" + a.Reply.XML() + "\n", "the request and its answer"}
	}
	switch {
	case d.subject == nil:
		return nil
	case d.subject.Entry.Stanza == nil:
		return &clip{d.subject.Entry.Text, "the line"}
	}
	return &clip{d.subject.Entry.Stanza.XML(), "the " + words.Kind(d.subject.Entry.Stanza).String()}
}

func clipOf(v session.Exchange) *clip {
	answer, _ := pending.Answer(v)
	if answer == nil {
		return &clip{v.Shown.XML() + "\n", "the request"}
	}
	return &clip{v.Shown.XML() + "\n" + answer.XML() + "\n", "the request and its answer"}
}

// copySelected copies what is selected.
func copySelected(m *Model, out func(text string) (clipboard.Where, error)) tea.Cmd {
	c := m.desk.clip()
	what := fmt.Sprintf("%s, %s", c.what, words.Size(len(c.text)))
	return func() tea.Msg {
		where, err := out(c.text)
		return Copied{what, where, err}
	}
}

// copied says what was copied, and where it is for sure. Whether a terminal has taken it into its
// clipboard is not known.
func (m *Model) copied(c Copied) {
	instead := ""
	if key := m.table.keyFor(keys.Log, keys.CopyToFile); key != "" {
		instead = ". If nothing arrives, " + key + " writes a file"
	}
	switch {
	case c.Err != nil:
		m.notice.complain(fmt.Errorf("not copied: %w", c.Err))
	case c.Where.File != "":
		m.notice.tell("written to " + c.Where.File + ": " + c.What)
	case c.Where.Tmux:
		m.notice.tell("copied into tmux, where its key for pasting inserts it, and sent to the terminal's clipboard: " + c.What + instead)
	default:
		m.notice.tell("sent to the terminal's clipboard: " + c.What + instead)
	}
}
