package tui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/session"
	"iqscope/tui/words"
)

// Steps of what counts down (design: screen updates).
const (
	coarse = time.Second
	fine   = 200 * time.Millisecond // in a request's last seconds
)

// wake starts a timer for the next moment at which the screen would look different by itself. When nothing counts down there is none.
// Moments are whole steps of the clock, so that all countdowns move together.
func (m *Model) wake() tea.Cmd {
	step := time.Duration(0)
	now := m.now()
	if m.status.InFlight > 0 || m.incoming.open || m.rate.moving {
		step = coarse
	}
	if due := m.incoming.next; !due.IsZero() && due.Sub(now) <= words.Fine+coarse {
		step = fine
	}
	if next := m.status.Next; m.status.InFlight > 0 && !next.IsZero() && next.Sub(now) <= words.Fine+coarse {
		step = fine
	}
	if step == 0 && (m.attempting() || m.handlers != nil && m.handlers.Ages()) {
		step = coarse
	}
	if step == 0 {
		return nil
	}
	at := now.Truncate(step).Add(step)
	if !m.wakeAt.IsZero() && !m.wakeAt.After(at) {
		return nil // the one that runs is soon enough
	}
	m.wakeAt = at
	return m.after(at.Sub(now), TimePassed{at})
}

// attempting says that the next attempt to connect is counted down, or that a step of one is shown with its time.
func (m *Model) attempting() bool {
	return m.status.State == session.Lost && m.status.RetryAt.After(m.now()) ||
		m.connection != nil && (m.status.State == session.Connecting || m.status.State == session.ByHand)
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
