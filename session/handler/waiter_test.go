package handler

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

func newWaiter(t testing.TB, r *Registry, m Matcher) *Waiter {
	t.Helper()
	w, err := r.NewWaiter("waiter", m)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestRow43AWaiterGetsTheNextMatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, h := New(nil), numbered(5)
		w := newWaiter(t, r, match.ID("2"))
		go func() {
			for i := range 4 {
				time.Sleep(time.Second)
				h.deliver(r, message(t, i))
			}
		}()
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		e, err := w.Wait(ctx)
		if err != nil || e.Stanza.ID() != "2" || e.Seq != 5 || time.Since(began) != 3*time.Second {
			t.Errorf("after %v: %+v, %v", time.Since(began), e, err)
		}
		if diff := cmp.Diff([]string{"log"}, names(r)); diff != "" {
			t.Errorf("left in the registry (-want +got):\n%s", diff)
		}
		time.Sleep(time.Minute)
	})
}

func TestAMatchBeforeWaitCounts(t *testing.T) {
	r := New(nil)
	w := newWaiter(t, r, match.Type(stanza.Get))
	if d := r.Deliver(event(t, ping)); d.Matched != 1 {
		t.Errorf("%d matched", d.Matched)
	}
	if d := r.Deliver(event(t, ping)); d.Matched != 0 {
		t.Error("the second match counts, too")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, ctx := range []context.Context{t.Context(), t.Context()} {
		if e, err := w.Wait(ctx); err != nil || e.Stanza.ID() != "q1" {
			t.Errorf("%+v, %v", e, err)
		}
	}
	// Even if the time is up when it is looked at.
	if e, err := w.Wait(ended); err != nil || e.Stanza == nil {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestRow43AWaiterEndsWithItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(nil)
		w := newWaiter(t, r, match.ID("never"))
		r.Deliver(message(t, 1))
		time.Sleep(time.Second) // between NewWaiter and Wait
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		_, err := w.Wait(ctx)
		want := &WaitTimeout{Matcher: "*@id=never", After: 3 * time.Second}
		got, ok := errors.AsType[*WaitTimeout](err)
		if !ok || *got != *want || !errors.Is(err, context.DeadlineExceeded) || !got.Timeout() {
			t.Errorf("%v, want %v", err, want)
		}
		if err.Error() != "nothing matched *@id=never within 3s" {
			t.Errorf("in words: %v", err)
		}
		if r.Deliver(event(t, "<message id='never'/>")).Matched != 0 || r.Remove("waiter") {
			t.Error("it is still in the registry")
		}
	})
}

func TestAWaiterThatIsCancelledHasNotTimedOut(t *testing.T) {
	r := New(nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := newWaiter(t, r, nil).Wait(ctx)
	if _, timeout := errors.AsType[*WaitTimeout](err); timeout || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that the context was cancelled", err)
	}
	if len(r.List()) != 1 {
		t.Error("it is still in the registry")
	}
}

func TestARemovedWaiterEnds(t *testing.T) {
	for name, end := range map[string]func(*Registry){
		"removed": func(r *Registry) { r.Remove("waiter") },
		"closed":  func(r *Registry) { r.Close(time.Minute) },
	} {
		synctest.Test(t, func(t *testing.T) {
			r := New(nil)
			w := newWaiter(t, r, nil)
			time.AfterFunc(time.Second, func() { end(r) })
			if _, err := w.Wait(t.Context()); !errors.Is(err, ErrClosed) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

func TestNamesAreUniqueAcrossAllKinds(t *testing.T) {
	r := New(nil)
	newWaiter(t, r, nil)
	_, err1 := r.NewWaiter("waiter", nil)
	_, err2 := r.NewCollector("waiter", nil)
	for _, err := range []error{err1, err2, r.Add(Responder("waiter", nil, pass)), r.Add(Filter("waiter", nil, drop)), r.AddReply("waiter", "")} {
		if !errors.Is(err, ErrDuplicateName) {
			t.Errorf("a second entry of the same name: %v", err)
		}
	}
	if err := r.Replace(Callback("waiter", nil, ignore)); !errors.Is(err, ErrNoHandler) {
		t.Errorf("replacing what somebody waits for: %v", err)
	}
	r.Close(time.Minute)
	if _, err := r.NewWaiter("late", nil); !errors.Is(err, ErrClosed) {
		t.Errorf("a waiter after closing: %v", err)
	}
	if _, err := r.NewCollector("late", nil); !errors.Is(err, ErrClosed) {
		t.Errorf("a collector after closing: %v", err)
	}
}

// A match, a removal and the end of the time race: one of them wins, and all who
// wait are told the same.
func TestAWaiterEndsOnceWhateverComesFirst(t *testing.T) {
	ends := map[string]int{}
	for range 500 {
		r := New(nil)
		w := newWaiter(t, r, nil)
		e := message(t, 1)
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		var got [2]Event
		var errs [2]error
		for i := range got {
			wg.Go(func() { got[i], errs[i] = w.Wait(ctx) })
		}
		wg.Go(func() { r.Deliver(e) })
		wg.Go(func() { r.Remove("waiter") })
		wg.Go(cancel)
		wg.Wait()
		if got[0].Stanza != got[1].Stanza || !errors.Is(errs[0], errs[1]) || (errs[0] == nil) != (got[0].Stanza != nil) {
			t.Fatalf("one is told %+v, %v, the other %+v, %v", got[0], errs[0], got[1], errs[1])
		}
		if errs[0] == nil {
			ends["match"]++
		} else {
			ends[errs[0].Error()]++
		}
	}
	t.Logf("ended by %v", ends)
}
