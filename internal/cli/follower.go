package cli

import (
	"fmt"
	"time"

	"iqscope/session"
)

const (
	// lookEvery is how often the connection's state is looked at.
	lookEvery = 100 * time.Millisecond
	// givenUp is how long a lost session must have announced no other try for us
	// to know that there will be none: between two tries it does so for a moment.
	givenUp = time.Second
)

// follower tells of a session's connection as it goes and comes back.
type follower struct {
	program  *program
	session  *session.Session
	presence bool

	told time.Time // when the loss was that we have told of
	away bool      // it was not made good yet
	idle time.Time // since when there is neither a connection nor a try announced
}

// available sends the presence that was asked for (RFC 6121 §4.2). If it does not
// leave, the connection is lost, and look will find that.
func (f *follower) available() {
	if !f.presence {
		return
	}
	if presence, err := f.session.Presence(); err == nil {
		_, _ = f.session.SendStanza(presence)
	}
}

// look says what has become of the connection; the error is that it will not come
// back.
func (f *follower) look() error {
	st := f.session.Status()
	idle := st.State == session.Lost && st.RetryAt.IsZero()
	switch {
	case !idle:
		f.idle = time.Time{}
	case f.idle.IsZero():
		f.idle = time.Now()
	case time.Since(f.idle) >= givenUp:
		return &exit{exitLost, fmt.Errorf("not connected any more: %w", st.Err)}
	}
	if st.LossAt.After(f.told) && !idle {
		f.told, f.away = st.LossAt, true
		f.program.warn([]string{fmt.Sprintf("%v; it is being brought back", st.Loss)})
	}
	if f.away && st.State == session.Online {
		f.away = false
		f.program.say("connected again")
		if !st.Resumed {
			f.available()
		}
	}
	return nil
}
