package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

// Read returns the next top-level element, the stream header's included. A
// </stream:stream> is io.EOF after it was shown to the tap; the connection's end
// without one, a reset or TLS cut short included, is io.ErrUnexpectedEOF. A
// <stream:error/> is *StreamError. Broken XML is *xmlscan.Error, after a stream
// error of the fitting condition was written.
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
	for {
		el, err := c.in.Next()
		switch {
		case err == nil:
			return c.received(el)
		case err == io.EOF:
			c.end()
			return nil, err
		case !errors.Is(err, xmlscan.ErrMore):
			c.refuse(err)
			return nil, err
		}
		if err := c.fill(ctx); err != nil {
			return nil, err
		}
	}
}

// received shows an element and says what it means to the stream.
func (c *Conn) received(el *stanza.Stanza) (*stanza.Stanza, error) {
	c.show(stanza.In, el)
	switch {
	case el.Kind() == stanza.StreamOpen:
		c.fresh = false
		c.heard++
		c.peer.Store(c.in.Header())
	case el.Kind() == stanza.StreamClose:
		c.end()
		return nil, io.EOF
	case el.Kind() == stanza.Element && el.Name() == stanza.Name{Space: stanza.NSStream, Local: "error"}:
		return nil, streamError(el)
	}
	return el, nil
}

// fill reads from the socket once.
func (c *Conn) fill(ctx context.Context) error {
	if err := c.input.arm(ctx); err != nil {
		return c.readFailed(ctx, err)
	}
	for range emptyReads {
		n, err := c.scanner.Fill(c.nc)
		switch {
		case n > 0:
			return nil // an error beside bytes comes again
		case err != nil:
			return c.readFailed(ctx, err)
		}
	}
	c.end()
	return io.ErrNoProgress
}

// readFailed says in words why the socket gave nothing.
func (c *Conn) readFailed(ctx context.Context, err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() != nil {
		return ctx.Err()
	}
	c.end()
	switch {
	case errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrClosedPipe):
		return fmt.Errorf("the connection was closed here: %w", net.ErrClosed)
	case err == io.EOF && c.heard == 0:
		return &lost{"the other side closed the connection before a stream began", err}
	case err == io.EOF:
		return &lost{"the other side closed the connection without </stream:stream>", err}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &lost{"the connection was cut off inside a TLS record", err}
	}
	return &lost{"the connection was lost: " + err.Error(), err}
}

// end tells a waiting Close that nothing more will be read.
func (c *Conn) end() { c.endOnce.Do(func() { close(c.ended) }) }

// refuse answers broken XML with a stream error and the end of our stream
// (RFC 6120 §4.9.1). It is tried once and briefly.
func (c *Conn) refuse(err error) {
	c.end()
	var broken *xmlscan.Error
	if c.refused || !errors.As(err, &broken) {
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
	tag, err := c.closingTag()
	if err != nil {
		return
	}
	c.closed = true
	c.send(ctx, el, tag)
}
