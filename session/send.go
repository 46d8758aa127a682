package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
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
	series  uint64
}

// WithTimeout gives the request a timeout of its own; 0 or less is NoTimeout.
func WithTimeout(d time.Duration) SendOption {
	return func(o *sending) { o.timeout, o.set = max(d, 0), true }
}

// InSeries says that the request is one of a series, by whatever number the sender gives that; it is
// the exchange's Series. 0 is for none.
func InSeries(number uint64) SendOption { return func(o *sending) { o.series = number } }

// NoTimeout waits for ever.
func NoTimeout() SendOption { return WithTimeout(0) }

// Send sends a get or set and waits for its end. It returns the result, or
// *IQError, *IQTimeout, *NotSent, *Unknown or *Cancelled, all of which are ErrXMPP; or what Start
// refuses.
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
// when the connection is lost, in line with the callbacks of handlers (see package handler).
// There is no time limit unless WithTimeout gives one, as on the page. Remove takes the
// callback out by the name that is returned, and ends the request as cancelled; Cancel of the
// request ends it, too, and has fn called with that end. The errors are those of Start, and
// handler.ErrNoFunction.
func (s *Session) SendCallback(iq *stanza.Stanza, fn func(Exchange), opts ...SendOption) (name string, r *Request, err error) {
	if fn == nil {
		return "", nil, handler.ErrNoFunction
	}
	r, err = s.start(iq, append([]SendOption{NoTimeout()}, opts...), fn)
	if err != nil {
		return "", nil, err
	}
	return r.callback, r, nil
}

func (s *Session) start(iq *stanza.Stanza, opts []SendOption, fn func(Exchange)) (*Request, error) {
	how := chosen(opts)
	defer s.changed.ring()
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.requests.start(iq, how, fn)
	if err != nil {
		return nil, err
	}
	if s.link.up == nil {
		s.outbox.never(&r.out, s.link.whyOffline())
		return r, nil
	}
	s.outbox.add(&r.out)
	s.arm()
	return r, nil
}

func chosen(opts []SendOption) sending {
	if len(opts) == 0 {
		return sending{}
	}
	var o sending
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// SendStanza sends a message, a presence, a result or an error: nothing waits
// for an answer. It returns as soon as the stanza is on its way to the socket; the ticket
// tells when it left. A result or error answers the incoming request of its id and address,
// if there is one, before any responder if a handler.Callback sends it before it returns;
// ErrAnswered refuses a second one.
func (s *Session) SendStanza(st *stanza.Stanza) (*Ticket, error) {
	if st.IsRequest() {
		return nil, ErrIsRequest
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link.up == nil {
		return nil, &stanza.NotSent{Request: st, Cause: s.link.whyOffline()}
	}
	in, err := s.answers.desk.ByHand(st, s.now())
	s.answers.handOver()
	if err != nil {
		return nil, err
	}
	o := &outgoing{element: st, answer: in}
	s.outbox.add(o)
	return &Ticket{o}, nil
}

// SendRaw sends any stanza as it stands, whatever the rules of an IQ say. A get or
// set waits for its reply as with Start, if its id lets it: the ticket's Request is nil when
// nothing waits, because the stanza is no request, has no id, or its id is
// pending already; then the ticket tells what came back. A second reply to a request of
// others goes out, too.
func (s *Session) SendRaw(st *stanza.Stanza, opts ...SendOption) (*Ticket, error) {
	r, err := s.start(st, opts, nil)
	switch {
	case err == nil:
		return &Ticket{&r.out}, nil
	case !errors.Is(err, ErrNotRequest) && !errors.Is(err, ErrNoID) &&
		!errors.Is(err, pending.ErrDuplicateID) && !errors.Is(err, pending.ErrNoFrom):
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link.up == nil {
		return nil, &stanza.NotSent{Request: st, Cause: s.link.whyOffline()}
	}
	o := &outgoing{element: st, answer: s.answers.desk.ByForce(st, s.now())}
	s.requests.sentRaw(o)
	s.outbox.add(o)
	return &Ticket{o}, nil
}
