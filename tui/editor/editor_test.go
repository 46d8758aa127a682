package editor

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"iqscope/internal/safetext"
)

// do runs commands; what starts with a quote is typed, and must be possible.
func do(t *testing.T, e *Editor, commands ...string) {
	t.Helper()
	for _, c := range commands {
		if text, ok := strings.CutPrefix(c, "'"); ok {
			if err := e.Insert(text); err != nil {
				t.Fatalf("typing %q: %v", text, err)
			}
		} else if !e.Do(Command(c)) {
			t.Fatalf("there is no command %q", c)
		}
	}
}

// state shows the text with "|" at the cursor and "[" where the selection starts.
func state(e *Editor) string {
	text := e.Text()
	at := func(p Position) int {
		n := 0
		for i := range p.Line {
			n += len(e.Line(i)) + 1
		}
		return n + p.Col
	}
	from, to := e.selection()
	switch {
	case !e.selecting:
		return text[:at(from)] + "|" + text[at(from):]
	case e.cursor == to:
		return text[:at(from)] + "[" + text[at(from):at(to)] + "|" + text[at(to):]
	}
	return text[:at(from)] + "|" + text[at(from):at(to)] + "[" + text[at(to):]
}

func TestCommandsMoveAndChange(t *testing.T) {
	const xml = "<iq type='get'>\n  <ping/>\n</iq>"
	for _, row := range []struct {
		name, text string
		commands   []string
		want       string
	}{
		{"typing", "", []string{"'a", "'b"}, "ab|"},
		{"left and right", "ab", []string{"cursor-right", "cursor-right", "cursor-left"}, "a|b"},
		{"left over a line end", "a\nb", []string{"cursor-down", "cursor-left"}, "a|\nb"},
		{"right over a line end", "a\nb", []string{"cursor-right", "cursor-right"}, "a\n|b"},
		{"left at the start", "a", []string{"cursor-left"}, "|a"},
		{"right at the end", "a", []string{"cursor-text-end", "cursor-right"}, "a|"},
		{"a letter and its marks are one", "e\u0301x", []string{"cursor-right"}, "e\u0301|x"},
		{"an emoji family is one", "👨\u200d👩\u200d👧x", []string{"cursor-right", "delete-left"}, "|x"},
		{"the goal cell survives short lines", "abcdef\nx\nabcdef", []string{"cursor-line-end", "cursor-left", "cursor-down", "cursor-down"}, "abcdef\nx\nabcde|f"},
		{"down goes by cells, not bytes", "世界\nabcd", []string{"cursor-right", "cursor-down"}, "世界\nab|cd"},
		{"down over a tab", "\tx\nabcdef", []string{"cursor-right", "cursor-down"}, "\tx\nabcd|ef"},
		{"up at the top", "abc", []string{"cursor-right", "cursor-up"}, "|abc"},
		{"down at the bottom", "abc", []string{"cursor-down"}, "abc|"},
		{"words", xml, []string{"cursor-word-right", "cursor-word-right", "cursor-word-right"}, "<iq type|='get'>\n  <ping/>\n</iq>"},
		{"words to the left", "one two-three", []string{"cursor-line-end", "cursor-word-left"}, "one |two-three"},
		{"a word left over spaces", "one   two", []string{"cursor-line-end", "cursor-word-left", "cursor-word-left"}, "|one   two"},
		{"a word right over a line end", "a\nb", []string{"cursor-word-right", "cursor-word-right"}, "a\n|b"},
		{"a word of spaces at the end", "a  ", []string{"cursor-right", "cursor-word-right"}, "a  |"},
		{"line start goes to the text, then to the start", "  ab", []string{"cursor-line-end", "cursor-line-start"}, "  |ab"},
		{"line start twice", "  ab", []string{"cursor-line-end", "cursor-line-start", "cursor-line-start"}, "|  ab"},
		{"line start of spaces alone", "   ", []string{"cursor-line-end", "cursor-line-start"}, "|   "},
		{"text start and end", xml, []string{"cursor-text-end", "cursor-text-start"}, "|" + xml},
		{"selecting", "abc", []string{"select-right", "select-right"}, "[ab|c"},
		{"selecting back to where it began", "abc", []string{"select-right", "select-left"}, "|abc"},
		{"selecting backwards", "abc", []string{"cursor-line-end", "select-left"}, "ab|c["},
		{"selecting lines", "abc\ndef", []string{"cursor-right", "select-down"}, "a[bc\nd|ef"},
		{"left ends a selection at its start", "abc", []string{"select-right", "select-right", "cursor-left"}, "|abc"},
		{"right ends a selection at its end", "abc", []string{"cursor-line-end", "select-left", "select-left", "cursor-right"}, "abc|"},
		{"typing replaces the selection", "abc", []string{"select-right", "select-right", "'x"}, "x|c"},
		{"everything", "a\nb", []string{"select-all", "delete-left"}, "|"},
		{"backspace", "abc", []string{"cursor-line-end", "delete-left"}, "ab|"},
		{"backspace joins lines", "a\nb", []string{"cursor-down", "cursor-line-start", "delete-left"}, "a|b"},
		{"backspace at the start", "a", []string{"delete-left"}, "|a"},
		{"delete", "abc", []string{"delete-right"}, "|bc"},
		{"delete joins lines", "a\nb", []string{"cursor-line-end", "delete-right"}, "a|b"},
		{"delete a word", "one two", []string{"cursor-line-end", "delete-word-left"}, "one |"},
		{"delete a word to the right", "one two", []string{"delete-word-right"}, "| two"},
		{"kill to the end", "abc\nd", []string{"cursor-right", "kill-to-line-end"}, "a|\nd"},
		{"kill the line end", "abc\nd", []string{"cursor-line-end", "kill-to-line-end"}, "abc|d"},
		{"kill to the start", "abc", []string{"cursor-line-end", "cursor-left", "kill-to-line-start"}, "|c"},
		{"a new line is indented as this one", "  <a>", []string{"cursor-line-end", "new-line"}, "  <a>\n  |"},
		{"no more than up to the cursor", "    a", []string{"cursor-right", "new-line"}, " \n |   a"},
		{"tabs stay tabs", "\ta", []string{"cursor-line-end", "new-line", "'b"}, "\ta\n\tb|"},
		{"indent", "abc", []string{"indent", "cursor-line-end", "indent"}, "  abc |"},
		{"a typed line end is LF", "", []string{"'a\rb\r\nc\nd"}, "a\nb\nc\nd|"},
		{"what joins a character is passed", "\u0301", []string{"'e"}, "e\u0301|"},
	} {
		t.Run(row.name, func(t *testing.T) {
			e := New(row.text)
			do(t, e, row.commands...)
			if got := state(e); got != row.want {
				t.Errorf("got  %q\nwant %q", got, row.want)
			}
		})
	}
}

