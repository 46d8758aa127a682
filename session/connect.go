package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/negotiate"
	"iqscope/session/pending"
	"iqscope/session/wire"
)

// ErrConnected refuses to connect a session that is online or on its way.
var ErrConnected = errors.New("the session is connected or connecting already")

// life is one connection, from going online to its end.
type life struct {
	conn   *wire.Conn
	cancel context.CancelFunc
}

// attempt is one negotiation under way.
type attempt struct {
	cancel context.CancelFunc
	done   chan struct{}
}

// Connect negotiates and goes online; after that nothing is sent unasked. The
// context bounds the attempt, not the connection. After a loss it may be called
// again: log and handlers stay. The error is ErrConnected or a *negotiate.Error.
func (s *Session) Connect(ctx context.Context) error {
	s.mu.Lock()
	if s.status.State == Connecting || s.status.State == Online {
		s.mu.Unlock()
		return ErrConnected
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	try := &attempt{cancel: cancel, done: make(chan struct{})}
	defer close(try.done)
	s.attempt = try
	s.status = Status{State: Connecting, JID: s.cfg.Negotiate.JID}
	s.mu.Unlock()
	s.notify()

	cfg := s.cfg.Negotiate
	cfg.Wire.Tap = s.tap
	cfg.Progress = s.progress
	stream, err := negotiate.Client(ctx, cfg)
	if err == nil && !s.online(stream, try) {
		stream.Conn.CloseNow()
		err = &negotiate.Error{Step: negotiate.StepBind, With: cfg.JID.Domain(), SecretSent: true, Cause: errClosedByUs}
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
	}
	s.mu.Unlock()
	if ours {
		s.note(err.Error())
	}
}

func (s *Session) progress(step negotiate.Step, detail string) {
	s.mu.Lock()
	s.status.Step = step
	s.mu.Unlock()
	text := string(step)
	if detail != "" {
		text += ": " + detail
	}
	s.note(text)
}

// online starts the life of a negotiated stream; false when the attempt was
// called off meanwhile.
func (s *Session) online(stream *negotiate.Stream, try *attempt) bool {
	s.mu.Lock()
	if s.attempt != try {
		s.mu.Unlock()
		return false
	}
	s.attempt = nil
	ctx, cancel := context.WithCancel(context.Background())
	l := &life{conn: stream.Conn, cancel: cancel}
	s.table.SetIdentity(pending.Identity{Own: stream.Bound, Lenient: s.cfg.Lenient})
	s.outbox.reset()
	s.life = l
	s.status = Status{
		State: Online, JID: stream.Bound, Addr: stream.Addr,
		TLS: tlsName(stream.TLS), Mechanism: stream.Mechanism,
	}
	s.running.Add(2)
	s.mu.Unlock()
	s.note(fmt.Sprintf("online as %s", stream.Bound))
	go func() {
		defer s.running.Done()
		s.read(ctx, l)
	}()
	go func() {
		defer s.running.Done()
		s.write(ctx, l)
	}()
	return true
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
		s.answer(el)
	}
}

// lose ends a connection: whatever was pending on it ends at once. Only the
// first call for a life does something.
func (s *Session) lose(l *life, cause error) {
	if errors.Is(cause, io.EOF) {
		cause = errors.New("the server closed the stream")
	}
	s.mu.Lock()
	if s.life != l {
		s.mu.Unlock()
		return
	}
	s.status.State, s.status.Err = Lost, cause
	s.drop(cause)
	s.mu.Unlock()
	l.cancel()
	l.conn.CloseNow()
	s.note("connection lost: " + cause.Error())
}

// drop ends what is pending and forgets the connection. The session's lock is held.
func (s *Session) drop(cause error) {
	for _, p := range s.table.EndAll(time.Now()) {
		if r := s.book.find(p.Serial); r != nil {
			r.cause = cause
			s.finish(r)
		}
	}
	s.outbox.reset()
	s.life = nil
	s.arm()
}

// endLost ends one request as not sent or unknown. The session's lock is held.
func (s *Session) endLost(r *Request, o stanza.Outcome, cause error) {
	if s.table.End(r.p, o, time.Now()) {
		r.cause = cause
		s.finish(r)
	}
}

// Close calls off a connection attempt, ends the stream politely as long as the
// context lasts, ends what is pending, and waits for the session's goroutines.
// The log can still be read, and Connect be called again.
func (s *Session) Close(ctx context.Context) error {
	s.mu.Lock()
	l, try := s.life, s.attempt
	s.attempt = nil
	s.status.State, s.status.Err, s.status.Step = Offline, nil, ""
	s.drop(errClosedByUs)
	s.mu.Unlock()
	defer s.notify()
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
