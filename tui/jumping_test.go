package tui

import (
	"strings"
	"testing"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
	"iqscope/tui/layout"
)

const forgedResult = `<iq type='result' id='q0001' from='mallory@evil.example'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>`

// forged asks once; #1 is the request, #2 a forged reply, #3 the true one.
func (s *sim) forged() {
	s.press("alt+enter")
	s.wait(12 * time.Millisecond)
	s.happens(func(f *fakeSession) {
		f.refuses(1, stanza.VerdictWrongSender, forgedResult, "not demo.localhost")
		f.replies(1, discoResult)
	})
}

// inspects checks which entry of the log the inspector shows.
func (s *sim) inspects(when string, want uint64) {
	s.t.Helper()
	if got := s.m.desk.subject; got == nil || got.Number != want {
		s.t.Errorf("%s the inspector shows %+v, want #%d", when, got, want)
	}
}

func TestOneKeyGoesFromARequestToItsReplyAndBack(t *testing.T) {
	s := start(t, 140, 45)
	s.forged()
	s.press("alt+3")
	s.inspects("on the folded exchange", 3)
	s.press("o")
	s.inspects("after o", 1)
	s.shows("▸ ├ 12:01:02")
	s.press("o")
	s.inspects("after o again", 3)
	s.press("k") // the forged one
	s.inspects("on the forged one", 2)
	s.press("o")
	s.inspects("from whom it imitates", 3)
	s.press("v", "o", "o")
	s.inspects("on the wire, there and back", 3)

	s.press("enter", "o")
	s.inspects("in the inspector", 1)
	if s.m.desk.focus != layout.Inspect {
		t.Error("the inspector has lost the focus")
	}
}

func TestOneKeyGoesFromWhatWasRefusedToItsRequestInThePendingPaneToo(t *testing.T) {
	s := start(t, 140, 45)
	s.forged()
	s.press("alt+2", "j")
	s.inspects("on what was refused", 2)
	s.press("o")
	s.inspects("after o", 3)
	if s.m.desk.focus != layout.Pending {
		t.Error("the pane has lost the focus")
	}
	s.press("o")
	s.inspects("from the reply", 1)
}

func TestThereIsNoWayToWhatBelongsToNothing(t *testing.T) {
	s := start(t, 140, 45)
	s.happens(func(f *fakeSession) { f.arrives("<message from='nurse@x'/>", "", "") })
	s.press("alt+3", "o")
	s.shows("It belongs to no other one")
}

func TestQuickFiltersNeedOneKey(t *testing.T) {
	s := start(t, 140, 45)
	s.mixed()
	s.press("v")
	s.happens(func(f *fakeSession) { f.arrives("<presence from='nurse@x'/>", "", "") })
	for _, step := range []struct{ key, at, want string }{
		{"!", "end", "2 of 5"},
		{"@", "k", `*@from="demo.localhost" or *@to="demo.localhost" · 4 of 5`},
		{"#", "k", `*@id="q0004" · 1 of 5`},
		{"*", "k", "iq/disco_info · 4 of 5"},
		{"*", "end", "presence · 1 of 5"},
	} {
		s.press("end", step.at, step.key)
		s.shows(step.want)
		s.press(step.key)
		s.shows("· 5 ")
		s.hides(" of 5")
	}
	s.press("@")
	s.press("f")
	s.shows(`Filter: ▏*@from="nurse@x" or *@to="nurse@x"`)
	s.press("esc", "1", "alt+!")
	s.shows("2 of 5")
	if s.m.desk.focus != layout.Log {
		t.Error("the log has no focus")
	}
}

func TestQuickFiltersSayWhatTheyMiss(t *testing.T) {
	s := start(t, 140, 45)
	s.happens(func(f *fakeSession) { f.log.Append(note("online")) })
	s.press("alt+3", "@")
	s.shows("No stanza is selected")
	s.happens(func(f *fakeSession) { f.arrives("<message/>", "", "") })
	s.press("@")
	s.shows("The selected stanza names no peer")
	s.press("#")
	s.shows("The selected stanza has no id")
	s.happens(func(f *fakeSession) {
		f.arrives(`<message from='a@b/"or presence or "' id='"&apos;x'/>`, "", "")
	})
	s.press("@")
	s.shows("1 of 3")
	s.press("#")
	if got := s.m.desk.log.Filter(); got != `*@id="""'x"` {
		t.Errorf("the filter is %s", got)
	}
	s.shows("1 of 3")
}

func TestFailuresAreAllThatWentWrong(t *testing.T) {
	s := start(t, 140, 45)
	s.forged()
	s.press("alt+enter")
	s.happens(func(f *fakeSession) { f.replies(2, strings.Replace(notFound, "q0001", "q0002", 1)) })
	for _, outcome := range []stanza.Outcome{stanza.OutcomeTimeout, stanza.OutcomeUnknown, stanza.OutcomeCancelled} {
		s.press("alt+enter")
		s.happens(func(f *fakeSession) { f.end(uint64(len(f.requests)), outcome, nil) })
	}
	s.press("alt+enter", "alt+!")
	s.shows("4 of 6") // not the one that waits, and not the cancelled one
}

func note(text string) journal.Entry { return journal.Entry{Time: noon, Text: text} }
