package tui

import (
	"errors"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/session"
	"iqscope/tui/byhand"
	"iqscope/tui/compose"
	"iqscope/tui/connection"
	"iqscope/tui/handlers"
	"iqscope/tui/help"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
)

// typedAhead is how many characters that arrive at once are taken for keys, pressed quickly or repeated over a slow link. More of them are a
// text that somebody pasted in a terminal that does not mark it, and must not act as keys.
const typedAhead = 16

// key turns a key into an action or into text.
func (m *Model) key(msg tea.KeyMsg) tea.Cmd {
	if msg.Type == tea.KeyRunes && !msg.Paste && !msg.Alt && len(msg.Runes) > 1 && !m.takesText() {
		return m.ahead(msg.Runes)
	}
	if name := keys.Name(msg); name != "" {
		if action, ok := m.keys.Lookup(m.context(), name); ok {
			return m.act(action)
		}
	}
	m.confirming = ""
	m.message.seen()
	if text, pasted := keys.Text(msg); text != "" {
		if err := m.typed(text, pasted); err != nil {
			m.complain(err)
		}
	}
	return nil
}

// ahead takes several characters as one key after the other. What one of them opens takes the rest as text.
func (m *Model) ahead(characters []rune) tea.Cmd {
	if len(characters) > typedAhead {
		m.complain(errors.New("this looks like pasted text, and no text is typed here; alt+1 and then i take it into the composer"))
		return nil
	}
	var cmds []tea.Cmd
	for i, r := range characters {
		if m.takesText() {
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

// takesText reports whether characters are text here, and not keys.
func (m *Model) takesText() bool { return m.context() == keys.Edit || m.context() == keys.Prompt }

// typed takes in characters where they are text.
func (m *Model) typed(text string, pasted bool) error {
	switch context := m.context(); {
	case context == keys.Prompt:
		m.prompt.Type(text)
	case context == keys.Edit && m.hand != nil:
		return m.hand.Type(text, pasted)
	case context == keys.Edit:
		return m.compose.Type(text, pasted)
	}
	return nil
}

// act does what a key means.
func (m *Model) act(action keys.Action) tea.Cmd {
	if action == keys.Quit {
		return m.quit()
	}
	if action != m.confirming {
		m.confirming = ""
	}
	if action != keys.Back && action != keys.LeaveEdit {
		m.message.seen()
	}
	switch {
	case m.prompt != nil:
		return m.answer(action)
	case m.help != nil:
		if !m.help.Do(action) {
			m.help = nil
		}
		return nil
	case m.connection != nil && (action == keys.Close || action == keys.Connecting):
		m.connection = nil
		return nil
	case m.connection != nil && m.connection.Do(action):
		return nil
	case m.handlers != nil && action != keys.Help && action != keys.Connecting && action != keys.Redraw:
		return m.inHandlers(action)
	case m.global(action):
		return nil
	}
	switch action {
	case compose.AskTimeout:
		m.askTimeout()
		return nil
	case connection.Disconnect:
		return m.disconnect()
	case connection.BeforeStream, connection.BeforeTLS, connection.BeforeAuth, connection.BeforeBinding:
		return m.connectByHand(action)
	case byhand.Take, byhand.GoOn:
		return m.onByHand(action)
	case keys.Copy, keys.CopyToFile:
		return m.copySelected(action == keys.CopyToFile)
	case keys.Redraw:
		return tea.ClearScreen
	case keys.Send:
		return m.sendDraft()
	case keys.SendRaw:
		return m.sendDraftRaw()
	case keys.Presence:
		return m.sendPresence()
	case keys.ToggleHold:
		return m.toggleHold()
	case keys.Answer, keys.AnswerError:
		m.draftAnswer(action)
		return nil
	case Reconnect:
		return m.goOnline()
	}
	return m.inPane(action)
}

// global does what works everywhere and needs no command, and reports whether it was that.
func (m *Model) global(action keys.Action) bool {
	switch action {
	case keys.Help:
		about := m.focus.String()
		if m.connection != nil {
			about = "Connection"
		}
		if m.handlers != nil {
			about = "Handlers"
		}
		m.help = help.New(safetext.CleanLine("Keys: "+about), m.helpRows())
	case keys.Connecting:
		m.connection, m.handlers = connection.New(m.theme), nil
	case handlers.Show:
		m.showHandlers()
	case keys.NextPane:
		m.show(m.focus.Next())
	case keys.PrevPane:
		m.show(m.focus.Prev())
	case keys.PaneCompose:
		m.show(layout.Compose)
	case keys.PanePending:
		m.show(layout.Pending)
	case keys.PaneLog:
		m.show(layout.Log)
	case keys.PaneInspect:
		m.show(layout.Inspect)
	case keys.Zoom:
		m.zoom = !m.zoom
	case keys.Back, keys.LeaveEdit:
		m.peel()
	case keys.Close:
		m.leave()
	case keys.StartEdit:
		m.editing = true
	default:
		return false
	}
	return true
}

// show gives the focus to a pane. Coming to the composer does not begin to type, so that Tab and the digits go on working.
func (m *Model) show(p layout.Pane) {
	m.focus = p
	m.editing = false
}

// peel goes one step back: message, typing, the log's search, its filter, zoom, then the log goes live. It never quits.
func (m *Model) peel() {
	switch {
	case !m.message.empty():
		m.message = message{}
	case m.context() == keys.Edit:
		m.editing = false
	case m.focus == layout.Log && m.log.Searching():
		m.log.Search("", nil)
	case m.focus == layout.Log && m.log.Filtered():
		m.log.ToggleFilter()
	case m.zoom:
		m.zoom = false
	case m.focus == layout.Log && !m.log.Live():
		m.log.Follow()
	}
}

// leave goes back to the pane that one usually comes from.
func (m *Model) leave() {
	switch {
	case m.zoom:
		m.zoom = false
	case m.focus == layout.Inspect:
		m.show(m.selects)
	default:
		m.show(layout.Compose)
	}
}

// inPane does what the focused pane knows, and what works on its selection.
func (m *Model) inPane(action keys.Action) tea.Cmd {
	switch action {
	case keys.Open:
		if m.subject != nil {
			m.show(layout.Inspect)
		}
		return nil
	case keys.EditAgain:
		m.editAgain()
		return nil
	case keys.Cancel, keys.Extend, keys.Resend:
		if v, ok := m.pending.Selected(); ok {
			return m.onRequest(action, v)
		}
		if a, ok := m.pending.SelectedAsked(); ok {
			return m.onAsked(action, a)
		}
		return nil
	case keys.NewDraft:
		if m.hand == nil {
			m.load(m.firstDraft(), true)
		}
		return nil
	case byhand.Put:
		if m.hand != nil {
			m.show(layout.Compose)
			m.editing = true
		}
	}
	if m.onLog(action) {
		return nil
	}
	switch m.focus {
	case layout.Compose:
		if m.hand != nil {
			m.hand.Do(action)
		} else {
			m.compose.Do(action)
		}
	case layout.Pending:
		m.pending.Do(action)
	case layout.Log:
		m.log.Do(action)
	case layout.Inspect:
		m.inspect.Do(action)
	}
	return nil
}

func (m *Model) onRequest(action keys.Action, v session.View) tea.Cmd {
	switch action {
	case keys.Cancel:
		return m.cancel(v)
	case keys.Extend:
		return m.extend(v)
	}
	return m.resend(v)
}

// editAgain takes the request or the stanza that is selected into the composer. A request gets a new id, as its own has been used.
func (m *Model) editAgain() {
	if m.subject == nil || m.subject.Entry.Stanza == nil {
		return
	}
	if _, incoming := m.onIncoming(); incoming {
		return // it is answered, not sent again
	}
	st := m.subject.Entry.Stanza
	if m.selects == layout.Pending {
		st = m.subject.Request.Stanza
	}
	m.load(st.XML(), false)
	if st.IsRequest() && m.hand == nil {
		m.compose.Do(compose.FreshID)
	}
}

// load puts another text into the composer and goes there.
func (m *Model) load(text string, made bool) {
	load := m.compose.Load
	if m.hand != nil {
		load = m.hand.Load
	}
	if err := load(text); err != nil {
		m.complain(err)
		return
	}
	if made {
		m.compose.AdoptID()
	}
	m.show(layout.Compose)
	m.editing = true
}

// quit asks once when requests wait for their answer.
func (m *Model) quit() tea.Cmd {
	m.refresh()
	if m.confirmed(keys.Quit, m.keyFor(keys.Global, keys.Quit), "quits") {
		return m.quitSaved()
	}
	return nil
}

// confirmed asks once before something that ends requests which wait for their answer.
func (m *Model) confirmed(action keys.Action, key, does string) bool {
	if m.status.InFlight == 0 || m.confirming == action {
		m.confirming = ""
		return true
	}
	m.confirming = action
	m.prompt = nil // it stands where the question goes
	m.message = m.question(key, does)
	return false
}
