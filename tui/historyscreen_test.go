package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/history"
	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
)

// onHistory is a screen with so many entries in its history, which is open.
func onHistory(t *testing.T, count int64) (*sim, *fakeHistory) {
	t.Helper()
	s := start(t, 140, 45)
	f := s.remembers(count)
	s.press("alt+h")
	return s, f
}

// selectedEntry is the number of the entry that the keys work on.
func (s *sim) selectedEntry() int64 {
	s.t.Helper()
	screen, ok := s.m.overlays.overlays[0].(*historyScreen)
	if !ok {
		s.t.Fatalf("the history is not on the screen:\n%s", s.m.View())
	}
	e, _ := screen.selected()
	return e.ID
}

func TestWordsAreSearchedWhileTheyAreTyped(t *testing.T) {
	s, f := onHistory(t, 1230)
	s.press("/")
	during := ""
	f.during = func(context.Context) {
		if during == "" {
			during = s.m.View()
		}
	}
	s.typing("pubsub")
	for _, want := range []string{"searching…", "words p ", "service-unavailable"} { // of the list that was there
		if !strings.Contains(during, want) {
			t.Errorf("while it is searched, %q is not seen:\n%s", want, during)
		}
	}
	s.shows("words pubsub")
	s.hides("searching…", "service-unavailable")
	f.during = nil
	s.press("enter")
	s.shows("words pubsub")
	s.press("/")
	s.typing("version")
	s.shows("service-unavailable")
	s.press("esc") // the line, so that what was there before comes back
	s.shows("words pubsub")
	s.hides("service-unavailable")
	s.press("esc")
	s.shows("service-unavailable", "/ searches words")
	s.press("esc")
	if s.m.overlays.top() != nil {
		t.Error("esc has not closed the screen")
	}
}

// collects runs a command and keeps what it says for later.
func collects(cmd tea.Cmd) (said []tea.Msg) {
	if cmd == nil {
		return nil
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			said = append(said, collects(c)...)
		}
	default:
		said = append(said, msg)
	}
	return said
}

func TestAnAnswerThatComesTooLateIsDropped(t *testing.T) {
	s, f := onHistory(t, 400)
	s.press("/")
	var cancelled []error
	f.during = func(ctx context.Context) { cancelled = append(cancelled, ctx.Err()) }
	_, first := s.m.Update(keyNamed(t, "v"))
	slow := collects(first) // the answer is made, and on its way
	_, second := s.m.Update(keyNamed(t, "x"))
	for _, msg := range slow {
		s.send(msg)
	}
	s.shows("searching…", "disco#info") // which has no v
	s.run(second)
	s.shows("Nothing fits")
	if !slices.Equal(cancelled, []error{nil, nil}) {
		t.Errorf("the questions were %v", cancelled)
	}

	s.press("backspace", "backspace")
	_, first = s.m.Update(keyNamed(t, "v"))
	s.m.Update(keyNamed(t, "e"))
	cancelled = nil
	collects(first)
	if len(cancelled) != 1 || !errors.Is(cancelled[0], context.Canceled) {
		t.Errorf("a question of which nobody wants the answer goes on: %v", cancelled)
	}
}

func TestTheFilterDecidesWhatIsShown(t *testing.T) {
	s, f := onHistory(t, 1230)
	s.press("f")
	s.typing("outcome:timout")
	s.shows("is no outcome")
	s.press("enter")
	s.shows("this is no filter yet")
	s.press("ctrl+u")
	s.typing("outcome:ti")
	s.press("tab")
	s.typing(" tag:night since:2026-11-20 until:2026-11-20")
	s.press("enter")
	q := f.asked[len(f.asked)-1]
	want := history.Query{Outcomes: []stanza.Outcome{stanza.OutcomeTimeout}, Tag: "night", Since: noon.Truncate(24*time.Hour).AddDate(0, 0, -2), Until: noon.Truncate(24*time.Hour).AddDate(0, 0, -1)}
	if fmt.Sprint(q) != fmt.Sprint(want) {
		t.Errorf("it asks for\n%v, want\n%v", q, want)
	}
	s.shows("filter outcome:timeout tag:night")
	s.hides("service-unavailable")
	s.press("/")
	s.typing("verona")
	s.press("enter")
	if q := f.asked[len(f.asked)-1]; q.Words != "verona" || q.Tag != "night" {
		t.Errorf("words beside a filter ask for %v", q)
	}
	s.press("esc")
	s.shows("filter outcome:timeout")
	s.hides("words verona")
	s.press("esc")
	s.shows("service-unavailable")
	s.press("f")
	s.typing("iq/ping and not iq@outcome=timeout")
	s.press("enter")
	s.shows("ping")
	s.hides("service-unavailable", "disco#info")
}

