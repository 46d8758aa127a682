package session

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
	"iqscope/session/negotiate"
	"iqscope/session/wire"
)

// A connection can be lost between the last look of the writer and the socket's taking what
// it writes. What left then is the stream's all the same (XEP-0198 §4).
func TestWhatLeavesWhileTheConnectionIsLostIsSentAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := managedOnline(t)
		s.mu.Lock()
		c := s.link.up
		o := &outgoing{s: s, element: xmpptest.Stanza(t, `<message id="m"/>`), on: c}
		s.mu.Unlock()
		w.cut()
		s.leaving([]*outgoing{o}, []wire.Event{{Time: time.Now(), Dir: stanza.Out, Element: o.element, Shown: o.element}})
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if s.Status().State != Online {
			t.Fatalf("it is %s", s.Status().State)
		}
		if got := w.peer.Hears(); got.ID() != "m" {
			t.Errorf("came %s", got.XML())
		}
		w.peer.HearsNothing()
	})
}

// What an old writer hands over when the stream goes on already is not of its count.
func TestWhatLeavesBehindAResumptionIsNotCounted(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := managedOnline(t)
		s.mu.Lock()
		o := &outgoing{s: s, element: xmpptest.Stanza(t, `<message id="m"/>`), on: s.link.up}
		s.mu.Unlock()
		w.cut()
		time.Sleep(5 * time.Second)
		synctest.Wait()
		s.leaving([]*outgoing{o}, []wire.Event{{Time: time.Now(), Dir: stanza.Out, Element: o.element, Shown: o.element}})
		s.mu.Lock()
		defer s.mu.Unlock()
		if n := s.link.managed.SendCount(); n != 0 {
			t.Errorf("%d stanzas are counted as sent", n)
		}
	})
}

func TestAnEarlyStanzaIsObservedOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := New(Config{})
		var seen []handler.Event
		if err := s.Handle(handler.Callback("watch", handler.BothWays(nil), func(e handler.Event) { seen = append(seen, e) })); err != nil {
			t.Fatal(err)
		}
		if err := s.Handle(handler.Filter("lose", handler.MustPath("message@id=lost"), func(handler.Event) *stanza.Stanza { return nil })); err != nil {
			t.Fatal(err)
		}
		c, p := pipe(t, s)
		synctest.Wait()
		seen = nil // the stream's headers
		try := newAttempt(nil)
		s.link.attempt = try
		on := func(dir stanza.Direction, xml string) *stanza.Stanza {
			el := xmpptest.Stanza(t, xml)
			try.logged(s)(wire.Event{Time: time.Now(), Dir: dir, Element: el, Shown: el})
			return el
		}
		on(stanza.Out, `<iq type="set" id="b"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"/></iq>`)
		early := []*stanza.Stanza{
			on(stanza.In, `<message from="`+romeo+`"><received xmlns="urn:xmpp:carbons:2"/></message>`),
			on(stanza.In, `<message id="lost"/>`),
		}
		on(stanza.In, `<iq type="result" id="b"/>`)
		early = append(early, on(stanza.In, `<presence/>`))
		if err := s.link.online(&negotiate.Stream{Conn: c, Bound: xmpptest.JID(t, us), Early: early}, try); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		var got []string
		for _, e := range seen {
			got = append(got, e.Stanza.Name().Local+" "+string(e.Stanza.Type())+string(e.Verdict))
		}
		want := []string{"iq set", "iq result", "message forged", "presence "}
		if len(got) != len(want) {
			t.Fatalf("observed were %q, want %q", got, want)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("observed were %q, want %q", got, want)
			}
		}
		p.Conn.CloseNow()
		synctest.Wait()
		s.Close(context.Background())
	})
}

// Fault 27: what a server that does not count has handled, nobody knows. Its stream ends
// and says why, and nothing of it is sent again.
func TestACountThatIsNoneEndsTheStream(t *testing.T) {
	for h, says := range map[string]string{
		"": "h, is missing", "h='-1'": `"-1"`, "h='99999999999'": `"99999999999"`, "h=''": `""`, "h='many'": `"many"`,
	} {
		t.Run(h, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, w := managedOnline(t)
				r := start(t, s, xmpptest.Set(t, iqbuilder.WithPayload(`<x xmlns="urn:example:x"/>`)), NoTimeout())
				w.peer.Hears()
				w.answer = func(int, negotiate.Config) (negotiate.Management, error) { return negotiate.Management{}, nil }
				w.peer.Says(`<a xmlns="urn:xmpp:sm:3" ` + h + `/>`)
				var last *wire.StreamError
				if !errors.As(w.peer.End(), &last) || last.Condition != "bad-format" {
					t.Errorf("the last words were %v", last)
				}
				synctest.Wait()
				if loss := s.Status().Loss; loss == nil || !strings.Contains(loss.Error(), says) {
					t.Errorf("the connection was lost, for %v", loss)
				}
				if got := r.Exchange(); got.Outcome != stanza.OutcomeUnknown || got.Err == nil || !strings.Contains(got.Err.Error(), says) {
					t.Errorf("it ended as %q, for %v", got.Outcome, got.Err)
				}
				time.Sleep(time.Minute)
				synctest.Wait()
				if st := s.Status(); st.State != Online || w.wanted[len(w.wanted)-1] != nil {
					t.Errorf("it is %s, having asked for %+v", st.State, w.wanted[len(w.wanted)-1])
				}
				w.peer.HearsNothing()
			})
		})
	}
}

