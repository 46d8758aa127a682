// Package wire is a connection as a sequence of exact top-level elements.
//
// It frames and checks what arrives, writes what it is given unchanged, changes
// to TLS in place, and shows both directions, the negotiation included, to one
// tap. What the tap sees has its secrets redacted; nothing else keeps the true bytes.
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
	// maxMessage is the longest message of a WebSocket unless Config.Limits says
	// otherwise: what xmlscan grants an element.
	maxMessage = 1 << 20
)

// Event is one element that went over the wire, as it may be shown.
type Event struct {
	Time    time.Time
	Dir     stanza.Direction
	Element *stanza.Stanza
	// Redacted says that Element is not what went over the wire: a secret in
	// it was replaced.
	Redacted bool
}

// Config of a connection. Zero fields mean defaults.
type Config struct {
	// Limits of what is read; ElementDepth is always that of a stream's children.
	// Over WebSocket, ElementBytes bounds a message, and the others are the defaults.
	Limits stanza.Limits
	// Tap sees every element: an outgoing one just before it is handed to the
	// socket, an incoming one before Read returns it. It must be quick. The
	// reading and the writing goroutine may call it at the same time.
	Tap func(Event)
	// Now is the clock of Event.Time; nil means time.Now.
	Now func() time.Time
}
