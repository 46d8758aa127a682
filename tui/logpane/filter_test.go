package logpane

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
	"iqscope/session/match"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
)

func compile(t testing.TB, text string) *match.Expr {
	t.Helper()
	x, err := match.Compile(text, match.BasicKeys())
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// logged is a pane of a log that a test writes.
type logged struct {
	testing.TB
	*journal.Journal
	*Pane
}

func newLogged(t testing.TB, limits journal.Limits) *logged {
	l := &logged{TB: t, Journal: journal.New(limits)}
	l.Pane = New(l.Journal, themes.Plain())
	l.setSize(100, 12)
	return l
}

// look returns the next piece of the work of filter and search; nil for none.
func (l *logged) look() tea.Cmd {
	l.jump()
	return l.works()
}

// drawn is what a pane shows.
func drawn(p *Pane) []string {
	named := map[keys.Action]string{keys.Filter: "f", keys.ToggleFilter: "F", ToggleAcks: "."}
	look := pane.Look{Width: p.width, Height: p.height, Theme: themes.Plain(), Focused: true, Key: func(a keys.Action) string { return named[a] }}
	p.theme, p.lines = look.Theme, p.draw(look)
	return p.View()
}

// notes adds entries whose texts are their numbers, and says so to the pane.
func (l *logged) notes(n int) {
	for range n {
		l.Append(journal.Entry{Time: now, Text: fmt.Sprintf("[%d]", l.Stats().Last+1)})
	}
	l.Refresh()
}

// change rewrites the text of an entry.
func (l *logged) change(seq uint64, text string) {
	l.Annotate(seq, func(e *journal.Entry) { e.Text = text })
	l.Refresh()
}

func (l *logged) filterBy(text string) {
	l.Helper()
	l.SetFilter(text, compile(l, text))
}

// step does one piece of the filter's work, and reports whether there was one.
func (l *logged) step() bool {
	cmd := l.look()
	if cmd == nil {
		return false
	}
	msgs := []tea.Msg{cmd()}
	if batch, ok := msgs[0].(tea.BatchMsg); ok {
		msgs = nil
		for _, cmd := range batch {
			msgs = append(msgs, cmd())
		}
	}
	for _, msg := range msgs {
		if !l.Accept(msg) {
			l.Error("the result of a piece of work is not accepted")
		}
	}
	return true
}

// finish does all of it.
func (l *logged) finish() {
	for l.step() {
	}
}

func (l *logged) shown() []uint64 { return slices.Clone(l.filter.found.seqs) }

func (l *logged) wantShown(when string, want ...uint64) {
	l.Helper()
	if diff := cmp.Diff(want, append([]uint64(nil), l.shown()...)); diff != "" {
		l.Errorf("%s the filter shows (-want +got):\n%s", when, diff)
	}
}

func (l *logged) wantSelected(when string, want uint64) {
	l.Helper()
	if got, _ := l.Selected(); got != want {
		l.Errorf("%s #%d is selected, want #%d", when, got, want)
	}
}

func (l *logged) wantInfo(when, want string) {
	l.Helper()
	if got := l.Info().String(); got != want {
		l.Errorf("%s the title says %q, want %q", when, got, want)
	}
}

func TestAFilterShowsWhatMatchesAndHowMuchThatIs(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.notes(4096)
	l.filterBy(`~"[40"`)
	l.finish()
	l.wantInfo("with a filter", `live · ~"[40" · 108 of 4,096`)
	for _, line := range drawn(l.Pane)[1:11] {
		if !strings.Contains(line, "[40") {
			t.Errorf("the filter shows %q", line)
		}
	}
	l.SetFilter("", nil)
	l.wantInfo("without it again", "live · 4,096")
}

func TestRow20OneFilterShowsErrorsAndTimeouts(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	request := parse(t, "<iq type='get' id='q'><query xmlns='jabber:iq:version'/></iq>")
	for _, outcome := range []stanza.Outcome{"", stanza.OutcomeResult, stanza.OutcomeError, stanza.OutcomeTimeout, stanza.OutcomeCancelled} {
		l.Append(journal.Entry{Time: now, Dir: stanza.Out, Stanza: request, Outcome: outcome})
	}
	l.Refresh()
	l.filterBy("iq@outcome=error or iq@outcome=timeout")
	l.finish()
	l.wantShown("", 3, 4)

	l.Annotate(1, func(e *journal.Entry) { e.Outcome = stanza.OutcomeTimeout })
	l.Annotate(4, func(e *journal.Entry) { e.Outcome = stanza.OutcomeUnknown })
	l.Refresh()
	l.finish()
	l.wantShown("after one has timed out and another changed", 1, 3)
	if lines := drawn(l.Pane); !strings.Contains(lines[11], "#3 · error · ") {
		t.Errorf("of the selected request is said %q, want how it ended", lines[11])
	}
}

func TestRows46And47And52FiltersNarrowTheLog(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	for _, e := range []journal.Entry{
		{Dir: stanza.Out, Stanza: parse(t, "<iq type='get' id='a' to='romeo@x/phone'><query xmlns='jabber:iq:version'/></iq>")},
		{Dir: stanza.In, Stanza: parse(t, "<iq type='result' id='a' from='romeo@x/phone'><query xmlns='jabber:iq:version'><os>plan9</os></query></iq>"), RTT: 2 * time.Second, Verdict: stanza.VerdictReply},
		{Dir: stanza.In, Stanza: parse(t, "<iq type='result' id='a' from='mallory@evil'><query xmlns='jabber:iq:version'/></iq>"), Verdict: stanza.VerdictWrongSender},
		{Dir: stanza.In, Stanza: parse(t, "<message from='nurse@x'><body>hi</body></message>")},
		{Dir: stanza.Out, Stanza: parse(t, "<iq type='get' id='b' to='x'><ping xmlns='urn:xmpp:ping'/></iq>")},
		{Text: "online again"},
	} {
		e.Time = now
		l.Append(e)
	}
	l.Refresh()
	for filter, want := range map[string][]uint64{
		`*@id=a`:                                 {1, 2, 3},
		`iq@type=get`:                            {1, 5},
		`*@from.bare=romeo@x`:                    nil, // refused below
		`*@from="romeo@x/phone"`:                 {2},
		`*@from.domain=x`:                        {2, 4},
		`*@dir=in`:                               {2, 3, 4},
		`*@verdict=wrong-sender`:                 {3},
		`*@rtt>1s`:                               {2},
		`iq/version`:                             {1, 2, 3},
		`iq@type=get/version`:                    {1},
		`iq/version@os=plan9`:                    {2},
		`iq//os`:                                 {2},
		`iq and not iq/ping`:                     {1, 2, 3},
		`(message or iq/ping) and not *@dir=out`: {4},
		`~"online"`:                              {6},
		`presence`:                               nil,
	} {
		x, err := match.Compile(filter, match.BasicKeys())
		if err != nil {
			if want != nil {
				t.Errorf("%s is refused: %v", filter, err)
			}
			continue
		}
		l.SetFilter(filter, x)
		l.finish()
		l.wantShown(filter, want...)
	}
}

func TestNewEntriesAreHeldAgainstTheFilter(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.notes(10)
	l.filterBy(`~"1"`)
	l.finish()
	l.wantShown("at first", 1, 10)
	l.notes(3)
	l.finish()
	l.wantShown("after three more", 1, 10, 11, 12, 13)
	l.wantSelected("while it follows", 13)
	l.notes(8) // to #21
	if !l.step() || l.step() {
		t.Error("eight new entries are not looked at in one piece")
	}
	if l.look() != nil {
		t.Error("there is work although nothing is new")
	}
}

func TestAnEntryThatChangesComesAndGoes(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.notes(10)
	l.filterBy(`~"yes"`)
	l.finish()
	for _, c := range []struct {
		seq  uint64
		text string
		want []uint64
	}{
		{4, "yes", []uint64{4}}, {9, "yes", []uint64{4, 9}}, {1, "yes", []uint64{1, 4, 9}}, {4, "no", []uint64{1, 9}},
		{4, "no again", []uint64{1, 9}}, {9, "yes again", []uint64{1, 9}}, {1, "no", []uint64{9}}, {9, "no", nil},
	} {
		l.change(c.seq, c.text)
		l.finish()
		l.wantShown(fmt.Sprintf("after #%d says %q", c.seq, c.text), c.want...)
	}
}

func TestAChangeWhileTheLogIsBeingLookedAtIsNotMissed(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.notes(3 * pieceEntries)
	l.filterBy(`~"yes"`)
	l.step()
	cmd := l.look() // looks at the middle …
	l.change(3*pieceEntries, "yes")
	l.change(10, "yes")
	result := cmd()
	l.change(2*pieceEntries, "yes") // … which changes before the result is in
	l.Accept(result)
	l.finish()
	l.wantShown("", 10, 2*pieceEntries, 3*pieceEntries)
}

func TestMoreChangesThanTheLogCanTellLeadToLookingAtAllAgain(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.notes(5 * pieceEntries)
	l.filterBy(`~"["`)
	l.finish()
	for seq := range uint64(journal.Remembered) + 1 {
		l.Annotate(seq+1, func(e *journal.Entry) { e.Text = "" })
	}
	l.Refresh()
	l.finish()
	if got := l.shown(); uint64(len(got)) != 5*pieceEntries-journal.Remembered-1 || got[0] != journal.Remembered+2 {
		t.Errorf("%d entries are shown, from #%d", len(got), got[0])
	}
}

func TestWhatLeavesTheLogLeavesTheFilter(t *testing.T) {
	l := newLogged(t, journal.Limits{Count: 10})
	l.notes(10)
	l.filterBy(`~"1"`)
	l.finish()
	l.wantShown("at first", 1, 10)
	l.notes(4) // #1 to #4 are dropped
	l.finish()
	l.wantShown("when the oldest are gone", 10, 11, 12, 13, 14)
	l.notes(30)
	l.finish()
	l.wantShown("when all have gone", 41)
	l.wantInfo("then", `live · ~"1" · 1 of 10`)
}

func TestTheNewestAreLookedAtFirstAndProgressIsShown(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.notes(100_000)
	l.filterBy(`~"7]"`)
	l.wantInfo("at once", `live · filtering 0 % · ~"7]" · 0 of 100,000`)
	if text := strings.Join(drawn(l.Pane), " "); !strings.Contains(text, `Nothing has matched ~"7]" yet`) {
		t.Errorf("before anything has been found is shown %q", text)
	}
	for range 7 {
		l.step()
	}
	l.wantInfo("after 7 pieces", `live · filtering 35 % · ~"7]" · 3,500 of 100,000`)
	l.wantSelected("meanwhile", 99_997)
	l.Do(keys.Up)
	l.Do(keys.Up)
	l.wantSelected("scrolled", 99_977)
	l.finish()
	l.wantSelected("at the end", 99_977)
	l.wantInfo("at the end", `paused · ~"7]" · 10,000 of 100,000`)
}

func TestAPausedLogIsLookedAtAboutTheSelectedRowFirst(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.notes(100_000)
	l.Do(keys.Home)
	for range 50 {
		l.Do(keys.PageDown)
	}
	l.wantSelected("paged down", 501)
	l.filterBy(`~"7]"`)
	l.step()
	l.wantSelected("after one piece", 497)
	l.finish()
	l.wantSelected("at the end", 497)
	l.wantInfo("at the end", `paused · ~"7]" · 10,000 of 100,000`)
}

func TestTheSelectionStaysWithAFilterAsWithout(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.notes(60)
	l.Do(keys.Home)
	for range 4 {
		l.Do(keys.PageDown)
	}
	l.wantSelected("paused", 41)
	l.filterBy(`~"5]"`)
	l.finish()
	l.wantSelected("hidden, the nearest older one", 35)
	l.notes(20)
	l.finish()
	l.wantSelected("while more comes", 35)
	l.wantInfo("while more comes", `paused, 2 new · ~"5]" · 8 of 80`)
	l.ToggleFilter()
	l.wantSelected("with the filter off", 35)
	l.wantInfo("with the filter off", "paused · filter off · 80")
	l.Do(keys.Down)
	l.ToggleFilter()
	l.finish()
	l.wantSelected("on again, the nearest older one", 35)
	l.change(35, "something else")
	l.finish()
	l.wantSelected("when it changes and is hidden, the nearest older one", 25)
	l.filterBy(`~"[3"`)
	l.finish()
	l.wantSelected("with another filter", 3)
	l.filterBy(`~"[4"`)
	l.finish()
	l.wantSelected("with nothing older, the nearest newer one", 4)
	l.filterBy(`~"nothing"`)
	l.finish()
	l.SetFilter("", nil)
	l.wantSelected("after a filter that shows nothing", 4)
}

func TestALiveLogFollowsWithAFilterAsWithout(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.notes(20)
	l.filterBy(`~"1"`)
	l.finish()
	l.wantSelected("with a filter", 19)
	l.notes(1)
	l.finish()
	l.wantSelected("after one more", 21)
	l.Do(Pause)
	l.notes(10)
	l.finish()
	l.wantSelected("paused", 21)
	l.wantInfo("paused", `paused, 1 new · ~"1" · 13 of 31`)
	l.Follow()
	l.wantSelected("live again", 31)
	l.filterBy(`~"nothing"`)
	l.finish()
	l.ToggleFilter()
	l.wantSelected("live without the filter", 31)
}

func TestAFilterThatIsOffCatchesUpWhenItIsOnAgain(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.notes(30)
	l.filterBy(`~"9]"`)
	l.finish()
	l.ToggleFilter()
	l.notes(10)
	l.change(3, "[9]")
	if l.look() != nil {
		t.Error("a filter that is off works")
	}
	l.ToggleFilter()
	l.finish()
	l.wantShown("on again", 3, 9, 19, 29, 39)
}

func TestTheResultOfAnEarlierFilterIsDropped(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.notes(30)
	l.filterBy(`~"9]"`)
	stale := l.look()()
	l.filterBy(`~"8]"`)
	l.Accept(stale)
	l.finish()
	l.wantShown("", 8, 18, 28)
	stale = l.filterWork("9]")
	l.SetFilter("", nil)
	l.Accept(stale)
	l.wantInfo("without a filter", "live · 30")
}

// filterWork sets a filter and returns the event of its first piece.
func (l *logged) filterWork(text string) any {
	l.filterBy(`~"` + text + `"`)
	return l.look()()
}

func TestNothingMatchesIsSaidWithTheWayOut(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.filterBy("presence")
	if text := strings.Join(drawn(l.Pane), " "); !strings.Contains(text, "Nothing yet.") {
		t.Errorf("of an empty log is said %q", text)
	}
	l.notes(3)
	l.finish()
	text := strings.Join(drawn(l.Pane), " ")
	if want := "Nothing in the log matches presence. F takes the filter off, f changes it."; !strings.Contains(text, want) {
		t.Errorf("it is said %q, want %q", text, want)
	}
}

func TestALongFilterIsCutInTheTitle(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.notes(3)
	l.filterBy(strings.Repeat("presence or ", 40) + "message")
	l.finish()
	for _, width := range []int{40, 57, 80} {
		l.setSize(width, 12)
		info := l.Info()
		if info.Width() > width-beside || !strings.HasSuffix(info.String(), "… · 0 of 3") {
			t.Errorf("in %d cells the title says %q", width, info)
		}
	}
}

// The filter against looking at every entry.
func TestAFilterShowsExactlyWhatMatchesWhateverHappens(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := newLogged(t, journal.Limits{Count: rapid.SampledFrom([]int{7, 50, 3 * pieceEntries}).Draw(rt, "count")})
		x := compile(t, `~"1"`)
		rt.Repeat(map[string]func(*rapid.T){
			"append": func(t *rapid.T) { l.notes(rapid.SampledFrom([]int{1, 5, 60, pieceEntries + 1}).Draw(t, "n")) },
			"change": func(t *rapid.T) {
				s := l.Stats()
				l.change(rapid.Uint64Range(s.First, s.Last+1).Draw(t, "seq"), rapid.SampledFrom([]string{"1", "2"}).Draw(t, "text"))
			},
			"set":    func(*rapid.T) { l.SetFilter("1", x) },
			"toggle": func(*rapid.T) { l.ToggleFilter() },
			"step":   func(*rapid.T) { l.step() },
			"move": func(t *rapid.T) {
				l.Do(rapid.SampledFrom([]keys.Action{keys.Up, keys.Down, keys.Home, keys.End, keys.PageUp, Pause}).Draw(t, "key"))
			},
			"search": func(t *rapid.T) {
				l.finish()
				at, some := l.Selected()
				up := rapid.Bool().Draw(t, "up")
				want, wrap := at, true
				var all []uint64
				for _, e := range l.Window(nil, 0, 1<<30) {
					if !strings.Contains(e.Text, "2") || l.Filtered() && !x.Match(Subject(e)) {
						continue
					}
					all = append(all, e.Seq)
					if up && e.Seq < at || !up && e.Seq > at && wrap {
						want, wrap = e.Seq, false
					}
				}
				switch {
				case len(all) == 0 || !wrap:
				case up:
					want = all[len(all)-1]
				default:
					want = all[0]
				}
				if !l.Searching() {
					l.Search("2", compile(l, `~"2"`))
				}
				if up {
					l.SearchOlder()
				} else {
					l.SearchNewer()
				}
				l.finish()
				if got, _ := l.Selected(); some && got != want {
					t.Fatalf("from #%d, up %v, the search has gone to #%d, want #%d", at, up, got, want)
				}
			},
			"finish": func(t *rapid.T) {
				if !l.Filtered() {
					return
				}
				at, live := l.at, l.Live()
				l.finish()
				var want []uint64
				for _, e := range l.Window(nil, 0, 1<<30) {
					if x.Match(Subject(e)) {
						want = append(want, e.Seq)
					}
				}
				if diff := cmp.Diff(want, append([]uint64(nil), l.shown()...)); diff != "" {
					t.Fatalf("shown are (-want +got):\n%s", diff)
				}
				i, exact := slices.BinarySearch(want, at)
				switch {
				case len(want) == 0:
					return
				case live:
					i = len(want) - 1
				case !exact:
					i = max(0, i-1)
				}
				if got, _ := l.Selected(); got != want[i] {
					t.Fatalf("of %v #%d is selected, want #%d (was #%d, live %v)", want, got, want[i], at, live)
				}
			},
		})
	})
}

