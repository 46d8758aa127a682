package tui

import (
	"errors"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/tui/input"
	"iqscope/tui/keys"
)

// key turns a key into an action or into text.
func (m *Model) key(msg tea.KeyMsg) tea.Cmd {
	if msg.Paste {
		m.comes(input.Text{Text: string(msg.Runes)})
		m.mixture.last = m.now()
		return nil
	}
	if msg.Type == tea.KeyRunes && !msg.Alt && len(msg.Runes) > 1 && m.typist() == nil {
		return m.ahead(msg.Runes)
	}
	name := keys.Name(msg)
	if name != "" {
		if action, ok := m.table.keys.Lookup(m.context(), name); ok {
			if m.mixture.holds(m.now()) && !m.table.rows[action].harmless {
				if m.notice.empty() {
					m.complain(errMixed)
				}
				return nil
			}
			return m.run(action)
		}
	}
	if w, ok := m.overlays.top().(*welcoming); ok && keys.Text(msg) == "" {
		m.overlays.close(w) // it is in no key's way
		return m.key(msg)
	}
	m.confirm = confirmation{}
	m.notice.seen(m.now())
	switch text, typist := keys.Text(msg), m.typist(); {
	case text != "" && typist != nil:
		if err := typist.Type(text, false); err != nil {
			m.complain(err)
		}
	case name != "" && m.notice.empty() && !m.mixture.holds(m.now()):
		m.complain(m.unknownKey(name))
	}
	return nil
}

// unknownKey says that a key does nothing, and where those are that do something.
func (m *Model) unknownKey(name string) error {
	text := "the key " + keys.Label(name) + " does nothing here"
	if help := m.table.keyFor(m.context(), keys.Help); help != "" {
		text += "; " + help + " shows the keys that work"
	}
	return errors.New(text)
}

// ahead takes several characters as one key after the other. What one of them opens takes the rest
// as text.
func (m *Model) ahead(characters []rune) tea.Cmd {
	if len(characters) > input.TypedAhead {
		m.comes(input.Text{Text: string(characters)})
		m.mixture.last = m.now()
		return nil
	}
	var cmds []tea.Cmd
	for i, r := range characters {
		if m.typist() != nil {
			cmds = append(cmds, m.key(tea.KeyMsg{Type: tea.KeyRunes, Runes: characters[i:]}))
			break
		}
		one := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}}
		if r == ' ' {
			one.Type = tea.KeySpace
		}
		cmds = append(cmds, m.key(one))
		// The next key acts on what this one has led to.
		cmds = append(cmds, m.prepare())
	}
	return tea.Batch(cmds...)
}

// context is where keys are looked up now.
func (m *Model) context() keys.Context {
	if top := m.overlays.top(); top != nil {
		return top.Context()
	}
	return m.desk.context()
}

// typist is what takes characters now; nil where they are keys.
func (m *Model) typist() typist {
	if top := m.overlays.top(); top != nil {
		typist, _ := top.(typist)
		return typist
	}
	if m.desk.typing() {
		return m.desk.composer
	}
	return nil
}

// run does what a key means: what is on top of the panes is asked first, then the table, then the
// focused pane.
func (m *Model) run(name keys.Action) tea.Cmd {
	if m.confirm.action != name {
		m.confirm = confirmation{}
	}
	if name != keys.Back && name != keys.LeaveEdit { // which take it away themselves
		m.notice.seen(m.now())
	}
	a := m.table.rows[name]
	top := m.overlays.top()
	switch why := m.why(a); {
	case why != "":
		m.notice.complain(errors.New(why))
		return nil
	case top != nil:
		if cmd, ok := top.Do(name); ok {
			return cmd
		}
	}
	switch {
	case a.do != nil:
		return a.do(m)
	case top == nil:
		m.desk.pane(m.desk.focus).Do(name)
	}
	return nil
}

// why says why an action would do nothing now; empty if it would do something.
func (m *Model) why(a *action) string { return m.whyUnder(m.overlays.top(), a) }

// whyUnder says the same as if an overlay were the topmost one; nil for none.
func (m *Model) whyUnder(top Overlay, a *action) string {
	if top != nil {
		if why := top.Can(a.name); why != "" {
			return why
		}
	}
	if why := m.cannotSend(a.name); why != "" {
		return why
	}
	if a.can != nil {
		return a.can(m)
	}
	return ""
}

// confirmation is what is done if it is asked for once more. Any other key calls it off.
type confirmation struct {
	action keys.Action
	of     string // what it would be done to, if that matters
}

// confirmed asks once before something that ends requests which wait for their answer.
func (m *Model) confirmed(action keys.Action, key, does string) bool {
	if m.known.status.InFlight == 0 || m.confirm.action == action {
		m.confirm = confirmation{}
		return true
	}
	m.confirm = confirmation{action: action}
	m.overlays.closeLow() // it stands where the question goes
	m.notice.warn(question(m.known.status.InFlight, key, does))
	return false
}
