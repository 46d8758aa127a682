package prompt

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
)

// asking is a prompt whose check gives the same lines whatever is typed.
func asking(answer string, rows int, lines ...Line) *Prompt {
	p := New(safetext.Const("Q: "), safetext.Const("the hint"), answer)
	p.SetCheck(rows, func(string) []Line { return lines })
	return p
}

// drawn is what a prompt shows, once its check has said what there is to say.
func drawn(p *Prompt, width int) []string {
	look := pane.Look{Width: width, Height: 24, Theme: themes.Plain()}
	if cmd := p.Prepare(look); cmd != nil {
		p.Accept(cmd())
		p.Prepare(look)
	}
	return slices.Clone(p.View())
}

func view(p *Prompt, width int) []string {
	lines := drawn(p, width)
	for i := range lines {
		lines[i] = strings.TrimRight(ansi.Strip(lines[i]), " ")
	}
	return lines
}

func TestACheckStandsBetweenTheAnswerAndTheHint(t *testing.T) {
	bad := safetext.Const("an address needs quotes")
	for _, c := range []struct {
		name   string
		prompt *Prompt
		want   []string
	}{
		{"fine", asking("abc", 2, Line{Mark: OK, Text: safetext.Const("it matches")}), []string{"", " ✓ it matches", "", " the hint"}},
		{"a mistake with its place", asking("iq@from=b@h", 3, Line{Mark: Bad, Text: bad, From: 8, To: 9}, Line{Text: safetext.Const("quote it")}),
			[]string{"", "             ^", " ✗ an address needs quotes", "   quote it", " the hint"}},
		{"a longer place", asking("iq/version", 2, Line{Mark: OK, Text: safetext.Const("not there"), From: 3, To: 10}), []string{"", "        ^^^^^^^", " ✓ not there", " the hint"}},
		{"at the end", asking("iq@", 2, Line{Mark: Bad, Text: bad, From: 3, To: 4}), []string{"", "        ^", " ✗ an address needs quotes", " the hint"}},
		{"behind the end", asking("iq@", 2, Line{Mark: Bad, Text: bad, From: 30, To: 40}), []string{"", "        ^", " ✗ an address needs quotes", " the hint"}},
		{"under wide characters", asking("世界x", 2, Line{Mark: Bad, Text: bad, From: 6, To: 7}), []string{"", "         ^", " ✗ an address needs quotes", " the hint"}},
		{"no rows for all", asking("abc", 1, Line{Mark: OK, Text: bad}, Line{Text: bad}), []string{"", " ✓ an address needs quotes", " the hint"}},
		{"nothing to say", asking("abc", 2), []string{"", "", "", " the hint"}},
	} {
		got := view(c.prompt, 60)
		if diff := cmp.Diff(c.want[1:], got[1:]); diff != "" {
			t.Errorf("%s: under the answer (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestWhatIsTooLongGoesOnInTheNextRow(t *testing.T) {
	p := asking("abc", 3, Line{Mark: Bad, Text: safetext.Const("the first words and the last ones")})
	want := []string{" ✗ the first words", "   and the last ones", "", " the hint"}
	if diff := cmp.Diff(want, view(p, 22)[1:]); diff != "" {
		t.Errorf("under the answer (-want +got):\n%s", diff)
	}
}

func TestAPlaceInAnAnswerThatScrollsIsToldInWords(t *testing.T) {
	p := asking(strings.Repeat("é", 100), 2, Line{Mark: Bad, Text: safetext.Const("wrong"), From: 180, To: 181})
	if got := view(p, 60)[1]; got != " ✗ column 91: wrong" {
		t.Errorf("it is said %q", got)
	}
}

func TestACheckIsAskedOncePerText(t *testing.T) {
	var asked []string
	p := New(safetext.Const("Q: "), safetext.Const(""), "")
	p.SetCheck(1, func(text string) []Line { asked = append(asked, text); return nil })
	for _, do := range []func(){func() {}, func() { p.Type("a") }, func() { p.Do(keys.CursorLeft) }, func() { p.Type("b ") }} {
		do()
		view(p, 60)
		view(p, 60)
	}
	if want := []string{"", "a", "b a"}; !slices.Equal(asked, want) {
		t.Errorf("the check was asked for %q, want %q", asked, want)
	}
}

func TestEarlierAnswersComeBack(t *testing.T) {
	p := New(safetext.Const("Q: "), safetext.Const(""), "")
	p.SetPast([]string{"first", "second"})
	p.Type("new")
	for _, step := range []struct {
		do   keys.Action
		want string
	}{
		{Newer, "new"}, {Older, "second"}, {Older, "first"}, {Older, "first"}, {Newer, "second"}, {Newer, "new"}, {Newer, "new"},
	} {
		p.Do(step.do)
		if got := p.Answer(); got != step.want {
			t.Errorf("after %s the answer is %q, want %q", step.do, got, step.want)
		}
	}
	p.Do(Older)
	p.Type("!")
	if got := p.Answer(); got != "second!" {
		t.Errorf("typing goes on with %q, want it at the end", got)
	}
}

func TestATextIsCheckedOnceAndTheLastOneInTheEnd(t *testing.T) {
	var asked []string
	p := New(safetext.Const("Q: "), safetext.Const(""), "")
	p.SetCheck(1, func(text string) []Line {
		asked = append(asked, text)
		return []Line{{Text: safetext.CleanLine("about " + text)}}
	})
	look := pane.Look{Width: 60, Height: 24, Theme: themes.Plain()}
	p.Type("a")
	first := p.Prepare(look)
	p.Type("b")
	if first == nil || p.Prepare(look) != nil {
		t.Fatal("a text is not checked, or another one while it is")
	}
	other := New(safetext.Const("Q: "), safetext.Const(""), "")
	other.SetCheck(1, func(string) []Line { return nil })
	checked := first()
	if other.Accept(checked); other.check.asked {
		t.Error("a prompt takes what was said of another one's answer")
	}
	p.Accept(checked)
	if view := drawn(p, 60); !strings.Contains(view[1], "about ab") {
		t.Errorf("in the end is shown %q", view)
	}
	if diff := cmp.Diff([]string{"a", "ab"}, asked); p.Prepare(look) != nil || diff != "" {
		t.Errorf("checked otherwise (-want +got):\n%s", diff)
	}
}
