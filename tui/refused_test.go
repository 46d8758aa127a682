package tui

import (
	"strings"
	"testing"

	"iqscope/iqbuilder/stanza"
)

func TestWhatWasRefusedIsReachedFromItsRequest(t *testing.T) {
	forged := strings.Replace(discoResult, "from='demo.localhost'", "from='mallory@evil.example'", 1)
	s := start(t, 140, 45)
	s.press("alt+enter", "alt+2")
	s.happens(func(f *fakeSession) {
		f.refuses(1, stanza.VerdictWrongSender, forged, "not demo.localhost; still waiting")
	})
	s.shows("[explain]") // it has opened by itself
	s.shows("! #2 wrong-sender, from mallory@evil.example: not demo.localhost; still")
	s.press("j", "y", "y")
	s.shows("! Verdict: wrong-sender")
	if s.copies.text != forged {
		t.Errorf("copied %q", s.copies.text)
	}
	s.press("X")
	s.shows("No waiting request is selected")
	s.press("e")
	if got := s.m.desk.draft.Text(); got != forged {
		t.Errorf("to be edited is %q", got)
	}
	s.press("alt+2", "k", "e")
	if got := s.m.desk.draft.Text(); !strings.HasPrefix(got, "<iq type='get'") {
		t.Errorf("of the request is to be edited %q", got)
	}
}

// Faults, row 33: a sender whose name only looks like another's.
// Fault 33: look-alike addresses.
func TestALookAlikeAddressIsSeenEverywhere(t *testing.T) {
	s := start(t, 140, 45)
	s.press("alt+enter", "alt+3", "v", "alt+2")
	s.happens(func(f *fakeSession) {
		f.refuses(1, stanza.VerdictWrongSender, strings.Replace(discoResult, "from='demo.localhost'", "from='d\u0435mo.localhost'", 1), "not demo.localhost")
	})
	s.press("j")
	screen := s.m.View()
	if got := strings.Count(screen, "d<U+0435>mo"); got < 3 { // log, row, and what stands under it
		t.Errorf("it is shown as such %d times:\n%s", got, screen)
	}
	s.press("alt+4", "h")
	s.shows("from      d<U+0435>mo.localhost")
}
