package tui

import (
	"errors"
	"strings"
	"testing"
	"time"

	"iqscope/themes"
)

// copies presses what copies an id, an address and the stanza, one right after the other.
func copies(s *sim) {
	s.press("alt+enter", "alt+y", "i", "alt+y", "j", "alt+y", "y")
}

func TestToastsStandBelowEachOtherTheNewestLast(t *testing.T) {
	s := start(t, 140, 45)
	copies(s)
	text := s.m.View()
	id, jid, get := strings.Index(text, "its id, 5 B"), strings.Index(text, "whom it went to, 14 B"), strings.Index(text, "the get, 113 B")
	if id < 0 || jid < id || get < jid {
		t.Errorf("the toasts stand at %d, %d and %d", id, jid, get)
	}
	s.press("alt+y", "p")
	s.hides("its id, 5 B") // the fourth takes the place of the first
	s.shows("its payload, ")
	s.wait(toastLeast)
	s.press("esc")
	s.hides("its payload, ")
	s.hides("the get, 113 B")
}

func TestToastsGoByThemselvesExceptOnAPlainScreen(t *testing.T) {
	for _, plain := range []bool{false, true} {
		s := start(t, 140, 45, func(o *setup) {
			if !plain {
				o.theme = themes.Mono()
			}
		})
		s.press("alt+3")
		s.m.notice.tell("saved")
		s.press("down")
		s.shows("✓ Saved.")
		s.wait(toastTime + time.Second)
		if plain {
			s.shows("✓ Saved.")
			s.press("down")
		}
		s.hides("✓ Saved.")
		s.wait(10 * time.Second)
		if len(s.timers) > 0 {
			t.Errorf("%d timers run while nothing moves", len(s.timers))
		}
	}
}

func TestAToastDoesNotHideWhatWentWrong(t *testing.T) {
	s := start(t, 140, 45)
	s.m.notice.fail("There is no connection.")
	s.m.notice.tell("saved")
	s.send(SessionChanged{})
	s.shows("✓ Saved.")
	s.shows("✗ There is no connection.")
	s.wait(toastLeast)
	s.press("alt+3")
	s.hides("✓ Saved.")
	s.shows("✗ There is no connection.")
	s.press("esc")
	s.hides("There is no connection.")
	s.m.complain(errors.New("a mistake"))
	s.m.notice.tell("saved")
	s.send(SessionChanged{})
	s.hides("mistake")
}
