package tui

import (
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/session"
	"iqscope/tui/clipboard"
	"iqscope/tui/copymenu"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/pending"
	"iqscope/tui/words"
)

// copyActions take what is selected to where it can be used.
func copyActions() []action {
	at := func(key, footer, request string) []place {
		return []place{{keys.Log, key, footer, ""}, {keys.Pending, key, footer, request}, {keys.Inspect, key, footer, ""}, {keys.History, key, footer, request}}
	}
	actions := []action{
		{
			name: keys.Copy, help: "copy: a menu of what, and in which form", at: append(at("y", "copy", ""), place{keys.Panes, "alt+y", "", ""}), window: true,
			do:  showCopyMenu,
			can: needs("nothing is selected that could be copied", func(m *Model) bool { _, ok := m.copySource(); return ok }),
		},
		{
			name: keys.CopyToFile, help: "write the stanza to a file", at: at("Y", "", "write the request and its reply to a file"),
			can: needs("nothing is selected that could be copied", func(m *Model) bool { return m.clip() != nil }),
			do:  copyToFile,
		},
	}
	for _, c := range []struct {
		name       keys.Action
		keys, help string
	}{
		{copymenu.Stanza, "y alt+y", "copy the stanza"},
		{copymenu.Payload, "p", "copy the stanza's payload"},
		{copymenu.ID, "i", "copy the stanza's id"},
		{copymenu.JID, "j", "copy the address of the other side"},
		{copymenu.Exchange, "e", "copy the request with its reply"},
	} {
		actions = append(actions, action{
			name: c.name, help: c.help, at: []place{{keys.Copying, c.keys, "", ""}},
			do: func(m *Model) tea.Cmd {
				of, _ := m.copySource()
				return of.copy(m, c.name, copymenu.XML)
			},
			can: func(m *Model) string {
				of, ok := m.copySource()
				if !ok {
					return "nothing is selected that could be copied"
				}
				return of.piece(c.name, copymenu.XML).why
			},
		})
	}
	in := func(name keys.Action, key, footer, help string) action {
		return action{name: name, help: help, at: []place{{keys.Copying, key, footer, ""}}}
	}
	return append(actions,
		in(copymenu.AsXML, "x", "as XML", "copy it as XML"),
		in(copymenu.AsJSON, "s", "JSON", "copy it as a line of JSON"),
		in(copymenu.AsCommand, "c", "command line", "copy the command line that sends it again"),
		in(copymenu.Selected, "enter", "copy it", "copy what is selected"),
	)
}

// copier takes text to where it can be used.
type copier interface {
	Copy(text string) (clipboard.Where, error)
	Write(text string) (file string, err error)
}

// clip is what can be copied: text, and what it is in words.
type clip struct{ text, what string }

// clip is what copying would copy now; nil for nothing.
func (m *Model) clip() *clip {
	if s := m.onHistory(); s != nil {
		e, ok := s.selected()
		if !ok {
			return nil
		}
		return clipOf(e.Exchange)
	}
	return m.desk.clip()
}

// clip is what that is of the panes: of a request the request and its answer, else the stanza
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

// copyToFile writes what is selected to a file.
func copyToFile(m *Model) tea.Cmd {
	c := m.clip()
	return copyText(c.what, plainText(c.text), func(text string) (clipboard.Where, error) {
		file, err := m.copy.Write(text)
		return clipboard.Where{File: file}, err
	})
}

// copyText makes a text and takes it somewhere.
func copyText(what string, make func() (string, error), out func(text string) (clipboard.Where, error)) tea.Cmd {
	return func() tea.Msg {
		text, err := make()
		if err != nil {
			return Copied{Err: err}
		}
		where, err := out(text)
		return Copied{what + ", " + words.Size(len(text)), where, err}
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
