package tui

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"iqscope/session"
	"iqscope/tui/editor"
	"iqscope/tui/input"
)

const pinged = "<iq type='get' id='p1' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>"

// Whoever writes the end of a paste into a text that others copy can write keys behind it.
// Fault 34: the end of a paste inside a paste.
func TestAKeyThatCameWithTextDoesNothingButEditOrMove(t *testing.T) {
	for _, c := range []struct {
		name, key string
		before    func(s *sim) // where the text comes
		text      string
		counts    func(s *sim) bool // the key was taken for one
	}{
		{"send", "alt+enter", func(*sim) {}, "", sent},
		{"send by F5", "f5", func(*sim) {}, "", sent},
		{"send raw", "alt+r", func(*sim) {}, "", sent},
		{"send a draft that was pasted", "alt+enter", func(s *sim) { s.press("alt+a", "delete") }, pinged, sent},
		{"the palette's entry", "enter", func(s *sim) { s.press("ctrl+p") }, "send the draft", sent},
		{"the line behind the colon", "enter", func(s *sim) { s.press("esc", ":") }, "send", sent},
		{"a line that is asked for", "enter", func(s *sim) { s.press("alt+t") }, "5", func(s *sim) bool { return s.m.overlays.top() == nil }},
		{"send again", "r", func(s *sim) { s.press("alt+enter", "alt+2"); s.fake.sent = nil }, "", sent},
		{"hold", "H", func(s *sim) { s.press("alt+2") }, "", func(s *sim) bool { return s.m.known.status.Hold.On }},
		{"disconnect", "d", func(s *sim) { s.press("ctrl+o") }, "x", func(s *sim) bool { return s.fake.status.State == session.Offline }},
		{"quit", "ctrl+c", func(*sim) {}, "x", func(s *sim) bool { return s.quit }},
		{"stop typing", "esc", func(*sim) {}, "x", func(s *sim) bool { return !s.m.desk.editing }},
	} {
		for _, when := range []struct {
			name   string
			after  time.Duration
			read   bool // in the read of the text
			counts bool
		}{
			{"before the text, in its read", 0, true, false},
			{"in its read, however long that takes", time.Second, true, false},
			{"right after it", 0, false, false},
			{"a little later", afterText - 1, false, false},
			{"when it was seen", afterText, false, true},
		} {
			t.Run(c.name+" "+when.name, func(t *testing.T) {
				s := start(t, 140, 45)
				c.before(s)
				s.send(input.Mixed{On: true})
				if when.name == "before the text, in its read" {
					s.press(c.key)
				}
				s.send(input.Text{Text: c.text})
				if !when.read {
					s.send(input.Mixed{})
				}
				s.wait(when.after)
				s.press(c.key)
				if got := c.counts(s); got != when.counts {
					t.Errorf("%s counts: %v, want %v", c.key, got, when.counts)
				}
				if !when.counts && c.text != "x" {
					s.shows("key that comes together with text is not taken for one")
				}
			})
		}
	}
}

func sent(s *sim) bool { return len(s.fake.sent) > 0 }

// A terminal whose bytes Bubble Tea reads itself says at least what is a paste.
func TestAKeyRightAfterAPasteThatBubbleTeaReadDoesNothing(t *testing.T) {
	s := start(t, 140, 45)
	s.send(pasteMessage("<!-- -->"))
	s.press("alt+enter")
	if sent(s) {
		t.Error("the draft was sent")
	}
	s.wait(afterText)
	s.press("backspace", "alt+a")
	s.send(pasteMessage(pinged))
	s.wait(afterText)
	s.press("alt+enter")
	if !sent(s) {
		t.Error("the draft was not sent by a key of its own")
	}
}

func TestKeysThatEditOrMoveWorkInTheMiddleOfAText(t *testing.T) {
	s := start(t, 140, 45)
	s.press("alt+a")
	s.send(input.Mixed{On: true})
	s.press("alt+2", "up", "alt+1", "enter")
	s.send(input.Mixed{On: true})
	s.send(input.Text{Text: "one three"})
	s.press("ctrl+left")
	s.send(input.Text{Text: "two "})
	s.press("backspace")
	if got := s.m.desk.draft.Text(); got != "one twothree" {
		t.Errorf("the draft is %q", got)
	}
}

// Fault 34: 200 kB at once.
func TestWhatComesAtOnceIsOneEditAndCostsItsSize(t *testing.T) {
	memory := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	for _, c := range []struct{ name, text string }{
		{"200 kB of stanzas", strings.Repeat(pinged+"\n", 2780)},
		{"900 kB in one line", strings.Repeat("word ", 180_000)},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, 140, 45)
			before := s.m.desk.draft.Text()
			held := memory()
			s.paste(c.text)
			s.press("ctrl+home")
			s.typing(strings.Repeat("word ", 20))
			if held = memory() - held; held > 48*editor.MaxBytes {
				t.Errorf("the program holds %d MB for it", held>>20)
			}
			for range 20 {
				s.press("ctrl+z")
			}
			s.press("ctrl+z")
			if got := s.m.desk.draft.Text(); got != before {
				t.Errorf("undone, the draft has %d bytes, want %d", len(got), len(before))
			}
		})
	}
}

func TestWhatCannotBePastedIsSaid(t *testing.T) {
	s := start(t, 140, 45)
	before := s.m.desk.draft.Text()
	s.send(input.Text{Text: strings.Repeat("x", input.MaxText), Dropped: 5})
	s.shows("✗ Nothing was pasted: the text has 2097157 bytes")
	s.paste(strings.Repeat("x", editor.MaxBytes))
	s.shows("✗ The text would have ")
	if s.m.desk.draft.Text() != before {
		t.Error("the draft has changed")
	}
	s.send(input.Text{Text: "<x", Endless: true})
	s.shows("✗ The terminal never said where the pasted text ends")
	s.hides(" of 2097157 ")
	if got := s.m.desk.draft.Text(); got != "<x"+before && got != before+"<x" {
		t.Errorf("the draft is %q", got)
	}
	s.press("ctrl+o")
	s.paste("x")
	s.shows("✗ This looks like pasted text, and no text is typed here")
}

func TestAPasteWhereNothingIsTypedIsTheDraft(t *testing.T) {
	for _, at := range []string{"esc", "alt+2", "alt+3", "alt+4", "f10"} {
		t.Run(at, func(t *testing.T) {
			s := start(t, 140, 45)
			before := s.m.desk.draft.Text()
			s.press("esc", at, "esc")
			s.send(input.Mixed{On: true})
			s.send(input.Text{Text: "<iq type='get'\r\n id='7'/>"})
			s.press("alt+enter", "f5") // which came along
			s.send(input.Mixed{On: false})
			s.wait(afterText)
			if got := s.m.desk.draft.Text(); got != "<iq type='get'\n id='7'/>" {
				t.Errorf("the draft is %q", got)
			}
			if len(s.fake.sent) > 0 {
				t.Errorf("it sent %q", s.fake.sent)
			}
			s.typing("!")
			if got := s.m.desk.draft.Text(); !strings.Contains(got, "!") {
				t.Errorf("one does not go on typing: %q", got)
			}
			s.press("ctrl+z", "ctrl+z")
			if got := s.m.desk.draft.Text(); got != before {
				t.Errorf("undo leaves %q", got)
			}
		})
	}
}
