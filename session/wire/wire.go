// Package wire is a connection as a sequence of exact top-level elements.
//
// It frames and checks what arrives, writes what it is given unchanged, and changes
// to TLS in place. Every element that goes over the wire is told of once, as an Event
// that says what may be shown of it: what arrives by Read, what is sent by the
// function that Write was given, and all the rest by Config.Log: the stream's own tags, what is
// broken, stream errors that the Conn writes itself, and what Next and Send are used for.
//
// A Conn serves either side. Whoever connects says Open, then reads the other
// side's header; whoever accepts reads the header first and answers with Open.
// It knows the framings of RFC 6120 §4 and RFC 7395 and nothing of what is
// negotiated in them: that is negotiate's, and what a stanza means is session's.
//
// One goroutine may read and one write at the same time.
package wire

import (
	"time"

	"iqscope/iqbuilder/stanza"
)

// What a connection may cost in time and memory, besides xmlscan's own limits.
const (
	// farewellTime bounds the last words: a stream error, TLS's close_notify.
	farewellTime = time.Second
	// closeWait is how long Close waits for the other side's </stream:stream>
	// (RFC 6120 §4.4 leaves it to us).
	closeWait = 2 * time.Second
	// emptyReads is how often in a row a socket may give neither bytes nor an
	// error; the same as bufio's.
	emptyReads = 100
	// keepBuffer is the largest write buffer that is kept for the next write.
	keepBuffer = 64 << 10
	// readBatch is how many elements Read returns at most: few, so that who waits for the first ones
	// goes on while the others are read.
	readBatch = 16
	// maxMessage is the longest message of a WebSocket unless Config.Limits says
	// otherwise: what xmlscan grants an element.
	maxMessage = 1 << 20
)

// Event is one element that went over the wire.
type Event struct {
	Time time.Time
	Dir  stanza.Direction
	// Element is what went over the wire, and Shown what may be shown of it: the same,
	// or, when there was a secret in it, a copy in which that is replaced.
	Element, Shown *stanza.Stanza
}

// Redacted says that what may be shown is not what went over the wire.
func (e Event) Redacted() bool { return e.Shown != e.Element }

// Config of a connection. Zero fields mean defaults.
type Config struct {
	// Limits of what is read; ElementDepth is always that of a stream's children.
	// Over WebSocket, ElementBytes bounds a message, and the others are the defaults.
	Limits stanza.Limits
	// Log is told of every element that neither Read returns nor Write is given:
	// an outgoing one just before it is handed to the socket, an incoming one before
	// Next returns it, a broken one before it is answered. It must be quick. The reading and
	// the writing goroutine may call it at the same time. It may be nil.
	Log func(Event)
	// Show is what may be shown of an element; nil means what Redact leaves of it. It must
	// be quick, and is called by the reading and the writing goroutine.
	Show func(*stanza.Stanza) *stanza.Stanza
	// Now is the clock of Event.Time; nil means time.Now.
	Now func() time.Time
}
