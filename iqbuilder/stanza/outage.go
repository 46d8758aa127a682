package stanza

import "time"

// Outage is a time in which there was no connection. The zero value is none.
type Outage struct {
	From time.Time
	To   time.Time // when there was one again; zero as long as there was none
}

// None says that there was no outage.
func (o Outage) None() bool { return o.From.IsZero() }

// Over says that there was a connection again.
func (o Outage) Over() bool { return !o.To.IsZero() }

// String is when it was, to the second: "from 12:00:03 to 12:00:20" or "from 12:00:03 on".
func (o Outage) String() string {
	const clock = "15:04:05"
	switch {
	case o.None():
		return "never"
	case o.Over():
		return "from " + o.From.Format(clock) + " to " + o.To.Format(clock)
	}
	return "from " + o.From.Format(clock) + " on"
}
