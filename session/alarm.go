package session

import (
	"time"

	"iqscope/internal/suspend"
	"iqscope/session/exchange"
)

const (
	// lookEvery is how often the alarm goes off while it is set, be the deadlines as far as they may:
	// timers stand still while the machine sleeps, so that what was due meanwhile is seen
	// that late at most.
	lookEvery = time.Second
	// shortestSleep is what is called sleep; less is kept in mind until it adds up to so much.
	shortestSleep = time.Second
)

// alarm is the one timer of all deadlines, and looks whether the machine slept. The session's
// lock guards it.
type alarm struct {
	fire      func()
	timer     *time.Timer
	at        time.Time            // when it fires; zero: it does not
	suspended func() time.Duration // suspend.Total, or what a test puts in its place
	counted   time.Duration        // of that
	wall      func(time.Time) time.Time
	looked    time.Time // when suspended was asked last
	onWall    time.Time // what the wall clock showed then
}

func newAlarm(fire func()) alarm {
	now := time.Now()
	onTheWall := func(now time.Time) time.Time { return now.Round(0) }
	return alarm{fire: fire, suspended: suspend.Total, counted: suspend.Total(), wall: onTheWall, looked: now, onWall: now.Round(0)}
}

// set lets it fire at that time, and within lookEvery. One that is set already and is not wanted any
// more fires once in vain, which is cheaper than to stop it: the next request wants it again.
func (a *alarm) set(at time.Time, on bool) {
	if !on || !a.at.IsZero() && !at.Before(a.at) {
		return // if it is on, it will be set anew when it has fired
	}
	left := min(time.Until(at), lookEvery)
	a.at = time.Now().Add(left)
	if a.timer == nil {
		a.timer = time.AfterFunc(left, a.fire)
	} else {
		a.timer.Reset(left)
	}
}

// slept is for how long the machine slept since it last told; 0: it did not. Asking costs as much
// as a good part of a request does. The wall clock, which costs nothing beside now, has moved
// after a sleep, unless somebody set it back by as much: then the alarm is the first to ask.
func (a *alarm) slept(now time.Time, ask bool) time.Duration {
	wall := a.wall(now)
	moved := wall.Sub(a.onWall) - now.Sub(a.looked)
	if !ask && moved.Abs() < shortestSleep {
		return 0
	}
	a.looked, a.onWall = now, wall
	total := a.suspended()
	d := total - a.counted
	if d < shortestSleep {
		return 0
	}
	a.counted = total
	return d
}

// now is the time for everything that is to last. If the machine has slept, all that is kept
// lies so much further back from now on, and the alarm ends what is due by that within lookEvery. The
// session's lock is held.
func (s *Session) now() time.Time { return s.look(false) }

func (s *Session) look(ask bool) time.Time {
	now := time.Now()
	if d := s.alarm.slept(now, ask); d > 0 {
		s.requests.table.Slept(d, now)
		s.answers.desk.Slept(d, now)
		s.link.slept(d, now)
		s.note("this machine slept for %v", d.Round(time.Second))
	}
	return now
}

// next is when a deadline may pass; false for never. The session's lock is held.
func (s *Session) next() (time.Time, bool) {
	at, ok := s.requests.table.Wake()
	if due, held := s.answers.desk.Next(); held && (!ok || due.Before(at)) {
		return due, true
	}
	return at, ok
}

// arm sets the alarm to when a deadline may pass, or lets it look at the clocks alone.
// The session's lock is held.
func (s *Session) arm() {
	at, ok := s.next()
	if !ok && s.link.mindsSleep() {
		at, ok = time.Now().Add(lookEvery), true
	}
	s.alarm.set(at, ok)
}

// expire does what is due. It runs when the alarm fires, and may run once too often: the
// table and the desk know what is due.
func (s *Session) expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.alarm.at = time.Time{}
	now := s.look(true)
	if at, ok := s.next(); ok && !at.After(now) {
		// The cause is for what never left.
		s.requests.endedAll(s.requests.table.Expire(now), exchange.ErrOverdueUnsent)
		s.answers.desk.Expire(now)
		s.answers.handOver()
		s.changed.ring()
	}
	s.arm()
}
