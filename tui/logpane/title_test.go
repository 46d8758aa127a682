package logpane

import (
	"strings"
	"testing"

	"iqscope/session/journal"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
)

func TestTheTitleShortensByImportance(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.element(t, ackXML)
	l.notes(20)
	l.filterBy(`not ~"a text that is not there" and not iq`)
	l.finish()
	l.Search("[1234567890123]", compile(t, `~"[1234567890123]"`))
	l.finish()
	l.Do(keys.Up)
	l.notes(8)
	l.finish()
	for _, c := range []struct {
		width int
		want  string
	}{
		{117, `paused, 8 new · /[1234567890123]: none · not ~"a text that is not there" and not iq · 28 of 28`},
		{96, `paused, 8 new · /[1234567890123]: none · not ~"a text that is not there"… · 28 of 28`},
		{72, `paused, 8 new · /[1234567890123]: none · not ~"a… · 28 of 28`},
		{64, `paused, 8 new · /[1234…: none · not ~"a … · 28 of 28`},
		{54, `paused, 8 new · /[1234…: none · not ~"a t…`},
		{42, `paused, 8 new · not ~"a text …`},
		{27, `paused, 8 new`},
		{19, `8 new`},
		{14, `8`},
		{12, ``},
	} {
		l.setSize(c.width, 12)
		if got := l.Info().String(); got != c.want {
			t.Errorf("in %d cells it is\n%s\nwant\n%s", c.width, got, c.want)
		}
	}
	// At no width does the frame leave it out as long as there is room for the count.
	for width := 14; width < 200; width++ {
		l.setSize(width, 12)
		top := layout.Box{Digit: 3, Title: l.Title(), Info: l.Info()}.Draw(width+2, 3, nil, themes.Plain())[0]
		if !strings.Contains(top, "8") {
			t.Fatalf("in %d cells nothing is said of what is new: %s", width, top)
		}
	}
}
