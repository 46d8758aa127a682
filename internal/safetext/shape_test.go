package safetext

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTruncateShowsTheCutWithinTheWidth(t *testing.T) {
	for _, row := range []struct {
		name, in string
		cells    int
		want     string
	}{
		{"it fits", "ping", 4, "ping"},
		{"one too long", "pings", 4, "pin…"},
		{"no room", "ping", 0, ""},
		{"negative room", "ping", -3, ""},
		{"one cell", "ping", 1, "…"},
		{"half of a wide character", "世界世界", 4, "世…"},
		{"more lines", "a\nb", 4, "a…"},
		{"a long first line of several", "abcdef\nb", 4, "abc…"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := Clean(row.in).Truncate(row.cells).String(); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestPadIsExactlyAsWide(t *testing.T) {
	for _, row := range []struct{ in, want string }{{"", "    "}, {"ab", "ab  "}, {"世界世", "世… "}, {"abcde", "abc…"}} {
		if got := Clean(row.in).Pad(4).String(); got != row.want {
			t.Errorf("Pad(4) of %q = %q, want %q", row.in, got, row.want)
		}
	}
}

func TestWrapBreaksAfterSpacesOrElseAnywhere(t *testing.T) {
	for _, row := range []struct {
		name, in string
		cells    int
		want     []string
	}{
		{"nothing", "", 5, []string{""}},
		{"fits", "one two", 7, []string{"one two"}},
		{"at a space", "one two three", 8, []string{"one two ", "three"}},
		{"no space", "abcdefgh", 3, []string{"abc", "def", "gh"}},
		{"newlines stay", "a\n\nb", 3, []string{"a", "", "b"}},
		{"wide characters in one cell", "世界", 1, []string{"世", "界"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got []string
			for _, line := range Clean(row.in).Wrap(row.cells) {
				got = append(got, line.String())
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("wrapped otherwise (-want +got):\n%s", diff)
			}
		})
	}
}

func TestJoiningNeverCombinesTwoTexts(t *testing.T) {
	got := Concat(Clean("x"), Clean("\u0301"), Clean("y"))
	if want := "x<U+0301>y"; got.String() != want {
		t.Errorf("Concat = %q, want %q", got, want)
	}
	// Two Hangul letters in parts would become one syllable.
	checkSafe(t, Concat(Clean("\u1112"), Clean("\u1161")).String())
	if got := Join(" · ", Const("xml"), Const("raw")).String(); got != "xml · raw" {
		t.Errorf("Join = %q", got)
	}
}

func TestLinesOfAText(t *testing.T) {
	lines := Clean("a\n\x1b\n").Lines()
	var got []string
	for _, l := range lines {
		got = append(got, l.String())
	}
	if diff := cmp.Diff([]string{"a", "␛", ""}, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if w := Clean("ab\n" + strings.Repeat("世", 4)).Width(); w != 8 {
		t.Errorf("Width = %d, want that of the widest line, 8", w)
	}
}
