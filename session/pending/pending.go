// Package pending holds the requests in flight: their ids, deadlines and ends,
// and the rule that says which reply belongs to which request.
//
// A Table is pure: it has no goroutine, no lock and no clock. Its owner (session)
// serializes the calls and passes the time. Looking up a reply costs nearly the same
// with one request as with 100,000; deadlines stand in a heap.
//
//	r, err := table.Add(iq, 30*time.Second, now)
//	table.Sent(r, now)              // the bytes go to the socket
//	j := table.Judge(received, now) // may end r
//	ended := table.Expire(now)      // at table.Next()
//
// A request ends exactly once: by Judge, Expire, End or EndAll, whichever comes
// first. Everything received that is not its reply leaves it as it was.
package pending

import (
	"errors"
	"time"

	"iqscope/iqbuilder/stanza"
)

// Errors of Add.
var (
	// ErrDuplicateID refuses a request whose id is already pending.
	ErrDuplicateID = errors.New("a request with this id is still pending")
	// ErrNotRequest refuses what no reply can come to (RFC 6120 §8.2.3).
	ErrNotRequest = errors.New("only an IQ of type get or set is answered")
	// ErrNoID refuses a request whose reply could not be told from others.
	ErrNoID = errors.New("a request needs an id, so that its reply is known")
	// ErrNoFrom refuses a component's request that does not say who asks (XEP-0114 §3).
	ErrNoFrom = errors.New("a component's request needs a from that is an address")
)

// Identity is who we are on the stream; it decides which sender fits.
type Identity struct {
	// Own is the JID that resource binding gave, a component's domain, or zero
	// before binding.
	Own       stanza.JID
	Component bool
	Lenient   bool
}

// Request is one request, from Add to its end and after. Its fields are the
// table's to change; the owner copies them out under its own lock.
type Request struct {
	Serial  uint64 // 1, 2, 3, … in the order of Add
	Stanza  *stanza.Stanza
	ID      string
	Timeout time.Duration // 0: none

	Queued   time.Time
	Sent     time.Time // zero: not yet handed to the socket
	Deadline time.Time // zero: none
	Ended    time.Time // zero: in flight

	Outcome stanza.Outcome // "" while in flight
	Reply   *stanza.Stanza // of a result or error
	// Late is the first reply that came after another end than a reply's own,
	// and LateBy how long after the end. They are set while the table still
	// remembers the whole request: see Kept.
	Late   *stanza.Stanza
	LateBy time.Duration
	// Refused counts the stanzas that had the id but did not fit.
	Refused int
	// Of is whatever the owner of the table has this request as.
	Of any

	key  key
	hash uint64 // of key
	to   string // whom it asks, as written: it is read only if the reply's sender is written otherwise
}

// Judgement is what a received stanza is worth.
type Judgement struct {
	Verdict stanza.Verdict // "" for most stanzas
	Request *Request       // the request it ended or tried to, if any
	// Serial is the request's; it is known longer than Request: see Remembered.
	Serial uint64
	// Note says why in a few words: "not romeo@x/phone; still waiting".
	// It may quote remote text.
	Note string
	// Lenient says that only the lenient mode accepted the reply.
	Lenient bool
	LateBy  time.Duration
}
