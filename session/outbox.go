package session

import (
	"context"
	"errors"

	"iqscope/iqbuilder/stanza"
)

// AnswerLimit is how many automatic answers may wait for one sender; what comes
// on top is counted, shown, and not answered.
const AnswerLimit = 1000

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
	answer  bool     // an automatic one, to element's to
}

// outbox is the queue between everyone and the writer. The session's lock guards it.
type outbox struct {
	queue    []outgoing
	writing  []outgoing     // the batch in the writer's hands, next to be tapped first
	answers  map[string]int // automatic answers waiting, by address
	overflow uint64
	wake     chan struct{}
}

func newOutbox() outbox {
	return outbox{answers: make(map[string]int), wake: make(chan struct{}, 1)}
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

// enqueueAnswer does so for an automatic answer, if its receiver has not too
// many waiting. The session's lock is held.
func (s *Session) enqueueAnswer(element *stanza.Stanza) bool {
	to := element.To()
	if s.outbox.answers[to] >= AnswerLimit {
		s.outbox.overflow++
		return false
	}
	s.outbox.answers[to]++
	s.enqueue(outgoing{element: element, answer: true})
	return true
}

// take moves the next batch to the writer's hands, leaving out requests that
// ended while they waited.
func (s *Session) take(batch []outgoing) []outgoing {
	batch = batch[:0]
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, o := range s.outbox.queue {
		if len(batch) == writeBatch {
			break
		}
		n++
		if o.answer {
			s.outbox.answered(o.element.To())
		}
		if o.request == nil || o.request.p.Outcome == "" {
			batch = append(batch, o)
		}
	}
	rest := copy(s.outbox.queue, s.outbox.queue[n:])
	clear(s.outbox.queue[rest:])
	s.outbox.queue = s.outbox.queue[:rest]
	if l := s.life; l != nil && s.sm != nil && !s.sm.asked && len(s.sm.unacked)+len(batch) >= askAfter {
		if el, err := l.conn.Element(ackRequest); err == nil {
			s.sm.asked = true
			batch = append(batch, outgoing{element: el})
		}
	}
	s.outbox.writing = batch
	return batch
}

func (b *outbox) answered(to string) {
	if b.answers[to]--; b.answers[to] <= 0 {
		delete(b.answers, to)
	}
}

// reset forgets what was to be sent on a connection that is gone.
func (b *outbox) reset() {
	b.queue, b.writing = nil, nil
	clear(b.answers)
}

// write is the writer goroutine of one connection.
func (s *Session) write(ctx context.Context, l *life) {
	var batch []outgoing
	var elements []*stanza.Stanza
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.outbox.wake:
		}
		for {
			batch = s.take(batch)
			if len(batch) == 0 {
				break
			}
			elements = elements[:0]
			for _, o := range batch {
				elements = append(elements, o.element)
			}
			if n, err := l.conn.Write(ctx, elements...); err != nil {
				s.unsent(batch, n)
				s.lose(l, err)
				return
			}
		}
	}
}

// unsent ends the requests of a failed write that cannot have left: those that
// start behind the n bytes that the socket took.
func (s *Session) unsent(batch []outgoing, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sm != nil {
		// What was handed over is among the unacknowledged; the rest waits for
		// the stream to be resumed.
		var rest []outgoing
		for _, o := range s.outbox.writing {
			if isStanza(o.element) {
				rest = append(rest, o)
			}
		}
		s.outbox.queue, s.outbox.writing = append(rest, s.outbox.queue...), nil
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
