package wire

import (
	"context"

	"iqscope/iqbuilder/stanza"
)

// Header is what we say when our stream opens (RFC 6120 §4.7).
type Header struct {
	Content            string // content namespace; "" means jabber:client
	To, From, Lang, ID string
	// Version is "1.0" unless NoVersion is set (XEP-0114 has none).
	NoVersion bool
}

// Open writes a stream header. Where the other side has not said its own since
// our last one, the reader expects a new stream from it (RFC 6120 §4.3.3): so
// it is for whoever connects. Whoever accepts calls Restart, reads the header,
// and opens then.
func (c *Conn) Open(h Header) error {
	c.reading.Lock()
	defer c.reading.Unlock()
	ctx := context.Background()
	if err := c.lockWriting(ctx); err != nil {
		return err
	}
	defer c.unlockWriting()
	if c.headersRead > 0 && c.headersRead == c.headersSent {
		c.frames.restart()
	}
	return c.open(ctx, h)
}

// open writes a header, with writing held.
func (c *Conn) open(ctx context.Context, h Header) error {
	if h.Content == "" {
		h.Content = stanza.NSClient
	}
	tag, scope, err := c.frames.open(h)
	if err != nil {
		return err
	}
	c.headersSent++
	c.scope.Store(&scope)
	return c.say(ctx, tag)
}

// Restart makes the reader expect a new stream header from the other side, as
// it comes after SASL's <success/> (RFC 6120 §6.4.6). Bytes that are here
// already are kept. StartTLS restarts by itself.
func (c *Conn) Restart() {
	c.reading.Lock()
	defer c.reading.Unlock()
	c.frames.restart()
}
