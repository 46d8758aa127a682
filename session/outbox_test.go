package session

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
	"iqscope/session/handler"
)

func TestAResumedStreamHasWhatTheFiltersHadWhenItsConnectionBroke(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := managedOnline(t)
		if err := s.Handle(handler.Filter("slow", handler.MustPath("iq@dir=out"), func(e handler.Event) *stanza.Stanza {
			time.Sleep(100 * time.Millisecond)
			return e.Stanza
		})); err != nil {
			t.Fatal(err)
		}
		r := start(t, s, xmpptest.Get(t))
		w.cut() // while the filter runs
		if ended(r) {
			t.Fatalf("it ended: %v", r.Exchange().Err)
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if s.Status().State != Online {
			t.Fatalf("it is %s", s.Status().State)
		}
		if got := w.peer.Hears(); got.ID() != r.Exchange().Stanza.ID() {
			t.Errorf("came %s", got.XML())
		}
		w.peer.HearsNothing()
	})
}

func TestAFilterThatCameLaterDoesNotStopWhatIsSentAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := managedOnline(t)
		r := start(t, s, xmpptest.Get(t))
		if got := w.peer.Hears(); got.ID() != r.Exchange().Stanza.ID() {
			t.Fatalf("came %s", got.XML())
		}
		if err := s.Handle(handler.Filter("lose", handler.MustPath("iq@dir=out"), func(handler.Event) *stanza.Stanza { return nil })); err != nil {
			t.Fatal(err)
		}
		w.cut() // and the peer has acknowledged nothing
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if got := w.peer.Hears(); got.ID() != r.Exchange().Stanza.ID() {
			t.Errorf("came %s", got.XML())
		}
	})
}

func TestAnAnswerThatAFilterDroppedIsNone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		if err := s.Handle(handler.Filter("lose", handler.MustPath("iq@dir=out@type=error"), func(handler.Event) *stanza.Stanza { return nil })); err != nil {
			t.Fatal(err)
		}
		p.Says(asks("a"))
		p.HearsNothing()
		if in := onlyAsked(t, s); in.State != exchange.Silent || in.By != "lose" {
			t.Errorf("it is %+v", in)
		}
		reply := xmpptest.Result(t, xmpptest.Stanza(t, asks("a")))
		if _, err := s.SendStanza(reply); err != nil {
			t.Errorf("it cannot be answered by hand: %v", err)
		}
	})
}

func TestAnAnswerThatNeverLeftIsLost(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := New(Config{})
		p, far := connectDeaf(t, s)
		p.Says(asks("a")) // takes the socket
		synctest.Wait()
		p.Says(asks("b"))
		synctest.Wait()
		far.Close()
		synctest.Wait()
		states := map[string]exchange.State{}
		for _, in := range s.Incoming(nil) {
			states[in.Stanza.ID()] = in.State
		}
		if states["b"] != exchange.Lost {
			t.Errorf("they are %v", states)
		}
		reply := xmpptest.Result(t, xmpptest.Stanza(t, asks("b")))
		var notSent *stanza.NotSent
		if _, err := s.SendStanza(reply); !errors.As(err, &notSent) {
			t.Errorf("by hand: %v", err)
		}
	})
}

func TestARequestThatIsHiddenAltogetherIsSentLikeAnyOther(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		iq := xmpptest.Set(t, iqbuilder.WithPayload("<query xmlns='jabber:iq:register'>"+strings.Repeat("<password>x</password>", 45_000)+"</query>"))
		r := start(t, s, iq, WithTimeout(time.Second))
		next := start(t, s, xmpptest.Get(t), WithTimeout(time.Second))
		p.Hears()
		p.Says(result(p.Hears().ID()))
		if v := next.Exchange(); v.Outcome != stanza.OutcomeResult || v.Seq == 0 {
			t.Errorf("the one behind it is %+v", v)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if v := r.Exchange(); v.Outcome != stanza.OutcomeTimeout {
			t.Errorf("it ended as %q", v.Outcome)
		}
	})
}
