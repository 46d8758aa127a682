package handler

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

func TestTheTapSeesEverythingAtOnce(t *testing.T) {
	var tap seen
	r, h := New(nil), road{log: tap.log}
	e := event(t, ping)
	for want := 1; want <= 2; want++ {
		if n := h.deliver(r, e).Matched; n != 0 {
			t.Errorf("%d handlers matched, and there are none", n)
		}
		if got := len(tap.list()); got != want {
			t.Errorf("the tap has seen %d of %d when Deliver returned", got, want)
		}
	}
	want := []Info{{Name: "log", Kind: "log", Matcher: "*", Matches: 2, Last: e.Time}}
	if diff := cmp.Diff(want, r.List()); diff != "" {
		t.Errorf("registry (-want +got):\n%s", diff)
	}
	if r.Remove("log") || len(r.List()) != 1 {
		t.Error("the log was removed")
	}
}

func TestEachHandlerSeesTheStanzasInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 3 * QueueLimit
		var want []string
		var first, second seen
		r := New(nil)
		mustAdd(t, r, Callback("first", nil, first.call), Callback("second", nil, second.call))
		for i := range n {
			r.Deliver(message(t, i))
			want = append(want, fmt.Sprint(i))
			if i%1000 == 0 {
				synctest.Wait() // so that the queues are empty in between, and never full
			}
		}
		synctest.Wait()
		for _, s := range []*seen{&first, &second} {
			if !slices.Equal(s.list(), want) {
				t.Errorf("%d of %d, or in another order", len(s.list()), n)
			}
		}
	})
}

func TestASleepingHandlerHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wake := make(chan struct{})
		var slow, quick seen
		r := New(nil)
		mustAdd(t, r,
			Callback("slow", nil, func(e Event) { <-wake; slow.call(e) }),
			Callback("quick", nil, quick.call))
		r.Deliver(message(t, 0))
		time.Sleep(Patience) // the first one is being handled, and the others wait for it no more
		for _, row := range []struct {
			waiting int
			dropped uint64
		}{{QueueLimit - 1, 0}, {QueueLimit, 0}, {QueueLimit + 1, 1}, {QueueLimit + 100, 100}} {
			for i := len(quick.list()); i <= row.waiting; i++ {
				if n := r.Deliver(message(t, i)).Matched; n != 2 {
					t.Fatalf("%d handlers matched", n)
				}
				synctest.Wait()
			}
			if got := find(t, r, "slow").Dropped; got != row.dropped {
				t.Errorf("with %d waiting, %d were dropped; want %d", row.waiting, got, row.dropped)
			}
		}
		if n := len(quick.list()); n != QueueLimit+101 {
			t.Errorf("the other handler has seen %d", n)
		}
		close(wake)
		synctest.Wait()
		if n := len(slow.list()); n != QueueLimit+1 {
			t.Errorf("the slow one has seen %d", n)
		}
		r.Deliver(message(t, 0))
		synctest.Wait()
		if n := len(slow.list()); n != QueueLimit+2 {
			t.Errorf("after it caught up, the slow one has seen %d", n)
		}
	})
}

func TestAPanicHarmsNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		failed := map[string]any{}
		note := func(name string, cause any) {
			mu.Lock()
			defer mu.Unlock()
			failed[name] = cause
		}
		var fine, broken seen
		r := New(note)
		mustAdd(t, r,
			Callback("broken", nil, func(e Event) { broken.call(e); panic("handler") }),
			Callback("bad matcher", matcher{func(match.Subject) bool { panic("matcher") }, "bad"}, func(Event) { t.Error("called") }),
			Callback("fine", nil, fine.call))
		if err := r.AddReply("reply", ""); err != nil {
			t.Fatal(err)
		}
		r.Deliver(message(t, 1))
		r.Deliver(message(t, 2))
		r.RunReply("reply", func() { panic("callback") })
		synctest.Wait()

		want := map[string]any{"broken": "handler", "bad matcher": "matcher", "reply": "callback"}
		if diff := cmp.Diff(want, failed); diff != "" {
			t.Errorf("reported (-want +got):\n%s", diff)
		}
		if len(fine.list()) != 2 || len(broken.list()) != 2 {
			t.Errorf("seen by the others: %v, by the broken one: %v", fine.list(), broken.list())
		}
		for _, name := range []string{"broken", "bad matcher"} {
			if n := find(t, r, name).Failures; n != 2 {
				t.Errorf("%s has %d failures", name, n)
			}
		}
		if i := find(t, r, "bad matcher"); i.Matches != 0 || i.Misses != 2 {
			t.Errorf("the bad matcher has %d matches, %d misses", i.Matches, i.Misses)
		}
	})
}

func TestWhoIsRemovedWhileAnElementPassesDoesNotMatchIt(t *testing.T) {
	r := New(nil)
	removes := matcher{func(match.Subject) bool { return r.Remove("removed") }, "removes"}
	mustAdd(t, r,
		Callback("removes", removes, ignore),
		Callback("removed", nil, func(Event) { t.Error("called") }))
	if n := r.Deliver(message(t, 1)).Matched; n != 1 {
		t.Errorf("%d matched", n)
	}
	r.Close(time.Minute)
}

func TestOnceIsCalledOnceUnderConcurrentDelivery(t *testing.T) {
	for range 100 {
		var calls atomic.Int64
		r := New(nil)
		mustAdd(t, r, Once("once", nil, func(Event) { calls.Add(1) }))
		e := message(t, 1)
		var matched atomic.Int64
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() { matched.Add(int64(r.Deliver(e).Matched)) })
		}
		wg.Wait()
		if matched.Load() != 1 || r.Remove("once") {
			t.Fatalf("%d deliveries matched", matched.Load())
		}
		r.Close(time.Minute)
		if calls.Load() != 1 {
			t.Fatalf("called %d times", calls.Load())
		}
	}
}

func TestEitherRemoveOrOnceWins(t *testing.T) {
	removals := 0
	for range 500 {
		var calls atomic.Int64
		r := New(nil)
		mustAdd(t, r, Once("once", nil, func(Event) { calls.Add(1) }))
		e := message(t, 1)
		var removed bool
		var wg sync.WaitGroup
		wg.Go(func() { removed = r.Remove("once") })
		wg.Go(func() { r.Deliver(e) })
		wg.Wait()
		r.Close(time.Minute)
		if called := calls.Load() == 1; called == removed {
			t.Fatalf("removed: %v, and called %d times", removed, calls.Load())
		}
		if removed {
			removals++
		}
	}
	t.Logf("removed before the match %d times of 500", removals)
}

func TestWhatNobodyMatchesCostsAlmostNoMemory(t *testing.T) {
	h := road{judge: func(Event) (stanza.Verdict, string) { return stanza.VerdictUnknownID, "" }}
	for _, row := range []struct {
		name     string
		handlers []Handler
		most     float64
	}{
		{"nobody is registered", nil, 0},
		{"one who sees all is off", []Handler{Callback("all", nil, func(Event) {})}, 0},
		{"a hundred matchers that the header decides share one subject", hundred(match.ID("other")), 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := New(nil)
			mustAdd(t, r, row.handlers...)
			r.Switch("all", false)
			e := event(t, ping)
			if n := testing.AllocsPerRun(1000, func() { h.deliver(r, e) }); n > row.most {
				t.Errorf("%v allocations, want at most %v", n, row.most)
			}
		})
	}
}

// hundred are callbacks with the same matcher.
func hundred(m Matcher) (handlers []Handler) {
	for i := range 100 {
		handlers = append(handlers, Callback(fmt.Sprint(i), m, func(Event) {}))
	}
	return handlers
}
