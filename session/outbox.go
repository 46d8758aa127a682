package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
)

// writeBatch bounds how many elements go to the socket in one call, so that a
// long queue does not become one huge buffer.
const writeBatch = 256

var (
	errOverdueUnsent = errors.New("its time was up before the socket took it")
	errClosedByUs    = errors.New("we closed the connection")
)

// outgoing is one element on its way to the writer.
type outgoing struct {
	element *stanza.Stanza
	request *Request // nil for what awaits no answer
	answer  *asked   // the request that an automatic answer is for, else nil
	passed  bool     // the filters have seen it
}

// outbox is the queue between everyone and the writer. The session's lock guards it.
type outbox struct {
	queue   []outgoing
	writing []outgoing // the batch in the writer's hands, next to be tapped first
	wake    chan struct{}
}

func newOutbox() outbox {
	return outbox{wake: make(chan struct{}, 1)}
}

// enqueue hands an element to the writer. The session's lock is held.
func (s *Session) enqueue(o outgoing) {
	s.outbox.queue = append(s.outbox.queue, o)
	s.outbox.rouse()
}

// rouse wakes the writer.
func (b *outbox) rouse() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// take moves the next batch to the writer's hands, leaving out requests that
// ended while they waited. The writer of a connection that is gone gets nothing.
func (s *Session) take(l *life, batch []outgoing) []outgoing {
	batch = batch[:0]
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.life != l {
		return batch
	}
	n := 0
	for _, o := range s.outbox.queue {
		if len(batch) == writeBatch {
			break
		}
		n++
		if o.answer != nil {
			s.pacer.end(o.answer)
		}
		if o.request == nil || o.request.p.Outcome == "" {
			batch = append(batch, o)
		}
	}
	rest := copy(s.outbox.queue, s.outbox.queue[n:])
	clear(s.outbox.queue[rest:])
	s.outbox.queue = s.outbox.queue[:rest]
	if s.sm != nil && s.sm.owes {
		if el, err := l.conn.Element(fmt.Sprintf("<a xmlns='%s' h='%d'/>", nsManagement, s.sm.received)); err == nil {
			s.sm.owes = false
			batch = append(batch, outgoing{element: el})
		}
	}
	if s.sm != nil && !s.sm.asked && len(s.sm.unacked)+len(batch) >= askAfter {
		if el, err := l.conn.Element(ackRequest); err == nil {
			s.sm.asked = true
			batch = append(batch, outgoing{element: el})
		}
	}
	s.outbox.writing = batch
	return batch
}

// reset forgets what was to be sent on a connection that is gone: answers that never
// left are lost.
func (b *outbox) reset() {
	for _, o := range slices.Concat(b.writing, b.queue) {
		if in := o.answer; in != nil && in.ReplySeq == 0 {
			in.State = AskedLost
		}
	}
	b.queue, b.writing = nil, nil
}

// filter shows the filters what is about to be written, and returns what is left
// of it in another slice. They run outside the session's lock, but before anything
// of the batch is sent.
func (s *Session) filter(l *life, batch, kept []outgoing) []outgoing {
	kept = kept[:0]
	for _, o := range batch {
		keepalive := o.request != nil && o.request.unasked // its loss would look like the link's
		if isStanza(o.element) && !o.passed && !keepalive {
			into, by := s.registry.Filter(handler.Event{Time: time.Now(), Dir: stanza.Out, Stanza: o.element})
			if into == nil {
				s.filteredOut(o, by)
				continue
			}
			if by != "" {
				s.note(fmt.Sprintf("the filter %q rewrote what goes out next", by))
			}
			o.element, o.passed = into, true
		}
		kept = append(kept, o)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.life != l {
		s.putBack(l, kept)
		return kept[:0]
	}
	s.outbox.writing = kept
	return kept
}

// putBack returns to the queue what was not sent on a connection that went meanwhile,
// if its stream lives on, or may. The session's lock is held.
func (s *Session) putBack(l *life, batch []outgoing) {
	if s.life == nil {
		s.outbox.writing = nil
	}
	if l.sm == nil || s.sm != l.sm {
		return
	}
	var rest []outgoing
	for _, o := range batch {
		if isStanza(o.element) {
			rest = append(rest, o)
		}
	}
	s.outbox.queue = append(rest, s.outbox.queue...)
	s.outbox.rouse()
}

// filteredOut shows what a filter kept from being sent, and ends what waited for it.
func (s *Session) filteredOut(o outgoing, by string) {
	el := o.element
	s.note(fmt.Sprintf("dropped by the filter %q, not sent: %s %s id %q to %q", by, el.Name().Local, el.Type(), el.ID(), el.To()))
	s.mu.Lock()
	defer s.mu.Unlock()
	if o.request != nil {
		s.end(o.request, stanza.OutcomeNotSent, fmt.Errorf("the filter %q dropped it", by))
		s.arm()
	}
	if o.answer != nil {
		o.answer.State, o.answer.By = AskedSilent, by
	}
}

// write is the writer goroutine of one connection.
func (s *Session) write(ctx context.Context, l *life) {
	var batch, kept []outgoing
	var elements []*stanza.Stanza
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.outbox.wake:
		}
		for {
			if batch = s.take(l, batch); len(batch) == 0 {
				break
			}
			if kept = s.filter(l, batch, kept); len(kept) == 0 {
				continue
			}
			elements = elements[:0]
			for _, o := range kept {
				elements = append(elements, o.element)
			}
			if n, err := l.conn.Write(ctx, elements...); err != nil {
				s.unsent(l, kept, n)
				s.lose(l, err)
				return
			}
		}
	}
}

// unsent ends the requests of a failed write that cannot have left: those that
// start behind the n bytes that the socket took.
func (s *Session) unsent(l *life, batch []outgoing, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.life != l && s.life != nil {
		return // the next one's
	}
	if s.sm != nil {
		// What was handed over is among the unacknowledged; the rest waits for
		// the stream to be resumed.
		rest := s.outbox.writing
		s.outbox.writing = nil
		s.putBack(l, rest)
		return
	}
	start := 0
	for _, o := range batch {
		if start >= n && o.request != nil {
			s.end(o.request, stanza.OutcomeNotSent, errors.New("the connection broke before it left"))
		}
		start += len(o.element.XML())
	}
}
