package wire

import (
	"context"

	"iqscope/iqbuilder/stanza"
)

// framing is how the elements of a stream lie on the connection: as the document
// that RFC 6120 §4 has on a socket, or one in each message of a WebSocket
// (RFC 7395). Conn keeps the two directions apart: what reads is called by one
// goroutine at a time, what writes by another, restart and secure by who holds both.
type framing interface {
	// next returns the other side's next element. The errors are those of Read, but for
	// BrokenError: that is made of what comes with the error, an element of kind Broken. The
	// context's own error, as it is, says that nothing was lost.
	next(ctx context.Context) (*stanza.Stanza, error)
	// ready is next for an element that is here already; xmlscan.ErrMore when none is.
	ready() (*stanza.Stanza, error)
	// meaning says what an element of next is to the stream.
	meaning(*stanza.Stanza) meaning
	// header describes the other side's latest opening.
	header() *stanza.StreamHeader
	// restart expects an opening as the next element.
	restart()

	// open makes our opening, and what stanzas behind it inherit.
	open(Header) (*stanza.Stanza, stanza.Scope, error)
	// end makes the end of our stream.
	end() (*stanza.Stanza, error)
	// write writes the elements, and says just before some of them leave, from the first one
	// on, as what they do. It counts the bytes as Conn.Write does.
	write(ctx context.Context, elements []*stanza.Stanza, leaving func(first int, as []*stanza.Stanza)) (int, error)

	// disarm forgets the contexts of calls that are over.
	disarm()
	// finish closes the connection in good order; nobody writes any more.
	finish() error
}

// meaning is what an element is to the stream it is in.
type meaning uint8

const (
	content meaning = iota
	opening
	closing
)
