package tui

import (
	"testing"
	"time"
)

func TestTheDraftAndTheSessionHaveTimeoutsOfTheirOwn(t *testing.T) {
	s := start(t, 140, 45)
	s.press("alt+t")
	s.shows("Timeout of this draft: ")
	s.typing("0.3")
	s.press("enter", "alt+enter", "alt+enter")
	s.press("ctrl+n", "alt+enter") // another draft
	for i, want := range []time.Duration{300 * time.Millisecond, 300 * time.Millisecond, 30 * time.Second} {
		if got := s.fake.requests[i].Timeout; got != want {
			t.Errorf("request %d waits %v, want %v", i, got, want)
		}
	}

	s.press("alt+T")
	s.shows("Timeout of the session: ▏30s")
	s.typing("none")
	s.press("enter")
	s.shows("✗ the session has a timeout always")
	s.press("alt+a", "backspace", "enter")
	s.shows("✗ a timeout is a number of seconds")
	s.typing("2m")
	s.press("enter")
	s.shows("✓ Requests wait 2 m from now on.")
	s.shows("timeout 2 m")
	s.press("alt+enter")
	s.press("ctrl+n")
	s.shows("timeout 2 m")
	s.press("alt+t")
	s.typing("5")
	s.press("enter", "alt+x")
	s.typing("session-timeout 7s")
	s.press("enter")
	s.shows("✓ Requests wait 7 s from now on. This draft has a timeout of its own.")
	s.press("alt+enter")
	for i, want := range []time.Duration{2 * time.Minute, 5 * time.Second} {
		if got := s.fake.requests[3+i].Timeout; got != want {
			t.Errorf("request %d waits %v, want %v", 3+i, got, want)
		}
	}
}
