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
)

// Row 39. What the three callbacks write to has no lock: the race detector sees to it that they
// are never called in parallel.
func TestCallbacksAreCalledInTheOrderOfTheWire(t *testing.T) {
	const stanzas = 300
	var called, want []string
	r := New(nil)
	for _, name := range []string{"one", "two", "three"} {
		mustAdd(t, r, Callback(name, nil, func(e Event) { called = append(called, name+" "+e.Stanza.ID()) }))
	}
	mustAdd(t, r, Once("once", nil, func(e Event) { called = append(called, "once "+e.Stanza.ID()) }))
	for i := range stanzas {
		r.Deliver(message(t, i))
		for _, name := range []string{"one", "two", "three"} {
			want = append(want, fmt.Sprint(name, " ", i))
		}
		if i == 0 {
			want = append(want, "once 0")
		}
		name := fmt.Sprint("reply ", i)
		if err := r.AddReply(name, ""); err != nil {
			t.Fatal(err)
		}
		r.RunReply(name, func() { called = append(called, name) })
		want = append(want, name)
	}
	all := make(chan struct{})
	r.Behind(func() { close(all) })
	<-all
	if diff := cmp.Diff(want, called); diff != "" {
		t.Errorf("called (-want +got):\n%s", diff)
	}
	r.Close(time.Minute)
}

// Whoever shows stanzas, and however many do at a time: each callback sees them in one order,
// the same for all.
func TestStanzasOfSeveralGoroutinesHaveOneOrder(t *testing.T) {
	var seen [2][]string
	r := New(nil)
	for i := range seen {
		mustAdd(t, r, Callback(fmt.Sprint(i), nil, func(e Event) { seen[i] = append(seen[i], e.Stanza.ID()) }))
	}
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 200 {
				r.Deliver(message(t, 1000*g+i))
			}
		})
	}
	wg.Wait()
	all := make(chan struct{})
	r.Behind(func() { close(all) })
	<-all
	if len(seen[0]) != 800 || !slices.Equal(seen[0], seen[1]) {
		t.Errorf("%d and %d were seen, or in different orders", len(seen[0]), len(seen[1]))
	}
	r.Close(time.Minute)
}

// counted is a callback that notes how many run at the same time, itself included.
type counted struct{ now, most atomic.Int64 }

func (c *counted) call(fn func(Event)) func(Event) {
	return func(e Event) {
		n := c.now.Add(1)
		defer c.now.Add(-1)
		for most := c.most.Load(); n > most && !c.most.CompareAndSwap(most, n); most = c.most.Load() {
		}
		fn(e)
	}
}

func TestCallbacksThatTakeTheirTimeAreNotCalledInParallel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all counted
		var calls atomic.Int64
		r := New(nil)
		for i := range 3 {
			mustAdd(t, r, Callback(fmt.Sprint(i), nil, all.call(func(Event) { time.Sleep(time.Millisecond); calls.Add(1) })))
		}
		for i := range 300 {
			r.Deliver(message(t, i))
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if all.most.Load() != 1 || calls.Load() != 900 {
			t.Errorf("of %d calls, %d ran at a time", calls.Load(), all.most.Load())
		}
	})
}

// A callback that hangs costs the others Patience once. Its own stanzas stay in their order and
// wait for it; when it has caught up, all are called in one line again.
func TestACallbackThatHangsIsPutAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var itself, all counted
		var hung, quick seen
		var takes time.Duration
		wake := make(chan struct{})
		r := New(nil)
		mustAdd(t, r,
			Callback("hangs", nil, itself.call(all.call(func(e Event) { <-wake; time.Sleep(takes); hung.call(e) }))),
			Callback("quick", nil, all.call(func(e Event) { time.Sleep(takes); quick.call(e) })))
		want := []string{}
		for i := range 100 {
			want = append(want, fmt.Sprint(i))
			r.Deliver(message(t, i))
			if i == 0 {
				time.Sleep(Patience)
			}
			synctest.Wait()
			if n := len(quick.list()); n != i+1 {
				t.Fatalf("the other one has seen %d of %d", n, i+1)
			}
		}
		close(wake)
		synctest.Wait()
		if diff := cmp.Diff(want, hung.list()); diff != "" || itself.most.Load() != 1 {
			t.Errorf("%d at a time, called with (-want +got):\n%s", itself.most.Load(), diff)
		}
		all.most.Store(0)
		takes = time.Millisecond
		for i := range 100 {
			r.Deliver(message(t, i))
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if len(hung.list()) != 200 || len(quick.list()) != 200 || all.most.Load() != 1 {
			t.Errorf("awake again, it has seen %d, the other one %d, and %d ran at a time", len(hung.list()), len(quick.list()), all.most.Load())
		}
	})
}

