package session

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"time"

	"iqscope/session/negotiate"
	"iqscope/session/wire"
)

const (
	// Delays before the next attempt double from the first to the last one, each
	// shortened by up to half of it, so that many clients do not come at once.
	firstDelay = time.Second
	slowDelay  = 15 * time.Second // the first one after a refusal that asks for patience
	lastDelay  = 60 * time.Second
	// settled is how long a connection must have lasted for the delays to begin
	// anew: a server that accepts and kicks meets longer and longer ones.
	settled = time.Minute
)

// A class says what comes after the end of a connection.
type class uint8

const (
	retry  class = iota // soon
	slowly              // the server wants less of us
	stop                // it would only happen again
)

// streamErrors are those that do not just call for another try (RFC 6120 §4.9.3).
var streamErrors = map[string]class{
	"conflict":             stop, // someone took our place: taking it back would never end
	"host-unknown":         stop,
	"host-gone":            stop,
	"not-authorized":       stop,
	"invalid-from":         stop,
	"invalid-namespace":    stop,
	"unsupported-version":  stop,
	"unsupported-encoding": stop,
	"unsupported-feature":  stop,
	"restricted-xml":       stop,
	"not-well-formed":      stop,
	"invalid-xml":          stop,
	"bad-format":           stop,
	"policy-violation":     slowly,
	"resource-constraint":  slowly,
}

// classify says what to do after an attempt failed or a connection was lost.
func classify(err error) class {
	var streamError *wire.StreamError
	if errors.As(err, &streamError) {
		return streamErrors[streamError.Condition]
	}
	if errors.Is(err, errHandledTooHigh) || errors.Is(err, errNotCounted) || errors.Is(err, errBrokenXML) {
		return slowly
	}
	var refused *negotiate.AuthError
	if errors.As(err, &refused) {
		if refused.Condition == "temporary-auth-failure" {
			return slowly
		}
		return stop // a wrong password is tried once
	}
	var negotiation *negotiate.Error
	if errors.As(err, &negotiation) && !passing(err) {
		return stop
	}
	return retry
}

// passing says that an error is the network's, not a refusal.
func passing(err error) bool {
	var timeout interface{ Timeout() bool }
	if errors.As(err, &timeout) && timeout.Timeout() {
		return true
	}
	var network *net.OpError
	var lookup *net.DNSError
	return errors.As(err, &network) || errors.As(err, &lookup) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

// delay is how long to wait before the given try, counted from 0.
func delay(try int, how class) time.Duration {
	d := firstDelay
	if how == slowly {
		d = slowDelay
	}
	for ; try > 0 && d < lastDelay; try-- {
		d *= 2
	}
	d = min(d, lastDelay)
	return d/2 + rand.N(d/2)
}

// retrying is the goroutine that brings a lost session back.
type retrying struct {
	cancel context.CancelFunc
	done   chan struct{}
	woke   bell // rings when the machine has slept
}

// keepTrying starts it. The session's lock is held.
func (l *link) keepTrying(how class) {
	ctx, cancel := context.WithCancel(context.Background())
	r := &retrying{cancel: cancel, done: make(chan struct{}), woke: newBell()}
	l.retrying = r
	l.start(func() {
		defer cancel()
		defer close(r.done)
		l.bringBack(ctx, r, how)
		l.s.mu.Lock()
		if l.retrying == r {
			l.retrying = nil
		}
		l.s.mu.Unlock()
	})
}

func (l *link) bringBack(ctx context.Context, r *retrying, how class) {
	for {
		l.s.mu.Lock()
		d := delay(l.tries, how)
		l.tries++
		l.status.RetryAt = l.s.now().Add(d)
		l.s.arm()
		l.s.mu.Unlock()
		l.s.note("trying again in %v", d.Round(100*time.Millisecond))
		if !l.pause(ctx, r, d) {
			return
		}
		l.s.mu.Lock()
		if l.managed != nil && !l.managed.resumable(l.s.now()) {
			l.abandon(negotiate.Management{}, errNotResumed)
		}
		l.s.mu.Unlock()
		err := l.connect(ctx)
		if err == nil || ctx.Err() != nil || errors.Is(err, ErrConnected) {
			return
		}
		if how = classify(err); how == stop {
			l.s.mu.Lock()
			l.abandon(negotiate.Management{}, err)
			l.s.mu.Unlock()
			l.s.note("not trying again")
			return
		}
	}
}

// pause waits for the time of the next try, which is in d, or sooner if the machine sleeps
// meanwhile; false when it is called off.
func (l *link) pause(ctx context.Context, r *retrying, d time.Duration) bool {
	wait := time.NewTimer(d)
	defer wait.Stop()
	for {
		select {
		case <-wait.C:
			return true
		case <-r.woke:
			l.s.mu.Lock()
			if at := l.status.RetryAt; !at.IsZero() { // else it is about to be called off
				wait.Reset(time.Until(at))
			}
			l.s.mu.Unlock()
		case <-ctx.Done():
			return false
		}
	}
}

// stopTrying ends the goroutine that brings the session back, if there is one,
// and waits for it.
func (l *link) stopTrying() {
	l.s.mu.Lock()
	r := l.retrying
	l.retrying = nil
	l.status.RetryAt = time.Time{}
	l.s.mu.Unlock()
	if r != nil {
		r.cancel()
		<-r.done
	}
}
