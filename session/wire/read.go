package wire

import (
	"context"
	"errors"
	"fmt"
	"io"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

// Read returns the next top-level element, the stream header's included. A
// </stream:stream>, or <close/> over WebSocket, is io.EOF after it was shown to
// the tap; the connection's end without one, a reset or TLS cut short included, is
// io.ErrUnexpectedEOF. A <stream:error/> is *StreamError. Broken XML is
// *stanza.XMLError, after a stream error of the fitting condition was written.
//
// The context's deadline and cancellation are kept, and no bytes are lost by
// them: the next Read goes on where this one stopped.
func (c *Conn) Read(ctx context.Context) (*stanza.Stanza, error) {
	c.reading.Lock()
	defer c.reading.Unlock()
	return c.read(ctx)
}

// read is Read with reading held.
func (c *Conn) read(ctx context.Context) (*stanza.Stanza, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	el, err := c.frames.next(ctx)
	if err == nil {
		return c.received(el)
	}
	if err == ctx.Err() {
		return nil, err
	}
	c.endReading()
	var broken *xmlscan.Error
	if errors.As(err, &broken) {
		c.refuse(broken)
	}
	return nil, err
}

// received shows an element and says what it means to the stream.
func (c *Conn) received(el *stanza.Stanza) (*stanza.Stanza, error) {
	c.show(stanza.In, el)
	switch c.frames.meaning(el) {
	case opening:
		c.heard++
		c.peer.Store(c.frames.header())
	case closing:
		c.endReading()
		return nil, io.EOF
	}
	if el.Kind() == stanza.Element && el.Name() == (stanza.Name{Space: stanza.NSStream, Local: "error"}) {
		c.endReading() // nobody reads on behind it (RFC 6120 §4.9.1.1)
		return nil, streamError(el)
	}
	return el, nil
}

// endReading tells a waiting Close that nothing more will be read.
func (c *Conn) endReading() { c.endOnce.Do(func() { close(c.ended) }) }

// refuse answers broken XML with a stream error and the end of our stream
// (RFC 6120 §4.9.1). It is tried once and briefly.
func (c *Conn) refuse(broken *xmlscan.Error) {
	if c.refused {
		return
	}
	c.refused = true
	ctx, cancel := context.WithTimeout(context.Background(), farewellTime)
	defer cancel()
	if c.lockWriting(ctx) != nil {
		return
	}
	defer c.unlockWriting()
	if c.said == 0 && c.open(ctx, Header{}) != nil {
		return
	}
	words := fmt.Sprintf("<stream:error><%s xmlns='%s'/></stream:error>", broken.Condition, stanza.NSStreams)
	el, err := c.Element(words)
	if err != nil || c.closed {
		return
	}
	end, err := c.frames.end()
	if err != nil {
		return
	}
	c.closed = true
	c.send(ctx, el, end)
}
