package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

const (
	// DefaultKeepaliveTimeout is how long a link that was asked for a sign of
	// life may stay silent.
	DefaultKeepaliveTimeout = 15 * time.Second
	// wakeCheck is how often the clocks are compared, to notice that the machine was asleep.
	wakeCheck = time.Second
	// wakeGap is how far the wall clock must have run ahead of the monotonic one
	// to call it sleep: the monotonic clock stands still while a machine sleeps.
	wakeGap = 5 * time.Second
)

// clocks reads the wall clock and, from any beginning, the monotonic one.
type clocks func() (wall time.Time, monotonic time.Duration)

func realClocks() clocks {
	began := time.Now()
	return func() (time.Time, time.Duration) {
		now := time.Now()
		return now.Round(0), now.Sub(began)
	}
}

// watch asks a silent link for a sign of life, and gives it up when there is
// none (RFC 6120 §4.6). It runs as long as the connection, if there is a keepalive.
func (s *Session) watch(ctx context.Context, l *life) {
	lastWall, lastMono := s.clocks()
	probed := time.Time{} // zero: nothing was asked
	for {
		timer := time.NewTimer(min(wakeCheck, s.untilProbe(probed)))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		wall, mono := s.clocks()
		slept := wall.Sub(lastWall) - (mono - lastMono)
		lastWall, lastMono = wall, mono

		s.mu.Lock()
		heard := s.heard
		s.mu.Unlock()
		if !heard.Before(probed) {
			probed = time.Time{}
		}
		switch {
		case !probed.IsZero() && time.Since(probed) >= s.cfg.KeepaliveTimeout:
			s.lose(l, fmt.Errorf("the link is dead: nothing came for %v, nor an answer within %v",
				time.Since(heard).Round(time.Second), s.cfg.KeepaliveTimeout))
			return
		case !probed.IsZero():
		case slept >= wakeGap:
			s.note(fmt.Sprintf("the clock jumped by %v: this machine slept; asking the server for a sign of life", slept.Round(time.Second)))
			probed = s.probe(l)
		case time.Since(heard) >= s.cfg.Keepalive:
			probed = s.probe(l)
		}
	}
}

// untilProbe is the time to the next thing that watch has to do.
func (s *Session) untilProbe(probed time.Time) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !probed.IsZero() && s.heard.Before(probed) {
		return time.Until(probed.Add(s.cfg.KeepaliveTimeout))
	}
	return max(time.Until(s.heard.Add(s.cfg.Keepalive)), 0)
}

// probe asks for a sign of life: an acknowledgement where the stream is managed,
// else a ping (XEP-0199), whose error is as good as its result.
func (s *Session) probe(l *life) time.Time {
	now := time.Now()
	s.mu.Lock()
	if s.life == l && s.sm != nil {
		s.sm.asked = false
		s.askAck(l)
		s.mu.Unlock()
		return now
	}
	to := s.status.JID.Host().String()
	s.mu.Unlock()
	ping, err := iqbuilder.Get(iqbuilder.To(to), iqbuilder.WithElement(stanza.Name{Space: "urn:xmpp:ping", Local: "ping"}))
	if err == nil {
		_, err = s.start(ping, []SendOption{WithTimeout(s.cfg.KeepaliveTimeout), unasked}, nil)
	}
	if err != nil {
		s.note("the keepalive ping could not be sent: " + err.Error())
	}
	return now
}

// unasked marks what the user did not ask for.
func unasked(o *sending) { o.unasked = true }

// pad writes white space as long as the connection lasts.
func (s *Session) pad(ctx context.Context, l *life) {
	every := max(s.cfg.WhiteSpace, time.Second)
	s.note(fmt.Sprintf("a space goes to the server every %v", every))
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		switch err := l.conn.WriteSpace(ctx); {
		case errors.Is(err, wire.ErrNoSpace):
			s.note(err.Error())
			return
		case err != nil:
			s.lose(l, err)
			return
		}
	}
}
