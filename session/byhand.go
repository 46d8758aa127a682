package session

import (
	"context"
	"errors"

	"iqscope/session/negotiate"
)

// ByHand is the state of a connection whose way to a bound stream a person goes
// element by element. Once the stream is ready the session goes online by itself.
const ByHand State = "by hand"

// Refusals of what can be done by hand only, or not by hand.
var (
	// ErrByHand is the cause of a stanza.NotSent while the way is gone by hand.
	ErrByHand = errors.New("the connection is being set up by hand: send elements one by one, or let it go on")
	// ErrNotByHand refuses SendByHand and the like in every other state.
	ErrNotByHand = errors.New("no connection is being set up by hand")
	// ErrOfferChanged refuses TakeOffer when the server said something just then.
	ErrOfferChanged = errors.New("the server has just said something: look at the new offer first")
)

// busy says that there is a connection, or an attempt to have one.
func (s State) busy() bool { return s == Connecting || s == ByHand || s == Online }

// byHand is a way that a person goes. One goroutine owns it: it listens to the
// server, and stops listening while it does what it is told.
type byHand struct {
	way      *negotiate.ByHand
	commands chan command
	over     <-chan struct{}
	offer    negotiate.Offer // as others may see it; guarded by the session's lock
}

// command is something to do on the way.
type command struct {
	ctx  context.Context
	do   func(context.Context) error
	done chan error // takes one
}

// run does it, unless the connection's life ends first.
func (c command) run(life context.Context) error {
	ctx, cancel := context.WithCancel(c.ctx)
	defer cancel()
	defer context.AfterFunc(life, cancel)()
	return c.do(ctx)
}

// ConnectByHand connects as Connect does, and stops before a step: StepTLS, StepAuth,
// StepBind, or StepStream, which is right after the TCP connection; see
// negotiate.StartByHand. Then the state is ByHand, with no limit of time for any
// step, until the stream is ready and the session online, the connection is lost, or
// Close is called. The context bounds the way to the stop. The error is
// ErrConnected or a *negotiate.Error.
func (s *Session) ConnectByHand(ctx context.Context, before negotiate.Step) error {
	s.link.stopTrying()
	return s.link.connectByHand(ctx, before)
}

func (l *link) connectByHand(ctx context.Context, before negotiate.Step) error {
	life, cancel := context.WithCancel(context.Background())
	try := newAttempt(cancel)
	cfg, err := l.begin(try, false)
	if err != nil {
		cancel()
		return err
	}
	h := &byHand{commands: make(chan command), over: try.done}
	start := command{ctx: ctx, do: func(ctx context.Context) (err error) {
		h.way, err = negotiate.StartByHand(ctx, cfg, before)
		return err
	}}
	if err = start.run(life); err == nil && !l.takeInHand(h, try) {
		h.goodbye()
		err = &negotiate.Error{Step: before, With: h.way.Addr(), Cause: errClosedByUs}
	}
	if err != nil {
		l.failed(try, err)
		cancel()
		close(try.done)
		return err
	}
	l.s.note("by hand from here, before %s", before)
	go func() {
		defer l.running.Done() // takeInHand's
		defer close(try.done)
		defer cancel()
		l.goByHand(life, h, try)
	}()
	return nil
}

// takeInHand makes the state ByHand, unless Close came first.
func (l *link) takeInHand(h *byHand, try *attempt) bool {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	if l.attempt != try {
		return false
	}
	l.hand = h
	l.running.Add(1)
	l.look(h)
	return true
}

// look makes public how the way stands. The session's lock is held.
func (l *link) look(h *byHand) {
	h.offer = h.way.Offer()
	l.status.State, l.status.Step = ByHand, h.way.Step()
	l.status.Addr, l.status.TLS = h.way.Addr(), tlsName(h.way.TLS())
	l.turned()
}

// goByHand is the goroutine of the way.
func (l *link) goByHand(life context.Context, h *byHand, try *attempt) {
	for {
		c, err := h.listen(life)
		if err == nil && c.do != nil {
			err = c.run(life)
		}
		on, err := l.afterStep(life, h, try, err)
		if c.done != nil {
			c.done <- err
		}
		if !on {
			return
		}
	}
}

