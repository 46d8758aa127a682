package session

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// record is what a listener for ended exchanges was told: each id and outcome.
type record struct{ told []string }

func (r *record) hear(x Exchange) {
	r.told = append(r.told, fmt.Sprintf("%s %s", x.Stanza.ID(), x.Outcome))
}

func named(t *testing.T, id string) *stanza.Stanza { return xmpptest.Get(t, iqbuilder.ID(id)) }

func TestEachEndedExchangeIsToldOnceAndInOrder(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		var first, second record
		s.Ended(first.hear)
		stop := s.Ended(second.hear)
		start(t, s, named(t, "answered"))
		start(t, s, named(t, "refused"))
		start(t, s, named(t, "overdue"), WithTimeout(time.Second))
		cancelled := start(t, s, named(t, "cancelled"))
		synctest.Wait()
		if len(first.told) != 0 {
			t.Fatalf("told of what has not ended: %q", first.told)
		}
		p.Says(`<iq type="error" id="refused"><error type="cancel"><item-not-found xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>`)
		p.Says(result("answered"))
		cancelled.Cancel()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		for _, id := range []string{"answered", "refused", "overdue", "cancelled"} { // too late
			p.Says(result(id))
		}
		stop()
		stop()
		start(t, s, named(t, "lost"))
		synctest.Wait()
		p.Conn.CloseNow()
		synctest.Wait()
		start(t, s, named(t, "offline"))
		synctest.Wait()
		want := []string{"refused error", "answered result", "cancelled cancelled", "overdue timeout", "lost unknown", "offline not-sent"}
		if got := strings.Join(first.told, ", "); got != strings.Join(want, ", ") {
			t.Errorf("told was %q", got)
		}
		if got := strings.Join(second.told, ", "); got != strings.Join(want[:4], ", ") {
			t.Errorf("who stopped was told %q", got)
		}
	})
}

func TestWhatIsToldOfAnEndedExchangeIsWhole(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		var told []Exchange
		s.Ended(func(x Exchange) { told = append(told, x) })
		r := start(t, s, named(t, "q"))
		synctest.Wait()
		time.Sleep(time.Second)
		p.Says(`<iq type="error" id="q"/>`)
		if len(told) != 1 {
			t.Fatalf("told was %d times", len(told))
		}
		x, is := told[0], r.Exchange()
		if reply, err := r.Result(); reply != nil || err == nil {
			t.Errorf("its result is %v, %v", reply, err)
		}
		select {
		case <-r.Done():
		default:
			t.Error("who asks after its end whether it has ended is told that it has not")
		}
		var failure *stanza.IQError
		if !errors.As(x.Err, &failure) || x.Err != is.Err || x.RTT != time.Second || x.Seq == 0 || x.ReplySeq != is.ReplySeq || x.ReplySeq == 0 || x.Serial != r.Serial() {
			t.Errorf("told was %+v", x)
		}
	})
}

func TestAListenerThatBlocksKeepsNobody(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		release := make(chan struct{})
		var told record
		s.Ended(func(x Exchange) { <-release; told.hear(x) })
		for i := range 100 {
			id := fmt.Sprint(i)
			r := start(t, s, named(t, id))
			if got := p.Hears(); got.ID() != id {
				t.Fatalf("the writer wrote %s", got.XML())
			}
			p.Says(result(id))
			if !ended(r) {
				t.Fatal("the reader stands still")
			}
		}
		close(release)
		synctest.Wait()
		if len(told.told) != 100 || told.told[99] != "99 result" {
			t.Errorf("told was %d times: %q", len(told.told), told.told)
		}
	})
}

func TestAListenerThatPanicsIsNotedAndToldOn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		var bad, good int
		s.Ended(func(Exchange) { bad++; panic("oh no") })
		s.Ended(func(Exchange) { good++ })
		for _, id := range []string{"a", "b"} {
			start(t, s, named(t, id))
			synctest.Wait()
			p.Says(result(id))
		}
		if bad != 2 || good != 2 {
			t.Errorf("told were %d and %d", bad, good)
		}
		if !strings.Contains(notes(s), "a listener for ended exchanges failed: oh no") {
			t.Errorf("the log says %q", notes(s))
		}
	})
}

func TestCloseWaitsUntilAllIsTold(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, _ := online(t, Config{})
		var told record
		s.Ended(func(x Exchange) { time.Sleep(time.Minute); told.hear(x) })
		start(t, s, named(t, "a"))
		start(t, s, named(t, "b"))
		synctest.Wait()
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if got := strings.Join(told.told, ", "); got != "a unknown, b unknown" {
			t.Errorf("told was %q", got)
		}
	})
}

func TestCloseWaitsForListenersNoLongerThanItsContext(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, _ := online(t, Config{})
		release := make(chan struct{})
		defer close(release)
		s.Ended(func(Exchange) { <-release })
		start(t, s, named(t, "a"))
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		began := time.Now()
		if err := s.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Close = %v", err)
		}
		if d := time.Since(began); d != 5*time.Second {
			t.Errorf("it took %v", d)
		}
	})
}

func TestCloseDoesNotWaitForWhatEndsBehindIt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, _ := online(t, Config{})
		var enough atomic.Bool
		s.Ended(func(Exchange) { // asks again, whatever became of it
			if time.Sleep(time.Millisecond); !enough.Load() {
				s.Start(xmpptest.Get(t))
			}
		})
		start(t, s, xmpptest.Get(t))
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Errorf("Close = %v", err)
		}
		enough.Store(true)
		synctest.Wait()
	})
}

func TestAListenerMayCloseTheSessionForAWhile(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		var closed error
		s.Ended(func(Exchange) {
			ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
			defer cancel()
			closed = s.Close(ctx)
		})
		start(t, s, named(t, "a"))
		synctest.Wait()
		p.Says(result("a"))
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if s.Status().State != Offline || !errors.Is(closed, context.DeadlineExceeded) {
			t.Errorf("it is %s, and Close said %v", s.Status().State, closed)
		}
	})
}
