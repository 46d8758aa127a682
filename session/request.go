package session

import (
	"sync/atomic"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
	"iqscope/session/pending"
)

// Exchange is a copy of what is known of one request of ours and what answered it.
type Exchange = exchange.Exchange

// Refusal is a stanza that had the id of a request but did not fit.
type Refusal = exchange.Refusal

// Request is a request that Start sent. Its methods are safe for concurrent use.
type Request struct {
	// In all it stays within 512 bytes, which is a size that the allocator has; hence flags stand together.

	p        pending.Request // the session's lock guards it, but for Serial and Stanza
	callback string          // name in the registry, "" for none
	run      func(Exchange)
	series   uint64
	over     atomic.Bool // it has ended, and what Result tells of does not change any more
	unasked  bool

	// Guarded by the session's lock.
	forgotten         bool          // fell out of what is shown
	done              chan struct{} // closed when it has ended; nil while nobody asks
	out               outgoing
	by                *exchange.Connection // it left, or is to leave
	replySeq, lateSeq uint64
	counted           int // of the refused stanzas
	refusals          []exchange.Refusal
	down              *stanza.Outage // while it waited for what timed out; nil for none

	cause error // why it was not sent, or its end is unknown
	err   error // what Send returns; made once, when the request ends
}

// Serial is the request's identity within the session.
func (r *Request) Serial() uint64 { return r.p.Serial }

// Done is closed when the request has ended.
func (r *Request) Done() <-chan struct{} {
	if r.over.Load() {
		return closed
	}
	r.out.s.mu.Lock()
	defer r.out.s.mu.Unlock()
	switch {
	case r.done != nil:
		return r.done
	case r.over.Load():
		return closed
	}
	r.done = make(chan struct{})
	return r.done
}

// closed is the channel of all requests that had ended before anybody asked.
var closed = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// Exchange tells how the request stands. After Done its outcome is final; a late
// reply can still be joined to it.
func (r *Request) Exchange() Exchange {
	r.out.s.mu.Lock()
	defer r.out.s.mu.Unlock()
	return r.view()
}

// Result is what Send returns, once Done is closed; before that it is nil, nil.
func (r *Request) Result() (*stanza.Stanza, error) {
	switch {
	case !r.over.Load():
		return nil, nil
	case r.err != nil:
		return nil, r.err
	}
	return r.p.Reply, nil
}

// Cancel gives the request up; false when it had ended. A reply that comes after
// all is shown as late.
func (r *Request) Cancel() bool { return r.out.s.Cancel(r.p.Serial) }

// Extend moves the deadline on by d, from now if it is nearer; false when the request had
// ended or has no deadline.
func (r *Request) Extend(d time.Duration) bool { return r.out.s.Extend(r.p.Serial, d) }

// calling is the call of the request's callback.
func (r *Request) calling(x Exchange) func() { return func() { r.run(x) } }

// view is Exchange. The session's lock is held.
func (r *Request) view() Exchange {
	p := &r.p
	if r.out.shown == nil {
		r.out.shown = r.out.s.shown(p.Stanza)
	}
	x := Exchange{
		Serial: p.Serial, Stanza: p.Stanza, Shown: r.out.shown, Seq: r.out.seq, ReplySeq: r.replySeq,
		Timeout: p.Timeout, Queued: p.Queued, Sent: p.Sent, Deadline: p.Deadline,
		Ended: p.Ended, Outcome: p.Outcome, Reply: p.Reply,
		Late: p.Late, LateSeq: r.lateSeq, LateBy: p.LateBy, Refused: p.Refused, Refusals: r.refusals, Unasked: r.unasked,
		Over: *r.by, Series: r.series, Err: r.err,
	}
	if r.down != nil {
		x.Down = *r.down
	}
	if p.Reply != nil {
		x.RTT = p.Ended.Sub(p.Sent)
	}
	return x
}

// Cancel gives up the request of that serial; false when there is none in flight.
func (s *Session) Cancel(serial uint64) bool {
	defer s.changed.ring()
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.requests.find(serial)
	return r != nil && s.requests.end(r, stanza.OutcomeCancelled, nil)
}

// Extend moves the deadline of the request of that serial; false when there is
// none in flight, or it has no deadline.
func (s *Session) Extend(serial uint64, d time.Duration) bool {
	defer s.changed.ring()
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.requests.find(serial)
	ok := r != nil && s.requests.table.Extend(&r.p, d, s.now())
	s.arm()
	return ok
}

// Exchanges returns what is in flight and the last KeptRequests that ended, in
// the order they were started. It appends to dst[:0].
func (s *Session) Exchanges(dst []Exchange) []Exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests.exchanges(dst[:0])
}
