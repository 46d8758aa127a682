package wire

import (
	"context"
	"errors"
	"fmt"
	"os"

	"iqscope/iqbuilder/stanza"
)

// Write writes the elements in one call to the socket, unchanged; over
// WebSocket each is a message of its own, and gets the namespace declarations that it
// stands on (RFC 7395 §3.3.3). It returns how many bytes of the elements left in all,
// also on error; a message that may have left counts whole. ctx ends a write that
// blocks. After an error with bytes gone, the stream cannot be written to any more
// and every Write gives that error.
//
// leaving is told, in this goroutine, of elements that are handed to the socket now, before the
// other side can have them: of as many as there are events, from the first on. It is not
// called for an element that is never tried. It must be quick, must not use the connection, and the
// events are its own only until it returns.
func (c *Conn) Write(ctx context.Context, elements []*stanza.Stanza, leaving func(first int, events []Event)) (int, error) {
	if err := c.lockWriting(ctx); err != nil {
		return 0, err
	}
	defer c.unlockWriting()
	if c.closed {
		return 0, errClosed
	}
	return c.write(ctx, elements, leaving)
}

// Send is Write for elements of which the log is told.
func (c *Conn) Send(ctx context.Context, elements ...*stanza.Stanza) (int, error) {
	return c.Write(ctx, elements, c.logAll)
}

func (c *Conn) logAll(_ int, events []Event) {
	for _, e := range events {
		c.log(e)
	}
}

// say writes elements of the Conn's own, with writing held.
func (c *Conn) say(ctx context.Context, elements ...*stanza.Stanza) error {
	_, err := c.write(ctx, elements, c.logAll)
	return err
}

// write is Write with writing held.
func (c *Conn) write(ctx context.Context, elements []*stanza.Stanza, leaving func(int, []Event)) (int, error) {
	if c.writeErr != nil {
		return 0, c.writeErr
	}
	n, err := c.frames.write(ctx, elements, func(first int, as []*stanza.Stanza) {
		now := c.cfg.Now()
		c.events = c.events[:0]
		for _, el := range as {
			c.events = append(c.events, c.eventAt(now, stanza.Out, el))
		}
		leaving(first, c.events)
		clear(c.events)
	})
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