// Whoever takes its time with every stanza holds the others up with the first one only.
func TestACallbackThatIsAlwaysSlowStaysAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var worst time.Duration
		r := New(nil)
		mustAdd(t, r,
			Callback("slow", nil, func(Event) { time.Sleep(5 * time.Second) }),
			Callback("quick", nil, func(e Event) { worst = max(worst, time.Since(e.Time)) }))
		for i := range 20 {
			e := message(t, i)
			e.Time = time.Now()
			r.Deliver(e)
			time.Sleep(10 * time.Second)
			synctest.Wait()
			if i == 0 {
				if worst > Patience {
					t.Errorf("the first one came %v late", worst)
				}
				worst = 0
			}
		}
		if worst != 0 {
			t.Errorf("a later one came %v late", worst)
		}
	})
}

// No single call is long, but there are more than can be made: the slow one falls behind by
// itself.
func TestManyShortCallsDoNotHoldTheOthersUp(t *testing.T) {
	for _, row := range []struct {
		name        string
		call, pause time.Duration
		stanzas     int
		late        time.Duration // at most
	}{
		{"a few stanzas a second", 50 * time.Millisecond, 10 * time.Millisecond, 1000, MaxBehind + Patience},
		{"a flood", time.Millisecond, 100 * time.Microsecond, 10_000, MaxBehind},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var worst, last time.Duration
				var itself counted
				calls := 0
				r := New(nil)
				mustAdd(t, r,
					Callback("slow", nil, itself.call(func(Event) { time.Sleep(row.call) })),
					Callback("quick", nil, func(e Event) {
						last = time.Since(e.Time)
						worst = max(worst, last)
						calls++
					}))
				for i := range row.stanzas {
					e := message(t, i)
					e.Time = time.Now()
					r.Deliver(e)
					time.Sleep(row.pause)
				}
				synctest.Wait()
				if calls != row.stanzas || find(t, r, "quick").Dropped != 0 || worst > row.late || last != 0 {
					t.Errorf("%d of %d came, the latest after %v, the last one after %v", calls, row.stanzas, worst, last)
				}
				if itself.most.Load() != 1 {
					t.Error("the slow one was called in parallel with itself")
				}
				time.Sleep(time.Hour)
			})
		})
	}
}

// One callback waits for what another one does, or for the end of a request.
func TestACallbackMayWaitForAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		done := make(chan string)
		var got []string
		r := New(nil)
		for _, name := range []string{"reply one", "reply two"} {
			if err := r.AddReply(name, ""); err != nil {
				t.Fatal(err)
			}
		}
		mustAdd(t, r,
			Callback("waits", nil, func(Event) { got = append(got, <-done, <-done) }),
			Callback("tells", nil, func(Event) { done <- "told" }))
		r.Deliver(message(t, 1))
		r.RunReply("reply one", func() { done <- <-done + " of the reply" })
		r.RunReply("reply two", func() { done <- "the end" })
		time.Sleep(time.Minute)
		synctest.Wait()
		if diff := cmp.Diff([]string{"told", "the end of the reply"}, got); diff != "" {
			t.Errorf("got (-want +got):\n%s", diff)
		}
	})
}

// Behind waits for those whose turn is before it, and for nobody longer than Patience.
func TestBehindWaitsForTheCallbacksBeforeIt(t *testing.T) {
	for _, row := range []struct{ call, waits time.Duration }{
		{0, 0}, {100 * time.Millisecond, 100 * time.Millisecond}, {time.Minute, Patience},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := New(nil)
			mustAdd(t, r, Callback("slow", nil, func(Event) { time.Sleep(row.call) }))
			r.Deliver(message(t, 1))
			began := time.Now()
			r.Behind(func() {
				if took := time.Since(began); took != row.waits {
					t.Errorf("behind a call of %v it waited %v, want %v", row.call, took, row.waits)
				}
			})
			time.Sleep(time.Hour)
			ran := false
			r.Behind(func() { ran = true })
			if !ran {
				t.Error("nobody is called, and it waits")
			}
			r.Close(time.Minute)
			ran = false
			r.Behind(func() { ran = true })
			if !ran {
				t.Error("it is not called behind the end")
			}
		})
	}
}

