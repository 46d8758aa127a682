package tui

import (
	"encoding/json"
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
		{"a request", func(s *sim) { s.press("alt+enter", "alt+2", "y", "y") }, request, "✓ Sent to the terminal's clipboard: the get, 113 B. If nothing arrives, Y writes a file."},
		{"in tmux", func(s *sim) { s.copies.where.Tmux = true; s.press("alt+enter", "alt+2", "y", "y") }, request,
			"✓ Copied into tmux, where its key for pasting inserts it, and sent to the terminal's clipboard: the get, 113 B. If nothing arrives, Y"},
		{"an answer", func(s *sim) { answered(s); s.press("alt+2", "y", "y") }, discoResult, "the result, 384 B"},
		{"while typing, the answer of the latest request", func(s *sim) { answered(s); s.press("alt+y", "y") }, discoResult, "the result, 384 B"},
		{"by going there", func(s *sim) { answered(s); s.press("alt+y", "enter") }, discoResult, "the result, 384 B"},
		{"an exchange", func(s *sim) { answered(s); s.press("alt+2", "y", "e") }, request + "\n" + discoResult + "\n", "the exchange, 499 B"},
		{"an exchange that has no answer", func(s *sim) { s.press("alt+enter", "alt+y", "e") }, request + "\n", "the exchange, 114 B"},
		{"a payload", func(s *sim) { s.press("alt+enter", "alt+y", "p") }, "<query xmlns='http://jabber.org/protocol/disco#info'/>", "its payload, 54 B"},
		{"an id", func(s *sim) { s.press("alt+enter", "alt+y", "i") }, "q0001", "its id, 5 B"},
		{"whom it went to", func(s *sim) { s.press("alt+enter", "alt+y", "j") }, "demo.localhost", "whom it went to, 14 B"},
		{"whom it is from", func(s *sim) { answered(s); s.press("alt+3", "y", "down", "down", "down", "enter") }, "demo.localhost", "whom it is from, 14 B"},
		{"a command line", func(s *sim) { answered(s); s.press("alt+3", "y", "c", "y") },
			"iqscope send --demo --timeout 30s '" + strings.ReplaceAll(request, "'", "'\\''") + "'", "the command line that sends it, "},
		{"the same of the exchange", func(s *sim) { answered(s); s.press("alt+3", "y", "c", "e") },
			"iqscope send --demo --timeout 30s '" + strings.ReplaceAll(request, "'", "'\\''") + "'", "the command line that sends it, "},
		{"back to XML", func(s *sim) { answered(s); s.press("alt+3", "y", "c", "s", "x", "y") }, discoResult, "the result, 384 B"},
		{"by name", func(s *sim) { answered(s); s.press("alt+x"); s.typing("copy-payload"); s.press("enter") }, discoResult[strings.Index(discoResult, "<query") : len(discoResult)-len("</iq>")], "its payload, "},
		{"what is there when the menu opens", func(s *sim) {
			answered(s)
			s.press("alt+3", "y")
			s.happens(func(f *fakeSession) { f.log.Append(journal.Entry{Time: s.clock, Text: "something else"}) })
			s.press("y")
		}, discoResult, "the result, 384 B"},
		{"a command line of what others sent", func(s *sim) {
			s.happens(func(f *fakeSession) {
				f.log.Append(journal.Entry{Time: s.clock, Dir: stanza.In, Stanza: f.parse("<message/>")})
			})
			s.press("alt+3", "y", "c", "y", "p", "i", "j", "e")
		}, "", "✗ It belongs to no request."},
		{"a line of the log", func(s *sim) { answered(s); s.press("alt+3", "y", "y") }, discoResult, "the result, 384 B"},
		{"the inspector", func(s *sim) { answered(s); s.press("alt+4", "y", "y") }, discoResult, "the result, 384 B"},
		{"a note", func(s *sim) {
			s.happens(func(f *fakeSession) { f.log.Append(journal.Entry{Time: s.clock, Text: "online"}) })
			s.press("alt+3", "y", "y")
		}, "online", "the line, 6 B"},
		{"to a file", func(s *sim) { answered(s); s.press("alt+3", "Y") }, discoResult, "✓ Written to /state/copied/1.xml: the result, 384 B."},
		{"too long", func(s *sim) { s.copies.where.File = "/state/copied/2.xml"; answered(s); s.press("alt+3", "y", "y") }, discoResult, "✓ Written to /state/copied/2.xml"},
		{"nowhere", func(s *sim) { s.copies.err = errors.New("no room"); answered(s); s.press("alt+3", "y", "y") }, discoResult, "✗ Not copied: no room."},
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
		s.press(pane, "y", "y")
		if s.copies.text == "" || strings.Contains(s.copies.text, "c4pulet") {
			t.Errorf("%s copies %q", pane, s.copies.text)
		}
	}
}

// What is copied as JSON is what the commands print.
func TestCopiesAsJSONAreLinesOfIt(t *testing.T) {
	for _, c := range []struct {
		key  string
		want map[string]any
	}{
		{"y", map[string]any{"dir": "in", "kind": "iq", "type": "result", "id": "q0001", "xml": discoResult}},
		{"e", map[string]any{"id": "q0001", "outcome": "result", "reply": discoResult, "type": "get"}},
	} {
		s := start(t, 80, 24)
		s.press("alt+enter")
		s.happens(func(f *fakeSession) { f.replies(1, discoResult) })
		s.press("alt+y", "s", c.key)
		s.shows("as JSON, ")
		var got map[string]any
		if err := json.Unmarshal([]byte(s.copies.text), &got); err != nil || strings.Contains(s.copies.text, "\n") {
			t.Fatalf("copied %q: %v", s.copies.text, err)
		}
		for key, want := range c.want {
			if got[key] != want {
				t.Errorf("%s of %s is %v, want %v", key, c.key, got[key], want)
			}
		}
	}
}
