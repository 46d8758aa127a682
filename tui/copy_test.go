package tui

import (
	"errors"
	"strings"
	"testing"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
)

// Row 60: copying and saving.
func TestCopyingSaysWhatAndWhere(t *testing.T) {
	const request = "<iq type='get' to='demo.localhost'\n    id='q0001'>\n  <query xmlns='http://jabber.org/protocol/disco#info'/>\n</iq>"
	answered := func(s *sim) {
		s.press("alt+enter")
		s.happens(func(f *fakeSession) { f.replies(1, discoResult) })
	}
	for _, c := range []struct {
		name       string
		play       func(*sim)
		text, says string
	}{
		{"a request", func(s *sim) { s.press("alt+enter", "alt+2", "y") }, request + "\n", "✓ Sent to the terminal's clipboard: the request, 114 B. If nothing arrives, Y writes a file."},
		{"in tmux", func(s *sim) { s.copies.where.Tmux = true; s.press("alt+enter", "alt+2", "y") }, request + "\n",
			"✓ Copied into tmux, where its key for pasting inserts it, and sent to the terminal's clipboard: the request, 114 B. If nothing arrives, Y"},
		{"an exchange", func(s *sim) { answered(s); s.press("alt+2", "y") }, request + "\n" + discoResult + "\n", "the request and its answer, 499 B"},
		{"a line of the log", func(s *sim) { answered(s); s.press("alt+3", "y") }, discoResult, "the result, 384 B"},
		{"the inspector", func(s *sim) { answered(s); s.press("alt+4", "y") }, discoResult, "the result, 384 B"},
		{"a note", func(s *sim) {
			s.happens(func(f *fakeSession) { f.log.Append(journal.Entry{Time: s.clock, Text: "online"}) })
			s.press("alt+3", "y")
		}, "online", "the line, 6 B"},
		{"to a file", func(s *sim) { answered(s); s.press("alt+3", "Y") }, discoResult, "✓ Written to /state/copied/1.xml: the result, 384 B."},
		{"too long", func(s *sim) { s.copies.where.File = "/state/copied/2.xml"; answered(s); s.press("alt+3", "y") }, discoResult, "✓ Written to /state/copied/2.xml"},
		{"nowhere", func(s *sim) { s.copies.err = errors.New("no room"); answered(s); s.press("alt+3", "y") }, discoResult, "✗ Not copied: no room."},
		{"nothing", func(s *sim) { s.press("alt+3", "y", "alt+2", "y", "alt+4", "y") }, "", "3 Log"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, 140, 45)
			c.play(s)
			if s.copies.text != c.text {
				t.Errorf("copied %q, want %q", s.copies.text, c.text)
			}
			s.shows(c.says)
		})
	}
}

func TestSecretsStayHiddenInWhatIsCopied(t *testing.T) {
	s := start(t, 140, 45)
	s.happens(func(f *fakeSession) {
		secret := f.parse("<iq type='set' id='a'><query xmlns='jabber:iq:register'><password>c4pulet</password></query></iq>")
		hidden := f.parse("<iq type='set' id='a'><query xmlns='jabber:iq:register'><password>[7 bytes hidden]</password></query></iq>")
		_, _ = f.Start(secret, 0)
		f.requests[0].Seq = f.log.Append(journal.Entry{Time: s.clock, Dir: stanza.Out, Stanza: hidden, Redacted: true})
		f.requests[0].Shown = hidden // as a session has it
	})
	for _, pane := range []string{"alt+2", "alt+3", "alt+4"} {
		s.copies.text = ""
		s.press(pane, "y")
		if s.copies.text == "" || strings.Contains(s.copies.text, "c4pulet") {
			t.Errorf("%s copies %q", pane, s.copies.text)
		}
	}
}