func TestWhatIsTypedIsWhatIsSent(t *testing.T) {
	for _, text := range []string{"", "\n", "a\tb", "\x1b[2J\x00\u009b", "bytes \xff\xfe that are no text", "a\r\nb", "\u202e", strings.Repeat("x\n", 1000)} {
		if got := New(text).Text(); got != text {
			t.Errorf("New(%q).Text() = %q", text, got)
		}
		e := New("before")
		if err := e.SetText(text); err != nil || e.Text() != text || e.Len() != len(text) {
			t.Errorf("SetText(%q) gives %q, %d bytes, %v", text, e.Text(), e.Len(), err)
		}
	}
}

func TestTextThatDoesNotFitChangesNothing(t *testing.T) {
	e := New(strings.Repeat("x", MaxBytes-1))
	do(t, e, "'y")
	version := e.Version()
	var tooLarge *TooLargeError
	for name, err := range map[string]error{"Insert": e.Insert("z"), "Paste": e.Paste("zz"), "SetText": e.SetText(strings.Repeat("z", MaxBytes+1))} {
		if !errors.As(err, &tooLarge) || tooLarge.Size <= MaxBytes {
			t.Errorf("%s returns %v, want a TooLargeError with a size over %d", name, err, MaxBytes)
		}
	}
	do(t, e, "new-line", "indent")
	if e.Version() != version || e.Len() != MaxBytes {
		t.Errorf("the text has changed, it has %d bytes", e.Len())
	}
	do(t, e, "select-left", "'z") // as much as is taken away fits
	if e.Len() != MaxBytes || !strings.HasPrefix(e.Text(), "z") {
		t.Errorf("the selection was not replaced, %d bytes", e.Len())
	}
}

func TestAPasteIsTextAndNothingElse(t *testing.T) {
	e := New("  ")
	do(t, e, "cursor-line-end")
	if err := e.Paste("<a>\r\n\t<b/>\x1b[201~\r</a>"); err != nil {
		t.Fatal(err)
	}
	if got, want := e.Text(), "  <a>\n\t<b/>\x1b[201~\n</a>"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	do(t, e, "undo")
	if got := e.Text(); got != "  " {
		t.Errorf("after undo %q, want the text before the paste", got)
	}
}

func TestAnUnknownCommandIsRefused(t *testing.T) {
	e := New("a")
	if e.Do("send") || e.Text() != "a" {
		t.Error("the editor did something with a command it does not have")
	}
}

func TestTheVersionChangesWithTheTextOnly(t *testing.T) {
	e := New("abc")
	v := e.Version()
	do(t, e, "cursor-right", "select-right")
	if e.Version() != v {
		t.Error("moving changed the version")
	}
	do(t, e, "delete-left")
	if e.Version() == v {
		t.Error("deleting did not change the version")
	}
}

func TestTheCursorGoesToTheNearestPlace(t *testing.T) {
	e := New("e\u0301x\nabc")
	for _, row := range []struct{ to, want Position }{
		{Position{0, 1}, Position{0, 3}},
		{Position{1, 99}, Position{1, 3}},
		{Position{9, 9}, Position{1, 3}},
		{Position{-1, 5}, Position{0, 0}},
		{Position{1, -1}, Position{1, 0}},
	} {
		if e.SetCursor(row.to); e.Cursor() != row.want {
			t.Errorf("SetCursor(%v) goes to %v, want %v", row.to, e.Cursor(), row.want)
		}
	}
	e.SetCursor(Position{0, 3})
	do(t, e, "select-down")
	if got := e.Selected(); got != "x\na" {
		t.Errorf("selected %q", got)
	}
}

// Letters whose width the editor knows by itself are as wide as they are drawn.
func TestPlainLettersAreDrawnAsTheyAre(t *testing.T) {
	for r := rune(utf8.RuneSelf); r <= unicode.MaxRune; r++ {
		if !plainLetter(r) {
			continue
		}
		l := line{text: string(r)}
		if c := l.at(0, 0); c.size != len(l.text) || c.width != safetext.CleanLine(l.text).Width() || l.shown(0, c) != l.text {
			t.Fatalf("%U is %+v, and drawn as %q", r, c, safetext.CleanLine(l.text))
		}
	}
}
