package help

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
)

func rows(n int) []Group {
	var rows []keys.Row
	for i := range n {
		rows = append(rows, keys.Row{Keys: fmt.Sprint("k", i, "."), Help: "does something"})
	}
	return []Group{{safetext.Const("All"), rows}}
}

func shown(h *Help, height int) []string {
	h.Prepare(pane.Look{Width: 40, Height: height, Theme: themes.Plain()})
	return h.View()
}

func TestEveryRowIsReachedByScrolling(t *testing.T) {
	for _, step := range []keys.Action{keys.Down, keys.PageDown, keys.HalfPageDown, keys.End} {
		h := New(safetext.Const("Keys"), rows(25))
		seen := ""
		for range 30 {
			seen += strings.Join(shown(h, 10), "")
			h.Do(step)
		}
		if last := strings.Join(shown(h, 10), ""); !strings.Contains(last, "k24.") || !strings.Contains(seen, "k0.") {
			t.Errorf("with %s one gets to\n%s", step, last)
		}
		h.Do(keys.Home)
		if first := strings.Join(shown(h, 10), ""); !strings.Contains(first, "k0.") {
			t.Errorf("home shows\n%s", first)
		}
	}
}

func TestHelpFitsTheScreen(t *testing.T) {
	for height := 1; height < 40; height++ {
		h := New(safetext.Const("Keys"), rows(25))
		if got := len(shown(h, height)); got > max(height, 3) || height > 28 && got != 28 {
			t.Errorf("on %d lines help has %d", height, got)
		}
	}
}

func TestOtherActionsAreNotTaken(t *testing.T) {
	if _, ok := New(safetext.Const("Keys"), rows(1)).Do(keys.Send); ok {
		t.Error("help takes an action that does not scroll")
	}
}

func TestOnAWideScreenThereAreTwoColumns(t *testing.T) {
	groups := []Group{{safetext.Const("First"), rows(10)[0].Rows}, {safetext.Const("Second"), rows(10)[0].Rows}}
	h := New(safetext.Const("Keys"), groups)
	h.Prepare(pane.Look{Width: 120, Height: 40, Theme: themes.Plain()})
	lines := h.View()
	if len(lines) != 13 || !strings.Contains(lines[1], "First") || !strings.Contains(lines[1], "Second") {
		t.Errorf("it is\n%s", strings.Join(lines, "\n"))
	}
}

func TestWhatIsLongGoesOnBelowItself(t *testing.T) {
	h := New(safetext.Const("Keys"), []Group{{safetext.Const("All"), []keys.Row{{Keys: "k", Help: "does something that takes some more words to say than one line has"}}}})
	got := strings.Join(shown(h, 20), "\n")
	if strings.Contains(got, "…") || len(h.View()) != 6 || !strings.Contains(got, " has ") {
		t.Errorf("it is\n%s", got)
	}
}

func TestAnyRoomIsKept(t *testing.T) {
	for width := 1; width < 130; width += 3 {
		for height := 1; height < 40; height += 3 {
			h := New(safetext.Const("Keys"), []Group{{safetext.Const("All"), []keys.Row{{Keys: "ctrl+shift+left, ctrl+left, alt+left", Help: "something\x1b[2J wide 漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字"}}}})
			h.Prepare(pane.Look{Width: width, Height: height, Theme: themes.Plain()})
			for _, line := range h.View() {
				if got := ansi.StringWidth(line); got > width || strings.Contains(line, "\x1b[2J") {
					t.Errorf("a line in %d cells has %d: %q", width, got, line)
				}
			}
		}
	}
}
