package tui

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/tui/painter"
)

func TestTheHistoryIsOpenedWhenTheScreenHasBeenSeen(t *testing.T) {
	f := newFakeHistory(3)
	f.texts = []string{getOf("9", "<query xmlns='jabber:iq:last'/>")}
	s := start(t, 120, 40, withHistory(f), func(o *setup) { o.firstFrame = func() tea.Msg { return nil } })
	s.press("tab")
	s.wait(time.Minute)
	s.happens(func(*fakeSession) {})
	if f.opens != 0 || len(f.asked) != 0 {
		t.Fatalf("the history was opened %d times and asked %v before the first frame was seen", f.opens, f.asked)
	}
	s.send(FirstFrameShown{})
	if f.opens != 1 {
		t.Errorf("it was opened %d times", f.opens)
	}
}

// quietPainter shows nothing, and remembers what it was given.
type quietPainter struct {
	painter.Painter
	shown []string
}

func (p *quietPainter) Show(frame string) { p.shown = append(p.shown, frame) }
func (p *quietPainter) Anew()             {}

func TestAFrameHasBeenSeenWhenThereIsOneToSee(t *testing.T) {
	s := start(t, 0, 0)
	first := &firstFrame{shown: make(chan struct{})}
	p := &quietPainter{}
	screen := onScreen{s.m, p, first}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	screen.View()
	if msg := first.wait(ctx)(); msg != nil {
		t.Fatalf("a screen without a size has had its first frame: %v", msg)
	}
	screen.Update(sized(80, 24))
	screen.View()
	screen.View()
	if msg := first.wait(t.Context())(); msg != (FirstFrameShown{}) {
		t.Errorf("after a frame it says %v", msg)
	}
}

func TestTheComposerGoesOnIntoTheHistory(t *testing.T) {
	older, old := getOf("7", "<query xmlns='jabber:iq:last'/>"), getOf("8", "<ping xmlns='urn:xmpp:ping'/>")
	version := getOf("1", "<query xmlns='jabber:iq:version'/>")
	f := newFakeHistory(0)
	f.texts = []string{version, old, older}
	s := start(t, 140, 45, withHistory(f))
	s.sendsDrafts(version)
	s.m.load("what is being written")
	texts := func() (shown []string) {
		for range 5 {
			s.press("ctrl+up")
			shown = append(shown, s.m.desk.draft.Text())
		}
		return shown
	}
	if got, want := texts(), []string{version, old, older, older, older}; !slices.Equal(got, want) {
		t.Errorf("going back shows\n%q, want\n%q", got, want)
	}
	// What another instance has sent comes in without moving the reader.
	f.texts = []string{getOf("6", "<a xmlns='b'/>"), version, old, older}
	s.m.kept.stale = true
	s.send(HistoryChanged{})
	if got := s.m.desk.draft.Text(); got != older {
		t.Errorf("the draft has become %q", got)
	}
	s.press("ctrl+down")
	if got := s.m.desk.draft.Text(); got != old {
		t.Errorf("the one after the oldest is %q, want %q", got, old)
	}
	s.press("ctrl+down", "ctrl+down", "ctrl+down")
	if got := s.m.desk.draft.Text(); got != "what is being written" {
		t.Errorf("at the end stands %q", got)
	}
	s.press("ctrl+r")
	s.typing("last")
	s.press("enter")
	if got := s.m.desk.draft.Text(); got != older {
		t.Errorf("ctrl+r has found %q, want %q", got, older)
	}
}

func TestDraftsOfTheHistoryAreReadAgainAfterSomethingWasSent(t *testing.T) {
	f := newFakeHistory(0)
	s := start(t, 140, 45, withHistory(f))
	text := getOf("6", "<a xmlns='b'/>")
	f.texts = []string{text}
	s.send(HistoryChanged{})
	if s.m.desk.draft.HasDrafts() {
		t.Error("drafts were read though nothing was sent")
	}
	s.press("alt+enter")
	s.send(HistoryChanged{})
	if got := s.m.desk.draft.Drafts(); !slices.Contains(got, text) {
		t.Errorf("the drafts are %q", got)
	}
}

func TestWhatIsWrongWithTheWritingIsSaidInOneLineUntilItIsOver(t *testing.T) {
	f := newFakeHistory(0)
	s := start(t, 120, 40, withHistory(f))
	f.status.Err, f.status.Waiting = errors.New("the disk is full"), 12
	const said = "! The history is not written: the disk is full; 12 exchanges wait"
	for range 20 {
		s.send(HistoryChanged{})
	}
	s.shows(said)
	s.press("esc", "esc", "alt+enter")
	s.wait(time.Minute)
	s.shows(said)
	f.status.Waiting, f.status.Lost = 1, 3
	s.send(HistoryChanged{})
	s.shows("; 1 exchange waits; 3 found no room")
	f.status.Err, f.status.Waiting = nil, 0
	for range 20 {
		s.send(HistoryChanged{})
	}
	s.shows("✓ The history is written again; 3 exchanges found no room meanwhile and will not be in it")
	s.hides("The history is not written")
	if n := len(s.m.notice.done); n != 1 {
		t.Errorf("it is said %d times", n)
	}
}

func TestAFreshFileBesideABrokenOneIsTold(t *testing.T) {
	f := newFakeHistory(0)
	f.status.Path, f.status.Beside = "/state/history-2.db", errors.New("history.db is of a later version")
	s := start(t, 120, 40, withHistory(f))
	s.shows("! The history goes to /state/history-2.db: history.db is of a later version")
	s.press("alt+3", "esc")
	s.hides("The history goes to")
	s.send(HistoryChanged{})
	s.hides("The history goes to")
}

func TestAHistoryThatCannotBeOpenedIsTold(t *testing.T) {
	f := newFakeHistory(0)
	f.opening = errors.New("its folder cannot be made: permission denied")
	s := start(t, 120, 40, withHistory(f))
	s.shows("! The history is not written: its folder cannot be made: permission denied")
	if got := s.m.kept.off(); got == "" {
		t.Error("nothing says why there is no history to look at")
	}
}
