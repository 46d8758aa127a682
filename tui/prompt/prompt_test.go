package prompt

import (
	"errors"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"iqscope/internal/safetext"
	"iqscope/tui/keys"
)

func TestTypingReplacesTheAnswerAndMovingKeepsIt(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(*Prompt)
		want string
	}{
		{"typing", func(p *Prompt) { p.Type("4"); p.Type("5") }, "45"},
		{"moving first", func(p *Prompt) { p.Do(keys.CursorLineEnd); p.Type("s") }, "30s"},
		{"deleting", func(p *Prompt) { p.Do(keys.DeleteLeft) }, ""},
		{"a paste of lines", func(p *Prompt) { p.Type("a\r\nb\nc\rd\te") }, "a b c d e"},
	} {
		p := New(safetext.Const("How long? "), safetext.Const("in seconds"), "30")
		c.do(p)
		if got := p.Answer(); got != c.want {
			t.Errorf("%s: the answer is %q, want %q", c.name, got, c.want)
		}
	}
}

func TestARefusalStandsInPlaceOfTheHintUntilMoreIsTyped(t *testing.T) {
	p := New(safetext.Const("How long? "), safetext.Const("in seconds"), "30")
	p.Refuse(errors.New("no\x1b[31m number"))
	if view := strings.Join(drawn(p, 60), "\n"); !strings.Contains(view, "✗ no␛[31m number") || strings.Contains(view, "in seconds") {
		t.Errorf("after a refusal is shown\n%s", view)
	}
	p.Type("5")
	if view := strings.Join(drawn(p, 60), "\n"); !strings.Contains(view, "in seconds") {
		t.Errorf("after more has been typed is shown\n%s", view)
	}
}

func TestAPromptFitsAnyWidth(t *testing.T) {
	p := New(safetext.Const("A question of some length: "), safetext.Const("and a hint that is longer still"), strings.Repeat("x", 100))
	p.SetCheck(4, func(string) []Line {
		long := safetext.CleanLine(strings.Repeat("what there is to say ", 20))
		return []Line{{Mark: Bad, Text: long, From: 40, To: 60}, {Mark: OK, Text: long, From: 1, To: 99}}
	})
	for width := 3; width < 80; width++ {
		for _, line := range drawn(p, width) {
			if got := ansi.StringWidth(line); got > width {
				t.Errorf("a line for %d cells has %d: %q", width, got, line)
			}
		}
	}
}