func TestAnEntryIsSentAgainWithANewID(t *testing.T) {
	s, _ := onHistory(t, 8)
	s.press("r") // disco#info
	if s.m.overlays.top() != nil || len(s.fake.sent) != 1 {
		t.Fatalf("sent was %q:\n%s", s.fake.sent, s.m.View())
	}
	want := strings.Replace(madeEntry(8).Stanza.XML(), "h8", "q0002", 1)
	if s.fake.sent[0] != want {
		t.Errorf("sent was\n%s, want\n%s", s.fake.sent[0], want)
	}
	if v := s.fake.requests[0]; v.Timeout != 30*time.Second {
		t.Errorf("it waits %v", v.Timeout)
	}
}

func TestASetThatLosesSomethingIsAskedAbout(t *testing.T) {
	s, f := onHistory(t, 8)
	e := madeEntry(8)
	e.Stanza = parsed("<iq type='set' id='h8'><query xmlns='jabber:iq:register'><remove/></query></iq>")
	f.changed[8] = e
	s.send(HistoryChanged{})
	s.press("r")
	s.shows("? The account or registration is deleted")
	if len(s.fake.sent) != 0 {
		t.Fatalf("sent was %q", s.fake.sent)
	}
	s.press("down", "up", "r")
	if len(s.fake.sent) != 0 {
		t.Fatalf("after another key, sent was %q", s.fake.sent)
	}
	s.press("r")
	if len(s.fake.sent) != 1 {
		t.Errorf("sent was %q", s.fake.sent)
	}
}

func TestWhatHadASecretIsEditedAndNotSent(t *testing.T) {
	s, f := onHistory(t, 8)
	e := madeEntry(8)
	e.Hidden = true
	f.changed[8] = e
	s.send(HistoryChanged{})
	s.shows("its secrets were hidden before it was kept")
	s.press("r")
	s.shows("✗ The request had a secret", "e edits it")
	s.press("e")
	if s.m.overlays.top() != nil || len(s.fake.sent) != 0 {
		t.Fatalf("sent was %q", s.fake.sent)
	}
	s.shows("write them anew")
	if got := s.m.desk.draft.Text(); !strings.Contains(got, "disco#info") || strings.Contains(got, "h8") {
		t.Errorf("the draft is %s", got)
	}
}

func TestADeletedEntryThatMayRemainInTheFileIsSaid(t *testing.T) {
	s, f := onHistory(t, 8)
	f.remains = errors.New("the disk is full")
	s.press("D", "D")
	s.shows("Deleted, but what it held may be in the file still: the disk is full")
	if got := s.selectedEntry(); got != 7 || !f.gone[8] {
		t.Errorf("%d is selected; gone are %v", got, f.gone)
	}
}

func TestAnEntryIsTaggedNotedAndPinned(t *testing.T) {
	s, f := onHistory(t, 8)
	s.press("t")
	s.typing("late, odd odd")
	s.press("enter", "n")
	s.typing("see the log of Tuesday")
	s.press("enter", "p")
	e := f.changed[8]
	if !slices.Equal(e.Tags, []string{"late", "odd"}) || e.Note != "see the log of Tuesday" || !e.Pinned {
		t.Errorf("it has the tags %q, the note %q, and is pinned: %v", e.Tags, e.Note, e.Pinned)
	}
	s.shows("note: see the log of Tuesday", "tags: late odd")
	f.err = errors.New("the disk is full")
	s.press("p")
	s.shows("✗ Not changed: the disk is full")
}

func TestAnEntryIsDeletedWhenItIsAskedForTwice(t *testing.T) {
	s, f := onHistory(t, 8)
	s.press("down", "D")
	s.shows("? it is pinned; D again deletes #7, get ping → demo.localhost")
	s.press("up", "down", "D")
	if len(f.gone) != 0 {
		t.Fatalf("gone are %v after another key", f.gone)
	}
	s.press("D")
	if !f.gone[7] || len(f.gone) != 1 {
		t.Fatalf("gone are %v", f.gone)
	}
	if got := s.selectedEntry(); got != 6 {
		t.Errorf("%d is selected, want the one in its place", got)
	}
	f.gone[6] = true // by somebody else
	s.press("p")
	s.shows("The entry has been deleted meanwhile")
	if got := s.selectedEntry(); got != 5 {
		t.Errorf("%d is selected", got)
	}
}

func TestAnEntryIsShownWhole(t *testing.T) {
	s, _ := onHistory(t, 8)
	s.press("enter")
	s.shows("History › 2026-11-20 12:09:02  #8, get disco#info", "[fields]", "enter list")
	s.press("left", "left")
	s.shows("[xml]", `<feature var='urn:xmpp:ping'/>`)
	s.press("o")
	s.shows("<iq type='get' id='h8' to='demo.localhost'>")
	s.press("o", "d")
	s.shows("[diff]", "-     <feature var='urn:xmpp:time'/>", "from the history", "2026-11-20 12:05:02")
	s.press("esc")
	s.shows("1 of 8", "/ searches words")
}

