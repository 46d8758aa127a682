package tui

import (
	"slices"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/exchange"
	"iqscope/session/journal"
)

// known is what the session said last. It is asked anew by refresh alone, so that all that is drawn
// is of one moment.
type known struct {
	session    Session
	status     session.Status
	requests   []session.Exchange
	ours       []session.Exchange // those of the requests that the user asked for
	theirs     []session.Incoming // the requests of others, oldest first
	due        time.Time          // when the first of those that are held runs out of time; zero for never
	open       bool               // one of them is not answered yet
	version    int                // changes with every refresh
	connecting bool               // the user's own attempt is under way
	rate       rate
}

// refresh asks the session how things stand.
func (k *known) refresh(now time.Time) {
	k.version++
	k.status = k.session.Status()
	k.requests = k.session.Exchanges(k.requests)
	k.findOurs()
	k.theirs = k.session.Incoming(k.theirs)
	k.findDue()
	k.rate.note(now, k.status.In)
}

// findOurs leaves out what the session asks for by itself to keep the link alive. It is in the log,
// but nobody waits for it.
func (k *known) findOurs() {
	k.ours = k.requests
	if slices.ContainsFunc(k.requests, func(v session.Exchange) bool { return v.Unasked }) {
		k.ours = slices.DeleteFunc(slices.Clone(k.requests), func(v session.Exchange) bool { return v.Unasked })
	}
	k.status.InFlight, k.status.Next = 0, time.Time{}
	for i := range k.ours {
		if v := &k.ours[i]; v.InFlight() {
			k.status.InFlight++
			if !v.Deadline.IsZero() && (k.status.Next.IsZero() || v.Deadline.Before(k.status.Next)) {
				k.status.Next = v.Deadline
			}
		}
	}
}

// findDue counts the requests of others that wait for an answer by hand.
func (k *known) findDue() {
	k.due, k.open, k.status.Held = time.Time{}, false, 0
	for i := range k.theirs {
		a := &k.theirs[i]
		k.open = k.open || a.State.Open()
		if a.State != exchange.Held {
			continue
		}
		k.status.Held++
		if k.due.IsZero() || a.Deadline.Before(k.due) {
			k.due = a.Deadline
		}
	}
}

func (k *known) online() bool { return k.status.State == session.Online }

// canConnect says that there is no connection, and none is being made.
func (k *known) canConnect() bool {
	return !k.connecting && (k.status.State == session.Lost || k.status.State == session.Offline)
}

// canDisconnect says that there is a connection, or an attempt at one now or later.
func (k *known) canDisconnect() bool {
	return k.connecting || k.status.State != session.Offline && (k.status.State != session.Lost || !k.status.RetryAt.IsZero())
}

// failedAgain reports whether the connection was lost since a status, or an attempt of the
// session's own to bring it back failed for another reason. Of the user's own attempts is told when
// they end.
func (k *known) failedAgain(before session.Status) bool {
	switch {
	case k.connecting || k.status.Err == nil:
		return false
	case before.State == session.Online || before.State == session.ByHand || before.Err == nil:
		return true
	}
	return before.Err.Error() != k.status.Err.Error()
}

// requestOf is the request of ours that a line of the log is, or answers; nil for none.
func (k *known) requestOf(e journal.Entry) *session.Exchange {
	seq := e.Seq
	if e.Request != 0 {
		seq = e.Request
	}
	i := slices.IndexFunc(k.requests, func(v session.Exchange) bool { return v.Seq == seq })
	if i < 0 {
		return nil
	}
	v := k.requests[i]
	return &v
}

// askedIn is the same for a request of others.
func (k *known) askedIn(e journal.Entry) *session.Incoming {
	if e.Stanza == nil || e.Stanza.Kind() != stanza.IQ {
		return nil
	}
	i := slices.IndexFunc(k.theirs, func(a session.Incoming) bool { return a.Seq == e.Seq || a.ReplySeq == e.Seq })
	if i < 0 {
		return nil
	}
	a := k.theirs[i]
	return &a
}

// heldLongest is the request of others that has been held longest.
func (k *known) heldLongest() (session.Incoming, bool) {
	i := slices.IndexFunc(k.theirs, func(a session.Incoming) bool { return a.State == exchange.Held })
	if i < 0 {
		return session.Incoming{}, false
	}
	return k.theirs[i], true
}

// holdTime is how long requests are held.
func (k *known) holdTime() time.Duration {
	if d := k.status.Hold.For; d > 0 {
		return d
	}
	return session.DefaultHoldTime
}

// attempting says that the next attempt to connect is counted down.
func (k *known) attempting(now time.Time) bool {
	return k.status.State == session.Lost && k.status.RetryAt.After(now)
}

// rate is how many stanzas a second came in lately.
type rate struct {
	moving    bool // something came in since it was zero; then a timer runs
	since     time.Time
	count     uint64
	perSecond int
}

// note takes in how many stanzas have come in ever.
func (r *rate) note(now time.Time, count uint64) {
	if !r.moving {
		r.moving = count != r.count
		r.since = now
		return
	}
	passed := now.Sub(r.since)
	if passed < coarse/2 {
		return // too short to tell
	}
	r.perSecond = int(float64(count-r.count)/passed.Seconds() + 0.5)
	r.moving = count != r.count
	r.since, r.count = now, count
}
