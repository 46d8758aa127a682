package wire

import (
	"context"
	"errors"
	"fmt"
	"io"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

// Read waits for the next top-level element, the stream header included, and appends it to events,
// with those behind it that are here as well: they came at the same time. A
// </stream:stream>, or <close/> over WebSocket, comes last and with io.EOF, and a
// <stream:error/> with a *StreamError. Without elements, the connection's end, a
// reset or TLS cut short included, is io.ErrUnexpectedEOF, and broken XML is
// *stanza.XMLError, after a stream error of the fitting condition was written. Where
// either ended in the middle of an element, the error is a *BrokenError with what there
// is of it, and the log was told of that.
//
// The context's deadline and cancellation are kept, and no bytes are lost by
// them: the next Read goes on where this one stopped.
func (c *Conn) Read(ctx context.Context, events []Event) ([]Event, error) {
	c.reading.Lock()
	defer c.reading.Unlock()
	first, err := c.read(ctx)
	if first.Element == nil {
		return events, err
	}
	events = append(events, first)
	for n := 1; err == nil && n < readBatch; n++ {
		el, failed := c.frames.ready()
		switch failed {
		case nil:
			events = append(events, c.eventAt(first.Time, stanza.In, el))
			err = c.received(el)
		case xmlscan.ErrMore:
			return events, nil
		default:
			c.held = heldBack{el, failed} // the log is not to hear of it before of these
			return events, nil
		}
	}
	return events, err
}

// Next is Read for whoever goes element by element: it returns one, the log is told of what came, and
// with an error there is no element.
func (c *Conn) Next(ctx context.Context) (*stanza.Stanza, error) {
	c.reading.Lock()
	defer c.reading.Unlock()
	e, err := c.read(ctx)
	c.log(e)
	if err != nil {
		return nil, err
	}
	return e.Element, nil
}

// read is Read with reading held.
func (c *Conn) read(ctx context.Context) (Event, error) {
	if err := ctx.Err(); err != nil {
		return Event{}, err
	}
	if c.readErr != nil {
		return Event{}, c.readErr
	}
	el, err := c.held.el, c.held.err
	if err == nil {
		el, err = c.frames.next(ctx)
	}
	if err == nil {
		return c.event(stanza.In, el), c.received(el)
	}
	if err == ctx.Err() {
		return Event{}, err
	}
	c.readErr = c.broken(el, err)
	c.endReading()
	return Event{}, c.readErr
}

// broken tells the log what there is of the element that a stream ended in, and answers what is
// against the rules. The element is nil if the stream ended between two.
func (c *Conn) broken(el *stanza.Stanza, err error) error {
	var fault *stanza.XMLError
	against := errors.As(err, &fault)
	if el != nil {
		e := c.event(stanza.In, el)
		c.log(e)
		if shown := e.Shown.Fault(); shown != nil { // whoever chooses what is shown left that of it
			if against {
				err = shown
			}
			err = &BrokenError{Element: e.Shown, Cause: err}
		}
	}
	if against {
		c.refuse(fault)
	}
	return err
}

// received says what an element means to the stream: the error is its end.
func (c *Conn) received(el *stanza.Stanza) error {
	switch c.frames.meaning(el) {
	case opening:
		c.headersRead++
		c.peer.Store(c.frames.header())
	case closing:
		c.endReading()
		return io.EOF
	}
	if el.Kind() == stanza.Element && el.Name() == (stanza.Name{Space: stanza.NSStream, Local: "error"}) {
		c.endReading() // nobody reads on behind it (RFC 6120 §4.9.1.1)
		return streamError(el)
	}
	return nil
}

// endReading tells a waiting Close that nothing more will be read.
func (c *Conn) endReading() { c.endOnce.Do(func() { close(c.ended) }) }

// refuse answers broken XML with a stream error and the end of our stream
// (RFC 6120 §4.9.1). It is tried once and briefly.
func (c *Conn) refuse(broken *stanza.XMLError) {
	ctx, cancel := context.WithTimeout(context.Background(), farewellTime)
	defer cancel()
	if c.lockWriting(ctx) != nil {
		return
	}
	defer c.unlockWriting()
	if c.headersSent == 0 && c.open(ctx, Header{}) != nil {
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
	c.say(ctx, el, end)
}
