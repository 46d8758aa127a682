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

// whyOffline is the cause of a stanza.NotSent. The session's lock is held.
func (s *Session) whyOffline() error {
	if s.status.State == ByHand {
		return ErrByHand
	}
	return ErrOffline
}

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
	s.stopTrying()
	life, cancel := context.WithCancel(context.Background())
	try := &attempt{cancel: cancel, done: make(chan struct{})}
	s.mu.Lock()
	if s.status.State.busy() {
		s.mu.Unlock()
		cancel()
		return ErrConnected
	}
	s.attempt = try
	s.status = Status{State: Connecting, JID: s.cfg.Negotiate.JID, Loss: s.status.Loss, LossAt: s.status.LossAt}
	cfg := s.cfg.Negotiate
	s.mu.Unlock()
	s.notify()

	cfg.Wire.Tap = s.tap
	cfg.Progress = s.progress
	h := &byHand{commands: make(chan command), over: try.done}
	start := command{ctx: ctx, do: func(ctx context.Context) (err error) {
		h.way, err = negotiate.StartByHand(ctx, cfg, before)
		return err
	}}
	err := start.run(life)
	if err == nil && !s.takeInHand(h, try) {
		h.goodbye()
		err = &negotiate.Error{Step: before, With: h.way.Addr(), Cause: errClosedByUs}
	}
	if err != nil {
		s.failed(try, err)
		cancel()
		close(try.done)
		return err
	}
	s.note("by hand from here, before " + string(before))
	go func() {
		defer s.running.Done()
		defer close(try.done)
		defer cancel()
		s.goByHand(life, h, try)
	}()
	return nil
}

// takeInHand makes the state ByHand, unless Close came first.
func (s *Session) takeInHand(h *byHand, try *attempt) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.attempt != try {
		return false
	}
	s.hand = h
	s.running.Add(1)
	s.look(h)
	return true
}

// look makes public how the way stands. The session's lock is held.
func (s *Session) look(h *byHand) {
	h.offer = h.way.Offer()
	s.status.State, s.status.Step = ByHand, h.way.Step()
	s.status.Addr, s.status.TLS = h.way.Addr(), tlsName(h.way.TLS())
}

// goByHand is the goroutine of the way.
func (s *Session) goByHand(life context.Context, h *byHand, try *attempt) {
	for {
		c, err := h.listen(life)
		if err == nil && c.do != nil {
			err = c.run(life)
		}
		on, err := s.afterStep(life, h, try, err)
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
func (s *Session) afterStep(life context.Context, h *byHand, try *attempt, err error) (bool, error) {
	var end *negotiate.Error
	switch {
	case life.Err() != nil:
		h.goodbye()
		return false, errClosedByUs
	case errors.As(err, &end):
		s.failed(try, end)
		return false, end
	case h.way.Ready():
		if end := s.onlineByHand(life, h, try); end != nil {
			err = end
		}
		return false, err
	}
	s.mu.Lock()
	if s.attempt == try {
		s.look(h)
	}
	s.mu.Unlock()
	s.notify()
	return true, err
}

// onlineByHand ends the way where it has led to.
func (s *Session) onlineByHand(life context.Context, h *byHand, try *attempt) error {
	stream, err := h.way.Finish(life)
	if err == nil {
		if err = s.online(stream, try); err == nil {
			return nil
		}
		stream.Conn.CloseNow()
		err = &negotiate.Error{Step: negotiate.StepBind, With: h.way.Addr(), SecretSent: true, Cause: err}
	}
	s.failed(try, err)
	return err
}

// goodbye ends the stream politely, and briefly.
func (h *byHand) goodbye() {
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	_ = h.way.Close(ctx)
}

// tell hands a command to the way's goroutine, and waits for what it comes to.
func (s *Session) tell(ctx context.Context, order func(context.Context, *byHand, negotiate.Offer) error) error {
	s.mu.Lock()
	h := s.hand
	if s.status.State != ByHand {
		s.mu.Unlock()
		return ErrNotByHand
	}
	seen := h.offer
	s.mu.Unlock()
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
	if s.status.State != ByHand {
		return negotiate.Offer{}, false
	}
	return s.hand.offer, true
}

// TakeOffer does what is offered, with the real secrets where the placeholders
// stand; it asks for the password where a login begins. It returns when that is
// done; the server's answer moves the offer on. An error that is a *negotiate.Error
// ended the connection. After any other one nothing was sent: ErrNotByHand,
// ErrOfferChanged, negotiate.ErrNothingOffered, or one that says why no secret is.
func (s *Session) TakeOffer(ctx context.Context) error {
	return s.tell(ctx, func(ctx context.Context, h *byHand, seen negotiate.Offer) error {
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
	return s.tell(ctx, func(ctx context.Context, h *byHand, _ negotiate.Offer) error {
		return h.way.Send(ctx, xml)
	})
}

// GoOn goes the rest of the way automatically, with the usual limits of time, and
// goes online. The error is ErrNotByHand, or a *negotiate.Error that ended the
// connection.
func (s *Session) GoOn(ctx context.Context) error {
	return s.tell(ctx, func(ctx context.Context, h *byHand, _ negotiate.Offer) error {
		s.mu.Lock()
		if s.hand == h && s.status.State == ByHand {
			s.status.State = Connecting
		}
		s.mu.Unlock()
		s.notify()
		_, err := h.way.Finish(ctx)
		return err
	})
}
