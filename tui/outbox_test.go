package tui

import (
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/google/go-cmp/cmp"
)

func TestWhatIsSentIsHandedOverOneAfterTheOther(t *testing.T) {
	s := start(t, 80, 24)
	b := &outbox{session: s.fake}
	first := b.send(outgoing{stanza: s.fake.parse("<presence id='1'/>")})
	for _, id := range []string{"2", "3"} {
		if b.send(outgoing{stanza: s.fake.parse("<presence id='" + id + "'/>")}) != nil {
			t.Fatalf("%s is handed over while another one is", id)
		}
	}
	for cmd := first; cmd != nil; cmd = b.next() {
		if _, ok := cmd().(StanzaSent); !ok {
			t.Error("a presence is not sent")
		}
	}
	if diff := cmp.Diff([]string{"<presence id='1'/>", "<presence id='2'/>", "<presence id='3'/>"}, s.fake.sent); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	if b.send(outgoing{stanza: s.fake.parse("<presence/>")}) == nil {
		t.Error("once all is handed over, the next one waits")
	}
}

// What a terminal that does not mark pastes delivers, one piece at a time.
func TestALongUnmarkedPasteIsNotTakenForKeys(t *testing.T) {
	for _, c := range []struct {
		name   string
		runes  int
		paste  bool
		zooms  bool
		warned bool
	}{
		{"as much as is typed ahead", typedAhead - 1, false, true, false}, // an odd number of z zooms
		{"a little more", typedAhead + 1, false, false, true},
		{"a piece of a paste", 255, false, false, true},
		{"all of it", 1601, false, false, true},
		{"a marked paste", 1601, true, false, false},
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
