package exchange

import (
	"time"

	"iqscope/iqbuilder/stanza"
)

// Incoming is what is known of one request of somebody else's, a get or set.
type Incoming struct {
	Serial   uint64         // identity within the session: 1, 2, 3, … in the order of arrival
	Seq      uint64         // its number in the log
	Stanza   *stanza.Stanza // secrets hidden
	At       time.Time
	Held     bool      // it waited, or waits, for an answer by hand
	Deadline time.Time // until when it is held; zero when it is not
	State    State
	// By is who answered: a responder's name, ByHand or ByNobody, or the filter that dropped the
	// answer; "" while open.
	By       string
	Ended    time.Time // when it was answered; zero while open
	Reply    *stanza.Stanza
	ReplySeq uint64 // the reply's number in the log
	Blocked  int    // further replies that were not sent
}

// State says how an incoming request stands.
type State string

// The states of an incoming request. Of the first two it can still be answered.
const (
	Held     State = "held"     // it waits for an answer by hand
	Working  State = "working"  // a responder has it, or its answer is delayed or paced
	Answered State = "answered" // a reply was handed over; ReplySeq says whether it has left
	Silent   State = "silent"   // it will not be answered, on purpose
	Lost     State = "lost"     // the connection went first
	// Unrecorded is one of a recording in which there is no answer.
	Unrecorded State = "unrecorded"
)

// Open says that the request can still be answered.
func (s State) Open() bool { return s == Held || s == Working }

// Who answered, when it was no responder of the registry.
const (
	ByHand   = "hand"
	ByNobody = "nobody else" // the automatic error; also its entry in the registry
	// ByUs is all that a recording can tell.
	ByUs = "this account"
)
