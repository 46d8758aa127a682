package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"iqscope/internal/xmlscan"
	"iqscope/session/negotiate"
	"iqscope/session/pending"
	"iqscope/session/wire"
)

// ErrConnected refuses to connect a session that is online or on its way.
var ErrConnected = errors.New("the session is connected or connecting already")

var (
	errStreamClosed = errors.New("the server closed the stream")
	errBrokenXML    = errors.New("the server's XML is broken")
	errNotResumed   = errors.New("the connection was lost, and the stream could not be resumed")
)

// farewell is how long the last words to a server may take.
const farewell = 2 * time.Second

// life is one connection, from going online to its end.
type life struct {
	conn   *wire.Conn
	cancel context.CancelFunc
	began  time.Time
	sm     *management // of its stream; nil without
}

// attempt is one negotiation under way.
type attempt struct {
	cancel context.CancelFunc
	done   chan struct{}
}

// Connect negotiates and goes online; after that nothing is sent unasked unless
// the configuration says so. The context bounds the attempt, not the connection.
// After a loss it may be called again, also while the session waits for its own
// next try: log and handlers stay. The error is ErrConnected or a *negotiate.Error.
func (s *Session) Connect(ctx context.Context) error {
	s.stopTrying()
	return s.connect(ctx)
}

func (s *Session) connect(ctx context.Context) error {
	s.mu.Lock()
	if s.status.State.busy() {
		s.mu.Unlock()
		return ErrConnected
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	try := &attempt{cancel: cancel, done: make(chan struct{})}
	defer close(try.done)
	s.attempt = try
	s.status = Status{State: Connecting, JID: s.cfg.Negotiate.JID, Loss: s.status.Loss, LossAt: s.status.LossAt}
	cfg := s.cfg.Negotiate
	if cfg.Resume = s.resume(time.Now()); cfg.Resume != nil && s.sm.location != "" {
		cfg.Server = s.sm.location
	}
	s.mu.Unlock()
	s.notify()

	cfg.Wire.Tap = s.tap
	cfg.Progress = s.progress
	stream, err := s.negotiate(ctx, cfg)
	if err == nil {
		if err = s.online(stream, try); err != nil {
			stream.Conn.CloseNow()
			err = &negotiate.Error{Step: negotiate.StepBind, With: cfg.JID.Domain(), SecretSent: true, Cause: err}
		}
	}
	if err != nil {
		s.failed(try, err)
	}
	return err
}

// failed says why an attempt came to nothing, unless Close already did.
func (s *Session) failed(try *attempt, err error) {
	s.mu.Lock()
	ours := s.attempt == try
	if ours {
		s.attempt = nil
		s.status.State, s.status.Step, s.status.Err = Lost, "", err
		s.status.Steps = stepped(s.status.Steps, time.Now(), StepTaken{})
		if n := len(s.status.Steps); n > 0 {
			s.status.Steps[n-1].Failed = true
		}
	}
	s.mu.Unlock()
	if ours {
		s.note(err.Error())
	}
}

func (s *Session) progress(step negotiate.Step, detail string) {
	s.mu.Lock()
	s.status.Step = step
	s.status.Steps = stepped(s.status.Steps, time.Now(), StepTaken{Step: step, Detail: detail})
	s.mu.Unlock()
	text := string(step)
	if detail != "" {
		text += ": " + detail
	}
	s.note(text)
}

// online starts the life of a negotiated stream, unless the attempt was called
// off meanwhile or the server resumed what it cannot have.
func (s *Session) online(stream *negotiate.Stream, try *attempt) error {
	s.mu.Lock()
	if s.attempt != try {
		s.mu.Unlock()
		return errClosedByUs
	}
	ctx, cancel := context.WithCancel(context.Background())
	l := &life{conn: stream.Conn, cancel: cancel, began: time.Now()}
	switch {
	case !stream.Resumed:
		s.abandon(stream.Management, errNotResumed)
		s.sm = newManagement(stream.Management, stream.Bound)
	case s.sm == nil || !s.resumed(stream.Management):
		s.abandon(negotiate.Management{}, errHandledTooHigh)
		s.mu.Unlock()
		cancel()
		return errHandledTooHigh
	}
	s.attempt, s.retrying = nil, nil
	s.table.SetIdentity(pending.Identity{Own: stream.Bound, Component: s.cfg.Negotiate.Component, Lenient: s.cfg.Lenient})
	l.sm = s.sm
	s.life = l
	s.heard = l.began
	if s.serving == nil {
		s.serving, s.served = context.WithCancel(context.Background())
	}
	uncounted := len(stream.Early) - stream.Counted
	for _, el := range stream.Early[uncounted:] {
		s.judgeEarly(el)
	}
	s.status = Status{
		State: Online, JID: stream.Bound, Addr: stream.Addr,
		TLS: tlsName(stream.TLS), Mechanism: stream.Mechanism,
		Managed: s.sm != nil, Resumed: stream.Resumed, Choices: stream.Choices,
		Steps: stepped(s.status.Steps, l.began, StepTaken{}),
		Loss:  s.status.Loss, LossAt: s.status.LossAt,
	}
	tasks := []func(context.Context, *life){s.write}
	if s.cfg.Keepalive > 0 {
		tasks = append(tasks, s.watch)
	}
	if s.cfg.WhiteSpace > 0 {
		tasks = append(tasks, s.pad)
	}
	s.running.Add(1 + len(tasks))
	s.arm()
	s.mu.Unlock()
	if stream.Resumed {
		s.note(fmt.Sprintf("online again as %s: the stream was resumed", stream.Bound))
	} else {
		s.note(fmt.Sprintf("online as %s", stream.Bound))
	}
	go func() {
		defer s.running.Done()
		for i, el := range stream.Early {
			e := s.early(l, el)
			if i < uncounted {
				s.serve(e) // the counts of XEP-0198 had not begun
			} else {
				s.receive(l, el, e)
			}
		}
		s.read(ctx, l)
	}()
	for _, task := range tasks {
		go func() {
			defer s.running.Done()
			task(ctx, l)
		}()
	}
	return nil
}

// read is the reader goroutine of one connection. The tap has shown the element
// to the log and the handlers by the time Read returns it.
func (s *Session) read(ctx context.Context, l *life) {
	for {
		el, err := l.conn.Read(ctx)
		if err != nil {
			s.lose(l, err)
			return
		}
		s.mu.Lock()
		e := s.arrived
		s.mu.Unlock()
		s.receive(l, el, e)
	}
}

// lose ends a connection. What was pending on it ends at once, unless the stream
// can be resumed. Only the first call for a life does something.
func (s *Session) lose(l *life, cause error) {
	var broken *xmlscan.Error
	switch {
	case cause == io.EOF: // not errors.Is: a cut connection wraps one, too
		cause = errStreamClosed
	case errors.As(cause, &broken):
		cause = fmt.Errorf("%w: %w", errBrokenXML, cause)
	}
	how := classify(cause)
	if !s.cfg.Reconnect {
		how = stop
	}
	s.mu.Lock()
	if s.life != l {
		s.mu.Unlock()
		return
	}
	now := time.Now()
	s.life = nil
	s.status.State, s.status.Err = Lost, cause
	s.status.Loss, s.status.LossAt = cause, now
	if s.sm != nil {
		s.sm.lostAt = now
	}
	if how == stop || !s.sm.resumable(now) || errors.Is(cause, errStreamClosed) {
		s.sm = nil
		s.drop(cause)
	}
	if now.Sub(l.began) >= settled {
		s.tries = 0
	}
	s.mu.Unlock()
	l.cancel()
	l.conn.CloseNow()
	s.note("connection lost: " + cause.Error())
	if how != stop {
		s.mu.Lock()
		if s.status.State == Lost && s.retrying == nil && s.attempt == nil {
			s.keepTrying(how)
		}
		s.mu.Unlock()
	}
}

// drop ends what is pending and forgets the connection. The session's lock is held.
func (s *Session) drop(cause error) {
	s.finishAll(s.table.EndAll(time.Now()), cause)
	s.outbox.reset()
	s.loseAsked()
	s.arm()
}

// loseAsked gives up the requests of others that were not answered before their
// stream ended. The session's lock is held.
func (s *Session) loseAsked() {
	if s.served != nil {
		s.served()
		s.serving, s.served = nil, nil
	}
	for _, in := range s.inbox.open {
		s.inbox.end(in, AskedLost, "", time.Now())
	}
	s.pacer.reset()
}

// Close calls off a connection attempt, ends the stream politely as long as the
// context lasts, ends what is pending, and waits for the session's goroutines.
// Handlers that run are not waited for; the responders' contexts end. The log can
// still be read, and Connect be called again.
func (s *Session) Close(ctx context.Context) error {
	s.mu.Lock()
	l, try := s.life, s.attempt
	s.attempt, s.life, s.sm = nil, nil, nil
	s.status.State, s.status.Err, s.status.Step = Offline, nil, ""
	s.status.Steps = stepped(s.status.Steps, time.Now(), StepTaken{})
	s.drop(errClosedByUs)
	s.mu.Unlock()
	defer s.notify()
	s.stopTrying()
	if try != nil {
		try.cancel()
		<-try.done
	}
	var err error
	if l != nil {
		err = l.conn.Close(ctx)
		l.cancel()
		s.note("closed")
	}
	s.running.Wait()
	return err
}
