package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
	"iqscope/session/wire"
)

// connection is one connection, from going online to its end.
type connection struct {
	conn    *wire.Conn
	cancel  context.CancelFunc
	began   time.Time
	lastIn  time.Time // when an element came last; the session's lock guards it
	woke    bell      // rings when the machine has slept
	managed *managed  // of its stream; nil without
	over    exchange.Connection
}

// read is the reader goroutine of one connection.
func (l *link) read(ctx context.Context, c *connection) {
	var in []wire.Event
	for {
		var err error
		if in, err = c.conn.Read(ctx, in[:0]); len(in) > 0 {
			l.s.receive(c, in)
			clear(in)
			// Whoever waits for the processor that this goroutine has gets it between two batches: in a
			// flood it would have that to itself for ten milliseconds, and keys would wait.
			runtime.Gosched()
		}
		if err != nil {
			l.lose(c, err)
			return
		}
	}
}

// took takes note of an element that came in, and counts it if it is a stanza; it reports whether
// its connection is the current one: what a reader still has of one that is gone is not
// counted, and comes again when the stream is resumed. The session's lock is held.
func (l *link) took(c *connection, in arrival) bool {
	c.lastIn = in.Time
	if l.up != c {
		return false
	}
	if c.managed != nil && isStanza(in.Element) && !in.uncounted {
		c.managed.Took()
	}
	return true
}

// heard does what acknowledgements ask for, once everybody has seen them. The session's lock is
// held.
func (l *link) heard(c *connection, in arrival) {
	if isStanza(in.Element) {
		return
	}
	if l.up == c && c.managed != nil {
		l.acknowledge(c, in.Element)
	}
}

// lose ends a connection. What was pending on it ends at once, unless the stream
// can be resumed. Only the first call for a connection does something, but that the last
// words of a server to a stream that we closed are kept.
func (l *link) lose(c *connection, cause error) {
	var fault *xmlscan.Error
	switch {
	case cause == io.EOF: // not errors.Is: a cut connection wraps one, too
		cause = errStreamClosed
	case errors.As(cause, &fault):
		cause = fmt.Errorf("%w: %w", errBrokenXML, cause)
	}
	how := classify(cause)
	if !l.s.cfg.Reconnect {
		how = stop
	}
	l.s.mu.Lock()
	now := l.s.now()
	if l.up != c {
		var broken *wire.BrokenError
		var last *wire.StreamError
		if l.status.State == Offline && (errors.As(cause, &last) || errors.As(cause, &broken)) { // the answer to our own end
			l.status.Loss, l.status.LossAt = cause, now
		}
		l.s.mu.Unlock()
		return
	}
	l.up = nil
	l.status.State, l.status.Err = Lost, cause
	l.status.Loss, l.status.LossAt = cause, now
	if l.managed != nil {
		l.managed.Lost(now)
	}
	if how == stop || !l.managed.resumable(now) || errors.Is(cause, errStreamClosed) {
		l.managed = nil
		l.drop(cause)
	}
	l.turned()
	if now.Sub(c.began) >= settled {
		l.tries = 0
	}
	l.s.mu.Unlock()
	c.cancel()
	c.conn.CloseNow()
	l.s.note("connection lost: %v", cause)
	if how != stop {
		l.s.mu.Lock()
		if l.status.State == Lost && l.retrying == nil && l.attempt == nil {
			l.keepTrying(how)
		}
		l.s.mu.Unlock()
	}
}

// outageSince is the last time without a connection since then. The session's lock is held.
func (l *link) outageSince(when time.Time) stanza.Outage {
	lost := l.status.LossAt
	if lost.IsZero() || lost.Before(when) {
		return stanza.Outage{}
	}
	o := stanza.Outage{From: lost}
	if l.up != nil {
		o.To = l.up.began
	}
	return o
}

// drop ends what is pending and forgets the connection. The session's lock is held.
func (l *link) drop(cause error) {
	l.s.requests.endedAll(l.s.requests.table.EndAll(l.s.now()), cause)
	l.s.outbox.reset(cause)
	l.s.answers.lose()
	l.s.arm()
}

// Close calls off a connection attempt, ends the stream politely as long as the
// context lasts, ends what is pending, and waits for the session's goroutines, and until
// the context ends for whoever is told of ended exchanges. Handlers that run are not waited
// for; the responders' contexts end. The log can still be read, and Connect be called again.
func (s *Session) Close(ctx context.Context) error {
	l := &s.link
	s.mu.Lock()
	c, try := l.up, l.attempt
	l.attempt, l.up, l.closing, l.managed = nil, nil, c, nil
	l.status.State, l.status.Err, l.status.Step = Offline, nil, ""
	l.status.Steps = stepped(l.status.Steps, time.Now(), StepTaken{})
	l.drop(errClosedByUs)
	l.turned()
	s.mu.Unlock()
	defer s.changed.ring()
	l.stopTrying()
	if try != nil {
		try.cancel()
		<-try.done
	}
	var err error
	if c != nil {
		err = c.conn.Close(ctx)
		c.cancel()
		s.note("closed")
	}
	l.running.Wait()
	return errors.Join(err, s.endings.wait(ctx), s.discoveries.wait(ctx))
}
