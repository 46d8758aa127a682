package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
	"iqscope/session/pending"
)

// Refusals of Start, Send, SendCallback and SendStanza: nothing was registered
// and nothing was sent.
var (
	ErrNotRequest = errors.New("only an IQ of type get or set waits for an answer")
	ErrNoID       = errors.New("an IQ needs an id, or its answer cannot be told from others")
	ErrIsRequest  = errors.New("an IQ of type get or set must be sent as a request")
)

// ErrOffline is the cause of a stanza.NotSent when there is no connection.
var ErrOffline = errors.New("not connected")

// SendOption changes how one request is sent.
type SendOption func(*sending)

type sending struct {
	timeout time.Duration
	set     bool
	unasked bool
}

// WithTimeout gives the request a timeout of its own; 0 or less is NoTimeout.
func WithTimeout(d time.Duration) SendOption {
	return func(o *sending) { o.timeout, o.set = max(d, 0), true }
}

// NoTimeout waits for ever.
func NoTimeout() SendOption { return WithTimeout(0) }

// Send sends a get or set and waits for its end. It returns the result, or
// *stanza.IQError, *stanza.IQTimeout (both of them are stanza.ErrXMPP),
// *stanza.NotSent, *stanza.Unknown or *stanza.Cancelled; or what Start refuses.
// The end of the context cancels the request, and is what the error then wraps.
func (s *Session) Send(ctx context.Context, iq *stanza.Stanza, opts ...SendOption) (*stanza.Stanza, error) {
	r, err := s.Start(iq, opts...)
	if err != nil {
		return nil, err
	}
	select {
	case <-r.Done():
	case <-ctx.Done():
		if r.Cancel() {
			return nil, fmt.Errorf("%w: %w", &stanza.Cancelled{Request: iq}, context.Cause(ctx))
		}
		<-r.Done() // it ended at the same moment
	}
	return r.Result()
}

// Start sends a get or set and returns at once. The error says that it was
// refused: ErrNotRequest, ErrNoID or pending.ErrDuplicateID. When the session
// is not online the request ends at once as not sent.
func (s *Session) Start(iq *stanza.Stanza, opts ...SendOption) (*Request, error) {
	return s.start(iq, opts, nil)
}

// SendCallback sends a get or set and calls fn exactly once with its end, also
// when the connection is lost, in a goroutine of its own. There is no time limit
// unless WithTimeout gives one, as on the page. Remove takes the callback out
// again by the name it returns; the request goes on.
func (s *Session) SendCallback(iq *stanza.Stanza, fn func(View), opts ...SendOption) (name string, err error) {
	r, err := s.start(iq, append([]SendOption{NoTimeout()}, opts...), fn)
	if err != nil {
		return "", err
	}
	return r.callback, nil
}

func (s *Session) start(iq *stanza.Stanza, opts []SendOption, fn func(View)) (*Request, error) {
	if !iq.IsRequest() {
		return nil, ErrNotRequest
	}
	if iq.ID() == "" {
		return nil, ErrNoID
	}
	var o sending
	for _, opt := range opts {
		opt(&o)
	}

	defer s.notify()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !o.set {
		o.timeout = s.timeout
	}
	p, err := s.table.Add(iq, o.timeout, time.Now())
	if err != nil {
		return nil, err
	}
	r := &Request{s: s, p: p, done: make(chan struct{}), run: fn, unasked: o.unasked}
	if fn != nil {
		r.callback = fmt.Sprintf("reply-%d", p.Serial)
		// Serials are never reused, so the name is free unless a user's handler
		// took it on purpose.
		if err := s.registry.AddReply(r.callback, "the reply to "+iq.ID()); err != nil {
			s.table.End(p, stanza.OutcomeCancelled, time.Now())
			return nil, err
		}
	}
	s.book.add(r)
	s.asksArchive(iq)
	if s.life == nil {
		s.end(r, stanza.OutcomeNotSent, s.whyOffline())
		return r, nil
	}
	s.enqueue(outgoing{element: iq, request: r})
	s.arm()
	return r, nil
}

// SendStanza sends a message, a presence, a result or an error: nothing waits
// for an answer. It returns as soon as the stanza is on its way to the socket. A
// result or error answers the incoming request of its id and address, if there is
// one; ErrAnswered refuses a second one.
func (s *Session) SendStanza(st *stanza.Stanza) error {
	if st.IsRequest() {
		return ErrIsRequest
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.life == nil {
		return &stanza.NotSent{Request: st, Cause: s.whyOffline()}
	}
	in, err := s.repliedByHand(st)
	if err != nil {
		return err
	}
	s.enqueue(outgoing{element: st, answer: in})
	return nil
}

// end ends a request from our side; false when it had ended. cause is why it was
// not sent, or its end is unknown. The session's lock is held.
func (s *Session) end(r *Request, o stanza.Outcome, cause error) bool {
	if !s.table.End(r.p, o, time.Now()) {
		return false
	}
	r.cause = cause
	s.finish(r)
	return true
}

// finishAll finishes what the table has ended. The session's lock is held.
func (s *Session) finishAll(ended []*pending.Request, cause error) {
	for _, p := range ended {
		if r := s.book.find(p.Serial); r != nil {
			r.cause = cause
			s.finish(r)
		}
	}
}

// finish tells whoever waits that a request has ended. The session's lock is held.
func (s *Session) finish(r *Request) {
	r.err = r.ending()
	if r.seq != 0 {
		s.journal.Annotate(r.seq, func(e *journal.Entry) { e.Outcome, e.Reply = r.p.Outcome, r.replySeq })
	}
	close(r.done)
	s.book.end(r)
	if r.callback != "" {
		v := r.view()
		s.registry.RunReply(r.callback, func() { r.run(v) })
	}
}
