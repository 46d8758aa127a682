package tui

import (
	"testing"
)

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

func TestWhatIsSelectedIsCutAndCopied(t *testing.T) {
	s := startAt(t, "<|item/>")
	s.press("ctrl+x")
	s.shows("✗ Nothing is selected in the draft")
	s.press("shift+right", "shift+right", "alt+u")
	if s.copies.text != "it" {
		t.Errorf("it copied %q", s.copies.text)
	}
	s.press("shift+right", "shift+right", "ctrl+x")
	if got := s.m.desk.draft.Text(); s.copies.text != "item" || got != "</>" {
		t.Errorf("it cut %q, and left %q", s.copies.text, got)
	}
	s.press("ctrl+z")
	if got := s.m.desk.draft.Text(); got != "<item/>" {
		t.Errorf("undo leaves %q", got)
	}
}

func TestAnEmptyComposerSaysWhatItIsFor(t *testing.T) {
	s := start(t, 80, 24)
	s.press("alt+a", "delete")
	s.shows("Write here what is to be sent")
	s.shows("To try it, press F2")
	s.hides("there is no element")
	s.hides("✗")
	s.press("f2")
	s.typing("ping")
	s.press("enter")
	s.shows("✓ well-formed")
	s.hides("Write here")
}

func TestTheFooterNamesTheKeyThatCompletes(t *testing.T) {
	s := startAt(t, "<iq>|</iq>")
	s.hides("tab complete")
	s.typing("<pi")
	s.shows("tab complete")
	s.press("tab")
	s.hides("tab complete")
}
