package session

import (
	"errors"
	"slices"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
)

// DefaultHoldTime is how long a held request waits for an answer by hand.
const DefaultHoldTime = 30 * time.Second

// ErrAnswered refuses a second reply to a request.
var ErrAnswered = errors.New("the request has been answered already")

// Asked is a copy of what is known of one incoming request, a get or set.
type Asked struct {
	Serial   uint64         // identity: 1, 2, 3, … in the order of arrival
	Seq      uint64         // its number in the log
	Stanza   *stanza.Stanza // secrets hidden
	At       time.Time
	Held     bool      // it waited, or waits, for an answer by hand
	Deadline time.Time // until when it is held; zero when it is not
	State    AskedState
	By       string    // who answered: a responder's name, AnsweredByHand or AnsweredByNobody, or the filter that dropped the answer; "" while open
	Ended    time.Time // when it was answered; zero while open
	Reply    *stanza.Stanza
	ReplySeq uint64 // the reply's number in the log
	Blocked  int    // further replies that were not sent
}

// AskedState says how an incoming request stands.
type AskedState string

// The states of an incoming request. Of the first two it can still be answered.
const (
	AskedHeld     AskedState = "held"     // it waits for an answer by hand
	AskedWorking  AskedState = "working"  // a responder has it, or its answer is delayed or paced
	AskedAnswered AskedState = "answered" // a reply was handed over; ReplySeq says whether it has left
	AskedSilent   AskedState = "silent"   // it will not be answered, on purpose
	AskedLost     AskedState = "lost"     // the connection went first
)

// Open says that the request can still be answered.
func (s AskedState) Open() bool { return s == AskedHeld || s == AskedWorking }

// Who answered, when it was no responder of the registry.
const (
	AnsweredByHand   = "hand"
	AnsweredByNobody = "nobody else" // the automatic error; also its entry in the registry
)

// Hold makes incoming requests wait for an answer by hand. The zero Hold holds
// nothing.
type Hold struct {
	On    bool
	Match handler.Matcher // which ones; nil for all
	For   time.Duration   // until the automatic error goes out; 0 means DefaultHoldTime
}

// SetHold changes what is held from now on; what is held already stays.
func (s *Session) SetHold(h Hold) {
	if h.For <= 0 {
		h.For = DefaultHoldTime
	}
	s.mu.Lock()
	s.hold = h
	s.mu.Unlock()
	s.notify()
}

// Asked returns the incoming requests that can still be answered, and the last
// KeptRequests that were held, waited or met trouble, and as many of the others, or
// fewer if they are large, in the order of their arrival. It appends to dst[:0].
func (s *Session) Asked(dst []Asked) []Asked {
	dst = dst[:0]
	s.mu.Lock()
	for in := range s.inbox.all() {
		dst = append(dst, in.Asked)
	}
	s.mu.Unlock()
	slices.SortFunc(dst, func(a, b Asked) int { return int(int64(a.Serial - b.Serial)) })
	return dst
}

// ExtendHeld gives a held request d more; false when none of that serial is held.
func (s *Session) ExtendHeld(serial uint64, d time.Duration) bool {
	defer s.notify()
	s.mu.Lock()
	defer s.mu.Unlock()
	in := s.inbox.held(serial)
	if in == nil {
		return false
	}
	in.Deadline = in.Deadline.Add(d)
	in.timer.Reset(time.Until(in.Deadline))
	return true
}

// Release ends the holding of a request: the automatic error goes out now. False
// when none of that serial is held.
func (s *Session) Release(serial uint64) bool {
	defer s.notify()
	s.mu.Lock()
	defer s.mu.Unlock()
	in := s.inbox.held(serial)
	if in == nil {
		return false
	}
	s.refuse(in)
	return true
}