// listen waits until the server has said something or there is something to do.
func (h *byHand) listen(life context.Context) (command, error) {
	hearing, stop := context.WithCancel(life)
	defer stop()
	heard := make(chan error, 1)
	go func() { heard <- h.way.Hear(hearing) }()
	select {
	case err := <-heard:
		return command{}, err
	case c := <-h.commands:
		stop()
		err := <-heard
		if err == context.Canceled {
			err = nil
		}
		return c, err
	}
}

// afterStep says whether the way goes on by hand after a step, and what the step
// came to.
func (l *link) afterStep(life context.Context, h *byHand, try *attempt, err error) (bool, error) {
	var end *negotiate.Error
	switch {
	case life.Err() != nil:
		h.goodbye()
		return false, errClosedByUs
	case errors.As(err, &end):
		l.failed(try, end)
		return false, end
	case h.way.Ready():
		if end := l.onlineByHand(life, h, try); end != nil {
			err = end
		}
		return false, err
	}
	l.s.mu.Lock()
	if l.attempt == try {
		l.look(h)
	}
	l.s.mu.Unlock()
	l.s.changed.ring()
	return true, err
}

// onlineByHand ends the way where it has led to.
func (l *link) onlineByHand(life context.Context, h *byHand, try *attempt) error {
	stream, err := h.way.Finish(life)
	if err == nil {
		if err = l.online(stream, try); err == nil {
			return nil
		}
		stream.Conn.CloseNow()
		err = &negotiate.Error{Step: negotiate.StepBind, With: h.way.Addr(), SecretSent: true, Cause: err}
	}
	l.failed(try, err)
	return err
}

// goodbye ends the stream politely, and briefly.
func (h *byHand) goodbye() {
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	_ = h.way.Close(ctx)
}

// tell hands a command to the way's goroutine, and waits for what it comes to.
func (l *link) tell(ctx context.Context, order func(context.Context, *byHand, negotiate.Offer) error) error {
	l.s.mu.Lock()
	h := l.hand
	if l.status.State != ByHand {
		l.s.mu.Unlock()
		return ErrNotByHand
	}
	seen := h.offer
	l.s.mu.Unlock()
	c := command{ctx: ctx, done: make(chan error, 1)}
	c.do = func(ctx context.Context) error { return order(ctx, h, seen) }
	select {
	case h.commands <- c:
		return <-c.done
	case <-h.over:
		return ErrNotByHand
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Offer is the next sensible thing to do; false when the state is not ByHand.
// Changed tells when it may be another one.
func (s *Session) Offer() (negotiate.Offer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link.status.State != ByHand {
		return negotiate.Offer{}, false
	}
	return s.link.hand.offer, true
}

// TakeOffer does what is offered, with the real secrets where the placeholders
// stand; it asks for the password where a login begins. It returns when that is
// done; the server's answer moves the offer on. An error that is a *negotiate.Error
// ended the connection. After any other one nothing was sent: ErrNotByHand,
// ErrOfferChanged, negotiate.ErrNothingOffered, or one that says why no secret is.
func (s *Session) TakeOffer(ctx context.Context) error {
	return s.link.tell(ctx, func(ctx context.Context, h *byHand, seen negotiate.Offer) error {
		if h.way.Offer() != seen {
			return ErrOfferChanged
		}
		return h.way.Take(ctx)
	})
}

// SendByHand sends one element exactly as it was typed, whatever it is; what is
// not well-formed is refused. An offer's placeholder that is the whole content of
// a SASL element is filled in, as TakeOffer does; anywhere else it is text. What the
// server thinks of it is shown, and may be the connection's end. The errors are
// TakeOffer's, and stanza.Parse's.
func (s *Session) SendByHand(ctx context.Context, xml string) error {
	return s.link.tell(ctx, func(ctx context.Context, h *byHand, _ negotiate.Offer) error {
		return h.way.Send(ctx, xml)
	})
}

// GoOn goes the rest of the way automatically, with the usual limits of time, and
// goes online. The error is ErrNotByHand, or a *negotiate.Error that ended the
// connection.
func (s *Session) GoOn(ctx context.Context) error {
	return s.link.tell(ctx, func(ctx context.Context, h *byHand, _ negotiate.Offer) error {
		s.mu.Lock()
		if s.link.hand == h && s.link.status.State == ByHand {
			s.link.status.State = Connecting
			s.link.turned()
		}
		s.mu.Unlock()
		s.changed.ring()
		_, err := h.way.Finish(ctx)
		return err
	})
}
