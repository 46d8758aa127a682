package session

import "time"

// arm sets the one timer to when a deadline may pass. The session's lock is held.
func (s *Session) arm() {
	next, ok := s.table.Wake()
	switch {
	case !ok:
		if s.timer != nil {
			s.timer.Stop()
		}
		s.armed = time.Time{}
	case next.Equal(s.armed):
	case s.timer == nil:
		s.timer = time.AfterFunc(time.Until(next), s.expire)
		s.armed = next
	default:
		s.timer.Reset(time.Until(next))
		s.armed = next
	}
}

// expire ends what is overdue. It runs when the timer fires, and may run once
// too often: the table knows what is due.
func (s *Session) expire() {
	s.mu.Lock()
	s.armed = time.Time{}
	s.finishAll(s.table.Expire(time.Now()), errOverdueUnsent) // the cause for what never left
	s.arm()
	s.mu.Unlock()
	s.notify()
}