// Fault 27: a resumption proves what was handled, or it is none.
func TestAResumptionWithAWrongCountSendsNothingAgain(t *testing.T) {
	for name, c := range map[string]struct {
		says      negotiate.Management
		condition string
		because   string
	}{
		"no count": {negotiate.Management{Enabled: true, Resumed: true, ID: "sm1"}, "bad-format", "no h that is a number"},
		"too high": {negotiate.Management{Enabled: true, Resumed: true, ID: "sm1", HandledKnown: true, Handled: 2}, "undefined-condition", "2 stanzas are acknowledged of 1"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, w := managedOnline(t)
				r := start(t, s, xmpptest.Set(t, iqbuilder.WithPayload(`<x xmlns="urn:example:x"/>`)), NoTimeout())
				w.peer.Hears()
				tries, again := len(w.tried), make(chan struct{})
				w.answer = func(n int, _ negotiate.Config) (negotiate.Management, error) {
					if n == tries+1 {
						close(again)
						return c.says, nil
					}
					return negotiate.Management{}, nil
				}
				w.cut()
				<-again
				synctest.Wait()
				var last *wire.StreamError
				if !errors.As(w.peer.End(), &last) || last.Condition != c.condition {
					t.Errorf("the server hears %v", last)
				}
				synctest.Wait()
				for what, err := range map[string]error{"the connection": s.Status().Err, "the request": r.Exchange().Err} {
					if err == nil || !strings.Contains(err.Error(), c.because) {
						t.Errorf("%s ended for %v", what, err)
					}
				}
				if got := r.Exchange().Outcome; got != stanza.OutcomeUnknown {
					t.Errorf("it ended as %q", got)
				}
				time.Sleep(5 * time.Minute)
				synctest.Wait()
				if st := s.Status(); st.State != Online || st.Resumed || w.wanted[len(w.wanted)-1] != nil {
					t.Errorf("it is %s, resumed %v, having asked for %+v", st.State, st.Resumed, w.wanted[len(w.wanted)-1])
				}
				w.peer.HearsNothing()
			})
		})
	}
}

// Every writer waits for the same wake-up.
func TestTheWriterOfALostConnectionLeavesTheWakeUpToTheNext(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		s.mu.Lock()
		old := s.link.up
		s.mu.Unlock()
		p.Conn.CloseNow()
		synctest.Wait()
		next := []*outgoing{{s: s}}
		s.mu.Lock()
		s.outbox.writing = next // of another writer
		s.outbox.rouse()
		s.mu.Unlock()
		gone := false
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() { s.outbox.write(ctx, old); gone = true }()
		synctest.Wait()
		if !gone || len(s.outbox.wake) != 1 {
			t.Errorf("it is gone: %t; wake-ups that wait: %d", gone, len(s.outbox.wake))
		}
		s.mu.Lock()
		if len(s.outbox.writing) != 1 {
			t.Error("it took what the other one writes")
		}
		s.outbox.writing = nil
		s.mu.Unlock()
	})
}

func TestWhatIsSentAgainKeepsItsNumberInTheLog(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := serve(t, Config{Reconnect: true})
		w.answer = managedServer
		w.cut()
		time.Sleep(time.Minute)
		ticket := raw(t, s, `<message id="m"/>`)
		synctest.Wait()
		before := ticket.Sent()
		w.cut()
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if got := w.peer.Hears(); got.ID() != "m" {
			t.Fatalf("came %s", got.XML())
		}
		w.peer.HearsNothing()
		if after := ticket.Sent(); after.Seq == 0 || after.Seq != before.Seq || after.At != before.At {
			t.Errorf("it left as number %d at %v, and now %d at %v", before.Seq, before.At, after.Seq, after.At)
		}
		if e, _ := s.Journal().Get(s.Journal().Stats().Last); e.Dir != stanza.Out || e.Stanza.ID() != "m" {
			t.Error("the log does not show that it left twice")
		}
	})
}

