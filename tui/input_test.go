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
		pasted bool
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
			if c.pasted {
				s.shows("✓ What was pasted is the draft now")
				if got := s.m.desk.draft.Text(); got != string(z) {
					t.Errorf("the draft is %q", got)
				}
			}
		})
	}
}

func TestAMessageStaysWhenTheSessionChanges(t *testing.T) {
	s := start(t, 140, 45)
	s.press("alt+enter", "alt+2", "y", "y")
	s.shows("✓ Sent to the terminal's clipboard")
	s.happens(func(f *fakeSession) { f.replies(1, discoResult) })
	s.shows("✓ Sent to the terminal's clipboard")
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

func TestTheFooterSaysWhatEscDoesWhileAMessageStands(t *testing.T) {
	s := start(t, 140, 45)
	s.shows("esc stop typing")
	s.write("<iq")
	s.press("alt+enter")
	s.shows("✗ Not sent")
	s.shows("esc stop typing")
	s.press("esc") // which any key would take away
	s.hides("✗ Not sent")
	before := s.m.desk.draft.Text()
	s.typing("z")
	if s.m.desk.draft.Text() != before {
		t.Error("after esc, a letter has landed in the draft")
	}
	s.press("enter")
	s.happens((*fakeSession).loses)
	s.shows("✗ The server closed the connection")
	s.shows("esc close message")
	s.hides("esc stop typing")
	s.press("esc")
	s.hides("✗ The server closed the connection")
	s.shows("esc stop typing")
	s.press("esc")
	if s.m.desk.editing {
		t.Error("esc has not stopped typing")
	}
	s.hides("esc close message")
	s.happens(func(f *fakeSession) { f.status.State = session.Online })
	s.happens((*fakeSession).loses)
	s.shows("esc close message")
}

func TestAKeyThatDoesNothingSaysSo(t *testing.T) {
	for _, c := range []struct {
		name  string
		where []string
		key   string
		want  string
		next  string // takes it away
	}{
		{"a letter in a pane", []string{"alt+3"}, "w", "✗ The key w does nothing here; ? shows the keys that work.", "up"},
		{"a function key while typing", nil, "f11", "✗ The key F11 does nothing here; F1 shows the keys that work.", "up"},
		{"on the connection's screen", []string{"ctrl+o"}, "w", "✗ The key w does nothing here; ? shows the keys that work.", "up"},
		{"in a line that is asked for", []string{"alt+t"}, "f11", "✗ the key F11 does nothing here; F1 shows the keys that work", "5"},
		{"in the command line", []string{"esc", ":"}, "f11", "✗ the key F11 does nothing here; F1 shows the keys that work", "5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, 140, 45)
			s.press(c.where...)
			s.press(c.key)
			s.shows(c.want)
			s.press(c.next)
			s.hides("does nothing here")
		})
	}
	s := start(t, 140, 45)
	s.press("alt+3")
	s.happens((*fakeSession).loses)
	s.press("w")
	s.shows("✗ The server closed the connection")
}

func TestTheQuestionMarkShowsTheKeysOnAnyScreen(t *testing.T) {
	for _, open := range []string{"ctrl+o", "ctrl+g", "alt+3"} {
		s := start(t, 140, 45)
		s.press(open, "?")
		s.shows("Keys: ")
		s.press("?")
		s.hides("Keys: ")
	}
}

func TestAPasteWhereNothingIsTypedSaysHowToGetWhereItIs(t *testing.T) {
	s := start(t, 140, 45)
	s.press("ctrl+o")
	s.paste("<iq/>")
	s.shows("✗ This looks like pasted text, and no text is typed here; first q, then alt+1, then enter for the composer.")
	s.press("esc", "alt+1", "enter")
	s.paste("<!-- here -->")
	s.shows("<!-- here -->")
}
