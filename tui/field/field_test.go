package field

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/row"
)

func drawn(f *Field, width int) string {
	r := row.New(width)
	f.Draw(r, themes.Plain(), width)
	return r.String()
}

func TestTheLineIsEditedAtItsCursor(t *testing.T) {
	f := New("send ping")
	for _, step := range []struct {
		do    func() bool
		did   bool
		shown string
	}{
		{func() bool { return true }, true, "send ping█"},
		{func() bool { return f.Do(keys.CursorWordLeft) }, true, "send █ing"},
		{func() bool { f.Type("a\r\nb\tc "); return true }, true, "send a b c █ing"},
		{func() bool { return f.Do(keys.DeleteWordLeft) }, true, "send a b █ing"},
		{func() bool { return f.Do(keys.KillToStart) }, true, "█ing"},
		{func() bool { return f.Do(keys.Undo) }, true, "send a b █ing"},
		{func() bool { return f.Do(keys.CursorLineEnd) }, true, "send a b ping█"},
		{func() bool { return f.Do(keys.NewLine) }, false, "send a b ping█"},
		{func() bool { return f.Do(keys.Indent) }, false, "send a b ping█"},
		{func() bool { return f.Do(keys.SelectAll) }, false, "send a b ping█"},
		{func() bool { return f.Do(keys.CursorUp) }, false, "send a b ping█"},
		{func() bool { return f.Do(keys.Send) }, false, "send a b ping█"},
	} {
		if did := step.do(); did != step.did || drawn(f, 30) != step.shown {
			t.Errorf("%v, shown is %q; want %v, %q", did, drawn(f, 30), step.did, step.shown)
		}
	}
}

func TestALongLineIsShownRoundItsCursor(t *testing.T) {
	f := New("0123456789abcdef")
	for _, step := range []struct {
		move  keys.Action
		width int
		want  string
	}{
		{keys.CursorLineEnd, 17, "0123456789abcdef█"},
		{keys.CursorLineEnd, 16, "123456789abcdef█"},
		{keys.CursorLeft, 8, "89abcde█"},
		{keys.CursorLeft, 8, "89abcd█f"},
		{keys.CursorWordLeft, 8, "█123456…"},
		{keys.CursorRight, 4, "0█2…"},
		{keys.CursorRight, 4, "01█…"},
		{keys.CursorRight, 4, "12█…"},
		{keys.CursorLineStart, 8, "█123456…"},
		{keys.CursorLineEnd, 1, "█"},
	} {
		f.Do(step.move)
		if got := drawn(f, step.width); got != step.want {
			t.Errorf("after %s in %d cells: %q, want %q", step.move, step.width, got, step.want)
		}
	}
	if got := drawn(New("世界世界"), 6); got != " 界█" && got != " 世界█" {
		t.Errorf("wide characters are cut to %q", got)
	}
}

func TestMoreThanFitsIsLeftOut(t *testing.T) {
	f := New(strings.Repeat("é", MaxBytes))
	f.Type("x")
	if n := len(f.Text()); n != MaxBytes || !utf8.ValidString(f.Text()) {
		t.Errorf("it has %d bytes, want %d", n, MaxBytes)
	}
	f = New("x" + strings.Repeat("é", MaxBytes))
	if n := len(f.Text()); n != MaxBytes-1 || !utf8.ValidString(f.Text()) {
		t.Errorf("it has %d bytes, want %d", n, MaxBytes-1)
	}
}

func TestAnyTextKeepsToItsRoomAndShowsTheCursor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := New(rapid.String().Draw(t, "text"))
		for range rapid.IntRange(0, 20).Draw(t, "left") {
			f.Do(keys.CursorLeft)
		}
		width := rapid.IntRange(0, 20).Draw(t, "width")
		r := row.New(100)
		f.Draw(r, themes.Plain(), width)
		if r.Width() > width || strings.ContainsAny(r.String(), "\x1b\n\a") {
			t.Fatalf("in %d cells: %q", width, r.String())
		}
		// A character that is wider than the room, such as <U+10FFFF>, is cut with its cursor.
		if width > 10 && !strings.Contains(r.String(), "█") {
			t.Fatalf("no cursor in %d cells: %q", width, r.String())
		}
	})
}
