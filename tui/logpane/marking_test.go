package logpane

import (
	"strings"
	"testing"

	"iqscope/session/journal"
	"iqscope/tui/keys"
)

func TestMarksAreGoneToInTurnAndSurviveAFilter(t *testing.T) {
	l := newLogged(t, journal.Limits{Count: 20})
	l.notes(10)
	for _, seq := range []uint64{3, 7} {
		l.Go(seq)
		l.Do(ToggleMark)
	}
	l.Mark("here")
	if text := strings.Join(drawn(l.Pane), "\n"); !strings.Contains(text, "▸◆12:00:00.000 · here [7]") || !strings.Contains(text, " ◆12:00:00.000 · [3]") {
		t.Errorf("the marks are not shown:\n%s", text)
	}
	for _, want := range []uint64{3, 7, 3} {
		if !l.NextMark() {
			t.Fatal("there is no mark")
		}
		l.wantSelected("next", want)
	}
	l.filterBy(`~"7"`)
	l.finish()
	for range 2 {
		l.NextMark()
		l.wantSelected("with a filter", 7)
	}
	l.filterBy(`~"8"`)
	l.finish()
	if l.NextMark() {
		t.Error("a mark is gone to that is hidden")
	}
	l.SetFilter("", nil)
	l.Go(7)
	l.Do(ToggleMark)
	if _, ok := l.Marked(); ok || l.Marks() != 1 {
		t.Error("the mark stays")
	}
	l.notes(15) // #3 leaves the log
	if l.Marks() != 0 || l.NextMark() {
		t.Error("a mark stays of what has left the log")
	}
}

func TestAFoldedExchangeShowsTheMarkOfWhatIsInIt(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	request := l.asks(t, "q")
	reply := l.answers(t, request, "reply")
	l.element(t, "<message/>")
	l.Refresh()
	l.Go(reply)
	l.Mark("slow")
	l.wantLines("unfolded", "→ get q romeo@x/phone version result 12 ms", "• ├ → get q romeo@x/phone version", "▸◆└ ← result x romeo@x/phone slow version 12 ms", "← message –")
	l.Do(ToggleFold)
	l.Do(keys.Down)
	l.NextMark()
	l.wantSelected("the mark", reply)
	l.wantLines("folded", "▸◆12:00:00.000 → get q romeo@x/phone slow version result 12 ms", "← message –")
}