func TestTheEarlierReplyThatIsNotThereIsSaid(t *testing.T) {
	s, f := onHistory(t, 8)
	f.earlier = nil
	s.press("d")
	s.shows("✗ There is no earlier reply to the same request in the history")
	s.press("esc", "down", "down", "d") // a timeout
	s.shows("It got no reply")
}

func TestAnEntryIsCopied(t *testing.T) {
	s, _ := onHistory(t, 8)
	s.press("y", "e")
	if want := madeEntry(8).Stanza.XML() + "\n" + madeEntry(8).Reply.XML() + "\n"; s.copies.text != want {
		t.Errorf("copied was %q, want %q", s.copies.text, want)
	}
	s.shows("1 of 8") // the list is still there
}

func TestWhatIsKeptMeanwhileComesToTheList(t *testing.T) {
	s, f := onHistory(t, 8)
	s.press("down")
	f.last = 10
	s.send(HistoryChanged{})
	if got := s.selectedEntry(); got != 7 {
		t.Errorf("%d is selected, want 7", got)
	}
	s.shows("4 of 10")
}

func TestTheHistoryThatIsNotThereSaysWhy(t *testing.T) {
	s := start(t, 120, 40, func(o *setup) { o.history = nil })
	s.press("alt+h")
	s.shows("✗ No history is kept in this run; start without --no-history")

	broken := newFakeHistory(3)
	broken.opening = errors.New("its folder cannot be made: permission denied")
	s = start(t, 120, 40, withHistory(broken))
	s.press("alt+h")
	s.shows("✗ The history cannot be opened: its folder cannot be made")

	s = start(t, 120, 40, withHistory(newFakeHistory(3)), func(o *setup) { o.firstFrame = func() tea.Msg { return nil } })
	s.press("alt+h")
	s.shows("The history is being opened…")
	s.send(FirstFrameShown{})
	s.shows("1 of 3")

	s, f := onHistory(t, 0)
	s.shows("Nothing is kept yet")
	f.err = errors.New("database disk image is malformed")
	s.send(HistoryChanged{})
	s.shows("✗ Database disk image is malformed")
}

// What others have sent is hostile. It stays within its cells, and reaches the screen as text.
func TestHostileEntries(t *testing.T) {
	name := strings.Repeat("ẍ\u202e", 500)
	hostile := []*stanza.Stanza{
		parsed("<iq type='get' id='1' to='" + strings.Repeat("a", 1000) + "@b'><x xmlns='" + name + "'/></iq>"),
		parsed("<iq type='get' id='" + name + "' to='\u202eb@c'><" + strings.Repeat("n", 1000) + " xmlns='y'/></iq>"),
		parsed("<iq type='" + strings.Repeat("t", 100) + "' id='3'/>"),
		stanza.Unparsed("<iq type='get' \x1b[31m\xff\xfe", stanza.ClientScope()),
		stanza.Unparsed("", stanza.ClientScope()),
	}
	s, f := onHistory(t, 40)
	f.made = func(id int64) history.Entry {
		e := madeEntry(id)
		e.Stanza = hostile[id%int64(len(hostile))]
		if e.Reply != nil {
			e.Reply = hostile[id%3]
		}
		e.Shown = e.Stanza
		e.Note, e.Account, e.Server = "\x1b]0;title\a\xff"+name, name, "\x1b[2J"
		e.Tags = []string{name, "\x1b[31m"}
		e.Outcome = stanza.Outcome("\x1b[31m" + name)
		return e
	}
	s.send(HistoryChanged{})
	for _, at := range []size{{140, 45}, {80, 24}, {20, 6}} {
		s.send(sized(at.width, at.height))
		for range 6 {
			for _, press := range [][]string{{}, {"enter"}, {"right"}, {"right"}, {"right"}, {"right"}, {"o"}, {"esc"}, {"D"}, {"t"}, {"esc"}, {"y"}, {"esc"}, {"down"}} {
				s.press(press...)
				screen := s.m.View()
				exact(t, screen, at)
				if strings.ContainsAny(screen, "\x1b\a\u202e") || strings.Contains(screen, "\xff") {
					t.Fatalf("after %v remote text reaches the screen as it is:\n%q", press, screen)
				}
			}
		}
	}
	_ = safetext.Text{}
}

func TestSecondsOfASearchByPathAreSaid(t *testing.T) {
	s, f := onHistory(t, 50_000)
	s.press("f")
	s.typing(`~"no such text"`)
	seen := map[string]bool{}
	f.during = func(context.Context) {
		if _, after, ok := strings.Cut(s.m.View(), "searching… "); ok {
			text, _, _ := strings.Cut(after, " ")
			seen[text] = true
		}
	}
	s.press("enter")
	s.shows("Nothing fits")
	if !seen["2,000"] || !seen["48,000"] {
		t.Errorf("while it is searched, it is said that so many were looked at: %v", seen)
	}
}