// What a failed write had handed over is among the unacknowledged already.
func TestWhatAFailedWriteHandedOverIsSentAgainOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := managedOnline(t)
		left := raw(t, s, `<message id="left"/>`)
		synctest.Wait()
		s.mu.Lock()
		c := s.link.up
		s.mu.Unlock()
		s.outbox.unsent(c, []*outgoing{left.o, {s: s, on: c, element: xmpptest.Stanza(t, `<message id="behind"/>`)}}, 0)
		w.cut()
		time.Sleep(5 * time.Second)
		synctest.Wait()
		for _, want := range []string{"left", "behind"} {
			if got := w.peer.Hears(); got.ID() != want {
				t.Errorf("came %s, not %q", got.XML(), want)
			}
		}
		w.peer.HearsNothing()
	})
}

// Until it leaves again, what is to be sent again is not among the unacknowledged: a
// connection that breaks before that must not take it for what is sent again anyway.
func TestWhatIsToBeSentAgainSurvivesASecondLoss(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := managedOnline(t)
		ticket := raw(t, s, `<message id="m"/>`)
		synctest.Wait()
		w.cut()
		s.mu.Lock()
		again, err := s.link.managed.Resume(0)
		if err != nil || len(again) != 1 {
			t.Fatalf("to be sent again are %v, %v", again, err)
		}
		s.outbox.again(again)
		c := &connection{managed: s.link.managed}
		s.link.up = c
		s.mu.Unlock()
		batch, _ := s.outbox.take(c, nil)
		s.mu.Lock()
		s.link.up = nil
		s.link.managed.Lost(time.Now())
		s.mu.Unlock()
		s.outbox.unsent(c, batch, 0)
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if got := w.peer.Hears(); got.ID() != ticket.Sent().Stanza.ID() {
			t.Errorf("came %s", got.XML())
		}
		w.peer.HearsNothing()
	})
}

func TestWhatIsSentAgainComesBeforeWhatIsNew(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := managedOnline(t)
		raw(t, s, `<message id="left"/>`)
		synctest.Wait()
		w.peer.Hears()
		held := make(chan struct{})
		if err := s.Handle(handler.Filter("slow", handler.MustPath("message@dir=out"), func(e handler.Event) *stanza.Stanza {
			<-held
			return e.Stanza
		})); err != nil {
			t.Fatal(err)
		}
		raw(t, s, `<message id="new"/>`)
		w.cut() // while the filter runs
		close(held)
		time.Sleep(5 * time.Second)
		synctest.Wait()
		for _, want := range []string{"left", "new"} {
			if got := w.peer.Hears(); got.ID() != want {
				t.Errorf("came %s, not %q", got.XML(), want)
			}
		}
		w.peer.HearsNothing()
	})
}

func TestATimeoutSaysThatTheLinkWasDownMeanwhile(t *testing.T) {
	for _, c := range []struct {
		name string
		back bool
	}{{"back before its end", true}, {"down at its end", false}} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, w := managedOnline(t)
				before := start(t, s, xmpptest.Get(t), WithTimeout(2*time.Second))
				time.Sleep(5 * time.Second)
				if got := before.Exchange(); got.Outcome != stanza.OutcomeTimeout || !got.Down.None() {
					t.Errorf("of one that ended before the loss is told %s", got.Down)
				}
				r := start(t, s, xmpptest.Get(t), WithTimeout(30*time.Second))
				synctest.Wait()
				at := time.Now()
				if !c.back {
					w.answer = func(int, negotiate.Config) (negotiate.Management, error) {
						return negotiate.Management{}, &negotiate.Error{Step: negotiate.StepDial, Cause: context.DeadlineExceeded}
					}
				}
				w.cut()
				time.Sleep(31 * time.Second)
				got := r.Exchange()
				if got.Outcome != stanza.OutcomeTimeout || !got.Down.From.Equal(at) || got.Down.Over() != c.back || c.back && got.Down.To.Sub(at) > 5*time.Second {
					t.Errorf("it ended as %s, and of the link is told %s, lost at %v", got.Outcome, got.Down, at)
				}
				if text := got.Err.Error(); !strings.Contains(text, " within 30s; the link was down from "+at.Format("15:04:05")) {
					t.Errorf("the error is %q", text)
				}
				after := start(t, s, xmpptest.Get(t), WithTimeout(time.Second))
				time.Sleep(2 * time.Second)
				if got := after.Exchange(); c.back && (got.Outcome != stanza.OutcomeTimeout || !got.Down.None()) {
					t.Errorf("of one that was sent afterwards is told %s", got.Down)
				}
			})
		})
	}
}
