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
	s.press("j", "y")
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
