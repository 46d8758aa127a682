package layout

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/internal/safetext"
	"iqscope/themes"
)

func TestABoxShowsTitleAndInfoInItsFrame(t *testing.T) {
	for _, row := range []struct {
		name          string
		box           Box
		width, height int
		lines         []string
		want          string
	}{
		{
			"ordinary", Box{Digit: 3, Title: safetext.Const("Log"), Info: safetext.Const("312 of 4,096")}, 32, 4, []string{"one", "two"},
			"╭─ 3 Log ──────── 312 of 4,096 ╮\n" +
				"│one                           │\n" +
				"│two                           │\n" +
				"╰──────────────────────────────╯",
		},
		{
			"focused", Box{Digit: 1, Title: safetext.Const("Compose"), Focused: true}, 16, 3, nil,
			"╭┤ 1 Compose ├─╮\n" +
				"│              │\n" +
				"╰──────────────╯",
		},
		{
			"too narrow for the whole info", Box{Title: safetext.Const("Log"), Info: safetext.Const("312 of 4,096 shown")}, 24, 2, []string{"lost"},
			"╭─ Log ── 312 of 4,09… ╮\n" +
				"╰──────────────────────╯",
		},
		{
			"too narrow for the info", Box{Title: safetext.Const("Log"), Info: safetext.Const("312 of 4,096")}, 12, 2, []string{"lost"},
			"╭─ Log ────╮\n" +
				"╰──────────╯",
		},
		{
			"too narrow for the title", Box{Digit: 4, Title: safetext.Const("Inspect")}, 10, 2, nil,
			"╭─ 4 I… ─╮\n" +
				"╰────────╯",
		},
		{"a line too long, and a wide one", Box{}, 7, 4, []string{"abcdefg", "世界世界"}, "╭─────╮\n│abcd…│\n│世界…│\n╰─────╯"},
		{"a wide character cut in two", Box{}, 6, 3, []string{"世界世"}, "╭────╮\n│世… │\n╰────╯"},
		{"no frame fits", Box{Title: safetext.Const("Log")}, 1, 2, []string{"x"}, " \n "},
		{"nothing fits", Box{}, -1, -1, nil, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := strings.Join(row.box.Draw(row.width, row.height, row.lines, themes.Plain()), "\n")
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("drawn otherwise (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAStyleThatIsCutDoesNotReachTheFrame(t *testing.T) {
	got := Box{}.Draw(6, 3, []string{"\x1b[31mabcdefgh"}, themes.Plain())[1]
	if !strings.Contains(got, ansi.ResetStyle) || strings.LastIndex(got, ansi.ResetStyle) > strings.LastIndex(got, "│") {
		t.Errorf("got %q, want the style ended before the frame", got)
	}
}

func TestEveryScreenIsExactlyAsLargeAsTheTerminal(t *testing.T) {
	line := rapid.Map(rapid.String(), func(s string) string { return "\x1b[1m" + safetext.Clean(s).String() })
	rapid.Check(t, func(t *rapid.T) {
		width, height := rapid.IntRange(0, 150).Draw(t, "width"), rapid.IntRange(0, 50).Draw(t, "height")
		w := wishes(t)
		s := Arrange(width, height, w)
		parts := Parts{Status: line.Draw(t, "status"), Strip: line.Draw(t, "strip"), Footer: line.Draw(t, "footer"), Panes: map[Pane][]string{}}
		for _, p := range Panes {
			r := s.Pane(p)
			box := Box{Digit: int(p), Title: safetext.Clean(rapid.String().Draw(t, "title")), Info: safetext.Clean(rapid.String().Draw(t, "info")), Focused: p == w.Focus}
			parts.Panes[p] = box.Draw(r.W, r.H, rapid.SliceOfN(line, 0, 60).Draw(t, "lines"), themes.Mono())
		}
		painted := s.Paint(parts)
		checkSize(t, painted, width, height)
		checkSize(t, s.Overlay(painted, rapid.SliceOfN(line, 0, 60).Draw(t, "overlay")), width, height)
	})
}

func checkSize(t *rapid.T, painted string, width, height int) {
	rows := strings.Split(painted, "\n")
	if len(rows) != max(height, 1) {
		t.Fatalf("%d×%d: %d rows", width, height, len(rows))
	}
	for i, row := range rows {
		if w := ansi.StringWidth(row); height > 0 && w != width {
			t.Fatalf("%d×%d: row %d is %d wide: %q", width, height, i, w, row)
		}
	}
}

func TestATinyTerminalSaysWhatIsWrong(t *testing.T) {
	got := Arrange(19, 5, Wishes{}).Paint(Parts{})
	if !strings.HasPrefix(got, "Terminal too small:\n19×5,") {
		t.Errorf("got %q", got)
	}
}

func TestAnOverlayHidesTheMiddleOnly(t *testing.T) {
	s := Screen{Width: 7, Height: 3, Mode: Single}
	got := s.Overlay("1234567\n世世世.\nabcdefg", []string{"┌─┐", "└─┘"})
	if want := "12┌─┐67\n世└─┘ .\nabcdefg"; got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func BenchmarkPaint(b *testing.B) {
	s := Arrange(140, 45, Wishes{Focus: Log})
	theme := themes.Mono()
	line := strings.Repeat("\x1b[1m12:01:02.123\x1b[0m → get ", 5)
	lines := make([]string, 45)
	for i := range lines {
		lines[i] = line
	}
	b.ReportAllocs()
	for b.Loop() {
		parts := Parts{Status: line, Footer: line, Panes: map[Pane][]string{}}
		for _, p := range Panes {
			r := s.Pane(p)
			parts.Panes[p] = Box{Digit: int(p), Title: safetext.Const("Log")}.Draw(r.W, r.H, lines, theme)
		}
		s.Paint(parts)
	}
}
