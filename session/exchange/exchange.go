// Package exchange says what a request was and how it ended, in both directions: an
// Exchange is a request of ours with what answered it, an Incoming one is a request of
// somebody else's with what we made of it. Both are copies that do not change any more;
// the session makes them, and history, reports and the screen read them.
package exchange

import (
	"context"
	"errors"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

// ErrOverdueUnsent is the cause of a stanza.NotSent when the other side took nothing for so long
// that the request's time was up before it left. It is a context.DeadlineExceeded to errors.Is.
var ErrOverdueUnsent error = overdueUnsent{}

type overdueUnsent struct{}

func (overdueUnsent) Error() string { return "its time was up before the socket took it" }

func (overdueUnsent) Is(target error) bool { return target == context.DeadlineExceeded }

// ErrUnrecorded is the cause of a stanza.Unknown when a recording ends before the answer.
var ErrUnrecorded = errors.New("the recording ends before its answer")

// Exchange is what is known of one request of ours.
type Exchange struct {
	Serial uint64 // identity within the session: 1, 2, 3, … in the order of starting
	Stanza *stanza.Stanza
	// Shown is Stanza with its secrets hidden: for screens, files and copies.
	Shown *stanza.Stanza
	// Seq and ReplySeq are the log's numbers of the request and of the reply
	// that ended it; 0 for none.
	Seq, ReplySeq uint64
	Timeout       time.Duration // 0: none
	Queued, Sent  time.Time
	Deadline      time.Time // zero: none
	Ended         time.Time // zero: in flight
	Outcome       stanza.Outcome
	Reply         *stanza.Stanza
	RTT           time.Duration // from Sent to the reply
	Late          *stanza.Stanza
	LateSeq       uint64 // the log's number of it
	LateBy        time.Duration
	// Down is the last time without a connection of those in which a request waited that ended by
	// timeout, as it can when the stream is resumed or may be (XEP-0198 §5).
	Down    stanza.Outage
	Unasked bool // a keepalive of the session's own
	// Over is the connection that it left by, of one that never left the connection that there was
	// when it was to be sent. Of a request that a resumed stream sends again it is the first.
	Over Connection
	// Series is which series of the session's it is one of, as whoever sent it says; 0 for none.
	Series  uint64
	Refused int // stanzas that had its id but did not fit
	// Refusals are the first KeptRefusals of those, in the order of their arrival.
	Refusals []Refusal
	Err      error // what Send returns, nil for a result
}

// Connection says as whom, and where to, one is connected.
type Connection struct {
	Account stanza.JID // the bound address; without a connection, the one that is wanted
	Server  string     // what was dialled; "" without a connection
}

// KeptRefusals is how many refused stanzas of one request are told of; all are counted.
const KeptRefusals = 10

// KeptFrom is how many bytes of a refused stanza's from are kept: no address is longer (RFC 7622
// §3.1).
const KeptFrom = 3071

// Refusal is a stanza that had the id of a request but did not fit. The stanza itself is in the
// log, so that what a hostile peer sends costs memory once.
type Refusal struct {
	Seq     uint64 // its number in the log
	At      time.Time
	From    string // as it stood there, cut after KeptFrom; "" for none
	Verdict stanza.Verdict
	Note    string // why, in a few words; may quote remote text
}

// New is the exchange of a request of which nothing is known yet.
func New(request *stanza.Stanza) Exchange {
	shown, _ := wire.Redact(request)
	return Exchange{Stanza: request, Shown: shown}
}

// InFlight says that the request has not ended.
func (x Exchange) InFlight() bool { return x.Outcome == "" }

// Failure is the error of a request that has ended, nil for a result: *stanza.IQError,
// *stanza.IQTimeout, *stanza.Cancelled, *stanza.NotSent or *stanza.Unknown. cause is why it
// was not sent, or its end is unknown. Reading an error reply takes time in proportion to
// its length.
func (x Exchange) Failure(cause error) error {
	switch x.Outcome {
	case stanza.OutcomeError:
		return stanza.NewIQError(x.Stanza, x.Reply)
	case stanza.OutcomeTimeout:
		return &stanza.IQTimeout{Request: x.Stanza, After: x.Deadline.Sub(x.Sent), Down: x.Down}
	case stanza.OutcomeCancelled:
		return &stanza.Cancelled{Request: x.Stanza}
	case stanza.OutcomeNotSent:
		return &stanza.NotSent{Request: x.Stanza, Cause: cause}
	case stanza.OutcomeUnknown:
		return &stanza.Unknown{Request: x.Stanza, Cause: cause}
	}
	return nil
}

// Cause is the cause that Failure was given: why the request was not sent, or its end is unknown; nil
// for none.
func (x Exchange) Cause() error {
	var notSent *stanza.NotSent
	var unknown *stanza.Unknown
	switch {
	case errors.As(x.Err, &notSent):
		return notSent.Cause
	case errors.As(x.Err, &unknown):
		return unknown.Cause
	}
	return nil
}

// ReadCause is the cause whose words were kept.
func ReadCause(text string) error {
	if text == ErrOverdueUnsent.Error() {
		return ErrOverdueUnsent
	}
	return errors.New(text)
}
