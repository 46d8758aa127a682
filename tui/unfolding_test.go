package tui

import "testing"

func TestAnExchangeAtTheEndOfTheLogUnfoldsWithinSight(t *testing.T) {
	s := start(t, 80, 24)
	for range 30 {
		s.press("alt+enter")
		s.happens(func(f *fakeSession) { f.replies(uint64(len(f.requests)), notFound) })
	}
	s.press("alt+3", " ")
	s.shows("There is no such node.", "└")
	s.press(" ")
	s.hides("└")
}
