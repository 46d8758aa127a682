package palette

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/row"
)

var actions = []Item{
	{Name: "cancel-request", Title: "Cancel the request", Keys: "X", WhyNot: "no request is selected"},
	{Name: "send", Title: "Send the draft", Keys: "alt+enter F5", Enabled: true},
	{Name: "filter", Title: "Show only what matches", Keys: "f", Enabled: true},
	{Name: "timeout", Title: "Time that the next request has", Enabled: true},
}

func opened() *Palette {
	p := New()
	p.SetItems(actions)
	p.SetSize(60, 8)
	return p
}

// expect compares the screen with lines of text; blanks at their ends do not count.
func expect(t *testing.T, p *Palette, want string) {
	t.Helper()
	var got strings.Builder
	for _, line := range p.View(themes.Plain()) {
		got.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), got.String()); diff != "" {
		t.Errorf("shown otherwise (-want +got):\n%s", diff)
	}
}

func selected(t *testing.T, p *Palette, want string) {
	t.Helper()
	if item, _ := p.Selected(); item.Name != want {
		t.Errorf("after %q %q is selected, want %q", p.Query(), item.Name, want)
	}
}

func TestAllIsShownUntilSomethingIsTyped(t *testing.T) {
	p := opened()
	expect(t, p, `
> █                                                   4 of 4
▸ Send the draft  send                          alt+enter F5
  Show only what matches  filter                           f
  Time that the next request has  timeout
  Cancel the request  no request is selected               X
`)
	p.Down()
	p.SetSize(34, 4)
	expect(t, p, `
> █                         4 of 4
  Send the draft       alt+enter …
▸ Show only what mat…            f
  Time that the next…
`)
	p.SetSize(12, 2)
	expect(t, p, `
> █
▸ Show o…  f
`)
	p.SetSize(1, 1)
	expect(t, p, "█\n")
	p.SetSize(60, 0)
	expect(t, p, "")
}

func TestLettersFindWhatHasThemInOrder(t *testing.T) {
	for _, c := range []struct {
		query string
		want  []string
	}{
		{"timeout", []string{"timeout"}},
		{"tmt", []string{"timeout", "filter"}},
		{"SEND", []string{"send"}},
		{"send draft", []string{"send"}},
		{"  s  d", []string{"send"}},
		{"t", []string{"timeout", "send", "filter", "cancel-request"}},
		{"req", []string{"timeout", "cancel-request"}}, // what can be done stands first
		{"tuoemit", nil},
		{"\x00", nil},
		{"é", nil},
	} {
		p := opened()
		p.Type(c.query)
		var got []string
		for _, h := range p.found.Rows {
			got = append(got, h.item.Name)
		}
		if !slices.Equal(got, c.want) || p.Len() != len(c.want) {
			t.Errorf("%q finds %q, want %q", c.query, got, c.want)
		}
	}
}

func TestNothingFoundIsSaid(t *testing.T) {
	p := opened()
	p.Type("xyz")
	expect(t, p, `
> xyz█                                                0 of 4
  nothing is called like that
`)
	if _, ok := p.Selected(); ok {
		t.Error("something is selected of nothing")
	}
	p.Down()
	p.SetSize(60, 1)
	expect(t, p, "> xyz█                                                0 of 4\n")
}

func TestTypingSelectsTheBestAndMovingAnother(t *testing.T) {
	p := opened()
	selected(t, p, "send")
	p.Down()
	p.Down()
	selected(t, p, "timeout")
	p.Up()
	selected(t, p, "filter")
	p.Type("t")
	selected(t, p, "timeout")
	p.Do(keys.End)
	selected(t, p, "cancel-request")
	p.Type("i")
	selected(t, p, "timeout")
	p.Down()
	p.Backspace()
	if p.Query() != "t" {
		t.Errorf("the query is %q", p.Query())
	}
	selected(t, p, "timeout")
	p.Down()
	p.Do(keys.CursorLeft)
	selected(t, p, "send")
	if p.Do(keys.Send) {
		t.Error("a palette sends")
	}
}

func TestWhatCanBeDoneChangesAndTheSelectionStays(t *testing.T) {
	p := opened()
	p.Do(keys.End)
	selected(t, p, "cancel-request")
	items := slices.Clone(actions)
	items[0].Enabled = true
	p.SetItems(items)
	selected(t, p, "cancel-request")
	if place, _ := p.list.Place(); place != 0 {
		t.Errorf("it is at %d, want the first place, as it can be done now", place)
	}
	p.SetItems(items[1:])
	selected(t, p, "send")
}

func TestTheLettersFoundAreMarked(t *testing.T) {
	theme := themes.Plain()
	theme.Match = theme.Match.Transform(func(s string) string { return "[" + s + "]" })
	for _, c := range []struct {
		query string
		cells int
		want  string
	}{
		{"shma", 60, "▸ [Sh]ow only what [ma]tches  filter"},
		{"filt", 60, "▸ Show only what matches  [filt]er"},
		{"shma", 14, "▸ [Sh]ow onl…  f"},
	} {
		p := opened()
		p.SetSize(c.cells, 2)
		p.Type(c.query)
		if got := p.View(theme)[1]; !strings.HasPrefix(got, c.want) {
			t.Errorf("%q is drawn as %q, want %q", c.query, got, c.want)
		}
	}
	r := row.New(20)
	highlight(r, safetext.Const("ab…"), []int{1, 2}, lipgloss.NewStyle(), theme)
	if got := r.String(); got != "a[b]…" {
		t.Errorf("the sign of a cut is marked: %q", got)
	}
}

// Whatever items there are and whatever is typed: what is found has its letters, what can be done
// stands first, and the view keeps to its room.
func TestAnyItemsAnyQueryAnySize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := New()
		var items []Item
		for i := range rapid.IntRange(0, 8).Draw(t, "items") {
			items = append(items, Item{
				Name: fmt.Sprint(i), Title: rapid.String().Draw(t, "title"), Keys: rapid.StringMatching("[a-z]{0,9}").Draw(t, "keys"),
				Enabled: rapid.Bool().Draw(t, "enabled"), WhyNot: rapid.String().Draw(t, "why not"),
			})
		}
		p.SetItems(items)
		p.Type(rapid.OneOf(rapid.StringN(0, 4, -1), rapid.StringMatching("[a-c\x00 ]{0,3}")).Draw(t, "query"))
		p.Do(rapid.SampledFrom([]keys.Action{keys.Down, keys.PageDown, keys.End}).Draw(t, "move"))
		width, height := rapid.IntRange(-1, 70).Draw(t, "width"), rapid.IntRange(-1, 12).Draw(t, "height")
		p.SetSize(width, height)
		lines := p.View(themes.Plain())
		if len(lines) > max(0, height) {
			t.Fatalf("%d lines in %d", len(lines), height)
		}
		for _, line := range lines {
			if got := ansi.StringWidth(line); got > max(0, width) {
				t.Fatalf("a line in %d cells has %d: %q", width, got, line)
			}
			if strings.ContainsAny(line, "\x1b\n\x00") || !utf8.ValidString(line) {
				t.Fatalf("not safe: %q", line)
			}
		}
		enabled := true
		for _, h := range p.found.Rows {
			if h.item.Enabled && !enabled {
				t.Fatal("what cannot be done stands before what can")
			}
			enabled = h.item.Enabled
			if n := utf8.RuneCountInString(strings.Join(strings.Fields(p.Query()), "")); len(h.inTitle)+len(h.inName) != n {
				t.Fatalf("%d letters of %q are found", len(h.inTitle)+len(h.inName), p.Query())
			}
		}
	})
}
