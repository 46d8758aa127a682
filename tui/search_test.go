package tui

import "testing"

func TestASearchGoesThroughTheLogByKeys(t *testing.T) {
	s := start(t, 99, 32)
	s.mixed()
	s.press("/")
	s.typing("Q0002")
	s.press("enter")
	s.shows("▸*12:01:02.135 ← error  q0002")
	s.press("N")
	s.shows("▸*12:01:02.123 → get    q0002")
	s.press("N")
	s.shows("paused · /Q0002: 2 of 2, from the end · 6")
	s.shows("▸*12:01:02.135 ← error  q0002")

	s.press("/", "up")
	s.shows("Search: ▏Q0002█")
	s.typing(`"'`)
	s.press("enter")
	s.shows("✗ a text with both kinds of quotes cannot be searched for")
	s.press("esc")

	s.filterBy("iq@type=get")
	s.press("esc") // ends the search, then takes the filter off
	s.hides("/Q0002")
	s.shows("iq@type=get · 4 of 6")
	s.press("esc")
	s.shows("filter off · 6")
}
