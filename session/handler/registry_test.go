package handler

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

func TestHandlersAreListedInOrderWithTheirCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(nil)
		mustAdd(t, r,
			Callback("pings", match.PayloadName(stanza.Name{Space: "urn:xmpp:ping", Local: "ping"}), func(Event) {}),
			Once("an error", match.Type(stanza.Error), func(Event) {}))
		if err := r.AddReply("disco of localhost", "result or error q1"); err != nil {
			t.Fatal(err)
		}
		mustAdd(t, r, Callback("all", nil, func(Event) { panic("x") }))

		matched := []int{r.Deliver(event(t, ping)).Matched, r.Deliver(event(t, "<message/>")).Matched}
		synctest.Wait()

		if diff := cmp.Diff([]int{2, 1}, matched); diff != "" {
			t.Errorf("handlers that matched (-want +got):\n%s", diff)
		}
		at := time.Unix(1000, 0)
		want := []Info{
			{Name: "log", Kind: "log", Matcher: "*", Matches: 2, Last: at},
			{Name: "pings", Kind: "callback", Matcher: "*/{urn:xmpp:ping}ping", Matches: 1, Misses: 1, Last: at},
			{Name: "an error", Kind: "once", Matcher: "iq@type=error", Misses: 2},
			{Name: "disco of localhost", Kind: "reply", Matcher: "result or error q1"},
			{Name: "all", Kind: "callback", Matcher: "*", Matches: 2, Failures: 2, Last: at},
		}
		if diff := cmp.Diff(want, r.List()); diff != "" {
			t.Errorf("registry (-want +got):\n%s", diff)
		}
	})
}

func TestAddRefuses(t *testing.T) {
	r := New(nil)
	mustAdd(t, r, Callback("taken", nil, func(Event) {}))
	for name, want := range map[string]error{"": ErrNoName, "taken": ErrDuplicateName, "log": ErrDuplicateName} {
		if err := r.Add(Callback(name, nil, ignore)); !errors.Is(err, want) {
			t.Errorf("adding a callback %q: %v, want %v", name, err, want)
		}
		if err := r.AddReply(name, ""); !errors.Is(err, want) {
			t.Errorf("adding a reply %q: %v, want %v", name, err, want)
		}
	}
	for what, h := range map[string]Handler{
		"nothing at all": {}, "a callback": Callback("c", nil, nil), "once": Once("o", nil, nil),
		"a filter": Filter("f", nil, nil), "a responder": Responder("r", nil, nil).Serving("urn:example:a").Fallback(),
	} {
		if err := r.Add(h); !errors.Is(err, ErrNoFunction) {
			t.Errorf("adding %s without a function: %v", what, err)
		}
		if err := r.Replace(h); !errors.Is(err, ErrNoFunction) {
			t.Errorf("replacing something by %s without a function: %v", what, err)
		}
	}
	if !r.Remove("taken") || r.Remove("taken") || r.Remove("never there") {
		t.Error("Remove does not report what was there")
	}
	if err := r.Add(Callback("taken", nil, ignore)); err != nil {
		t.Errorf("a removed name is not free: %v", err)
	}
}

func TestRemoveStopsWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wake := make(chan struct{})
		var s seen
		r := New(nil)
		mustAdd(t, r, Callback("slow", nil, func(e Event) { <-wake; s.call(e) }))
		for i := range 10 {
			r.Deliver(message(t, i))
		}
		synctest.Wait()
		if !r.Remove("slow") {
			t.Error("it was not there")
		}
		if n := r.Deliver(message(t, 10)).Matched; n != 0 {
			t.Errorf("%d handlers matched after the removal", n)
		}
		close(wake)
		synctest.Wait()
		if diff := cmp.Diff([]string{"0"}, s.list()); diff != "" {
			t.Errorf("called with (-want +got):\n%s", diff)
		}
	})
}

