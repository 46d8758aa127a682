package tui

import (
	"strings"
	"testing"
	"time"

	"iqscope/internal/config"
)

// sends puts drafts into the composer and sends them, one after the other.
func (s *sim) sendsDrafts(drafts ...string) {
	for _, text := range drafts {
		s.m.load(text)
		s.press("alt+enter")
	}
}

func getOf(id, payload string) string {
	return "<iq type='get' id='" + id + "' to='a@b'>\n  " + payload + "\n</iq>"
}

func TestADraftSentBeforeIsFoundByItsLetters(t *testing.T) {
	s := start(t, 140, 45)
	s.press("ctrl+r")
	s.shows("No draft has been sent yet")
	version, ping, last := getOf("1", "<query xmlns='jabber:iq:version'/>"), getOf("2", "<ping xmlns='urn:xmpp:ping'/>"), getOf("3", "<query xmlns='jabber:iq:last'/>")
	s.sendsDrafts(version, ping, last)
	s.m.load("what is being written")

	s.press("ctrl+r", "enter") // the newest is the first
	if got := s.m.desk.draft.Text(); got != last {
		t.Errorf("the draft is %q", got)
	}
	s.press("ctrl+r")
	s.shows("Drafts sent before")
	s.typing("version")
	s.shows("1 of 3")
	s.shows("   <query xmlns='jabber:iq:version'/>") // the preview, as it was laid out
	s.press("enter")
	if got := s.m.desk.draft.Text(); got != version {
		t.Errorf("the draft is %q", got)
	}
	s.press("ctrl+down")
	if got := s.m.desk.draft.Text(); got != ping {
		t.Errorf("the one after it is %q", got)
	}
	s.press("ctrl+z", "ctrl+z", "ctrl+z")
	if got := s.m.desk.draft.Text(); got != "what is being written" {
		t.Errorf("undo leaves %q", got)
	}
	s.press("ctrl+r", "esc")
	if got := s.m.desk.draft.Text(); got != "what is being written" {
		t.Errorf("leaving the list has changed the draft: %q", got)
	}
}

func TestAFoundDraftHasItsTimeout(t *testing.T) {
	s := start(t, 80, 24)
	s.m.load(getOf("1", "<ping xmlns='urn:xmpp:ping'/>"))
	s.m.desk.draft.SetTimeout(7 * time.Second)
	s.press("alt+enter", "ctrl+n", "ctrl+r", "enter")
	if got := s.m.desk.draft.Timeout(); got != 7*time.Second {
		t.Errorf("it waits %v", got)
	}
}

func TestADraftIsSavedUnderANameFromThePalette(t *testing.T) {
	shelf := &fakeShelf{}
	s := start(t, 140, 45, func(set *setup) { set.shelf = shelf })
	s.press("ctrl+p")
	s.typing("save draft")
	s.press("enter")
	s.shows("Save the draft as: ")
	s.press("enter")
	s.shows("a template has a name")
	s.typing("mine")
	s.press("enter")
	s.shows("Saved as the template mine")
	if len(shelf.saved) != 1 || !strings.Contains(shelf.saved[0].Text, "disco#info") {
		t.Errorf("it saved %v", shelf.saved)
	}
}

type fakeShelf struct{ saved []config.Template }

func (f *fakeShelf) Load() ([]config.Template, []error) { return f.saved, nil }
func (f *fakeShelf) Save(t config.Template, _ bool) error {
	f.saved = append(f.saved, t)
	return nil
}
func (f *fakeShelf) Remove(string) error { return nil }
