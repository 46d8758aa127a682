package handler

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const ping = "<iq type='get' id='q1'><ping xmlns='urn:xmpp:ping'/></iq>"

func event(t testing.TB, xml string) Event {
	t.Helper()
	s, err := stanza.Parse(xml, stanza.ClientScope())
	if err != nil {
		t.Fatalf("%.200s: %v", xml, err)
	}
	return Event{Time: time.Unix(1000, 0), Dir: stanza.In, Stanza: s}
}

// message is an event with a number as its id.
func message(t testing.TB, n int) Event { return event(t, fmt.Sprintf("<message id='%d'/>", n)) }

// seen collects the ids of what a handler was called with.
type seen struct {
	mu  sync.Mutex
	ids []string
}

func (s *seen) call(e Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids = append(s.ids, e.Stanza.ID())
}

func (s *seen) log(e Event) uint64 {
	s.call(e)
	return uint64(len(s.list()))
}

func (s *seen) list() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ids)
}

// matcher is one made of a function.
type matcher struct {
	fits func(match.Subject) bool
	text string
}

func (m matcher) Match(s match.Subject) bool { return m.fits(s) }
func (m matcher) String() string             { return m.text }

func mustAdd(t testing.TB, r *Registry, handlers ...Handler) {
	t.Helper()
	for _, h := range handlers {
		if err := r.Add(h); err != nil {
			t.Fatal(err)
		}
	}
}

func names(r *Registry) (s []string) {
	for _, info := range r.List() {
		s = append(s, info.Name)
	}
	return s
}

func find(t testing.TB, r *Registry, name string) Info {
	t.Helper()
	for _, info := range r.List() {
		if info.Name == name {
			return info
		}
	}
	t.Fatalf("no handler %s in %v", name, names(r))
	return Info{}
}

func TestTheTapSeesEverythingAtOnce(t *testing.T) {
	var tap seen
	r := New(Hooks{Log: tap.log})
	e := event(t, ping)
	for want := 1; want <= 2; want++ {
		if n := r.Deliver(e).Matched; n != 0 {
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

func TestHandlersAreListedInOrderWithTheirCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(Hooks{})
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
	r := New(Hooks{})
	mustAdd(t, r, Callback("taken", nil, func(Event) {}))
	for name, want := range map[string]error{"": ErrNoName, "taken": ErrDuplicateName, "log": ErrDuplicateName} {
		if err := r.Add(Callback(name, nil, nil)); !errors.Is(err, want) {
			t.Errorf("adding a callback %q: %v, want %v", name, err, want)
		}
		if err := r.AddReply(name, ""); !errors.Is(err, want) {
			t.Errorf("adding a reply %q: %v, want %v", name, err, want)
		}
	}
	if !r.Remove("taken") || r.Remove("taken") || r.Remove("never there") {
		t.Error("Remove does not report what was there")
	}
	if err := r.Add(Callback("taken", nil, nil)); err != nil {
		t.Errorf("a removed name is not free: %v", err)
	}
}

func TestEachHandlerSeesTheStanzasInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 3 * QueueLimit
		var want []string
		var first, second seen
		r := New(Hooks{})
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
		r := New(Hooks{})
		mustAdd(t, r,
			Callback("slow", nil, func(e Event) { <-wake; slow.call(e) }),
			Callback("quick", nil, quick.call))
		r.Deliver(message(t, 0))
		synctest.Wait() // the first one is being handled and does not wait any more
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

func TestWaitingBytesAreBounded(t *testing.T) {
	const size = 1_000_000
	var q queue
	e := event(t, "<message id='q'><x xmlns='"+strings.Repeat("x", size)+"'/></message>")
	n := 0
	for q.push(waiting{event: e}) {
		n++
	}
	if n != QueueBytes/len(e.Stanza.XML()) {
		t.Errorf("%d stanzas of %d bytes wait", n, size)
	}
	for range n {
		q.pop()
	}
	if q.bytes != 0 || !q.push(waiting{event: e}) {
		t.Errorf("an empty queue counts %d bytes", q.bytes)
	}
}

func TestAnIdleHandlerKeepsNoLargeQueue(t *testing.T) {
	var q queue
	for range QueueLimit {
		q.push(waiting{})
	}
	for range QueueLimit {
		q.pop()
	}
	if _, ok := q.pop(); ok || len(q.ring) > idleRing {
		t.Errorf("an empty queue has room for %d", len(q.ring))
	}
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
		r := New(Hooks{Log: func(Event) uint64 { panic("tap") }, Failed: note})
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

		want := map[string]any{"log": "tap", "broken": "handler", "bad matcher": "matcher", "reply": "callback"}
		if diff := cmp.Diff(want, failed); diff != "" {
			t.Errorf("reported (-want +got):\n%s", diff)
		}
		if len(fine.list()) != 2 || len(broken.list()) != 2 {
			t.Errorf("seen by the others: %v, by the broken one: %v", fine.list(), broken.list())
		}
		for _, name := range []string{"log", "broken", "bad matcher"} {
			if n := find(t, r, name).Failures; n != 2 {
				t.Errorf("%s has %d failures", name, n)
			}
		}
	})
}

