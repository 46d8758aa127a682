package demo

import (
	"context"
	"sync"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/ack"
)

// outbox is the bounded queue of what goes to one client. Anyone may put, the
// client's writer takes, its reader waits for room. It outlives a connection:
// from <enabled/> on it also keeps what was taken until the client has
// acknowledged it (XEP-0198 §4). It is safe for concurrent use.
type outbox struct {
	mu     sync.Mutex
	queue  stanzas
	closed bool
	filled chan struct{} // has a value when take should look again
	room   chan struct{} // closed and replaced when wait should look again

	managing bool // <enabled/> has been taken: what is taken next is counted
	ledger   *ack.Ledger[*stanza.Stanza]
}

// stanzas is a list that knows how big it is.
type stanzas struct {
	list  []*stanza.Stanza
	bytes int
}

func (l *stanzas) add(el *stanza.Stanza) {
	l.list = append(l.list, el)
	l.bytes += len(el.XML())
}

func newOutbox() outbox {
	return outbox{
		filled: make(chan struct{}, 1), room: make(chan struct{}),
		// It keeps all, for put sees to it that this is bounded.
		ledger: ack.New[*stanza.Stanza](ack.Limits{AskAfter: askAfter, AskAfterBytes: askAfterBytes}),
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// emptied wakes everyone who waits for room. Callers hold the lock.
func (o *outbox) emptied() {
	close(o.room)
	o.room = make(chan struct{})
}

// put queues an element. It returns false when there is no room: the client is
// lost then, since its stream may not have holes.
func (o *outbox) put(el *stanza.Stanza) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.closed:
		return true // nobody is there any more
	case len(o.queue.list) >= maxQueued, o.queue.bytes+len(el.XML()) > maxQueuedBytes,
		o.ledger.Unacked() >= maxUnacked, o.ledger.UnackedBytes() > maxUnackedBytes:
		return false
	}
	o.queue.add(el)
	signal(o.filled)
	return true
}

// close lets take give out what is there, and then nothing more.
func (o *outbox) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	signal(o.filled)
}

// take waits for elements and returns all there are; none once it is closed and
// empty, or the context has ended.
func (o *outbox) take(ctx context.Context) []*stanza.Stanza {
	for {
		o.mu.Lock()
		batch, closed := o.takeAll()
		o.mu.Unlock()
		if len(batch) > 0 || closed {
			return batch
		}
		select {
		case <-o.filled:
		case <-ctx.Done():
			return nil
		}
	}
}

// takeAll empties the queue. What stands behind <enabled/> is to be
// acknowledged; now and then <r/> asks for that.
func (o *outbox) takeAll() ([]*stanza.Stanza, bool) {
	batch := o.queue.list
	for _, el := range batch {
		switch {
		case isManagement(el, "enabled"):
			o.managing = true
		case o.managing && ack.Counts(el):
			o.ledger.Sent(el, len(el.XML()))
		}
	}
	o.queue = stanzas{}
	o.emptied()
	if o.ledger.AskDue(0) {
		o.ledger.Ask()
		batch = append(batch, ackRequest)
	}
	return batch, o.closed
}

// acknowledge lets go of what the client has handled.
func (o *outbox) acknowledge(handled uint32) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	err := o.ledger.Acknowledge(handled)
	o.emptied()
	return err
}

// took counts a stanza of the client as handled, and received says how many were.
func (o *outbox) took() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ledger.Took()
}

func (o *outbox) received() uint32 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.ledger.Received()
}

// rewind puts first what a resumed stream begins with, then all that the client has
// not handled on the one before.
func (o *outbox) rewind(handled uint32, resumed *stanza.Stanza) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	again, err := o.ledger.Resume(handled)
	if err != nil {
		return err
	}
	for _, el := range o.queue.list {
		if ack.Counts(el) { // acknowledgements belonged to the old connection
			again = append(again, el)
		}
	}
	o.queue = stanzas{}
	o.queue.add(resumed)
	for _, el := range again {
		o.queue.add(el)
	}
	signal(o.filled)
	o.emptied()
	return nil
}

// wait returns when the outbox is at most half full, so that what is read next
// can be answered.
func (o *outbox) wait(ctx context.Context) error {
	return o.waitUntil(ctx, func() bool {
		return len(o.queue.list) <= maxQueued/2 && o.queue.bytes <= maxQueuedBytes/2
	})
}

// waitAcked is wait for whoever sends on his own: he also lets the client catch
// up with its acknowledgements.
func (o *outbox) waitAcked(ctx context.Context) error {
	return o.waitUntil(ctx, func() bool {
		return len(o.queue.list) <= maxQueued/2 && o.queue.bytes <= maxQueuedBytes/2 &&
			o.ledger.Unacked() <= maxUnacked/2 && o.ledger.UnackedBytes() <= maxUnackedBytes/2
	})
}

func (o *outbox) waitUntil(ctx context.Context, enough func() bool) error {
	for {
		o.mu.Lock()
		ready, room := enough(), o.room
		o.mu.Unlock()
		if ready {
			return nil
		}
		select {
		case <-room:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
