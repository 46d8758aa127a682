package demo

import (
	"context"
	"sync"

	"iqscope/iqbuilder/stanza"
)

// outbox is the bounded queue of what goes to one client. Anyone may put, the
// client's writer takes, its reader waits for room. It is safe for concurrent use.
type outbox struct {
	mu      sync.Mutex
	queue   []*stanza.Stanza
	bytes   int
	closed  bool
	filled  chan struct{} // has a value when take should look again
	emptied chan struct{} // has a value when wait should look again
}

func newOutbox() outbox {
	return outbox{filled: make(chan struct{}, 1), emptied: make(chan struct{}, 1)}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// put queues an element. It returns false when there is no room: the client is
// lost then, since its stream may not have holes.
func (o *outbox) put(el *stanza.Stanza) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return true // nobody is there any more
	}
	if len(o.queue) >= maxQueued || o.bytes+len(el.XML()) > maxQueuedBytes {
		return false
	}
	o.queue = append(o.queue, el)
	o.bytes += len(el.XML())
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
// empty.
func (o *outbox) take() []*stanza.Stanza {
	for {
		o.mu.Lock()
		batch, closed := o.queue, o.closed
		o.queue, o.bytes = nil, 0
		o.mu.Unlock()
		if len(batch) > 0 || closed {
			signal(o.emptied)
			return batch
		}
		<-o.filled
	}
}

// wait returns when the outbox is at most half full, so that what is read next
// can be answered.
func (o *outbox) wait(ctx context.Context) error {
	for {
		o.mu.Lock()
		room := len(o.queue) <= maxQueued/2 && o.bytes <= maxQueuedBytes/2
		o.mu.Unlock()
		if room {
			return nil
		}
		select {
		case <-o.emptied:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
