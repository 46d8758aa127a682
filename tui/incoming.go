package tui

import (
	"errors"
	"fmt"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/journal"
	"iqscope/tui/inspect"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/pending"
	"iqscope/tui/words"
)

// incoming are the requests of others, and what there is to say about them.
type incoming struct {
	all  []session.Asked // oldest first
	next time.Time       // when the first of those that are held runs out of time; zero for never
	open bool            // one of them is not answered yet
	told bool            // the user knows what holding means
}

// refreshIncoming asks the session for the requests of others.
func (m *Model) refreshIncoming() {
	in := &m.incoming
	in.all = m.session.Asked(in.all)
	in.next, in.open, m.status.Held = time.Time{}, false, 0
	for i := range in.all {
		a := &in.all[i]
		in.open = in.open || a.State.Open()
		if a.State != session.AskedHeld {
			continue
		}
		m.status.Held++
		if in.next.IsZero() || a.Deadline.Before(in.next) {
			in.next = a.Deadline
		}
	}
	m.showWaiting()
	m.pending.SetHolding(pending.Holding{On: m.status.Hold.On, Key: m.keyFor(keys.View, keys.ToggleHold)})
}

// showWaiting hands the requests of both sides to their pane. What it shows of others depends on how long they have waited.
func (m *Model) showWaiting() { m.pending.Set(m.asked, m.incoming.all, m.now()) }

// findIncoming is the request of others that a line of the log is, or answers.
func (m *Model) findIncoming(e journal.Entry) *session.Asked {
	if e.Stanza == nil || e.Stanza.Kind() != stanza.IQ {
		return nil
	}
	i := slices.IndexFunc(m.incoming.all, func(a session.Asked) bool { return a.Seq == e.Seq || a.ReplySeq == e.Seq })
	if i < 0 {
		return nil
	}
	a := m.incoming.all[i]
	return &a
}

// received is what the inspector shows of a request that came in.
func (m *Model) received(a session.Asked) *inspect.Subject {
	s := &inspect.Subject{Number: a.Seq, Asked: &a, Whole: true}
	e, ok := m.session.Journal().Get(a.Seq)
	if !ok {
		e = journal.Entry{Stanza: a.Stanza, Dir: stanza.In}
	}
	s.Entry = e
	return s
}

// answerable is the request that is selected, if it came in and can still be answered; else the one that has been held longest.
func (m *Model) answerable() (session.Asked, bool) {
	if s := m.subject; s != nil && s.Asked != nil && s.Asked.State.Open() {
		return *s.Asked, true
	}
	i := slices.IndexFunc(m.incoming.all, func(a session.Asked) bool { return a.State == session.AskedHeld })
	if i < 0 {
		return session.Asked{}, false
	}
	return m.incoming.all[i], true
}

// draftAnswer puts an answer to the selected request into the composer, to be edited and sent.
func (m *Model) draftAnswer(action keys.Action) {
	a, ok := m.answerable()
	if !ok {
		return
	}
	answer := resultFor
	if action == keys.AnswerError {
		answer = errorFor
	}
	st, err := answer(a.Stanza)
	if err != nil {
		m.complain(err)
		return
	}
	m.pending.SelectAsked(a.Serial)
	m.load(st.Pretty(0), false)
}

// resultFor is a result to begin with: the payload that was asked for, empty but for its node, which service discovery and commands want
// to have repeated (XEP-0030 §3.2, XEP-0050 §3.4). A ping and a set are done with an empty result.
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

// errorFor is an error to begin with.
func errorFor(request *stanza.Stanza) (*stanza.Stanza, error) {
	return iqbuilder.Error(iqbuilder.InReplyTo(request))
}

// onAsked does what a key means for a request that came in.
func (m *Model) onAsked(action keys.Action, a session.Asked) tea.Cmd {
	if a.State != session.AskedHeld {
		return nil
	}
	s, more := m.session, m.holdTime()
	return func() tea.Msg {
		switch action { // the session says itself that something changed
		case keys.Cancel:
			s.Release(a.Serial)
		case keys.Extend:
			s.ExtendHeld(a.Serial, more)
		}
		return nil
	}
}

// holdTime is how long requests are held.
func (m *Model) holdTime() time.Duration {
	if d := m.status.Hold.For; d > 0 {
		return d
	}
	return session.DefaultHoldTime
}

// toggleHold begins to hold what others ask, or ends it.
func (m *Model) toggleHold() tea.Cmd {
	s, hold := m.session, m.status.Hold
	hold.On = !hold.On
	return func() tea.Msg {
		s.SetHold(hold)
		return HoldChanged{hold.On}
	}
}

// holdChanged says what it means that requests are held, the first time in full.
func (m *Model) holdChanged(on bool) {
	m.refresh()
	key := m.keyFor(keys.View, keys.ToggleHold)
	switch {
	case !on:
		m.tell("hold is off: requests of others are answered by themselves again. Those that are held still wait for you")
	case m.incoming.told:
		m.tell("hold is on")
	default:
		m.incoming.told = true
		m.tell(fmt.Sprintf("hold is on: what others ask waits among the pending requests, %s each, for you to answer with %s, or with an error with %s. "+
			"When the time is up, the automatic error goes out. %s ends it",
			words.Setting(m.holdTime()), m.keyFor(keys.Pending, keys.Answer), m.keyFor(keys.Pending, keys.AnswerError), key))
	}
}

// answeredAlready says why an answer was not sent; false if that is not the reason.
func (m *Model) answeredAlready(r SendRefused) bool {
	if !errors.Is(r.Err, session.ErrAnswered) {
		return false
	}
	m.refresh()
	how := ""
	for _, a := range m.incoming.all {
		if a.Stanza.ID() == r.ID && !a.State.Open() {
			how = " (" + words.Asked(a).String() + ")"
		}
	}
	text := "✗ Not sent: the request " + r.ID + " has its answer already" + how + ", and may have one only. The draft stays."
	m.message = message{text: safetext.CleanLine(text), style: m.theme.Error}
	return true
}

// onIncoming says that the keys for rows have a request of others before them.
func (m *Model) onIncoming() (session.Asked, bool) {
	if m.selects != layout.Pending {
		return session.Asked{}, false
	}
	return m.pending.SelectedAsked()
}
