package wire

import (
	"context"
	"errors"
)

// ErrNoSpace refuses white space where it is no keepalive: a WebSocket has pings
// of its own (RFC 7395 §3.8).
var ErrNoSpace = errors.New("white space keeps no WebSocket alive")

// WriteSpace writes one space between two stanzas, so that whatever lies on the
// way does not forget the connection (RFC 6120 §4.6.1). It is no element: nobody
// is told of it.
func (c *Conn) WriteSpace(ctx context.Context) error {
	if err := c.lockWriting(ctx); err != nil {
		return err
	}
	defer c.unlockWriting()
	d, ok := c.frames.(*document)
	switch {
	case !ok:
		return ErrNoSpace
	case c.closed:
		return errClosed
	case c.writeErr != nil:
		return c.writeErr
	}
	if err := d.output.arm(ctx); err != nil {
		return c.writeFailed(ctx, err)
	}
	if _, err := d.nc.Write([]byte{' '}); err != nil {
		return c.writeFailed(ctx, err)
	}
	return nil
}
