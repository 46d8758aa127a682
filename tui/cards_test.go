package tui

import (
	"strings"
	"testing"
)

func TestACardOfTheDraft(t *testing.T) {
	s := startAt(t, "<iq type='set' id='1'><query xmlns='jabber:iq:roster'><item jid='a@b'><gr|oup>x</group></item></query></iq>")
	s.press("alt+i")
	for _, text := range []string{"What is this?", "roster_set", "RFC 6121", "item/group: group", "jid = a@b", "answered", "errors"} {
		s.shows(text)
	}
	s.press("esc")
	s.hides("What is this?")
	s.press("alt+i", "alt+i")
	s.hides("What is this?")
	s.typing("x")
	if !strings.Contains(s.m.desk.draft.Text(), "<grxoup>") {
		t.Error("behind the card one does not go on typing")
	}
}

// A long stanza is read away from the update loop, and its card comes when it is read, unless something
// else was opened meanwhile.
func TestACardOfALongStanzaComesLater(t *testing.T) {
	s := start(t, 140, 45)
	long := strings.Repeat("x", 2*readAtOnce)
	s.happens(func(f *fakeSession) {
		f.arrives("<iq type='result' id='x' from='a@b'><query xmlns='jabber:iq:version'><name>"+long+"</name></query></iq>", "", "")
	})
	s.press("alt+3")
	for _, other := range []bool{false, true} {
		cmd := showCard(s.m)
		s.hides("What is this?")
		if other {
			s.press("f1")
		}
		s.run(cmd)
		if other {
			s.hides("What is this?")
			continue
		}
		s.shows("What is this?", "XEP-0092", "x…")
		s.press("esc")
	}
}

func TestACardOfWhatIsSelected(t *testing.T) {
	s := start(t, 140, 45)
	s.happens(func(f *fakeSession) {
		f.arrives("<iq type='get' id='x' from='a@b'><query xmlns='urn:xmpp:mam:1&#x202e;'/></iq>", "", "")
	})
	s.press("alt+3", "alt+i")
	for _, text := range []string{"unknown", "urn:xmpp:mam:1", "nearest", "urn:xmpp:mam:2", "XEP-0313"} {
		s.shows(text)
	}
	if strings.ContainsRune(s.m.View(), '\u202e') {
		t.Error("what a namespace holds reaches the terminal")
	}
	s.press("esc", "alt+2", "alt+i")
	s.hides("What is this?")
	s.shows("No stanza is selected")
}

func TestACardOfAnAnswer(t *testing.T) {
	s := start(t, 140, 45)
	s.press("alt+enter")
	s.happens(func(f *fakeSession) { f.replies(1, discoResult) })
	s.press("alt+4", "alt+i")
	s.shows("XEP-0030 Service Discovery, Final")
	s.shows("disco_info: What is it, and what does it understand?")
}

func TestACardIsReadWholeInASmallRoom(t *testing.T) {
	s := startAt(t, "<iq type='get' id='1'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>")
	for _, size := range []size{{80, 24}, {40, 12}, {20, 6}} {
		s.m.width, s.m.height = size.width, size.height
		s.press("alt+i")
		seen := ""
		for range 80 {
			seen += s.m.View()
			s.press("j")
		}
		if size.width > 20 && (!strings.Contains(seen, "disco_items: What") || !strings.Contains(seen, "link")) {
			t.Errorf("at %d×%d not all of it is seen", size.width, size.height)
		}
		s.press("k", "home", "pgdown", "end", "pgup", "esc")
	}
}