func TestOnceIsCalledOnceUnderConcurrentDelivery(t *testing.T) {
	for range 100 {
		var calls atomic.Int64
		r := New(Hooks{})
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
		r := New(Hooks{})
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

func TestRemoveStopsWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wake := make(chan struct{})
		var s seen
		r := New(Hooks{})
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
	r := New(Hooks{})
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
	r := New(Hooks{})
	mustAdd(t, r, Callback("stays", nil, func(Event) {}))
	for range 1000 {
		mustAdd(t, r, Callback("goes", nil, func(Event) {}))
		r.Remove("goes")
		if err := r.AddReply("goes", ""); err != nil {
			t.Fatal(err)
		}
		r.Remove("goes")
	}
	if all, callbacks := len(r.all.entries), len(r.lists[observers].entries); all > 4 || callbacks > 2 {
		t.Errorf("%d places and %d of callbacks are kept for 2 entries", all, callbacks)
	}
	if n := r.Deliver(message(t, 1)).Matched; n != 1 {
		t.Errorf("%d handlers matched", n)
	}
	r.Close(time.Minute)
}

func TestAQueueKeepsItsOrderWhileItGrows(t *testing.T) {
	var q queue
	next, want := 0, 0
	for round := range 50 {
		for range 2*round + 1 {
			q.push(waiting{event: Event{Time: time.Unix(int64(next), 0)}})
			next++
		}
		for range round {
			w, ok := q.pop()
			if !ok || w.event.Time.Unix() != int64(want) {
				t.Fatalf("popped %d, want %d", w.event.Time.Unix(), want)
			}
			want++
		}
	}
}

func TestAHandlerMayChangeTheRegistry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r *Registry
		var s seen
		r = New(Hooks{})
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

func TestARequestsCallbackRunsOnce(t *testing.T) {
	var calls atomic.Int64
	run := func() { calls.Add(1) }
	r := New(Hooks{})
	mustAdd(t, r, Callback("handler", nil, func(Event) {}))
	for _, name := range []string{"runs", "removed"} {
		if err := r.AddReply(name, "q1"); err != nil {
			t.Fatal(err)
		}
	}
	if !r.Remove("removed") || r.RunReply("removed", run) {
		t.Error("a removed callback runs")
	}
	if r.RunReply("handler", run) || r.RunReply("log", run) || r.RunReply("never there", run) {
		t.Error("what is no request's callback runs as one")
	}
	if !r.RunReply("runs", run) || r.RunReply("runs", run) || r.Remove("runs") {
		t.Error("a callback does not run once")
	}
	if diff := cmp.Diff([]string{"log", "handler"}, names(r)); diff != "" {
		t.Errorf("registry (-want +got):\n%s", diff)
	}
	r.Close(time.Minute)
	if calls.Load() != 1 {
		t.Errorf("called %d times", calls.Load())
	}
}

func TestCloseWaitsForWhatRunsAndDropsWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s, tap seen
		r := New(Hooks{Log: tap.log})
		mustAdd(t, r, Callback("slow", nil, func(e Event) { time.Sleep(3 * time.Second); s.call(e) }))
		if err := r.AddReply("reply", ""); err != nil {
			t.Fatal(err)
		}
		r.Deliver(message(t, 1))
		r.Deliver(message(t, 2))
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
		if n := r.Deliver(message(t, 3)).Matched; n != 0 || len(tap.list()) != 3 {
			t.Errorf("after closing, %d handlers matched and the tap has seen %v", n, tap.list())
		}
		if diff := cmp.Diff([]string{"1"}, s.list()); diff != "" {
			t.Errorf("called with (-want +got):\n%s", diff)
		}
		if r.RunReply("reply", func() { t.Error("called") }) {
			t.Error("a callback runs after closing")
		}
		if err := r.Add(Callback("late", nil, nil)); !errors.Is(err, ErrClosed) {
			t.Errorf("adding after closing: %v", err)
		}
	})
}