func TestRemoveHoldsForADeliveryUnderWay(t *testing.T) {
	asked, answer := make(chan struct{}), make(chan struct{})
	var calls atomic.Int64
	r := New(nil)
	mustAdd(t, r, Callback("h", matcher{func(match.Subject) bool {
		close(asked)
		<-answer
		return true
	}, "slow"}, func(Event) { calls.Add(1) }))
	var wg sync.WaitGroup
	e := message(t, 1)
	wg.Go(func() { r.Deliver(e) })
	<-asked
	r.Remove("h")
	close(answer)
	wg.Wait()
	r.Close(time.Minute)
	if calls.Load() != 0 {
		t.Error("called after Remove had returned")
	}
}

func TestWhatLeftTakesNoRoom(t *testing.T) {
	r := New(nil)
	mustAdd(t, r, Callback("stays", nil, func(Event) {}))
	for range 1000 {
		mustAdd(t, r, Callback("goes", nil, func(Event) {}))
		r.Remove("goes")
		if err := r.AddReply("goes", ""); err != nil {
			t.Fatal(err)
		}
		r.Remove("goes")
	}
	if all, callbacks := len(r.byName), cap(r.lists[observers]); all != 2 || callbacks > 2 {
		t.Errorf("%d places and %d of callbacks are kept for 2 entries", all, callbacks)
	}
	if n := r.Deliver(message(t, 1)).Matched; n != 1 {
		t.Errorf("%d handlers matched", n)
	}
	r.Close(time.Minute)
}

func TestAHandlerMayChangeTheRegistry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r *Registry
		var s seen
		r = New(nil)
		mustAdd(t, r, Callback("self", nil, func(e Event) {
			s.call(e)
			r.Remove("self")
			r.Add(Callback("heir", nil, s.call))
			r.Deliver(e)
		}))
		r.Deliver(message(t, 1))
		synctest.Wait()
		if diff := cmp.Diff([]string{"1", "1"}, s.list()); diff != "" {
			t.Errorf("called with (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"log", "heir"}, names(r)); diff != "" {
			t.Errorf("registry (-want +got):\n%s", diff)
		}
	})
}

func TestCloseWaitsForWhatRunsAndDropsWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s, tap seen
		r, h := New(nil), road{log: tap.log}
		mustAdd(t, r, Callback("slow", nil, func(e Event) { time.Sleep(3 * time.Second); s.call(e) }))
		if err := r.AddReply("reply", ""); err != nil {
			t.Fatal(err)
		}
		h.deliver(r, message(t, 1))
		h.deliver(r, message(t, 2))
		synctest.Wait()

		began := time.Now()
		r.Close(time.Second)
		if took := time.Since(began); took != time.Second || len(s.list()) != 0 {
			t.Errorf("closing took %v, want the second it was given", took)
		}
		r.Close(time.Minute)
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("closing took %v, want the 3 s of the handler", took)
		}
		if n := h.deliver(r, message(t, 3)).Matched; n != 0 || len(tap.list()) != 3 {
			t.Errorf("after closing, %d handlers matched and the tap has seen %v", n, tap.list())
		}
		if diff := cmp.Diff([]string{"1"}, s.list()); diff != "" {
			t.Errorf("called with (-want +got):\n%s", diff)
		}
		if r.RunReply("reply", func() { t.Error("called") }) {
			t.Error("a callback runs after closing")
		}
		if err := r.Add(Callback("late", nil, ignore)); !errors.Is(err, ErrClosed) {
			t.Errorf("adding after closing: %v", err)
		}
	})
}

// Everything at once, for the race detector.
func TestConcurrentUse(t *testing.T) {
	r, h := New(nil), numbered(1)
	e := event(t, ping)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 300 {
				name := fmt.Sprint(g, " ", i)
				r.Add(Callback(name, match.ID("q1"), func(Event) {}))
				r.Add(Once(name+" once", match.ID("q1"), func(Event) {}))
				r.AddReply(name+" reply", "")
				h.deliver(r, e)
				r.RunReply(name+" reply", func() {})
				if i%50 == 0 {
					r.List()
				}
				r.Remove(name)
			}
		})
	}
	wg.Wait()
	if diff := cmp.Diff([]string{"log"}, names(r)); diff != "" {
		t.Errorf("registry (-want +got):\n%s", diff)
	}
	r.Close(time.Minute)
}
