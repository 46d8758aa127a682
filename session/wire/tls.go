package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"net"

	"iqscope/iqbuilder/stanza"
)

// errOnlySocket refuses TLS inside a WebSocket: it has its TLS below (RFC 7395 §3.9).
var errOnlySocket = errors.New("a WebSocket cannot change to TLS")

// ruleClear is broken by bytes in the clear where TLS begins (RFC 6120 §5.4.3.3).
const ruleClear stanza.Rule = "bytes-before-tls"

// early is what came in the clear where TLS should begin.
func (d *document) early() *stanza.Stanza {
	at := d.scanner.Offset()
	fault := stanza.XMLError{Rule: ruleClear, Condition: stanza.BadFormat, Detail: ErrBuffered.Error()}
	return stanza.NewBroken(string(d.scanner.Bytes(at, at+int64(d.scanner.Buffered()))), fault, stanza.Scope{})
}

// StartTLS changes to TLS now: after <proceed/>, or as the first thing of all
// for direct TLS (XEP-0368). It refuses with ErrBuffered when bytes are left
// over in the clear, of which the log is told. Other errors are those of crypto/tls,
// and leave nothing but CloseNow to do. The stream begins anew: Open is next.
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
		if err == ErrBuffered {
			c.log(c.event(stanza.In, d.early()))
		}
		return err
	}
	state := secured.ConnectionState()
	c.tls.Store(&state)
	return nil
}