func TestManyRepliesAreListedInOrder(t *testing.T) {
	const n = 10_000
	r := New(Hooks{})
	want := []string{"log"}
	for i := range n {
		name := fmt.Sprint("reply ", i)
		if err := r.AddReply(name, ""); err != nil {
			t.Fatal(err)
		}
		if i%3 == 0 {
			want = append(want, name)
		}
	}
	for i := range n {
		switch name := fmt.Sprint("reply ", i); i % 3 {
		case 1:
			r.Remove(name)
		case 2:
			r.RunReply(name, func() {})
		}
	}
	if !slices.Equal(names(r), want) {
		t.Errorf("%d are listed, want %d in the order of their registration", len(names(r)), len(want))
	}
	r.Close(time.Minute)
}

// Everything at once, for the race detector.
func TestConcurrentUse(t *testing.T) {
	r := New(Hooks{Log: func(Event) uint64 { return 1 }})
	e := event(t, ping)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 300 {
				name := fmt.Sprint(g, " ", i)
				r.Add(Callback(name, match.ID("q1"), func(Event) {}))
				r.Add(Once(name+" once", match.ID("q1"), func(Event) {}))
				r.AddReply(name+" reply", "")
				r.Deliver(e)
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

func TestWhatNobodyMatchesCostsAlmostNoMemory(t *testing.T) {
	judge := func(e *Event) { e.Verdict = stanza.VerdictUnknownID }
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
			r := New(Hooks{Log: func(Event) uint64 { return 1 }, Judge: judge})
			mustAdd(t, r, row.handlers...)
			r.Switch("all", false)
			e := event(t, ping)
			if n := testing.AllocsPerRun(1000, func() { r.Deliver(e) }); n > row.most {
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

func BenchmarkDeliver(b *testing.B) {
	e := event(b, ping)
	for _, row := range []struct {
		name     string
		handlers int
		replies  int
	}{
		{"tap only", 0, 0},
		{"10000 replies", 0, 10_000},
		{"10 handlers that do not match", 10, 0},
	} {
		b.Run(row.name, func(b *testing.B) {
			r := New(Hooks{Log: func(Event) uint64 { return 1 }})
			for i := range row.handlers {
				mustAdd(b, r, Callback(fmt.Sprint(i), match.ID("other"), func(Event) {}))
			}
			for i := range row.replies {
				if err := r.AddReply(fmt.Sprint(i), ""); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				r.Deliver(e)
			}
		})
	}
}

func BenchmarkAddAndRunReplyAmong10000(b *testing.B) {
	r := New(Hooks{})
	for i := range 10_000 {
		if err := r.AddReply(fmt.Sprint(i), ""); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		r.AddReply("one", "")
		r.RunReply("one", func() {})
	}
	r.Close(time.Minute)
}

func BenchmarkListOf10000(b *testing.B) {
	r := New(Hooks{})
	for i := range 10_000 {
		if err := r.AddReply(fmt.Sprint(i), ""); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		r.List()
	}
}
