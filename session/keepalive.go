package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"iqscope/internal/suspend"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

const (
	// DefaultKeepaliveTimeout is how long a link that was asked for a sign of
	// life may stay silent.
	DefaultKeepaliveTimeout = 15 * time.Second
)

// mindsSleep says that something is to be done when the machine wakes, be there no deadline: ask the
// link for a sign of life, or try to bring it back. The session's lock is held.
func (l *link) mindsSleep() bool {
	return l.up != nil && l.s.cfg.Keepalive > 0 || l.retrying != nil
}

// slept takes note that the machine slept for so long. The session's lock is held.
func (l *link) slept(d time.Duration, now time.Time) {
	suspend.Shift(d, now, &l.status.LossAt, &l.status.RetryAt)
	switch {
	case l.up != nil:
		suspend.Shift(d, now, &l.up.began)
		l.up.woke.ring()
	case l.managed != nil:
		l.managed.Lost(l.status.LossAt)
	}
	if l.retrying != nil {
		l.retrying.woke.ring()
	}
}

// watch asks a silent link for a sign of life, and gives it up when there is
// none (RFC 6120 §4.6). It runs as long as the connection, if there is a keepalive.
func (l *link) watch(ctx context.Context, c *connection) {
	probed := time.Time{} // zero: nothing was asked
	for {
		timer := time.NewTimer(l.untilProbe(c, probed))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		case <-c.woke:
			timer.Stop()
			// What was asked before is forgotten: there was no time to answer.
			probed = l.probe(c)
			continue
		}
		l.s.mu.Lock()
		lastIn := c.lastIn
		l.s.mu.Unlock()
		if !lastIn.Before(probed) {
			probed = time.Time{}
		}
		switch {
		case !probed.IsZero() && time.Since(probed) >= l.s.cfg.KeepaliveTimeout:
			l.lose(c, fmt.Errorf("the link is dead: nothing came for %v, nor an answer within %v",
				time.Since(lastIn).Round(time.Second), l.s.cfg.KeepaliveTimeout))
			return
		case !probed.IsZero():
		case time.Since(lastIn) >= l.s.cfg.Keepalive:
			probed = l.probe(c)
		}
	}
}

// untilProbe is the time to the next thing that watch has to do.
func (l *link) untilProbe(c *connection, probed time.Time) time.Duration {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	if !probed.IsZero() && c.lastIn.Before(probed) {
		// An answer makes the next question due that much later; it does not wake watch.
		return min(time.Until(probed.Add(l.s.cfg.KeepaliveTimeout)), l.s.cfg.Keepalive)
	}
	return max(time.Until(c.lastIn.Add(l.s.cfg.Keepalive)), 0)
}

// probe asks for a sign of life: an acknowledgement where the stream is managed,
// else a ping (XEP-0199), whose error is as good as its result.
func (l *link) probe(c *connection) time.Time {
	l.s.mu.Lock()
	now := l.s.now()
	if l.up == c && c.managed != nil {
		l.askAck(c)
		l.s.mu.Unlock()
		return now
	}
	to := l.status.JID.Host().String()
	l.s.mu.Unlock()
	ping, err := iqbuilder.Get(iqbuilder.To(to), iqbuilder.WithElement(stanza.Name{Space: "urn:xmpp:ping", Local: "ping"}))
	if err == nil {
		_, err = l.s.start(ping, []SendOption{WithTimeout(l.s.cfg.KeepaliveTimeout), unasked}, nil)
	}
	if err != nil {
		l.s.note("the keepalive ping could not be sent: %v", err)
	}
	return now
}

// unasked marks what the user did not ask for.
func unasked(o *sending) { o.unasked = true }

// pad writes white space as long as the connection lasts.
func (l *link) pad(ctx context.Context, c *connection) {
	every := max(l.s.cfg.WhiteSpace, time.Second)
	l.s.note("a space goes to the server every %v", every)
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		switch err := c.conn.WriteSpace(ctx); {
		case errors.Is(err, wire.ErrNoSpace):
			l.s.note("%v", err)
			return
		case err != nil:
			l.lose(c, err)
			return
		}
	}
}
