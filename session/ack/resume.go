package ack

import "time"

// SetResumption makes the stream one that can be resumed by that id, not empty, within
// a time after its connection was lost (§3, §5).
func (l *Ledger[T]) SetResumption(id string, within time.Duration) { l.id, l.within = id, within }

// ID is what the stream is resumed by, "" when it cannot be.
func (l *Ledger[T]) ID() string {
	if l.over {
		return ""
	}
	return l.id
}

// Lost takes note of the time at which the connection was lost.
func (l *Ledger[T]) Lost(now time.Time) { l.lostAt = now }

// ResumeBy is when it is too late to resume the stream; false when it cannot be
// resumed at all, or has its connection.
func (l *Ledger[T]) ResumeBy() (time.Time, bool) {
	if l.ID() == "" || l.lostAt.IsZero() {
		return time.Time{}, false
	}
	return l.lostAt.Add(l.within), true
}

// CanResume says whether the stream, having lost its connection, can be resumed now.
func (l *Ledger[T]) CanResume(now time.Time) bool {
	by, ok := l.ResumeBy()
	return ok && now.Before(by)
}

// Resume goes on with the stream over another connection, the other side having
// handled h stanzas (§5). It returns the others in the order they were sent: they are
// to be sent again, before anything new, and Sent counts them again. What was asked on
// the old connection needs no answer. The error is a TooHighError: nothing has changed
// then.
func (l *Ledger[T]) Resume(h uint32) ([]T, error) {
	if err := l.Acknowledge(h); err != nil {
		return nil, err
	}
	again := l.Rest()
	l.sent = l.acked
	l.unacked, l.bytes, l.unasked, l.unaskedBytes = nil, 0, 0, 0
	l.owes = false
	l.lostAt = time.Time{}
	return again, nil
}
