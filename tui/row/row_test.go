package row

import (
	"io"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"
	"pgregory.net/rapid"

	"iqscope/internal/safetext"
)

func TestColumnsLineUp(t *testing.T) {
	none := lipgloss.NewStyle()
	r := New(20)
	r.Column(safetext.Const("abcdef"), 4, none)
	r.Space(1)
	r.Right(safetext.Const("12"), 5, none)
	r.Fill(12)
	r.Add(safetext.Const("rest and more"), none)
	if got, want := r.String(), "abc…    12  rest an…"; got != want {
		t.Errorf("the row is %q, want %q", got, want)
	}
}

func TestARowIsNeverTooWideAndOneOnTopOfAStyleIsFilled(t *testing.T) {
	bold := lipgloss.NewStyle().Bold(true)
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(0, 30).Draw(t, "limit")
		for _, r := range []*Row{New(limit), Over(limit, bold)} {
			for range rapid.IntRange(0, 6).Draw(t, "pieces") {
				text := safetext.CleanLine(rapid.StringOfN(rapid.RuneFrom([]rune("aé界e\u0301👍 \u202e")), 0, 12, -1).Draw(t, "text"))
				n := rapid.IntRange(-2, 12).Draw(t, "n")
				switch rapid.IntRange(0, 4).Draw(t, "what") {
				case 0:
					r.Add(text, bold)
				case 1:
					r.Column(text, n, bold)
				case 2:
					r.Right(text, n, bold)
				case 3:
					r.Space(n)
				case 4:
					r.Fill(n)
				}
			}
			if got := ansi.StringWidth(r.String()); got > limit || got != r.Width() || r.under != nil && got != limit {
				t.Fatalf("a row of %d cells is %d wide and says %d", limit, got, r.Width())
			}
		}
	})
}

// A row in reverse would make grounds of the colours of its pieces.
func TestPiecesOfARowInReverseLookAlike(t *testing.T) {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.ANSI)
	reverse, red := r.NewStyle().Reverse(true), r.NewStyle().Foreground(lipgloss.Color("1")).Background(lipgloss.Color("2"))
	row := Over(4, reverse)
	row.Add(safetext.Const("ab"), red)
	row.Add(safetext.Const("cd"), r.NewStyle())
	if got, want := row.String(), reverse.Render("ab")+reverse.Render("cd"); got != want {
		t.Errorf("drawn as %q, want %q", got, want)
	}
}
