package editor

import (
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"github.com/muesli/termenv"

	"iqscope/themes"
)

func draw(e *Editor, width, height int) string {
	e.SetSize(width, height)
	return strings.Join(e.View(View{Theme: themes.Plain(), Focused: true}), "\n")
}

func TestTheViewShowsTheTextSafely(t *testing.T) {
	for _, row := range []struct {
		name, text    string
		commands      []string
		width, height int
		want          string
	}{
		{"nothing", "", nil, 10, 3, "▏█"},
		{"lines", "<iq>\n</iq>", nil, 10, 3, "▏█iq>\n▏</iq>"},
		{"tabs go to the next stop", "\ta\tb", []string{"cursor-line-end"}, 20, 1, "▏    a   b█"},
		{"controls are shown", "a\x1b[2J\u009b\xffb", []string{"cursor-line-end"}, 40, 1, "▏a␛[2J<U+009B><0xFF>b█"},
		{"too many lines", "1\n2\n3\n4\n5", nil, 10, 3, "▏█\n▏2\n▏3"},
		{"the cursor stays visible below", "1\n2\n3\n4\n5", []string{"cursor-down", "cursor-down", "cursor-down"}, 10, 3, "▏2\n▏3\n▏█"},
		{"a long line", "abcdefghijklmnopqrstuvwxyz", nil, 11, 1, "▏█bcdefghij"},
		{"the cursor stays visible to the right", "abcdefghijklmnopqrstuvwxyz", []string{"cursor-line-end"}, 11, 1, "▏tuvwxyz█"},
		{"wide characters cut in two", "世界世界世界", []string{"cursor-line-end"}, 11, 1, "▏ 界世界█"},
		{"a code cut at the edge", "abcdef\u200d", nil, 10, 1, "▏█bcdef<U+"},
		{"the selection reaches the line end", "ab\ncd", []string{"select-down"}, 10, 2, "▏ab \n▏█d"},
		{"no room", "abc", nil, 1, 1, ""},
		{"no height", "abc", nil, 10, 0, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			e := New(row.text)
			do(t, e, row.commands...)
			if diff := cmp.Diff(row.want, draw(e, row.width, row.height)); diff != "" {
				t.Errorf("drawn otherwise (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheViewReturnsToTheLineStartWithTheCursor(t *testing.T) {
	e := New("abcdefghijklmnopqrstuvwxyz\nx")
	do(t, e, "cursor-line-end")
	draw(e, 11, 2)
	do(t, e, "cursor-down")
	if got, want := draw(e, 11, 2), "▏abcdefghij\n▏x█"; got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestTheGutterNumbersLinesAndShowsTheWorstMark(t *testing.T) {
	e := New(strings.Repeat("x\n", 9) + "x")
	e.SetMarks([]Mark{{Line: 8, Severity: Warning}, {Line: 1, Severity: Error}, {Line: 1, Severity: Info}, {Line: 2, Severity: Info}, {Line: 99}, {Line: -1}})
	e.SetSize(10, 10)
	got := e.View(View{Theme: themes.Plain(), LineNumbers: true})
	for i, want := range map[int]string{0: " 1▏x", 1: " 2✗x", 2: " 3ix", 8: " 9!x", 9: "10▏x"} {
		if got[i] != want {
			t.Errorf("line %d is %q, want %q", i, got[i], want)
		}
	}
}

// styled draws with a theme whose every style can be told apart.
func styled(e *Editor, v View) []string {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.TrueColor)
	v.Theme = themes.Dark(r)
	v.Theme.Muted, v.Theme.Text = r.NewStyle(), r.NewStyle()
	v.Theme.Error = r.NewStyle().Foreground(lipgloss.Color("1"))
	v.Theme.Selection = r.NewStyle().Foreground(lipgloss.Color("2"))
	v.Theme.Cursor = r.NewStyle().Reverse(true)
	return e.View(v)
}

func TestSpansMarksSelectionAndCursorLieOverEachOther(t *testing.T) {
	blue := lipgloss.NewRenderer(io.Discard)
	blue.SetColorProfile(termenv.TrueColor)
	spans := func(line int) []themes.Span {
		return []themes.Span{{Start: 0, End: 4, Style: blue.NewStyle().Foreground(lipgloss.Color("4"))}}
	}
	e := New("abcdef")
	e.SetSize(20, 1)
	e.SetMarks([]Mark{{Col: 3, Len: 2, Severity: Error}})
	do(t, e, "cursor-right", "select-right")
	got := styled(e, View{Focused: true, Spans: spans})[0]
	if ansi.Strip(got) != "✗abcdef" {
		t.Fatalf("the text is %q", ansi.Strip(got))
	}
	want := "\x1b[31m✗\x1b[0m\x1b[34ma\x1b[0m\x1b[32mb\x1b[0m\x1b[7mc\x1b[0m\x1b[4;31;4md\x1b[0m\x1b[4;31;4me\x1b[0mf"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("styled otherwise (-want +got):\n%s", diff)
	}
}

func TestAnEditorWithoutFocusShowsNoCursor(t *testing.T) {
	e := New("abc")
	e.SetSize(10, 1)
	if got := e.View(View{Theme: themes.Plain()})[0]; got != "▏abc" {
		t.Errorf("got %q", got)
	}
}

func TestAMarkAtTheEndOfALineIsSeen(t *testing.T) {
	e := New("ab")
	e.SetSize(10, 1)
	e.SetMarks([]Mark{{Col: 2, Severity: Error}})
	if got := styled(e, View{})[0]; !strings.HasSuffix(got, "m \x1b[0m") {
		t.Errorf("got %q, want an underlined blank at the end", got)
	}
}

// BenchmarkKeyAndFrame prints the cost of typing a letter and drawing, in a small text and in the
// largest ones.
func BenchmarkKeyAndFrame(b *testing.B) {
	small := "<iq type='get' id='q7f2' to='pubsub.localhost'>\n  <query xmlns='http://jabber.org/protocol/disco#info'/>\n</iq>"
	for _, row := range []struct{ name, text string }{
		{"small", small},
		{"1 MiB in one line", strings.Repeat("<a b='c'>x</a>", MaxBytes/14-1)},
		{"1 MiB of wide characters in one line", strings.Repeat("世", MaxBytes/3-10)},
		{"1 MiB in lines of 40 bytes", strings.Repeat(strings.Repeat("x", 39)+"\n", MaxBytes/40-1)},
	} {
		b.Run(row.name, func(b *testing.B) {
			e := New(row.text)
			e.SetSize(60, 20)
			e.Do(CursorTextEnd)
			e.View(View{Theme: themes.Mono(), Focused: true})
			b.ReportAllocs()
			for b.Loop() {
				if err := e.Insert("x"); err != nil {
					b.Fatal(err)
				}
				e.View(View{Theme: themes.Mono(), Focused: true})
				e.Do(DeleteLeft)
				e.View(View{Theme: themes.Mono(), Focused: true})
			}
		})
	}
}
