package tui

import (
	"errors"
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/session/handler"
	"iqscope/tui/handlers"
	"iqscope/tui/keys"
)

// showHandlers opens the registry's screen, in place of another one.
func (m *Model) showHandlers() {
	m.connection = nil
	m.handlers = handlers.New(m.theme, m.registered())
}

// registered are the entries of the registry, with the rules that made some of them.
func (m *Model) registered() []handlers.Entry {
	infos := m.session.Handlers()
	entries := make([]handlers.Entry, len(infos))
	for i, info := range infos {
		entries[i] = handlers.Entry{Info: info, Rule: m.book.text(info.Name)}
	}
	return entries
}

// refreshHandlers shows the registry as it is now. Asking for it costs in proportion to its length, so it is asked only while it is shown.
func (m *Model) refreshHandlers() {
	if m.handlers != nil {
		m.handlers.SetEntries(m.registered())
	}
}

// prepareHandlers lays the registry's screen out.
func (m *Model) prepareHandlers() {
	if m.handlers == nil {
		return
	}
	m.handlers.Prepare(handlers.Look{
		Width: m.width, Height: m.body(), Now: m.now(),
		AddKey:  m.keyFor(keys.Handlers, handlers.AddRule),
		Address: m.status.JID.String(),
	})
}

// inHandlers does what a key means on the registry's screen.
func (m *Model) inHandlers(action keys.Action) tea.Cmd {
	e, ok := m.handlers.Selected()
	switch {
	case action == keys.Close || action == handlers.Show:
		m.handlers = nil
	case action == handlers.AddRule:
		m.askRule()
	case m.handlers.Do(action) || !ok:
	case action == handlers.Switch:
		return m.switchHandler(e)
	case action != handlers.EditRule && action != handlers.RemoveRule:
	case e.Rule == "":
		m.complain(notARule(e))
	case action == handlers.EditRule:
		m.askRuleAgain(e.Name)
	default:
		return m.removeRule(e)
	}
	return nil
}

// switchHandler turns an entry off, or on again.
func (m *Model) switchHandler(e handlers.Entry) tea.Cmd {
	switch {
	case e.Kind == handler.KindLog:
		m.complain(errors.New("the log is always on, so that nothing that goes over the wire is missed"))
		return nil
	case e.Kind == handler.KindReply:
		m.complain(errors.New("this one waits for the answer to a request; cancel the request instead"))
		return nil
	case !m.session.Switch(e.Name, e.Off):
		m.complain(errGone(e.Name))
		m.refreshHandlers()
		return nil
	}
	m.refreshHandlers()
	if e.Rule == "" {
		return nil
	}
	m.book.turn(e.Name, e.Off)
	return m.keepRules()
}

// notARule says what can be done with an entry that no rule made.
func notARule(e handlers.Entry) error {
	switch e.Kind {
	case handler.KindLog:
		return errors.New("the log is no rule: it cannot be changed or removed")
	case handler.KindResponder:
		return fmt.Errorf("no rule made %s: it can only be switched off. A rule that matches the same requests answers before it", e.Name)
	}
	return fmt.Errorf("no rule made %s", e.Name)
}

// canChange reports whether an action on an entry would do something to the selected one.
func (m *Model) canChange(action keys.Action) bool {
	e, ok := m.handlers.Selected()
	switch {
	case !ok:
		return false
	case action == handlers.Switch:
		return e.Kind != handler.KindLog && e.Kind != handler.KindReply
	}
	return e.Rule != ""
}
