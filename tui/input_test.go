package tui

import (
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/tui/input"
)

// What a terminal that does not mark pastes delivers, one piece at a time.
func TestALongUnmarkedPasteIsNotTakenForKeys(t *testing.T) {
	for _, c := range []struct {
		name   string
		runes  int
		paste  bool
		zooms  bool
		warned bool
	}{
		{"as much as is typed ahead", input.TypedAhead - 1, false, true, false}, // an odd number of z zooms
		{"a little more", input.TypedAhead + 1, false, false, true},
		{"a piece of a paste", 255, false, false, true},
		{"all of it", 1601, false, false, true},
		{"a marked paste", 1601, true, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, 140, 45)
			s.press("alt+3")
			z := make([]rune, c.runes)
			for i := range z {
				z[i] = 'z'
			}
			s.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: z, Paste: c.paste})
			if s.m.desk.zoom != c.zooms {
				t.Errorf("the characters act as keys: %v, want %v", s.m.desk.zoom, c.zooms)
			}
			if c.warned {
				s.shows("✗ This looks like pasted text, and no text is typed here")
			}
		})
	}
}

func TestAMessageStaysWhenTheSessionChanges(t *testing.T) {
	s := start(t, 140, 45)
	s.press("alt+enter", "alt+2", "y")
	s.shows("✓ Copied to the terminal's clipboard")
	s.happens(func(f *fakeSession) { f.replies(1, discoResult) })
	s.shows("✓ Copied to the terminal's clipboard")
}

// A component's stream has another default namespace than a client's.
func TestTheDraftIsReadAnewOnAnotherKindOfStream(t *testing.T) {
	s := start(t, 140, 45)
	st, _ := s.m.desk.draft.Check()
	if got := st.Name().Space; got != stanza.NSClient {
		t.Fatalf("the draft is in %s", got)
	}
	s.happens((*fakeSession).loses)
	s.happens(func(f *fakeSession) { f.scope, f.status.State = stanza.ComponentScope(), session.Online })
	if st, _ := s.m.desk.draft.Check(); st.Name().Space != stanza.NSComponent {
		t.Errorf("the draft is still in %s", st.Name().Space)
	}
}

func TestAReplyIsEditedWithTheIDThatItAnswers(t *testing.T) {
	s := start(t, 140, 45)
	s.happens(func(f *fakeSession) { f.arrives(discoResult, "", "") })
	s.press("alt+3", "e")
	if st, _ := s.m.desk.draft.Check(); st == nil || st.ID() != "q0001" {
		t.Errorf("the draft is %q", s.m.desk.draft.Text())
	}
}

func TestALineOfTheLogIsEditedWhileARequestOfOthersIsSelected(t *testing.T) {
	s := start(t, 140, 45)
	s.happens(func(f *fakeSession) {
		f.status.Hold.On = true
		f.asks(askVersion)
		f.arrives(discoResult, "", "")
	})
	s.press("alt+2", "e")
	s.shows("✗ A request of others is answered, not sent again.")
	s.press("alt+3", "e")
	if st, _ := s.m.desk.draft.Check(); st == nil || st.ID() != "q0001" {
		t.Errorf("the draft is %q", s.m.desk.draft.Text())
	}
}

func TestEscTakesAFailureAwayAndNothingElse(t *testing.T) {
	for _, where := range []string{"i", "alt+3"} {
		s := start(t, 140, 45)
		s.press("esc")
		s.happens((*fakeSession).loses)
		s.press("alt+2", "k", "alt+1", where)
		s.shows("✗ The server closed the connection") // it stays through other keys
		before := *s.m.desk
		s.press("esc")
		s.hides("✗ The server closed the connection")
		if s.m.desk.editing != before.editing || s.m.desk.focus != before.focus {
			t.Errorf("after %s, esc has done more than take the message away", where)
		}
		s.happens(func(*fakeSession) {})
		s.hides("✗ The server closed the connection")
	}
}

func TestTheShellsWishToSuspendIsTheKeys(t *testing.T) {
	for _, how := range []func(s *sim){
		func(s *sim) { s.press("alt+3", "ctrl+z") },
		func(s *sim) { s.press("ctrl+o", "ctrl+z") },
		func(s *sim) { s.send(SuspendAsked{}) },
		func(s *sim) { s.press("alt+x"); s.typing("suspend"); s.press("enter") },
	} {
		suspended := 0
		s := start(t, 140, 45, func(o *setup) {
			o.jobs.suspend = func() tea.Msg { suspended++; return Resumed{errNotSuspended} }
		})
		how(s)
		if suspended != 1 {
			t.Errorf("suspended %d times, want once", suspended)
		}
		s.shows("✗ The program was not suspended, since nobody here could wake it again.")
	}
	s := start(t, 140, 45)
	s.press("alt+3", "ctrl+z")
	s.shows("✗ Programs cannot be suspended here.")
}
