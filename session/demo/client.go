package demo

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/ack"
	"iqscope/session/wire"
)

// client is a bound resource. It has one connection at a time: one goroutine
// reads from that and routes what it read, another writes what is in the outbox.
// With stream management it may outlive a connection that broke and go on with
// another: see management.go.
type client struct {
	server *Server
	jid    stanza.JID   // full
	scope  stanza.Scope // of all our streams
	out    outbox
	later  delays
	life   context.Context // ends when the client has departed
	end    context.CancelFunc
	// flooding says that a flood is on its way to it: see flood.go.
	flooding atomic.Bool
	gone     atomic.Bool // it has departed

	// presence is the last one sent, nil when unavailable. It and wants are the
	// directory's.
	presence *stanza.Stanza
	wants    interest

	// managed says that stanzas are counted since <enable/>. It is the reader's, and
	// between two connections of whoever connects them.
	managed bool

	mu       sync.Mutex
	wire     *wire.Conn    // nil between two connections
	over     chan struct{} // closed when run has ended with wire
	lost     bool          // there will be no other connection
	resumeID string        // "" when it cannot be resumed
	expiry   *time.Timer   // of the wait for another connection
}

func newClient(s *Server, w *wire.Conn) *client {
	return &client{server: s, scope: w.Scope(), out: newOutbox(), wire: w, over: make(chan struct{})}
}

// run serves the client on a connection until one side has had enough of it; the
// error says why.
func (c *client) run(ctx context.Context, w *wire.Conn) error {
	defer close(c.over)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	writing, stop := context.WithCancel(context.Background())
	defer stop()
	written := make(chan struct{})
	go func() {
		defer close(written)
		cancel(c.write(writing, w))
	}()
	err := c.read(ctx, w)
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if c.mayReturn(err) {
		w.CloseNow()
		stop()
		<-written
		c.detach()
		return err
	}
	c.depart()
	<-written
	return err
}

// depart ends the client for good.
func (c *client) depart() {
	if c.gone.Swap(true) {
		return
	}
	c.server.resumable.forget(c)
	c.later.stop()
	c.server.departed(c)
	c.out.close()
	c.end()
}

// read takes stanzas in, as long as there is room for the answers to them.
func (c *client) read(ctx context.Context, w *wire.Conn) error {
	for {
		if err := c.out.wait(ctx); err != nil {
			return err
		}
		el, err := w.Next(ctx)
		if err != nil {
			return err
		}
		if err := c.take(el); err != nil {
			return err
		}
	}
}

// take handles one element.
func (c *client) take(el *stanza.Stanza) error {
	if el.Name().Space == ack.Namespace {
		return c.manage(el)
	}
	if err := c.server.route(c, el); err != nil {
		return err
	}
	if c.managed {
		c.out.took()
	}
	return nil
}

// write sends what is in the outbox, until that is closed and empty, the context
// ends, or a write takes too long.
func (c *client) write(ctx context.Context, w *wire.Conn) error {
	for {
		batch := c.out.take(ctx)
		if len(batch) == 0 {
			return nil
		}
		timed, cancel := context.WithTimeout(ctx, writeTime)
		_, err := w.Send(timed, batch...)
		cancel()
		if err != nil {
			return err
		}
	}
}

// send queues XML for the client. What cannot be read back is dropped: there is
// nobody to tell.
func (c *client) send(xml string) {
	if el, err := stanza.Parse(xml, c.scope); err == nil {
		c.deliver(el)
	}
}

// deliver queues an element. It never waits: a client that does not read what it
// is sent is cut off.
func (c *client) deliver(el *stanza.Stanza) {
	if !c.out.put(el) {
		c.drop()
	}
}

// drop ends a client that cannot be served any more.
func (c *client) drop() {
	c.mu.Lock()
	c.lost = true
	w := c.wire
	if w == nil && c.expiry != nil {
		c.expiry.Stop()
	}
	c.mu.Unlock()
	if w != nil {
		w.CloseNow() // run does the rest
		return
	}
	c.depart()
}
