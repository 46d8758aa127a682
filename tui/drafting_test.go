package tui

import "testing"

func TestTheDraftIsLaidOutByAKey(t *testing.T) {
	s := startAt(t, "<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>|")
	s.press("alt+q")
	if got := s.m.desk.draft.Text(); got != "<iq type='get' id='1'>\n  <ping xmlns='urn:xmpp:ping'/>\n</iq>" {
		t.Errorf("the draft is %q", got)
	}
	s.press("ctrl+z")
	s.typing("<")
	s.press("alt+q")
	s.shows("✗ Not laid out: line 1, column 58: ")
	s.press("alt+w")
	s.shows("✗ Not laid out: line 1, column 58: ")
}
