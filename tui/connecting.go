package tui

import (
	"errors"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/session"
	"iqscope/session/negotiate"
	"iqscope/tui/connection"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
	"iqscope/tui/prompt"
	"iqscope/tui/words"
)

// Reconnect goes online again.
const Reconnect keys.Action = "reconnect"

// connectionActions make the connection, end it, and show how it stands.
func connectionActions() []action {
	stop := func(name keys.Action, key, footer string) action {
		return action{
			name: name, help: "connect, and by hand before " + stops[name].name, at: []place{{keys.Connection, key, footer, ""}},
			do:  func(m *Model) tea.Cmd { return connectByHand(m, name) },
			can: needs("a connection is being made already", func(m *Model) bool { return !m.known.connecting }),
		}
	}
	return []action{
		{
			name: Reconnect, help: "connect again", do: goOnline, urgent: always,
			at:  []place{{keys.Panes, "alt+c", "reconnect", ""}, {keys.Connection, "c alt+c", "connect", "connect now"}},
			can: needs("there is a connection, or one is being made", func(m *Model) bool { return m.known.canConnect() }),
		},
		{
			name: connection.Disconnect, help: "disconnect, and stay offline", do: disconnect,
			at:  []place{{keys.Connection, "d", "disconnect", ""}},
			can: needs("there is no connection", func(m *Model) bool { return m.known.canDisconnect() }),
		},
		stop(connection.BeforeStream, "s", ""),
		stop(connection.BeforeTLS, "t", "by hand"),
		stop(connection.BeforeAuth, "a", ""),
		stop(connection.BeforeBinding, "b", ""),
	}
}

func always(*Model) bool { return true }

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

// goOnline connects.
func goOnline(m *Model) tea.Cmd {
	connect := m.connect
	return m.withPassword(m.asksPassword(), func() tea.Cmd {
		m.known.connecting = true
		return func() tea.Msg { return ConnectEnded{connect()} }
	})
}

// withPassword begins what logs in, after asking for another password if the server has refused the
// one that is known: that would only be refused again.
func (m *Model) withPassword(refused bool, begin func() tea.Cmd) tea.Cmd {
	if !refused {
		return begin()
	}
	account, give := m.known.status.JID.Bare().String(), m.password
	hint := safetext.Const("the one before was refused; this one is kept until iqscope ends")
	m.ask(prompt.NewSecret(safetext.CleanLine("Password for "+account+": "), hint), func(password string) (tea.Cmd, error) {
		if password == "" {
			return nil, errors.New("a password has at least one character; esc leaves the connection as it is")
		}
		m.notice.clear()
		next := begin()
		return func() tea.Msg {
			give(password)
			return next()
		}, nil
	})
	return nil
}

// asksPassword says that the password has been refused, and that another one can be given.
func (m *Model) asksPassword() bool {
	return m.password != nil && m.known.status.State == session.Lost && negotiate.PasswordRefused(m.known.status.Err)
}

func (m *Model) connectEnded(err error) {
	m.known.connecting = false
	m.refresh()
	if m.known.status.State != session.Offline { // else we called it off ourselves
		m.connectionFailed(err)
	}
}

// connectionFailed says that there is no connection, and how to get one; nil is no failure.
func (m *Model) connectionFailed(err error) {
	if err == nil {
		return
	}
	text := words.Sentence(err.Error())
	if key := m.table.keyFor(keys.Panes, Reconnect); key != "" {
		does := " connects again."
		if m.asksPassword() {
			does = " asks for the password again."
		}
		text += " " + key + does
	}
	m.notice.fail(text)
}

// disconnect ends the connection. It asks once when requests wait for their answer.
func disconnect(m *Model) tea.Cmd {
	if !m.confirmed(connection.Disconnect, m.table.keyFor(keys.Connection, connection.Disconnect), "disconnects") {
		return nil
	}
	s := m.session
	return func() tea.Msg {
		_ = s.Disconnect() // what was not said politely is over all the same
		return nil         // the session says itself that something changed
	}
}

// connectByHand connects and stops before a step, so that the rest of the way can be gone by hand.
func connectByHand(m *Model, name keys.Action) tea.Cmd {
	if !m.confirmed(name, m.table.keyFor(keys.Connection, name), "gives the connection up") {
		return nil
	}
	if !m.asksPassword() {
		m.notice.clear()
	}
	s, leave := m.session, m.known.status.State != session.Offline
	return m.withPassword(m.asksPassword(), func() tea.Cmd {
		m.known.connecting = true
		return func() tea.Msg {
			if leave {
				_ = s.Disconnect()
			}
			return ConnectEnded{s.ConnectByHand(stops[name].step)}
		}
	})
}

// connectionScreen is the connection's screen, as an overlay.
type connectionScreen struct {
	*connection.Screen
	m *Model
}

// showConnection opens the connection's screen, or closes it.
func showConnection(m *Model) tea.Cmd {
	if s, ok := m.overlays.top().(*connectionScreen); ok {
		m.overlays.close(s)
		return nil
	}
	m.overlays.open(&connectionScreen{connection.New(), m})
	return nil
}

func (s *connectionScreen) Context() keys.Context { return keys.Connection }

func (s *connectionScreen) Title() safetext.Text { return safetext.Const("Connection") }

func (s *connectionScreen) Prepare(look pane.Look) tea.Cmd {
	s.Screen.Prepare(connection.Info{
		Status: s.m.known.status, Offered: s.offered(),
		Said: connection.Said(s.m.session.Journal(), s.m.known.status.Steps),
	}, look)
	return nil
}

func (s *connectionScreen) Do(action keys.Action) (tea.Cmd, bool) { return nil, s.Screen.Do(action) }

func (s *connectionScreen) Can(keys.Action) string { return "" }

// Ages says that a step of the way is shown with its time.
func (s *connectionScreen) Ages() bool {
	state := s.m.known.status.State
	return state == session.Connecting || state == session.ByHand
}

// offered are the keys of the screen that do something now. Those that stop before a step share a
// row.
func (s *connectionScreen) offered() []keys.Row {
	var rows []keys.Row
	stop := keys.Row{Help: "connect, and go on by hand before"}
	for _, b := range s.m.table.keys {
		a := s.m.table.rows[b.Action]
		if b.Context != keys.Connection || len(b.Keys) == 0 || s.m.why(a) != "" {
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
