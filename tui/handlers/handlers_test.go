package handlers

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"iqscope/session"
	"iqscope/session/handler"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func registry(more int) []Entry {
	entries := []Entry{
		{Info: handler.Info{Name: "log", Kind: handler.KindLog, Matcher: "*", Matches: 1234567, Last: now}},
		{Info: handler.Info{Name: "rule-1", Kind: handler.KindResponder, Matcher: "iq/ping", Replies: 2, Last: now.Add(-90 * time.Second)}, Rule: "iq/ping => silence"},
		{Info: handler.Info{Name: "drop", Kind: handler.KindFilter, Matcher: "*", Failures: 1, Off: true}, Rule: "* => drop"},
	}
	for i := range more {
		entries = append(entries, Entry{Info: handler.Info{Name: fmt.Sprintf("reply-%d", i), Kind: handler.KindReply, Matcher: "id x"}})
	}
	return append(entries,
		Entry{Info: handler.Info{Name: "ping", Kind: handler.KindResponder, Fallback: true, Matcher: "iq/ping", Dropped: 3}},
		Entry{Info: handler.Info{Name: session.AnsweredByNobody, Kind: handler.KindResponder, Fallback: true}})
}

func listed(entries []Entry) *Screen {
	s := New()
	s.SetEntries(entries)
	return s
}

func look(width, height int) pane.Look {
	return pane.Look{Width: width, Height: height, Theme: themes.Plain(), Now: now, Key: func(a keys.Action) string {
		return map[keys.Action]string{AddRule: "a"}[a]
	}}
}

func shown(s *Screen, width, height int) string {
	s.Prepare("juliet@demo.localhost/x", look(width, height))
	return strings.Join(s.View(), "\n")
}

func TestARowSaysWhatAnEntryIsAndHasCounted(t *testing.T) {
	wide := shown(listed(registry(0)), 140, 40)
	for _, want := range []string{
		"STATE NAME", "KIND       MATCHES", "HITS    MISSES  REPLIES  FAILED  DROPPED      LAST",
		"▸   1 on    log", "1,234,567", "0 s ago",
		"2 on    rule-1", "rule       iq/ping", "1 m ago",
		"3 off ! drop", "never",
		"4 on !  ping", "fallback",
		"1 of 5 · esc closes",
	} {
		if !strings.Contains(wide, want) {
			t.Errorf("the screen lacks %q:\n%s", want, wide)
		}
	}
	narrow := shown(listed(registry(0)), 80, 22)
	for _, column := range []string{"NAME", "KIND", "MATCHES", "HITS", "LAST"} {
		if !strings.Contains(narrow, column) {
			t.Errorf("80 columns lack %q:\n%s", column, narrow)
		}
	}
}

func TestWhatIsOffOrNothingStandsBack(t *testing.T) {
	theme := themes.Plain()
	theme.Muted = theme.Muted.Transform(strings.ToUpper)
	in := func(theme themes.Theme) string {
		s, look := listed(registry(0)), look(140, 40)
		look.Theme = theme
		s.Prepare("", look)
		return strings.Join(s.View(), "\n")
	}
	wide := in(theme)
	if !strings.Contains(wide, "3 OFF ! DROP ") || !strings.Contains(wide, "2 on    rule-1 ") {
		t.Errorf("what is off looks like what is on:\n%s", wide)
	}
	theme.Muted = theme.Muted.Transform(func(text string) string { return strings.ReplaceAll(text, "0", "-") })
	if wide := in(theme); !strings.Contains(wide, " -         -        2 ") {
		t.Errorf("a count of nothing looks like any other:\n%s", wide)
	}
}

func TestAllThereIsToKnowOfTheSelectedEntryStandsBelow(t *testing.T) {
	for place, want := range []string{
		"log      sees every element first|1,234,567 hits · 0 misses · 0 replies · 0 failures · 0 dropped|12:00:00, 0 s ago",
		"rule-1   a rule: it answers|rule     iq/ping => silence|11:58:30, 1 m ago",
		"drop     a rule: it drops what matches (off)|1 failure|nothing has matched yet",
		"ping     built in|matches  iq/ping|3 dropped",
		"nobody else  the automatic error",
	} {
		s := listed(registry(0))
		for range place {
			s.Do(keys.Down)
		}
		for part := range strings.SplitSeq(want, "|") {
			if got := shown(s, 80, 22); !strings.Contains(got, part) {
				t.Errorf("of entry %d the screen lacks %q:\n%s", place+1, part, got)
			}
		}
	}
}

func TestALongMatcherIsCutWhereAShortOneIsWhole(t *testing.T) {
	entries := registry(0)
	entries[0].Matcher = strings.Repeat("word ", 60)
	if got := shown(listed(entries), 80, 22); strings.Count(got, "word") < 60 || strings.Contains(got, "…") && strings.Count(got, "…") > 1 {
		t.Errorf("300 characters are not shown whole:\n%s", got)
	}
	entries[0].Matcher = strings.Repeat("word ", 400)
	if got := shown(listed(entries), 80, 22); !strings.Contains(got, "so far") || !strings.Contains(got, "3 off") {
		t.Errorf("2,000 characters hide the counts or the rows:\n%s", got)
	}
}

