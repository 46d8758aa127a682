package session

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/ack"
	"iqscope/session/handler"
	"iqscope/session/wire"
)

// writeBatch bounds how many elements go to the socket in one call, so that a
// long queue does not become one huge buffer.
const writeBatch = 256

var (
	errClosedByUs = errors.New("we closed the connection")
	errNeverLeft  = errors.New("the connection broke before it left")
)

// outbox is the queue between everyone and the writer. The session's lock guards it.
type outbox struct {
	s       *Session
	queue   []*outgoing
	writing []*outgoing // the batch in the writer's hands
	wake    chan struct{}
}

func newOutbox(s *Session) outbox { return outbox{s: s, wake: make(chan struct{}, 1)} }

// add hands an element to the writer. The session's lock is held.
func (b *outbox) add(o *outgoing) {
	o.s = b.s
	b.s.link.announced(o.element)
	b.queue = append(b.queue, o)
	b.rouse()
}

// rouse wakes the writer.
func (b *outbox) rouse() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// write is the writer goroutine of one connection.
func (b *outbox) write(ctx context.Context, c *connection) {
	var taken, batch []*outgoing
	var elements []*stanza.Stanza
	leaving := func(first int, events []wire.Event) {
		b.s.leaving(batch[first:first+len(events)], events)
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-b.wake:
		}
		// Who woke us may have more to send: all that goes out in one call.
		runtime.Gosched()
		for {
			var ours bool
			if taken, ours = b.take(c, taken[:0]); !ours {
				b.rouse() // what woke us may be meant for the writer of the next connection
				return
			}
			if len(taken) == 0 {
				break
			}
			if batch = b.filter(c, taken, batch[:0]); len(batch) == 0 {
				continue
			}
			elements = elements[:0]
			for _, o := range batch {
				elements = append(elements, o.element)
			}
			if n, err := c.conn.Write(ctx, elements, leaving); err != nil {
				b.unsent(c, batch, n)
				b.s.link.lose(c, err)
				return
			}
		}
	}
}

// take moves the next batch to the writer's hands, leaving out requests that
// ended while they waited. false is for the writer of a connection that is gone.
func (b *outbox) take(c *connection, batch []*outgoing) ([]*outgoing, bool) {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	if b.s.link.up != c {
		return batch, false
	}
	b.writing = nil
	n := 0
	for _, o := range b.queue {
		if len(batch) == writeBatch {
			break
		}
		n++
		if o.answer != nil {
			b.s.answers.desk.Taken(o.answer)
		}
		if o.request != nil && o.request.p.Outcome != "" {
			o.settle(neverLeft(o.request)) // it was in a writer's hands before
			continue
		}
		o.on = c
		batch = append(batch, o)
	}
	b.queue = slices.Delete(b.queue, 0, n)
	if c.managed != nil {
		if h, owed := c.managed.Settle(); owed {
			batch = b.own(c, batch, ack.AnswerXML(h))
		}
		if c.managed.askDue(len(batch)) {
			c.managed.Ask()
			batch = b.own(c, batch, ack.RequestXML)
		}
	}
	b.writing = batch
	return batch, true
}

// own appends an element of our own making.
func (b *outbox) own(c *connection, batch []*outgoing, xml string) []*outgoing {
	el, err := c.conn.Element(xml)
	if err != nil {
		return batch
	}
	return append(batch, &outgoing{s: b.s, element: el, on: c})
}

// filter shows the filters what is about to be written, and returns what is left
// of it, in another slice. They run outside the session's lock, but before anything of the
// batch is sent.
func (b *outbox) filter(c *connection, batch, kept []*outgoing) []*outgoing {
	for _, o := range batch {
		keepalive := o.request != nil && o.request.unasked // its loss would look like the link's
		if !isStanza(o.element) || o.passed || keepalive || b.passes(o) {
			kept = append(kept, o)
		}
	}
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	if b.s.link.up != c {
		b.putBack(c, kept)
		return kept[:0]
	}
	b.writing = kept
	return kept
}

// passes says that the filters let an element through, as it was or rewritten.
func (b *outbox) passes(o *outgoing) bool {
	if !b.s.registry.Filters() {
		o.passed = true
		return true
	}
	left, changes := b.s.registry.Filter(handler.Event{Time: time.Now(), Dir: stanza.Out, Stanza: o.element})
	if n := len(changes); n > 0 {
		by := changes[n-1].Filter
		if left.Stanza == nil {
			b.filteredOut(o, by)
			return false
		}
		b.s.note("the filter %q rewrote what goes out next", by)
	}
	o.passed = true
	if left.Stanza != o.element {
		b.s.mu.Lock() // whoever has the ticket may be reading it
		o.element = left.Stanza
		b.s.mu.Unlock()
	}
	return true
}

// filteredOut shows what a filter kept from being sent, and ends what waited for it.
func (b *outbox) filteredOut(o *outgoing, by string) {
	el := o.element
	b.s.note("dropped by the filter %q, not sent: %s %s id %q to %q", by, el.Name().Local, el.Type(), el.ID(), el.To())
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	b.never(o, fmt.Errorf("the filter %q dropped it", by))
	b.s.link.unannounced(el)
	if o.answer != nil {
		b.s.answers.desk.Dropped(o.answer, by)
	}
	b.s.arm()
}

// putBack returns to the queue what was not sent on a connection that went meanwhile,
// if its stream lives on, or may. The session's lock is held.
func (b *outbox) putBack(c *connection, batch []*outgoing) {
	lives := c.managed != nil && c.managed == b.s.link.managed
	var rest []*outgoing
	for _, o := range batch {
		switch {
		case o.counted || !isStanza(o.element): // is sent again anyway, or was the connection's
		case lives:
			o.on = nil
			rest = append(rest, o)
		default:
			b.never(o, errNeverLeft)
		}
	}
	if b.s.link.up == nil {
		b.writing = nil
	}
	if len(rest) > 0 {
		b.queue = append(rest, b.queue...)
		b.rouse()
	}
}

// unsent deals with the batch of a failed write, of which the socket took n bytes. What
// begins behind them cannot have left; on a managed stream, what acknowledgements count is
// known to be sent again, or not to be.
func (b *outbox) unsent(c *connection, batch []*outgoing, n int) {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	if c.managed != nil {
		b.putBack(c, batch)
		return
	}
	start := 0
	for _, o := range batch {
		if start >= n {
			b.never(o, errNeverLeft)
		}
		start += len(o.element.XML())
	}
}

// never takes note that an element will never leave. The session's lock is held.
func (b *outbox) never(o *outgoing, cause error) {
	if o.request != nil {
		b.s.requests.end(o.request, stanza.OutcomeNotSent, cause)
	}
	o.settle(&stanza.NotSent{Request: o.element, Cause: cause})
}

// again puts what is to be sent once more before everything else. The session's lock is
// held.
func (b *outbox) again(unhandled []*outgoing) {
	for _, o := range unhandled {
		o.counted = false
	}
	b.queue = append(unhandled, b.queue...)
	b.rouse()
}

// reset forgets what was to be sent on a connection that is gone: answers that never
// left are lost. The session's lock is held.
func (b *outbox) reset(cause error) {
	for _, o := range slices.Concat(b.writing, b.queue) {
		if o.answer != nil {
			b.s.answers.desk.NeverLeft(o.answer)
		}
		if o.seq == 0 {
			o.settle(&stanza.NotSent{Request: o.element, Cause: cause})
		}
	}
	b.queue, b.writing = nil, nil
}
