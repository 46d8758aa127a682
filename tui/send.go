package tui

import (
	"errors"
	"fmt"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/pending"
	"iqscope/tui/compose"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
)

// outgoing is a stanza on its way to the session. They are handed over one after the other, in the order of the keys.
type outgoing struct {
	stanza  *stanza.Stanza
	timeout time.Duration
	raw     bool // whatever the rules say
}

// send queues a stanza, and hands it over unless another one is being handed over.
func (m *Model) send(o outgoing) tea.Cmd {
	m.outbox = append(m.outbox, o)
	if len(m.outbox) > 1 {
		return nil
	}
	return m.handOver()
}

// sent goes on with the next stanza.
func (m *Model) sent() tea.Cmd {
	m.outbox = m.outbox[1:]
	if len(m.outbox) == 0 {
		m.outbox = nil
		return nil
	}
	return m.handOver()
}

func (m *Model) handOver() tea.Cmd {
	o, s := m.outbox[0], m.session
	return func() tea.Msg {
		if o.raw {
			serial, err := s.SendRaw(o.stanza, o.timeout)
			switch {
			case err != nil:
				return SendRefused{o.stanza.ID(), err}
			case serial == 0:
				return StanzaSent{}
			}
			return RequestStarted{serial}
		}
		if !o.stanza.IsRequest() {
			if err := s.SendStanza(o.stanza); err != nil {
				return SendRefused{o.stanza.ID(), err}
			}
			return StanzaSent{}
		}
		serial, err := s.Start(o.stanza, o.timeout)
		if err != nil {
			return SendRefused{o.stanza.ID(), err}
		}
		return RequestStarted{serial}
	}
}

// sendDraft sends what is in the composer, as it stands there, or shows what keeps it from that.
func (m *Model) sendDraft() tea.Cmd {
	if m.hand != nil {
		return m.sendByHand()
	}
	st, finding := m.compose.Sendable()
	if finding != nil {
		m.show(layout.Compose)
		m.editing = true
		m.complain(fmt.Errorf("not sent: %w%s", &iqbuilder.RuleError{Finding: *finding}, m.rawHint()))
		return nil
	}
	if st == nil {
		return nil
	}
	cmd := m.send(outgoing{stanza: st, timeout: m.compose.Timeout()})
	m.compose.Sent()
	return cmd
}

// rawHint says how a draft that breaks the rules can be sent all the same; "" if it is not even well-formed.
func (m *Model) rawHint() string {
	key := m.keyFor(keys.Edit, keys.SendRaw)
	if st, _ := m.compose.Check(); st == nil || key == "" {
		return ""
	}
	return ". " + key + " sends it as it stands"
}

// sendDraftRaw sends what is in the composer if it is well-formed, and asks nothing else of it.
func (m *Model) sendDraftRaw() tea.Cmd {
	st, _ := m.compose.Check()
	if m.hand != nil || st == nil {
		return m.sendDraft() // that way everything goes anyway, or there is a finding to show
	}
	cmd := m.send(outgoing{stanza: st, timeout: m.compose.Timeout(), raw: true})
	m.compose.Sent()
	return cmd
}

// sendPresence says that we are available (RFC 6121 §4.2).
func (m *Model) sendPresence() tea.Cmd {
	st, err := stanza.Parse("<presence/>", m.session.Scope())
	if err != nil {
		m.complain(err)
		return nil
	}
	return m.send(outgoing{stanza: st})
}

// resend sends a request again, the same but for a new id.
func (m *Model) resend(v session.Exchange) tea.Cmd {
	again, err := iqbuilder.Change(v.Stanza, iqbuilder.ID(m.newID()))
	if err != nil {
		m.complain(err)
		return nil
	}
	timeout := v.Timeout
	if timeout == 0 {
		timeout = compose.NoTimeout
	}
	return m.send(outgoing{stanza: again, timeout: timeout})
}

// refused says why the session did not take a stanza.
func (m *Model) refused(r SendRefused) {
	if m.answeredAlready(r) {
		return
	}
	if errors.Is(r.Err, pending.ErrDuplicateID) {
		m.message = m.pendingID(r.ID)
		return
	}
	m.complain(fmt.Errorf("not sent: %w", r.Err))
}

// cancel gives a request up.
func (m *Model) cancel(v session.Exchange) tea.Cmd {
	s := m.session
	return func() tea.Msg {
		s.Cancel(v.Serial)
		return nil // the session says itself that something changed
	}
}

// extend gives a request as much time again as it had.
func (m *Model) extend(v session.Exchange) tea.Cmd {
	s := m.session
	return func() tea.Msg {
		s.Extend(v.Serial, v.Timeout)
		return nil
	}
}

// goOnline connects, unless that is going on already.
func (m *Model) goOnline() tea.Cmd {
	if !m.possible(Reconnect) {
		return nil
	}
	m.connecting = true
	connect := m.connect
	return func() tea.Msg { return ConnectEnded{connect()} }
}

func (m *Model) connectEnded(err error) {
	m.connecting = false
	m.refresh()
	if err != nil && m.status.State != session.Offline { // not if we called it off ourselves
		m.message = m.failure(err)
	}
}
