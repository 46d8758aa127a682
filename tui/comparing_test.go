package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"iqscope/history"
)

// asksAgain sends the same request as often as there are replies, each of which takes longer than
// the one before, and looks at the last in the pending pane.
func (s *sim) asksAgain(replies ...string) {
	for i, reply := range replies {
		if i > 0 {
			s.press("alt+2", "r")
		} else {
			s.press("alt+enter")
		}
		s.wait(time.Duration(10+7*i*i) * time.Millisecond)
		serial := uint64(len(s.fake.requests))
		s.happens(func(f *fakeSession) {
			f.replies(serial, strings.Replace(reply, "q0001", s.fake.requests[serial-1].Stanza.ID(), 1))
		})
	}
	s.press("alt+2", "home")
}

func TestAReplyIsComparedWithTheOneBefore(t *testing.T) {
	s := start(t, 140, 45)
	s.asksAgain(discoResult)
	s.press("d")
	s.shows("There is no earlier reply to the same request")
	s.hides("diff ")

	other := strings.Replace(discoResult, "<feature var='urn:xmpp:ping'/>", "<feature var='urn:xmpp:time'/>", 1)
	s.asksAgain(discoResult, other)
	s.press("d")
	s.showsAll("[diff]", "-     <feature var='urn:xmpp:ping'/>", "+     <feature var='urn:xmpp:time'/>")
	s.press("alt+2", "end") // the first, before which there was none
	if e := s.m.desk.subject.Earlier; e != nil {
		t.Errorf("the first reply is compared with that of %d", e.Serial)
	}
	s.press("alt+3", "end", "d")
	s.showsAll("[diff]", "-     <feature var='urn:xmpp:ping'/>")
}

func TestOnlyTheSameRequestIsComparedWith(t *testing.T) {
	s := start(t, 140, 45)
	for i, draft := range []string{
		"<iq type='get' id='a1' to='x.example'><query xmlns='jabber:iq:version'/></iq>",
		"<iq type='get' id='a2' to='y.example'><query xmlns='jabber:iq:version'/></iq>",
		"<iq type='get' id='a3' to='x.example'><query xmlns='jabber:iq:last'/></iq>",
		"<iq type='set' id='a4' to='x.example'><query xmlns='jabber:iq:version'/></iq>",
	} {
		s.write(draft)
		s.press("alt+enter")
		serial := uint64(len(s.fake.requests))
		s.happens(func(f *fakeSession) { f.replies(serial, fmt.Sprintf("<iq type='result' id='a%d'/>", i+1)) })
		if e := s.m.desk.subject.Earlier; e != nil {
			t.Errorf("%s is compared with %s", draft, e.Stanza.XML())
		}
	}
	if got := len(s.m.known.roundTrips("x.example")); got != 3 {
		t.Errorf("%d round trips to x.example, want 3", got)
	}
}

func TestRoundTripsToAnAddressAreDrawn(t *testing.T) {
	s := start(t, 140, 45)
	s.asksAgain(discoResult, discoResult, discoResult, discoResult)
	s.press("alt+4", "l", "l") // timing
	s.showsAll("4 round trips to demo.localhost", "▁▂▄█", "p50 17 ms", "p99 73 ms")
}

func TestAReplyIsComparedWithTheHistoryWhereThisSessionHasNone(t *testing.T) {
	s := start(t, 140, 45)
	f := newFakeHistory(0)
	var asked []history.Entry
	itself := history.Entry{ID: 9}
	f.earlier = func(e history.Entry) (history.Entry, error) {
		if asked = append(asked, e); len(asked) == 1 {
			// It is kept already, with its time as exactly as that is kept.
			itself.Exchange = s.fake.requests[0]
			itself.Sent = itself.Sent.Truncate(time.Microsecond)
			return itself, nil
		}
		old := madeEntry(8)
		old.Reply = parsed(strings.Replace(discoResult, "urn:xmpp:ping", "urn:xmpp:time", 1))
		return old, nil
	}
	s.m.kept.past = f
	s.asksAgain(discoResult)
	s.wait(time.Minute)
	if len(asked) != 2 || asked[1].ID != itself.ID {
		t.Fatalf("the history was asked about %d entries, the last %v", len(asked), asked[len(asked)-1])
	}
	s.press("d")
	s.showsAll("[diff]", "- 2026-11-20 12:09:02.135", "from the history", "+ 2026-11-22 12:01:02", "-     <feature var='urn:xmpp:time'/>", "+     <feature var='urn:xmpp:ping'/>")

	// As soon as the session has one of its own, that is the one.
	s.press("alt+2", "r")
	s.happens(func(f *fakeSession) {
		f.replies(2, strings.Replace(discoResult, "q0001", f.requests[1].Stanza.ID(), 1))
	})
	s.press("d")
	s.shows("Both replies say the same")
	s.hides("from the history")
}
