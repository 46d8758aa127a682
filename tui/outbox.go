package tui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/iqbuilder/stanza"
)

// outgoing is a stanza on its way to the session.
type outgoing struct {
	stanza  *stanza.Stanza
	timeout time.Duration
	raw     bool // whatever the rules say
}

// outbox is what is still to be handed to the session: one after the other, in the order of the
// keys.
type outbox struct {
	session Session
	waiting []outgoing // the first one is being handed over
}

// send queues a stanza, and hands it over unless another one is being handed over.
func (b *outbox) send(o outgoing) tea.Cmd {
	b.waiting = append(b.waiting, o)
	if len(b.waiting) > 1 {
		return nil
	}
	return b.handOver()
}

// next goes on with the stanza after the one that was handed over.
func (b *outbox) next() tea.Cmd {
	b.waiting = b.waiting[1:]
	if len(b.waiting) == 0 {
		b.waiting = nil
		return nil
	}
	return b.handOver()
}

func (b *outbox) handOver() tea.Cmd {
	o, s := b.waiting[0], b.session
	return func() tea.Msg {
		var serial uint64
		var err error
		switch {
		case o.raw:
			serial, err = s.SendRaw(o.stanza, o.timeout)
		case o.stanza.IsRequest():
			serial, err = s.Start(o.stanza, o.timeout)
		default:
			err = s.SendStanza(o.stanza)
		}
		switch {
		case err != nil:
			return SendRefused{o.stanza.ID(), err}
		case serial == 0:
			return StanzaSent{}
		}
		return RequestStarted{serial}
	}
}
