package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"
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
}

func TestRoundTripsToAnAddressAreDrawn(t *testing.T) {
	s := start(t, 140, 45)
	s.asksAgain(discoResult, discoResult, discoResult, discoResult)
	s.press("alt+4", "l", "l") // timing
	s.showsAll("4 round trips to demo.localhost", "▁▂▄█", "p50 17 ms", "p99 73 ms")
}