func TestWhatCanBeAddedIsSaidAsLongAsThereIsNoRule(t *testing.T) {
	const hint = "No rules yet. a adds one"
	if got := shown(listed(registry(0)), 80, 22); strings.Contains(got, hint) {
		t.Errorf("there is a rule:\n%s", got)
	}
	got := shown(listed(registry(0)[:1]), 80, 22)
	if joined := strings.Join(strings.Fields(strings.ReplaceAll(got, "│", " ")), " "); !strings.Contains(joined, hint) || !strings.Contains(joined, example) || !strings.Contains(joined, "juliet@demo.localhost/x") {
		t.Errorf("there is no rule:\n%s", got)
	}
}

func TestTheSelectionMovesAndStaysInSight(t *testing.T) {
	const more = 1000
	for _, c := range []struct {
		name string
		do   []keys.Action
		want string
	}{
		{"down", []keys.Action{keys.Down, keys.Down}, "drop"},
		{"not above the first", []keys.Action{keys.Down, keys.Up, keys.Up}, "log"},
		{"to the end", []keys.Action{keys.End}, session.AnsweredByNobody},
		{"not behind the last", []keys.Action{keys.End, keys.Down, keys.PageDown}, session.AnsweredByNobody},
		{"and back", []keys.Action{keys.End, keys.Home}, "log"},
		{"pages", []keys.Action{keys.PageDown, keys.PageDown, keys.PageUp, keys.HalfPageDown, keys.HalfPageUp, keys.PageUp}, "log"},
	} {
		s := listed(registry(more))
		for _, action := range c.do {
			shown(s, 80, 22)
			s.Do(action)
		}
		got := shown(s, 80, 22)
		if e, _ := s.Selected(); e.Name != c.want {
			t.Errorf("%s: %s is selected, want %s", c.name, e.Name, c.want)
		}
		if !strings.Contains(got, themes.Plain().Marker) {
			t.Errorf("%s: the selected row is out of sight:\n%s", c.name, got)
		}
	}
	if listed(registry(0)).Do(keys.Send) {
		t.Error("the screen takes an action that does not move")
	}
}

func TestTheSelectionFollowsTheName(t *testing.T) {
	s := listed(registry(5))
	s.Select("reply-3")
	s.SetEntries(registry(9))
	if e, _ := s.Selected(); e.Name != "reply-3" {
		t.Errorf("%s is selected, want reply-3", e.Name)
	}
	s.SetEntries(registry(2))
	if e, ok := s.Selected(); !ok || e.Name != session.AnsweredByNobody {
		t.Errorf("%s is selected, want what is in its place or the last", e.Name)
	}
	s.SetEntries(nil)
	s.Do(keys.Down)
	if _, ok := s.Selected(); ok {
		t.Error("something is selected of nothing")
	}
	shown(s, 80, 22)
}

func TestHostileNamesAndMatchersAreMadeSafe(t *testing.T) {
	entries := registry(0)
	entries[0].Name, entries[0].Matcher, entries[1].Rule = "\x1b[2J", "\u009b31m", "\x1b]52;c;x\a"
	s := listed(entries)
	for range 2 {
		if got := shown(s, 140, 40); strings.ContainsAny(got, "\x1b\u009b\a") {
			t.Errorf("control characters reach the screen: %q", got)
		}
		s.Do(keys.Down)
	}
}

func TestAnyRoomIsKept(t *testing.T) {
	for _, entries := range [][]Entry{nil, registry(0), registry(0)[:1], registry(30)} {
		s := listed(entries)
		for width := 1; width < 150; width += 3 {
			for height := 1; height < 45; height += 3 {
				s.Prepare("", look(width, height))
				lines := s.View()
				if len(lines) > height {
					t.Fatalf("%d lines in %d", len(lines), height)
				}
				for _, line := range lines {
					if got := ansi.StringWidth(line); got > width {
						t.Fatalf("a line in %d cells has %d: %q", width, got, line)
					}
				}
			}
		}
	}
}

func TestTheAgeOfAMatchIsInItsLargestUnit(t *testing.T) {
	for ago, want := range map[time.Duration]string{
		-time.Second: "0 s ago", 59 * time.Second: "59 s ago", time.Minute: "1 m ago", time.Hour - 1: "59 m ago",
		time.Hour: "1 h ago", 24*time.Hour - 1: "23 h ago", 24 * time.Hour: "1 d ago", 400 * 24 * time.Hour: "400 d ago",
	} {
		if got := lastMatch(now.Add(-ago), now); got != want {
			t.Errorf("%v ago is shown as %q, want %q", ago, got, want)
		}
	}
}

// What a frame costs follows what is visible; entries alone are cheap.
func BenchmarkAHundredThousandEntries(b *testing.B) {
	entries := registry(100_000)
	s := listed(entries)
	s.Do(keys.End)
	for b.Loop() {
		s.SetEntries(entries)
		shown(s, 140, 40)
	}
}
