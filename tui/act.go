package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/session"
	"iqscope/tui/compose"
	"iqscope/tui/help"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
)

// key turns a key into an action or into text.
func (m *Model) key(msg tea.KeyMsg) tea.Cmd {
	if name := keys.Name(msg); name != "" {
		if action, ok := m.keys.Lookup(m.context(), name); ok {
			return m.act(action)
		}
	}
	m.quitAsked = false
	m.message.seen()
	if text, pasted := keys.Text(msg); text != "" && m.context() == keys.Edit {
		if err := m.compose.Type(text, pasted); err != nil {
			m.complain(err)
		}
	}
	return nil
}

// act does what a key means.
func (m *Model) act(action keys.Action) tea.Cmd {
	if action == keys.Quit {
		return m.quit()
	}
	m.quitAsked = false
	if action != keys.Back && action != keys.LeaveEdit {
		m.message.seen()
	}
	switch {
	case m.help != nil:
		if !m.help.Do(action) {
			m.help = nil
		}
		return nil
	case m.global(action):
		return nil
	}
	switch action {
	case keys.Redraw:
		return tea.ClearScreen
	case keys.Send:
		return m.sendDraft()
	case keys.Presence:
		return m.sendPresence()
	case Reconnect:
		return m.goOnline()
	}
	return m.inPane(action)
}

// global does what works everywhere and needs no command, and reports whether it was that.
func (m *Model) global(action keys.Action) bool {
	switch action {
	case keys.Help:
		m.help = help.New(safetext.CleanLine("Keys: "+m.focus.String()), m.helpRows())
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

// peel goes one step back: message, typing, zoom, then the log goes live. It never quits.
func (m *Model) peel() {
	switch {
	case !m.message.empty():
		m.message = message{}
	case m.context() == keys.Edit:
		m.editing = false
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
		if v, ok := m.waiting.Selected(); ok {
			return m.onRequest(action, v)
		}
		return nil
	case keys.NewDraft:
		m.load(m.firstDraft(), true)
		return nil
	}
	switch m.focus {
	case layout.Compose:
		m.compose.Do(action)
	case layout.Pending:
		m.waiting.Do(action)
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
	st := m.subject.Entry.Stanza
	if m.selects == layout.Pending {
		st = m.subject.Request.Stanza
	}
	m.load(st.XML(), false)
	if st.IsRequest() {
		m.compose.Do(compose.FreshID)
	}
}

// load puts another text into the composer and goes there.
func (m *Model) load(text string, made bool) {
	if err := m.compose.Load(text); err != nil {
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
	if m.status.InFlight == 0 || m.quitAsked {
		return tea.Quit
	}
	m.quitAsked = true
	m.help = nil // it would hide the question
	m.message = m.question()
	return nil
}
