package session

import (
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/pending"
	"iqscope/session/wire"
)

// KeptRequests is how many ended requests Requests still shows.
const KeptRequests = 200

// View is a copy of what is known of one request.
type View struct {
	Serial uint64 // identity: 1, 2, 3, … in the order of starting
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
	Unasked       bool  // a keepalive of the session's own
	Refused       int   // stanzas that had its id but did not fit
	Err           error // what Send returns, nil for a result
}

// InFlight says that the request has not ended.
func (v View) InFlight() bool { return v.Outcome == "" }

// Request is a request that Start sent. Its methods are safe for concurrent use.
type Request struct {
	s        *Session
	p        *pending.Request
	done     chan struct{}
	callback string // name in the registry, "" for none
	run      func(View)
	unasked  bool

	// Guarded by the session's lock.
	shown                  *stanza.Stanza // what the log shows of it; nil before anybody asked
	seq, replySeq, lateSeq uint64

	cause     error // why it was not sent, or its end is unknown
	err       error // what Send returns; made once, when the request ends
	forgotten bool  // fell out of the book
}

// Serial is the request's identity within the session.
func (r *Request) Serial() uint64 { return r.p.Serial }

// Done is closed when the request has ended.
func (r *Request) Done() <-chan struct{} { return r.done }

// View tells how the request stands. After Done its outcome is final; a late
// reply can still be joined to it.
func (r *Request) View() View {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	return r.view()
}

// Result is what Send returns, once Done is closed; before that it is nil, nil.
func (r *Request) Result() (*stanza.Stanza, error) {
	v := r.View()
	if v.Err != nil {
		return nil, v.Err
	}
	return v.Reply, nil
}

// Cancel gives the request up; false when it had ended. A reply that comes after
// all is shown as late.
func (r *Request) Cancel() bool { return r.s.Cancel(r.p.Serial) }

// Extend moves the deadline on by d, from now if it is nearer; false when the request had
// ended or has no deadline.
func (r *Request) Extend(d time.Duration) bool { return r.s.Extend(r.p.Serial, d) }

func (r *Request) view() View {
	p := r.p
	if r.shown == nil {
		r.shown, _ = wire.Redact(p.Stanza)
	}
	v := View{
		Serial: p.Serial, Stanza: p.Stanza, Shown: r.shown, Seq: r.seq, ReplySeq: r.replySeq,
		Timeout: p.Timeout, Queued: p.Queued, Sent: p.Sent, Deadline: p.Deadline,
		Ended: p.Ended, Outcome: p.Outcome, Reply: p.Reply,
		Late: p.Late, LateSeq: r.lateSeq, LateBy: p.LateBy, Refused: p.Refused, Unasked: r.unasked,
		Err: r.err,
	}
	if p.Reply != nil {
		v.RTT = p.Ended.Sub(p.Sent)
	}
	return v
}

// ending is the error of a request that has ended, nil for a result. Reading an
// error reply takes time in proportion to its length.
func (r *Request) ending() error {
	p := r.p
	switch p.Outcome {
	case stanza.OutcomeError:
		return &stanza.IQError{Request: p.Stanza, Reply: p.Reply, Err: p.Reply.Err()}
	case stanza.OutcomeTimeout:
		return &stanza.IQTimeout{Request: p.Stanza, After: p.Deadline.Sub(p.Sent)}
	case stanza.OutcomeCancelled:
		return &stanza.Cancelled{Request: p.Stanza}
	case stanza.OutcomeNotSent:
		return &stanza.NotSent{Request: p.Stanza, Cause: r.cause}
	case stanza.OutcomeUnknown:
		return &stanza.Unknown{Request: p.Stanza, Cause: r.cause}
	}
	return nil
}

// Cancel gives up the request of that serial; false when there is none in flight.
func (s *Session) Cancel(serial uint64) bool {
	s.mu.Lock()
	r := s.book.find(serial)
	ok := r != nil && s.end(r, stanza.OutcomeCancelled, nil)
	s.mu.Unlock()
	s.notify()
	return ok
}

// Extend moves the deadline of the request of that serial; false when there is
// none in flight, or it has no deadline.
func (s *Session) Extend(serial uint64, d time.Duration) bool {
	s.mu.Lock()
	r := s.book.find(serial)
	ok := r != nil && s.table.Extend(r.p, d, time.Now())
	s.arm()
	s.mu.Unlock()
	s.notify()
	return ok
}

// Requests returns what is in flight and the last KeptRequests that ended, in
// the order they were started. It appends to dst[:0].
func (s *Session) Requests(dst []View) []View {
	dst = dst[:0]
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.book.order {
		if !r.forgotten {
			dst = append(dst, r.view())
		}
	}
	return dst
}
