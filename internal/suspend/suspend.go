// Package suspend tells how long the machine has slept, and lets times that were kept before that
// lie as far back as they do. Go's monotonic clock stands still while a machine sleeps, and so do
// timers and the difference of two times.
package suspend

import "time"

// Shift moves times that were read before the machine slept for that long, as seen from now, when
// it is awake again: their differences to now have the sleep in them then, those to one another stay, and
// the wall clock still shows what it did. Zero times stay zero.
func Shift(slept time.Duration, now time.Time, times ...*time.Time) {
	for _, t := range times {
		if !t.IsZero() {
			*t = now.Add(t.Sub(now) - slept)
		}
	}
}
