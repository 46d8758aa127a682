package help

import (
	"fmt"
	"strings"
	"testing"

	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
)

func rows(n int) (rows []keys.Row) {
	for i := range n {
		rows = append(rows, keys.Row{Keys: fmt.Sprint("k", i, "."), Help: "does something"})
	}
	return rows
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
		if got := len(shown(h, height)); got > max(height, 3) || height > 27 && got != 27 {
			t.Errorf("on %d lines help has %d", height, got)
		}
	}
}

func TestOtherActionsAreNotTaken(t *testing.T) {
	if _, ok := New(safetext.Const("Keys"), rows(1)).Do(keys.Send); ok {
		t.Error("help takes an action that does not scroll")
	}
}
