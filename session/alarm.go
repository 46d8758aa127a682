package session

import (
	"time"

	"iqscope/session/exchange"
)

// alarm is the one timer of all deadlines. The session's lock guards it.
type alarm struct {
	fire  func()
	timer *time.Timer
	at    time.Time // when it fires; zero: it does not
}

// set lets it fire at that time, or not at all.
func (a *alarm) set(at time.Time, ok bool) {
	switch {
	case !ok:
		if a.timer != nil {
			a.timer.Stop()
		}
		a.at = time.Time{}
	case at.Equal(a.at):
	case a.timer == nil:
		a.timer = time.AfterFunc(time.Until(at), a.fire)
		a.at = at
	default:
		a.timer.Reset(time.Until(at))
		a.at = at
	}
}

// arm sets the alarm to when a deadline may pass. The session's lock is held.
func (s *Session) arm() {
	at, ok := s.requests.table.Wake()
	if next, due := s.answers.desk.Next(); due && (!ok || next.Before(at)) {
		at, ok = next, true
	}
	s.alarm.set(at, ok)
}

// expire does what is due. It runs when the alarm fires, and may run once too often: the
// table and the desk know what is due.
func (s *Session) expire() {
	s.mu.Lock()
	s.alarm.at = time.Time{}
	now := time.Now()
	// The cause is for what never left.
	s.requests.endedAll(s.requests.table.Expire(now), exchange.ErrOverdueUnsent)
	s.answers.desk.Expire(now)
	s.answers.handOver()
	s.arm()
	s.mu.Unlock()
	s.changed.ring()
}
