package session

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/negotiate"
)

const nsManagement = "urn:xmpp:sm:3"

// The elements of XEP-0198 §4 that carry no number.
const ackRequest = "<r xmlns='" + nsManagement + "'/>"

const (
	// askAfter is how many stanzas may be unacknowledged before we ask. Resuming
	// tells the count anyway; asking more often would only fill the log.
	askAfter = 20
	// unackedLimit is how many stanzas are kept for a server that does not
	// acknowledge them, and unackedBytes how many bytes; behind that the stream is
	// not resumed.
	unackedLimit = 10_000
	unackedBytes = 64 << 20
	// resumeTime is how long a stream can be resumed when the server does not say.
	resumeTime = 5 * time.Minute
)

var errHandledTooHigh = errors.New("the server acknowledged more stanzas than were sent (XEP-0198 §4)")

// management is our side of a stream's acknowledgements (XEP-0198). Counts wrap
// at 2^32, as the protocol has it. The session's lock guards it. It outlives the connection: a
// stream that is resumed goes on with it.
type management struct {
	id       string // to resume by; "" when the stream cannot be resumed
	location string
	max      time.Duration
	bound    stanza.JID
	received uint32 // stanzas of theirs that we handled
	acked    uint32 // of ours, that they handled
	// unacked are our stanzas behind acked, in the order they were sent.
	unacked []outgoing
	bytes   int       // of unacked
	asked   bool      // an <r/> is out
	owes    bool      // an <r/> of theirs is to be answered
	lostAt  time.Time // of the connection
}

func newManagement(m negotiate.Management, bound stanza.JID) *management {
	if !m.Enabled {
		return nil
	}
	sm := &management{id: m.ID, location: m.Location, max: m.Max, bound: bound}
	if sm.max <= 0 {
		sm.max = resumeTime
	}
	return sm
}

// resumable says that the stream can still be resumed.
func (m *management) resumable(now time.Time) bool {
	return m != nil && m.id != "" && now.Sub(m.lostAt) < m.max
}

// sent takes note of a stanza that is handed to the socket.
func (m *management) sent(o outgoing) {
	m.unacked = append(m.unacked, o)
	m.bytes += len(o.element.XML())
	for len(m.unacked) > unackedLimit || m.bytes > unackedBytes {
		m.id = ""
		m.acked++
		m.release(1)
	}
}

// release lets go of the first n that were not acknowledged.
func (m *management) release(n int) {
	for _, o := range m.unacked[:n] {
		m.bytes -= len(o.element.XML())
	}
	clear(m.unacked[:n])
	m.unacked = m.unacked[n:]
}

// handled takes note of the server's count; false when it is too high.
func (m *management) handled(h uint32) bool {
	n := h - m.acked // right across the wrap
	if uint64(n) > uint64(len(m.unacked)) {
		return false
	}
	m.release(int(n))
	m.acked = h
	return true
}

// isStanza says what counts (XEP-0198 §4).
func isStanza(el *stanza.Stanza) bool {
	return el.Kind() == stanza.IQ || el.Kind() == stanza.Message || el.Kind() == stanza.Presence
}

// acknowledge deals with <r/> and <a/>; false for anything else.
func (s *Session) acknowledge(l *life, el *stanza.Stanza) bool {
	if el.Name().Space != nsManagement {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sm == nil || s.life != l {
		return true
	}
	switch el.Name().Local {
	case "r":
		s.sm.owes = true // one answer does for all that come before it can leave
		s.outbox.rouse()
	case "a":
		s.sm.asked = false
		h, ok := count(el)
		switch {
		case !ok: // says nothing
		case !s.sm.handled(h):
			go s.tooHigh(l, h)
		case len(s.sm.unacked) >= askAfter:
			s.askAck(l)
		}
	}
	return true
}

// askAck sends an <r/> unless one is out. The session's lock is held.
func (s *Session) askAck(l *life) {
	if s.sm != nil && !s.sm.asked {
		s.sm.asked = true
		s.enqueueXML(l, ackRequest)
	}
}

// enqueueXML queues an element of our own making. The session's lock is held.
func (s *Session) enqueueXML(l *life, xml string) {
	if el, err := l.conn.Element(xml); err == nil {
		s.enqueue(outgoing{element: el})
	}
}

// count reads the h attribute.
func count(el *stanza.Stanza) (uint32, bool) {
	tree, err := el.Tree()
	if err != nil {
		return 0, false
	}
	text, _ := tree.Attr("h")
	h, err := strconv.ParseUint(text, 10, 32)
	return uint32(h), err == nil
}

// tooHigh ends a stream whose server counts what never was (XEP-0198 §4).
func (s *Session) tooHigh(l *life, h uint32) {
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	if el, err := l.conn.Element(fmt.Sprintf("<stream:error><undefined-condition xmlns='%s'/>"+
		"<handled-count-too-high xmlns='%s' h='%d'/></stream:error>", stanza.NSStreams, nsManagement, h)); err == nil {
		_, _ = l.conn.Write(ctx, el)
	}
	s.mu.Lock()
	if s.life == l {
		s.sm = nil
	}
	s.mu.Unlock()
	s.lose(l, errHandledTooHigh)
}

// resume returns what to ask the server for, nil when there is nothing to resume.
func (s *Session) resume(now time.Time) *negotiate.Resumption {
	if !s.sm.resumable(now) {
		return nil
	}
	return &negotiate.Resumption{ID: s.sm.id, Received: s.sm.received, Bound: s.sm.bound}
}

// resumed goes on with the earlier stream: what the server did not handle is
// sent again, before anything new. The session's lock is held.
func (s *Session) resumed(m negotiate.Management) bool {
	if !s.sm.handled(m.Handled) {
		return false
	}
	again := s.sm.unacked
	s.sm.unacked, s.sm.bytes, s.sm.asked, s.sm.owes = nil, 0, false, false
	s.outbox.queue = append(again, s.outbox.queue...)
	s.outbox.rouse()
	return true
}

// abandon ends what waited for an earlier stream that could not be resumed. What
// the server proves not to have handled was never sent, as far as anyone can
// tell; of the rest the end is unknown. The session's lock is held.
func (s *Session) abandon(m negotiate.Management, cause error) {
	if m.HandledKnown && s.sm != nil && s.sm.handled(m.Handled) {
		for _, o := range s.sm.unacked {
			if o.request != nil {
				s.end(o.request, stanza.OutcomeNotSent, errors.New("the server lost the connection before it handled it"))
			}
		}
	}
	s.sm = nil
	s.drop(cause)
}
