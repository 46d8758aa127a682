package logpane

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
	"iqscope/tui/keys"
)

func TestColumnsAreChosen(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	request := l.asks(t, "q1")
	l.answers(t, request, stanza.VerdictReply)
	l.element(t, "<message id='m3' from='nurse@x'/>")
	l.Refresh()
	heading := func() string { return strings.Join(strings.Fields(drawn(l.Pane)[0]), " ") }
	if got := heading(); got != "TIME KIND ID PEER PAYLOAD RTT" {
		t.Errorf("at first the columns are %s", got)
	}
	for _, c := range []struct {
		names          []string
		heading, first string
	}{
		{[]string{"peer", "seq"}, "SEQ PEER", "#1 → romeo@x/phone"},
		{[]string{"kind", "size", "rtt"}, "KIND SIZE RTT", "→ get 81 B result 12 ms"},
		{[]string{"text", "id"}, "ID TEXT", "→ q1 <iq type='get' id='q1'"},
		{AllColumns(), "SEQ TIME KIND ID SIZE PEER PAYLOAD TEXT RTT", "#1 12:00:00.000 → get q1 81 B romeo@x/phone version <iq"},
		{nil, "TIME KIND ID PEER PAYLOAD RTT", "12:00:00.000 → get q1 romeo@x/phone version result 12 ms"},
	} {
		if err := l.SetColumns(c.names); err != nil {
			t.Fatal(err)
		}
		drawn(l.Pane)
		if got := heading(); got != c.heading {
			t.Errorf("of %v the heading is %q", c.names, got)
		}
		if got := strings.Join(strings.Fields(drawn(l.Pane)[1]), " "); !strings.HasPrefix(got, c.first) {
			t.Errorf("of %v the row is %q, want %q", c.names, got, c.first)
		}
	}
	if err := l.SetColumns([]string{"peers"}); err == nil || !strings.Contains(err.Error(), `did you mean "peer"?`) {
		t.Errorf("of a column that there is not is said %v", err)
	}
}

func TestAWideScreenHasIDsInANarrowPane(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.asks(t, "q1")
	l.Refresh()
	l.setSize(60, 12)
	for screen, want := range map[int]bool{119: false, 120: true} {
		l.SetScreen(screen)
		if got := strings.Contains(drawn(l.Pane)[0], "ID"); got != want {
			t.Errorf("on %d columns there are ids: %v", screen, got)
		}
	}
}

func TestRowsMovedSidewaysStayThere(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.Append(journal.Entry{Time: now, Text: strings.Repeat("0123456789", 15) + "end"})
	l.asks(t, "q2")
	l.Refresh()
	l.Do(keys.Up)
	if strings.Contains(strings.Join(drawn(l.Pane), ""), "end") {
		t.Fatal("there is room for all")
	}
	for range 100 {
		l.Do(ScrollRight)
	}
	want := drawn(l.Pane)[1]
	if !strings.HasSuffix(strings.TrimRight(want, " "), "end") || !strings.HasPrefix(want, "▸ ") {
		t.Errorf("at the right end stands %q", want)
	}
	l.asks(t, "q3")
	l.Refresh()
	l.Do(keys.Down)
	l.Do(keys.Up)
	if got := drawn(l.Pane)[1]; got != want {
		t.Errorf("later it is %q, want %q", got, want)
	}
	for range 100 {
		l.Do(ScrollLeft)
	}
	if got := drawn(l.Pane)[1]; !strings.Contains(got, "12:00:00") {
		t.Errorf("at the left end stands %q", got)
	}
}

// Whatever columns there are, and however far they are moved: no row is wider than the pane.
func TestNoRowIsWiderThanThePane(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := newLogged(t, journal.Limits{})
		request := l.asks(t, strings.Repeat("界", rapid.IntRange(1, 40).Draw(rt, "id")))
		l.answers(t, request, stanza.VerdictWrongSender)
		l.answers(t, request, stanza.VerdictReply)
		l.element(t, "<message from='"+strings.Repeat("é👍", rapid.IntRange(0, 200).Draw(rt, "from"))+"'/>")
		l.element(t, ackXML)
		l.Append(journal.Entry{Time: now, Text: strings.Repeat("x", rapid.IntRange(0, 300).Draw(rt, "note"))})
		l.Refresh()
		width := rapid.IntRange(1, 130).Draw(rt, "width")
		l.setSize(width, 20)
		if err := l.SetColumns(rapid.SliceOfDistinct(rapid.SampledFrom(AllColumns()), rapid.ID[string]).Draw(rt, "columns")); err != nil {
			rt.Fatal(err)
		}
		l.Go(request)
		for range rapid.IntRange(0, 20).Draw(rt, "right") {
			drawn(l.Pane)
			l.Do(ScrollRight)
		}
		for _, line := range drawn(l.Pane) {
			if got := ansi.StringWidth(line); got > width {
				rt.Fatalf("a row of %d cells is drawn in %d: %q", got, width, line)
			}
		}
	})
}
