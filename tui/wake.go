package tui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/tui/words"
)

// Steps of what counts down: often enough to be read as running, and no more.
const (
	coarse = time.Second
	fine   = 200 * time.Millisecond // in a request's last seconds
)

// alarm is the one timer for what changes on the screen by itself.
type alarm struct {
	at time.Time // when it will fire; zero for never
}

// fired says that a timer has fired, and reports whether that was the one that is waited for.
func (a *alarm) fired(at time.Time) bool {
	if !at.Equal(a.at) {
		return false
	}
	a.at = time.Time{}
	return true
}

// set starts the timer for the next moment at which the screen would look different by itself. When
// nothing counts down there is none. Moments are whole steps of the clock, so that all countdowns
// move together.
func (a *alarm) set(step time.Duration, now time.Time, after func(time.Duration, tea.Msg) tea.Cmd) tea.Cmd {
	if step == 0 {
		return nil
	}
	at := now.Truncate(step).Add(step)
	if !a.at.IsZero() && !a.at.After(at) {
		return nil // the one that runs is soon enough
	}
	a.at = at
	return after(at.Sub(now), TimePassed{at})
}

// step is how often what is known counts down on the screen; 0 for never.
func (k *known) step(now time.Time) time.Duration {
	urgent := func(at time.Time) bool { return !at.IsZero() && at.Sub(now) <= words.Fine+coarse }
	switch {
	case urgent(k.due), k.status.InFlight > 0 && urgent(k.status.Next):
		return fine
	case k.status.InFlight > 0, k.open, k.rate.moving, k.attempting(now):
		return coarse
	}
	return 0
}
