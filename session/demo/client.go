package demo

import (
	"context"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

// client is one connection with a bound resource. One goroutine reads, and
// routes what it read; another writes what is in the outbox.
type client struct {
	server *Server
	wire   *wire.Conn
	jid    stanza.JID // full
	out    outbox
	later  delays
	// presence is the last one sent, nil when unavailable. The directory's.
	presence *stanza.Stanza
}

func newClient(s *Server, w *wire.Conn) *client {
	return &client{server: s, wire: w, out: newOutbox()}
}

// run serves the client until one side has had enough; the error says why.
func (c *client) run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	written := make(chan struct{})
	go func() {
		defer close(written)
		cancel(c.write(ctx))
	}()
	err := c.read(ctx)
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	c.later.stop()
	c.server.departed(c)
	c.out.close()
	<-written
	cancel(nil)
	return err
}

// read takes stanzas in, as long as there is room for the answers to them.
func (c *client) read(ctx context.Context) error {
	for {
		if err := c.out.wait(ctx); err != nil {
			return err
		}
		st, err := c.wire.Read(ctx)
		if err != nil {
			return err
		}
		if err := c.server.route(c, st); err != nil {
			return err
		}
	}
}

// write sends what is in the outbox, until that is closed and empty or a write
// takes too long.
func (c *client) write(ctx context.Context) error {
	// What is on its way when the server closes may still arrive.
	ctx = context.WithoutCancel(ctx)
	for {
		batch := c.out.take()
		if len(batch) == 0 {
			return nil
		}
		timed, cancel := context.WithTimeout(ctx, writeTime)
		_, err := c.wire.Write(timed, batch...)
		cancel()
		if err != nil {
			return err
		}
	}
}

// send queues XML for the client. What cannot be read back is dropped: there is
// nobody to tell.
func (c *client) send(xml string) {
	if el, err := c.wire.Element(xml); err == nil {
		c.deliver(el)
	}
}

// deliver queues an element. It never waits: a client that does not read what it
// is sent is cut off.
func (c *client) deliver(el *stanza.Stanza) {
	if !c.out.put(el) {
		c.wire.CloseNow()
	}
}
