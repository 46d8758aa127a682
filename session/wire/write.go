package wire

import (
	"context"
	"errors"
	"fmt"
	"os"

	"iqscope/iqbuilder/stanza"
)

// Write writes the elements of the tickets in one call to the socket, unchanged; over
// WebSocket each is a message of its own, and gets the namespace declarations that it
// stands on (RFC 7395 §3.3.3). It returns how many bytes of the elements left in all,
// also on error; a message that may have left counts whole. ctx ends a write that
// blocks. After an error with bytes gone, the stream cannot be written to any more
// and every Write gives that error.
func (c *Conn) Write(ctx context.Context, tickets ...Ticket) (int, error) {
	if err := c.lockWriting(ctx); err != nil {
		return 0, err
	}
	defer c.unlockWriting()
	if c.closed {
		return 0, errClosed
	}
	return c.write(ctx, tickets)
}

// Send is Write for elements of which the log is told.
func (c *Conn) Send(ctx context.Context, elements ...*stanza.Stanza) (int, error) {
	return c.Write(ctx, c.words(elements)...)
}

// word is an element of which the log is told.
type word struct {
	c  *Conn
	el *stanza.Stanza
}

func (w word) Element() *stanza.Stanza { return w.el }
func (w word) Leaving(e Event)         { w.c.log(e) }

func (c *Conn) words(elements []*stanza.Stanza) []Ticket {
	tickets := make([]Ticket, len(elements))
	for i, el := range elements {
		tickets[i] = word{c, el}
	}
	return tickets
}

// say writes elements of the Conn's own, with writing held.
func (c *Conn) say(ctx context.Context, elements ...*stanza.Stanza) error {
	_, err := c.write(ctx, c.words(elements))
	return err
}

// write is Write with writing held.
func (c *Conn) write(ctx context.Context, tickets []Ticket) (int, error) {
	if c.writeErr != nil {
		return 0, c.writeErr
	}
	n, err := c.frames.write(ctx, tickets, c.leaving)
	if err != nil {
		return n, c.writeFailed(ctx, err)
	}
	return n, nil
}

// writeFailed remembers the first failure: nobody can tell how the other side
// would read what came behind a torn element, and TLS refuses to go on.
func (c *Conn) writeFailed(ctx context.Context, err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() != nil {
		err = ctx.Err()
	}
	c.writeErr = fmt.Errorf("writing to the connection: %w", err)
	return c.writeErr
}

// sayClose ends our stream and reports whether it was open until now.
func (c *Conn) sayClose(ctx context.Context) bool {
	if c.lockWriting(ctx) != nil {
		return false
	}
	defer c.unlockWriting()
	if c.headersSent == 0 || c.closed || c.writeErr != nil {
		return false
	}
	end, err := c.frames.end()
	if err != nil {
		return false
	}
	c.closed = true
	return c.say(ctx, end) == nil
}

func (c *Conn) lockWriting(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case c.writing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Conn) unlockWriting() { <-c.writing }
