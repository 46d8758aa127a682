package session

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
	"iqscope/session/negotiate"
	"iqscope/session/wire"
)

// A connection can be lost between the last look of the writer and the socket's taking what
// it writes. What left then is the stream's all the same (XEP-0198 §4).
func TestWhatLeavesWhileTheConnectionIsLostIsSentAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := serve(t, Config{Reconnect: true})
		w.answer = managedServer
		w.cut()
		time.Sleep(time.Minute)
		synctest.Wait()
		s.mu.Lock()
		c := s.link.up
		o := &outgoing{s: s, element: xmpptest.Stanza(t, `<message id="m"/>`), on: c}
		s.mu.Unlock()
		w.cut()
		s.leaving(o, wire.Event{Time: time.Now(), Dir: stanza.Out, Element: o.element, Shown: o.element})
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
		s, w := serve(t, Config{Reconnect: true})
		w.answer = managedServer
		w.cut()
		time.Sleep(time.Minute)
		synctest.Wait()
		s.mu.Lock()
		o := &outgoing{s: s, element: xmpptest.Stanza(t, `<message id="m"/>`), on: s.link.up}
		s.mu.Unlock()
		w.cut()
		time.Sleep(5 * time.Second)
		synctest.Wait()
		s.leaving(o, wire.Event{Time: time.Now(), Dir: stanza.Out, Element: o.element, Shown: o.element})
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

func TestAnAcknowledgementWithoutACountDoesNotEndTheAsking(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := serve(t, Config{})
		w.answer = managedServer
		w.cut()
		if err := s.Connect(t.Context()); err != nil {
			t.Fatal(err)
		}
		const many = 20
		for range many {
			raw(t, s, `<message/>`)
		}
		for range many {
			w.peer.Hears()
		}
		if got := w.peer.Hears().Name().Local; got != "r" {
			t.Fatalf("heard was <%s/>", got)
		}
		w.peer.Says(`<a xmlns="urn:xmpp:sm:3" h="many"/>`)
		raw(t, s, `<presence/>`)
		w.peer.Hears()
		if got := w.peer.Hears().Name().Local; got != "r" {
			t.Errorf("heard was <%s/>", got)
		}
	})
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
