package tui

import (
	"errors"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/session"
	"iqscope/session/negotiate"
	"iqscope/tui/byhand"
	"iqscope/tui/connection"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
)

// stops are the steps that the actions stop before.
var stops = map[keys.Action]struct {
	step negotiate.Step
	name string
}{
	connection.BeforeStream:  {negotiate.StepStream, "the stream"},
	connection.BeforeTLS:     {negotiate.StepTLS, "TLS"},
	connection.BeforeAuth:    {negotiate.StepAuth, "the login"},
	connection.BeforeBinding: {negotiate.StepBind, "binding"},
}

// disconnect ends the connection. It asks once when requests wait for their answer.
func (m *Model) disconnect() tea.Cmd {
	if !m.possible(connection.Disconnect) || !m.confirmed(connection.Disconnect, m.keyFor(keys.Connection, connection.Disconnect), "disconnects") {
		return nil
	}
	s := m.session
	return func() tea.Msg {
		_ = s.Disconnect() // what was not said politely is over all the same
		return nil         // the session says itself that something changed
	}
}

// connectByHand connects and stops before a step, so that the rest of the way can be gone by hand.
func (m *Model) connectByHand(action keys.Action) tea.Cmd {
	if !m.possible(action) || !m.confirmed(action, m.keyFor(keys.Connection, action), "gives the connection up") {
		return nil
	}
	m.connecting = true
	m.message = message{}
	s, leave := m.session, m.status.State != session.Offline
	return func() tea.Msg {
		if leave {
			_ = s.Disconnect()
		}
		return ConnectEnded{s.ConnectByHand(stops[action].step)}
	}
}

// gutter is what stands before a line in the composer.
const gutter = 2

// followHand shows the composer of the way by hand for as long as that is gone, and what is offered in it. The user's own draft stays in the
// other one.
func (m *Model) followHand() {
	if m.status.State != session.ByHand {
		m.leaveHand()
		return
	}
	if m.hand == nil {
		m.hand = byhand.New(m.theme, m.colours)
		m.connection, m.handlers, m.help, m.prompt = nil, nil, nil, nil
		m.show(layout.Compose)
		m.editing = true
	}
	offer, ok := m.session.Offer()
	if !ok {
		return
	}
	o := byhand.Offer{XML: offer.XML, What: offer.What}
	if offer.Do != negotiate.Nothing && offer.Do != negotiate.Element {
		o.Do = string(offer.Do)
	}
	m.hand.SetBreadth(m.screen.Pane(layout.Compose).Inside().W - gutter)
	m.hand.SetOffer(o)
}

// leaveHand goes back to the user's own draft. What is half typed is kept among the earlier drafts.
func (m *Model) leaveHand() {
	if m.hand == nil {
		return
	}
	if m.hand.Typed() {
		m.compose.Keep(m.hand.Text())
	}
	m.hand, m.handing = nil, false
}

var errNothingTyped = errors.New("nothing is typed that could be sent")

// sendByHand sends what is typed.
func (m *Model) sendByHand() tea.Cmd {
	text := m.hand.Text()
	switch {
	case m.handing:
		return nil
	case strings.TrimSpace(text) == "":
		m.complain(errNothingTyped)
		return nil
	}
	if m.hand.Typed() {
		m.compose.Keep(text)
	}
	m.hand.Sending()
	s := m.session
	return m.byHand(text, func() error { return s.SendByHand(text) })
}

// onByHand takes what is offered, or goes on automatically.
func (m *Model) onByHand(action keys.Action) tea.Cmd {
	switch {
	case !m.possible(action):
		return nil
	case action == byhand.Take:
		return m.byHand("", m.session.TakeOffer)
	}
	return m.byHand("", m.session.GoOn)
}

// byHand does one thing at a time.
func (m *Model) byHand(text string, do func() error) tea.Cmd {
	if m.handing {
		return nil
	}
	m.handing = true
	return func() tea.Msg { return DoneByHand{text, do()} }
}

func (m *Model) doneByHand(done DoneByHand) {
	m.handing = false
	m.refresh()
	var end *negotiate.Error
	switch {
	case done.Err == nil:
	case errors.As(done.Err, &end): // of the connection
		m.message = m.failure(done.Err)
	default:
		if m.hand != nil && done.Text != "" {
			m.hand.Refused(done.Text)
		}
		m.complain(done.Err)
	}
}

// offered are the keys of the connection's screen that do something now. Those that stop before a step share a row.
func (m *Model) offered() []keys.Row {
	var rows []keys.Row
	stop := keys.Row{Help: "connect, and go on by hand before"}
	for _, b := range m.keys {
		if b.Context != keys.Connection || !m.possible(b.Action) || len(b.Keys) == 0 {
			continue
		}
		key := keys.Label(b.Keys[0])
		if step, ok := stops[b.Action]; ok {
			stop.Keys += " " + key
			stop.Help += " " + step.name + ","
			continue
		}
		rows = append(rows, keys.Row{Keys: key, Help: b.Help, Action: b.Action})
	}
	if stop.Keys != "" {
		stop.Keys, stop.Help = stop.Keys[1:], strings.TrimSuffix(stop.Help, ",")
		rows = append(rows, stop)
	}
	return rows
}
