package tui

import (
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/tui/keys"
	"iqscope/tui/words"
)

// holdActions are about what others ask, and about being there for them.
func holdActions() []action {
	return []action{
		{name: keys.Presence, help: "send available presence", at: []place{{keys.View, "P", "", ""}, {keys.Panes, "alt+p", "", ""}}, do: sendPresence},
		{name: keys.ToggleHold, help: "hold what others ask, to answer it by hand; or stop that", at: []place{{keys.View, "H", "", ""}}, do: toggleHold},
	}
}

// sendPresence says that we are available (RFC 6121 §4.2), and what we serve.
func sendPresence(m *Model) tea.Cmd {
	st, err := m.session.Presence()
	if err != nil {
		m.notice.complain(err)
		return nil
	}
	return m.outbox.send(outgoing{stanza: st})
}

// answerable is the request that is selected, if it came in and can still be answered; else the one
// that has been held longest.
func (m *Model) answerable() (session.Incoming, bool) {
	if s := m.desk.subject; s != nil && s.Asked != nil && s.Asked.State.Open() {
		return *s.Asked, true
	}
	return m.known.heldLongest()
}

func canAnswer(m *Model) string {
	if _, ok := m.answerable(); !ok {
		return "no request of others waits for an answer"
	}
	return ""
}

// draftAnswer puts an answer to a request into the composer, to be edited and sent.
func (m *Model) draftAnswer(a session.Incoming, st *stanza.Stanza, err error) {
	if err != nil {
		m.notice.complain(err)
		return
	}
	m.desk.pending.SelectAsked(a.Serial)
	m.load(st.Pretty(0))
}

// resultFor is a result to begin with: the payload that was asked for, empty but for its node,
// which service discovery and commands want to have repeated (XEP-0030 §3.2, XEP-0050 §3.4). A ping
// and a set are done with an empty result.
func resultFor(request *stanza.Stanza) (*stanza.Stanza, error) {
	opts := []iqbuilder.Option{iqbuilder.InReplyTo(request)}
	payload := request.Payload()
	root, err := request.Tree()
	if err != nil {
		return nil, err
	}
	node := ""
	if asked := root.Child(payload.Space, payload.Local); asked != nil {
		node, _ = asked.Attr("node")
	}
	switch {
	case request.Payloads() != 1 || payload.Space == "urn:xmpp:ping" || request.Type() == stanza.Set && node == "":
	case node != "":
		opts = append(opts, iqbuilder.WithPayload(fmt.Sprintf("<%s xmlns='%s' node='%s'/>", payload.Local, stanza.Escape(payload.Space), stanza.Escape(node))))
	default:
		opts = append(opts, iqbuilder.WithElement(payload))
	}
	return iqbuilder.Result(opts...)
}

// toggleHold begins to hold what others ask, or ends it.
func toggleHold(m *Model) tea.Cmd {
	s, hold := m.session, m.known.status.Hold
	hold.On = !hold.On
	return func() tea.Msg {
		s.SetHold(hold)
		return HoldChanged{hold.On}
	}
}

// holdChanged says what it means that requests are held, the first time in full.
func (m *Model) holdChanged(on bool) {
	m.refresh()
	switch {
	case !on:
		m.notice.tell("hold is off: requests of others are answered by themselves again. Those that are held still wait for you")
	case m.toldHold:
		m.notice.tell("hold is on")
	default:
		m.toldHold = true
		m.notice.tell(fmt.Sprintf("hold is on: what others ask waits among the pending requests, %s each, for you to answer with %s, or with an error with %s. "+
			"When the time is up, the automatic error goes out. %s ends it",
			words.Setting(m.known.holdTime()), m.table.keyFor(keys.Pending, keys.Answer), m.table.keyFor(keys.Pending, keys.AnswerError),
			m.table.keyFor(keys.View, keys.ToggleHold)))
	}
}

// answeredAlready says why an answer was not sent.
func (k *known) answeredAlready(id string) string {
	how := ""
	for _, a := range k.theirs {
		if a.Stanza.ID() == id && !a.State.Open() {
			how = " (" + words.Asked(a).String() + ")"
		}
	}
	return "Not sent: the request " + id + " has its answer already" + how + ", and may have one only. The draft stays."
}
