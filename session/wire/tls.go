package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
)

// errOnlySocket refuses TLS inside a WebSocket: it has its TLS below (RFC 7395 §3.9).
var errOnlySocket = errors.New("a WebSocket cannot change to TLS")

// StartTLS changes to TLS now: after <proceed/>, or as the first thing of all
// for direct TLS (XEP-0368). It refuses with ErrBuffered when bytes are left
// over in the clear. Other errors are those of crypto/tls, and leave nothing but
// CloseNow to do. The stream begins anew: Open is next.
func (c *Conn) StartTLS(ctx context.Context, cfg *tls.Config) error {
	return c.secure(ctx, func(raw net.Conn) *tls.Conn { return tls.Client(raw, cfg) })
}

// StartTLSServer is the same for the accepting side; Read is next there.
func (c *Conn) StartTLSServer(ctx context.Context, cfg *tls.Config) error {
	return c.secure(ctx, func(raw net.Conn) *tls.Conn { return tls.Server(raw, cfg) })
}

func (c *Conn) secure(ctx context.Context, over func(net.Conn) *tls.Conn) error {
	c.reading.Lock()
	defer c.reading.Unlock()
	if err := c.lockWriting(ctx); err != nil {
		return err
	}
	defer c.unlockWriting()
	d, ok := c.frames.(*document)
	if !ok {
		return errOnlySocket
	}
	secured := over(c.raw)
	if err := d.secure(ctx, secured); err != nil {
		return err
	}
	state := secured.ConnectionState()
	c.tls.Store(&state)
	return nil
}
