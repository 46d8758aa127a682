package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/ack"
	"iqscope/session/negotiate"
	"iqscope/session/wire"
)

// resumeTime is how long a stream can be resumed when the server does not say.
const resumeTime = 5 * time.Minute

var (
	errHandledTooHigh = errors.New("the server acknowledged more stanzas than were sent")
	errNotCounted     = errors.New("the server did not say how many stanzas it had handled")
	errNeverHandled   = errors.New("the server lost the connection before it handled it")
)

// managed is a stream with acknowledgements (XEP-0198). It outlives the connection: a
// stream that is resumed goes on with it. The session's lock guards it.
type managed struct {
	*ack.Ledger[*outgoing]
	location string // where the server wants to be resumed at; "" for anywhere
	bound    stanza.JID
}

func newManaged(m negotiate.Management, bound stanza.JID) *managed {
	if !m.Enabled {
		return nil
	}
	within := m.Max
	if within <= 0 {
		within = resumeTime
	}
	stream := &managed{Ledger: ack.New[*outgoing](ack.ClientLimits()), location: m.Location, bound: bound}
	if m.ID != "" {
		stream.SetResumption(m.ID, within)
	}
	return stream
}

// resumable says that the stream, which has lost its connection, can be resumed.
func (m *managed) resumable(now time.Time) bool { return m != nil && m.CanResume(now) }

// askDue says that, with so many more stanzas about to be sent, so many are unacknowledged
// that it is worth asking. Nothing is out that asks already.
func (m *managed) askDue(more int) bool {
	return !m.Asked() && m.Unacked()+more >= ack.ClientLimits().AskAfter
}

// resumption returns what to ask the server for, nil when there is nothing to resume.
func (m *managed) resumption(now time.Time) *negotiate.Resumption {
	if !m.resumable(now) {
		return nil
	}
	return &negotiate.Resumption{ID: m.ID(), Received: m.Received(), Bound: m.bound}
}

// sent takes note of an element that is handed to the socket. It counts also when the
// connection was lost just then, as long as the stream does not go on without it: the server
// may have it, or it is to be sent again. The session's lock is held.
func (l *link) sent(o *outgoing) {
	ours := o.on == l.up || l.up == nil && o.on.managed == l.managed
	if m := o.on.managed; m != nil && ours && isStanza(o.element) {
		o.counted = true
		m.Sent(o, len(o.element.XML()))
	}
}

// acknowledge deals with <r/> and <a/>. The session's lock is held.
func (l *link) acknowledge(c *connection, el *stanza.Stanza) {
	switch el.Name() {
	case stanza.Name{Space: ack.Namespace, Local: "r"}:
		c.managed.Owe() // one answer does for all that come before it can leave
		l.s.outbox.rouse()
	case stanza.Name{Space: ack.Namespace, Local: "a"}:
		h, err := ack.ReadCount(el)
		if err == nil {
			err = c.managed.Acknowledge(h)
		}
		switch {
		case err != nil:
			go l.miscounted(c, err)
		case c.managed.askDue(0):
			l.askAck(c)
		}
	}
}

// askAck sends an <r/>. The session's lock is held.
func (l *link) askAck(c *connection) {
	if el, err := c.conn.Element(ack.RequestXML); err == nil {
		c.managed.Ask()
		l.s.outbox.add(&outgoing{element: el})
	}
}

// miscounted ends a stream whose server counts what never was, or does not count at all
// (XEP-0198 §4): what it has handled is not known any more.
func (l *link) miscounted(c *connection, count error) {
	refuseCount(c.conn, count)
	l.s.mu.Lock()
	if l.up == c {
		l.managed = nil
	}
	l.s.mu.Unlock()
	l.lose(c, miscount(count))
}

// refuseCount tells the server, as long as a farewell may take, why its stream ends.
func refuseCount(conn *wire.Conn, count error) {
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	condition := "<bad-format xmlns='" + stanza.NSStreams + "'/>"
	var high *ack.TooHighError
	if errors.As(count, &high) {
		condition = "<undefined-condition xmlns='" + stanza.NSStreams + "'/>" + high.XML()
	}
	if el, err := conn.Element("<stream:error>" + condition + "</stream:error>"); err == nil {
		_, _ = conn.Send(ctx, el)
	}
}

// miscount is a wrong count as the cause of a loss.
func miscount(count error) error {
	var high *ack.TooHighError
	if errors.As(count, &high) {
		return fmt.Errorf("%w: %w", errHandledTooHigh, count)
	}
	return fmt.Errorf("%w: %w", errNotCounted, count)
}

// resumed goes on with the earlier stream: what the server did not handle is
// sent again, before anything new. What it does not prove to be unhandled is not: an error
// refuses the resumption. The session's lock is held.
func (l *link) resumed(m negotiate.Management) error {
	if l.managed == nil {
		return errNotResumed
	}
	if !m.HandledKnown {
		return fmt.Errorf("%w: its <resumed/> has no h that is a number from 0 to 4294967295 (XEP-0198 §5)", errNotCounted)
	}
	again, err := l.managed.Resume(m.Handled)
	if err != nil {
		return miscount(err)
	}
	l.s.outbox.again(again)
	return nil
}

// abandon ends what waited for an earlier stream that could not be resumed. What
// the server proves not to have handled was never sent, as far as anyone can
// tell; of the rest the end is unknown. The session's lock is held.
func (l *link) abandon(m negotiate.Management, cause error) {
	if m.HandledKnown && l.managed != nil && l.managed.Acknowledge(m.Handled) == nil {
		for _, o := range l.managed.Rest() {
			l.s.outbox.never(o, errNeverHandled)
		}
	}
	l.managed = nil
	l.drop(cause)
}