func TestAFilterKeepsUpWithALogThatIsBeingWritten(t *testing.T) {
	const n = 20_000
	l := newLogged(t, journal.Limits{Count: 5000})
	l.notes(1)
	l.filterBy(`~"7]"`)
	written := make(chan struct{})
	go func() {
		defer close(written)
		for i := range n {
			seq := l.Append(journal.Entry{Time: now, Text: fmt.Sprintf("[%d]", i)})
			l.Annotate(seq, func(e *journal.Entry) { e.Text = fmt.Sprintf("[%d]", e.Seq) })
		}
	}()
	for running := true; running; {
		select {
		case <-written:
			running = false
		default:
		}
		l.Refresh()
		l.step()
		drawn(l.Pane)
	}
	l.Refresh()
	l.finish()
	if got := l.shown(); len(got) != 500 || got[0] != 15_007 || got[499] != 19_997 {
		t.Errorf("%d of the last 5,000 entries are shown, want those 500 that end in 7", len(got))
	}
}

// What falls out of a bounded log falls out of what a filter has found, at once and not when the
// filter goes on.
func TestWhatFallsOutOfTheLogFallsOutOfTheFilter(t *testing.T) {
	l := newLogged(t, journal.Limits{Count: 10})
	l.notes(10)
	l.filterBy(`~"["`)
	l.finish()
	l.wantInfo("at first", `live · ~"[" · 10 of 10`)
	l.notes(3)
	l.wantInfo("before the new ones are looked at", `live · ~"[" · 7 of 10`)
	l.finish()
	l.wantInfo("then", `live · ~"[" · 10 of 10`)

	l.filterBy(`~"]"`)
	result := l.look()() // looks at #4 to #13 …
	l.notes(4)           // … of which four fall out before the result is in
	l.Accept(result)
	l.wantInfo("of an old result", `live · filtering 60 % · ~"]" · 6 of 10`)
	for _, seq := range l.shown() {
		if seq < 8 {
			t.Errorf("#%d is shown, which has fallen out", seq)
		}
	}
}
