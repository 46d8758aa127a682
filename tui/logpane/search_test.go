package logpane

import (
	"strings"
	"testing"

	"iqscope/session/journal"
)

func (l *logged) searchFor(text string) {
	l.Helper()
	l.Search(text, compile(l, `~"`+text+`"`))
	l.finish()
}

// Row 60: searching.
func TestASearchMarksWhatItFindsAndLeadsFromOneToTheNext(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.notes(60)
	l.searchFor("5]")
	l.wantSelected("the newest at first", 55)
	if l.Live() {
		t.Error("the log goes on following although the search has gone somewhere")
	}
	for _, line := range drawn(l.Pane)[1:11] {
		if found := strings.Contains(line, "5]"); found != strings.Contains(line[:6], "*") {
			t.Errorf("found %v, but the row is %q", found, line)
		}
	}
	for _, step := range []struct {
		name string
		do   func()
		want uint64
		info string
	}{
		{"older", l.SearchOlder, 45, "paused · /5]: 5 of 6 · 60"},
		{"older", l.SearchOlder, 35, "paused · /5]: 4 of 6 · 60"},
		{"newer", l.SearchNewer, 45, "paused · /5]: 5 of 6 · 60"},
		{"newer", l.SearchNewer, 55, "paused · /5]: 6 of 6 · 60"},
		{"newer", l.SearchNewer, 5, "paused · /5]: 1 of 6, from the start · 60"},
		{"older", l.SearchOlder, 55, "paused · /5]: 6 of 6, from the end · 60"},
		{"older", l.SearchOlder, 45, "paused · /5]: 5 of 6 · 60"},
	} {
		step.do()
		l.finish()
		l.wantSelected(step.name, step.want)
		l.wantInfo(step.name, step.info)
	}
	l.Search("", nil)
	l.wantInfo("after the search", "paused · 60")
	if text := strings.Join(drawn(l.Pane), ""); strings.Contains(text, "*") {
		t.Errorf("after the search something is marked: %q", text)
	}
}

func TestASearchGoesFarInPieces(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.notes(5*pieceEntries + 7)
	l.Search("[3]", compile(t, `~"[3]"`))
	for range 5 {
		l.step()
		l.wantInfo("on the way", "live · /[3] … · 25,007")
		l.wantSelected("on the way", 5*pieceEntries+7)
	}
	l.finish()
	l.wantSelected("at the end", 3)
	l.SearchNewer()
	l.finish()
	l.wantInfo("below", "paused · /[3]: 1 of 1, from the start · 25,007")
	l.SearchOlder()
	l.finish()
	l.wantInfo("above", "paused · /[3]: 1 of 1, from the end · 25,007")
	l.wantSelected("after both", 3)
}

func TestANewSearchTakesThePlaceOfOneThatIsOnItsWay(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.notes(3 * pieceEntries)
	l.Search("[3]", compile(t, `~"[3]"`))
	stale := l.look()
	l.searchFor("[5999]")
	l.Accept(stale())
	l.finish()
	l.wantSelected("", 5999)
}

func TestASearchStaysWithinWhatTheFilterShows(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.notes(60)
	l.filterBy(`~"[5"`)
	l.finish()
	l.searchFor("5]")
	l.wantSelected("at first", 55)
	l.SearchOlder()
	l.finish()
	l.wantSelected("older", 5)
	l.wantInfo("", `paused · /5]: 1 of 2 · ~"[5" · 11 of 60`)
	l.ToggleFilter()
	l.SearchNewer()
	l.finish()
	l.wantSelected("without the filter", 15)
}

func TestAChangedEntryIsMarkedAnew(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.notes(3)
	l.searchFor("[2]")
	if line := drawn(l.Pane)[2]; !strings.Contains(line, "▸*") {
		t.Errorf("the found row is %q", line)
	}
	l.change(2, "other")
	l.finish()
	if line := drawn(l.Pane)[2]; strings.Contains(line, "*") {
		t.Errorf("the changed row is %q", line)
	}
}

func TestSearchingAnEmptyLogAndADroppedFront(t *testing.T) {
	l := newLogged(t, journal.Limits{Count: 5})
	l.searchFor("x")
	l.SearchOlder()
	l.SearchNewer()
	l.finish()
	l.notes(3)
	l.SearchOlder()
	l.notes(20) // the way there is gone
	l.finish()
	l.wantInfo("", "live · /x: none · 5")
}
