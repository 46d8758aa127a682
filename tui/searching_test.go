package tui

import (
	"strings"
	"testing"
)

const searched = "<iq type='get' id='1'>\n  <query xmlns='jabber:iq:roster'>\n    <item/><Item/>\n  </query>\n</iq>"

func TestTheDraftIsSearched(t *testing.T) {
	s := startAt(t, strings.Replace(searched, "\n  <query", "\n|  <query", 1))
	s.press("ctrl+f")
	s.typing("query")
	s.shows("1 of 2")
	s.press("enter")
	s.shows("2 of 2")
	s.press("down")
	s.shows("1 of 2") // round the end
	s.press("up")
	s.shows("2 of 2")
	s.press("ctrl+f") // edits there
	s.typing("found")
	if got := s.m.desk.draft.Text(); got != strings.Replace(searched, "</query>", "</found>", 1) {
		t.Errorf("the draft is %q", got)
	}
}

func TestASearchThatIsLeftGoesBack(t *testing.T) {
	s := startAt(t, strings.Replace(searched, "get", "g|et", 1))
	s.press("ctrl+f")
	s.typing("iq:ro")
	s.shows("1 of 1")
	s.press("esc")
	s.typing("!")
	if got := s.m.desk.draft.Text(); got != strings.Replace(searched, "get", "g!et", 1) {
		t.Errorf("the draft is %q", got)
	}
	s.hides("Find: ")
}

func TestCapitalLettersMatterWhereTheyAreTyped(t *testing.T) {
	s := startAt(t, "|"+searched)
	s.press("ctrl+f")
	s.typing("item")
	s.shows("1 of 2")
	s.press("ctrl+u")
	s.typing("Item")
	s.shows("1 of 1")
	s.typing("s")
	s.shows("not found")
	s.press("backspace", "backspace", "backspace", "backspace", "backspace")
	s.hides("not found")
	s.typing("(.*") // is no expression
	s.shows("not found")
}

func TestASearchBeginsWithWhatIsSelected(t *testing.T) {
	s := startAt(t, "<|item/><item/>")
	s.press("shift+right", "shift+right", "shift+right", "shift+right", "ctrl+f")
	s.shows("Find: item")
	s.shows("1 of 2")
}

func TestAFormIsNotSearched(t *testing.T) {
	s := startAt(t, "<iq type='get' id='1'><query xmlns='jabber:iq:version'/></iq>|")
	s.press("f10", "esc", "ctrl+f")
	s.shows("F10 shows its text")
}