func TestTheLineKeepsNothingOfWhatWasCalled(t *testing.T) {
	r := New(nil)
	mustAdd(t, r, Callback("all", nil, func(Event) {}))
	for i := range 1000 {
		r.Deliver(message(t, i))
	}
	r.Close(time.Minute)
	if n := cap(r.line.turns); n > idleRing {
		t.Errorf("there is room for %d turns", n)
	}
	for _, left := range r.line.turns[:cap(r.line.turns)] {
		if left.en != nil || left.fn != nil {
			t.Errorf("a turn is still there: %+v", left)
		}
	}
}

// It comes back while another one is called in the line, or while nobody is: its next stanza is
// its own to take either way, and the line goes on alone.
func TestACallbackThatComesBackLateHasWhatComesNext(t *testing.T) {
	for name, other := range map[string]time.Duration{"another one is called": 200 * time.Millisecond, "nobody is": 0} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var late, rest, all counted
				calls := map[string]int{}
				var mu sync.Mutex
				takes := func(name string, d time.Duration) func(Event) {
					return func(Event) {
						time.Sleep(d)
						mu.Lock()
						defer mu.Unlock()
						calls[name]++
					}
				}
				r := New(nil)
				handlers := []Handler{
					Callback("late", nil, late.call(all.call(takes("late", Patience+50*time.Millisecond)))),
					Callback("other", nil, rest.call(all.call(takes("other", other)))),
					Callback("third", nil, rest.call(all.call(takes("third", other)))),
				}
				if other == 0 {
					slices.Reverse(handlers)
				}
				mustAdd(t, r, handlers...)
				for i := range 3 {
					r.Deliver(message(t, i))
					time.Sleep(time.Second)
				}
				time.Sleep(time.Minute)
				synctest.Wait()
				if diff := cmp.Diff(map[string]int{"late": 3, "other": 3, "third": 3}, calls); diff != "" {
					t.Errorf("calls (-want +got):\n%s", diff)
				}
				if late.most.Load() != 1 || rest.most.Load() != 1 || all.most.Load() > 2 {
					t.Errorf("%d, %d and in all %d ran at a time", late.most.Load(), rest.most.Load(), all.most.Load())
				}
			})
		})
	}
}

// A full queue is a reason to put somebody aside only as long as it is one.
func TestNobodyIsPutAsideForAQueueThatWasFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all counted
		takes := 100 * time.Microsecond
		r := New(nil)
		mustAdd(t, r,
			Callback("one", nil, all.call(func(Event) { time.Sleep(takes) })),
			Callback("two", nil, all.call(func(Event) { time.Sleep(takes) })))
		for i := range QueueLimit/2 + 100 {
			r.Deliver(message(t, i))
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		all.most.Store(0)
		takes = Patience - 2*tick
		for i := range 3 {
			r.Deliver(message(t, i))
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if all.most.Load() != 1 {
			t.Errorf("%d ran at a time", all.most.Load())
		}
	})
}

// How often somebody was found at work counts only as long as the line has not been empty.
func TestNobodyIsPutAsideForWhatWasLongAgo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all counted
		work := func(Event) { time.Sleep(tick + tick/2) }
		r := New(nil)
		mustAdd(t, r, Callback("now and then", nil, all.call(work)))
		for i := range 10 {
			r.Deliver(message(t, i))
			time.Sleep(time.Second)
		}
		replies := func(more string) {
			for i := range 80 {
				name := fmt.Sprint(more, i)
				if err := r.AddReply(name, ""); err != nil {
					t.Fatal(err)
				}
				r.RunReply(name, func() { all.call(work)(Event{}) })
			}
		}
		replies("before ")
		r.Deliver(message(t, 10))
		replies("behind ")
		time.Sleep(time.Minute)
		synctest.Wait()
		if all.most.Load() != 1 {
			t.Errorf("%d ran at a time", all.most.Load())
		}
	})
}
