package tui

import (
	"strings"
	"testing"
)

func TestWhatIsShownIsEdited(t *testing.T) {
	for _, c := range []struct {
		name string
		keys []string
		want string // how the draft begins
	}{
		{"the pending request", []string{"alt+2", "e"}, "<iq type='get'"},
		{"the reply in the inspector", []string{"alt+2", "enter", "e"}, "<iq type='result'"},
		{"the exchange in the log", []string{"alt+3", "e"}, "<iq type='get'"},
		{"its reply in the inspector", []string{"alt+3", "enter", "e"}, "<iq type='result'"},
		{"the reply in the log", []string{"alt+3", "v", "end", "e"}, "<iq type='result'"},
		{"the request in the log", []string{"alt+3", "v", "end", "k", "e"}, "<iq type='get'"},
		{"the request in the inspector, from the log", []string{"alt+3", "v", "end", "k", "enter", "e"}, "<iq type='get'"},
	} {
		s := start(t, 80, 24)
		s.press("alt+enter")
		s.happens(func(f *fakeSession) { f.replies(1, discoResult) })
		s.press(c.keys...)
		if got := s.m.desk.draft.Text(); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: the draft is %q, want one that begins with %q", c.name, got, c.want)
		}
	}
	s := start(t, 80, 24)
	s.press("alt+enter", "alt+4", "e")
	if got := s.m.desk.draft.Text(); !strings.HasPrefix(got, "<iq type='get'") || strings.Contains(got, s.fake.requests[0].Stanza.ID()) {
		t.Errorf("the request that waits, from the inspector: the draft is %q, want it with a new id", got)
	}
}
