package tui

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"iqscope/session"
	"iqscope/session/negotiate"
)

// goesByHand leaves the connection and stops before TLS.
func (s *sim) goesByHand() {
	s.press("ctrl+o", "t")
	s.happens(func(*fakeSession) {})
}

func (*fakeSession) offers(o negotiate.Offer) func(*fakeSession) {
	return func(f *fakeSession) { f.offer = o }
}

func TestTheNextElementIsOfferedInTheComposer(t *testing.T) {
	s := start(t, 140, 45)
	s.goesByHand()
	s.shows("by hand: before TLS")
	s.shows("! not encrypted")
	s.shows(starttls[1:])
	s.shows("Asks the server to go on encrypted (RFC 6120")
	s.press("alt+enter")
	s.happens(s.fake.offers(negotiate.Offer{Do: negotiate.BeginTLS, What: "Shakes hands and checks the certificate (RFC 6120 §5.4.3)."}))
	if got := s.m.desk.composer.(*handing).Text(); got != "" {
		t.Errorf("after sending, the composer has %q, want what is offered next, which is no element", got)
	}
	s.shows("alt+o does that: begin TLS")
	s.press("alt+enter")
	s.shows("Nothing is typed that could be sent.")
	s.press("alt+o")
	s.happens(s.fake.offers(negotiate.Offer{Do: negotiate.Nothing, What: "It is the server's turn."}))
	s.shows("It is the server's turn.")
	s.press("alt+o")
	s.happens(s.fake.offers(negotiate.Offer{Do: negotiate.Element, XML: "<auth/>", What: "Logs in."}))
	s.shows("█auth/>")
	s.press("alt+g")
	s.shows("● online")
	if diff := cmp.Diff([]string{starttls, "take", "go on"}, s.fake.done); diff != "" {
		t.Errorf("done by hand (-want +got):\n%s", diff)
	}
	if s.m.desk.composer != composer(s.m.desk.draft) || !strings.Contains(s.m.desk.draft.Text(), "disco#info") {
		t.Errorf("online again, the composer has %q, want the draft from before", s.m.desk.draft.Text())
	}
}

func TestWhatIsTypedByHandIsNeverLost(t *testing.T) {
	s := start(t, 140, 45)
	s.write("<iq mine")
	s.goesByHand()
	s.press("alt+a")
	s.paste("<auth mechanism='PLAIN'>")
	s.shows("✗")
	s.happens(s.fake.offers(negotiate.Offer{Do: negotiate.Element, XML: "<other/>", What: "Something else."}))
	s.shows("<auth mechanism='PLAIN'>")
	s.shows("alt+e puts it here")

	s.fake.refuse = errors.New("it is not well-formed")
	s.press("alt+enter")
	s.shows("It is not well-formed.")
	s.shows("<auth mechanism='PLAIN'>")
	s.fake.refuse = nil

	s.press("alt+e")
	s.hides("<auth mechanism='PLAIN'>")
	s.shows("█other/>")
	s.press("ctrl+z")
	s.shows("<auth mechanism='PLAIN'>")

	s.happens(func(f *fakeSession) { f.status.State = session.Online })
	if got := s.m.desk.draft.Text(); got != "<iq mine" {
		t.Errorf("online again, the composer has %q", got)
	}
	s.press("ctrl+up")
	if got := s.m.desk.draft.Text(); got != "<auth mechanism='PLAIN'>" {
		t.Errorf("the draft before that is %q, want what was typed by hand", got)
	}
	s.press("ctrl+down")
	if got := s.m.desk.draft.Text(); got != "<iq mine" {
		t.Errorf("after it comes %q", got)
	}
}

func TestAConnectionByHandThatBreaksComesBackByAKey(t *testing.T) {
	s := start(t, 140, 45)
	s.goesByHand()
	s.happens((*fakeSession).loses)
	s.shows("✗ not connected")
	s.shows("disco#info")
	s.press("alt+c")
	s.shows("● online")
}

func TestGoingByHandFromALiveConnectionAsksWhenRequestsArePending(t *testing.T) {
	s := start(t, 140, 45)
	s.press("alt+enter", "ctrl+o", "a")
	s.shows("a again gives the connection up anyway")
	s.press("j", "a")
	s.shows("a again gives the connection up anyway")
	s.press("a")
	s.happens(func(*fakeSession) {})
	s.shows("by hand: before the login")
}

func TestOneStepByHandIsTakenAtATime(t *testing.T) {
	s := start(t, 140, 45)
	s.goesByHand()
	s.m.desk.composer.(*handing).busy = true // the first one is still under way
	s.typing("<mine/>")
	s.press("alt+o", "alt+enter", "alt+g")
	if !s.m.desk.composer.(*handing).Typed() {
		t.Error("what was typed meanwhile is taken for sent")
	}
	if slices.Contains(s.fake.done, "take") || len(s.fake.done) != 0 {
		t.Errorf("done meanwhile: %q", s.fake.done)
	}
}
