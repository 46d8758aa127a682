package handler

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

func TestWhatAResponderLeavesBehindGoesOn(t *testing.T) {
	// The first request is being answered by "busy", the second waits for it.
	type scene struct {
		r             *Registry
		cancel        context.CancelFunc
		running, wait *settled
		calls         *seen
	}
	for _, row := range []struct {
		name                string
		do                  func(scene)
		running, wait, asks string // who settles the two, and is called in what order
	}{
		{"removed", func(s scene) { s.r.Remove("busy") }, "next", "next", "[busy next next]"},
		{"replaced", func(s scene) { s.r.Replace(Responder("busy", nil, s.calls.answers("busy's heir"))) },
			"busy", "busy", "[busy busy's heir busy's heir]"},
		{"closed", func(s scene) { s.r.Close(time.Minute) }, "", "", "[busy]"},
		{"context ended", func(s scene) { s.cancel() }, "", "", "[busy]"},
		{"switched off", func(s scene) { s.r.Switch("busy", false); time.Sleep(time.Hour) }, "busy", "next", "[busy next]"},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				calls := &seen{}
				r := New(func(name string, cause any) { t.Errorf("%s failed: %v", name, cause) })
				mustAdd(t, r,
					Responder("busy", nil, func(ctx context.Context, in Event) (Answer, error) {
						calls.note("busy")
						select {
						case <-ctx.Done():
							return Pass(), fmt.Errorf("asking the database: %w", ctx.Err())
						case <-time.After(time.Minute):
							return Reply(iqbuilder.Result(iqbuilder.InReplyTo(in.Stanza)))
						}
					}),
					Responder("next", nil, calls.answers("next")))
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				s := scene{r, cancel, ask(ctx, t, r, event(t, askedPing)), nil, calls}
				synctest.Wait()
				s.wait = ask(ctx, t, r, event(t, askedSet))
				row.do(s)
				synctest.Wait()
				if by := s.running.now().By; by != row.running {
					t.Errorf("what was being answered is settled by %q, want %q", by, row.running)
				}
				if by := s.wait.now().By; by != row.wait {
					t.Errorf("what waited is settled by %q, want %q", by, row.wait)
				}
				if got := fmt.Sprint(calls.list()); got != row.asks {
					t.Errorf("called %s, want %s", got, row.asks)
				}
			})
		})
	}
}

func TestALateAnswerHasNoEffect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		r := New(nil)
		mustAdd(t, r, Responder("stubborn", nil, func(ctx context.Context, in Event) (Answer, error) {
			time.Sleep(time.Minute) // and does not look at its context
			return s.answers("stubborn")(ctx, in)
		}))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		request := ask(ctx, t, r, event(t, askedPing))
		time.Sleep(2 * time.Minute)
		if got := request.now(); got.By != "" || got.Answer.Stanza() != nil {
			t.Errorf("settled by %q", got.By)
		}
		if info := find(t, r, "stubborn"); len(s.list()) != 1 || info.Replies != 0 {
			t.Errorf("called for %v, and counts %d replies", s.list(), info.Replies)
		}
	})
}

func TestAnEndedContextAsksNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		r := New(nil)
		mustAdd(t, r, Responder("any", nil, s.answers("any")))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		request := ask(ctx, t, r, event(t, askedPing))
		synctest.Wait()
		if by := request.now().By; by != "" || len(s.list()) != 0 {
			t.Errorf("settled by %q, asked: %v", by, s.list())
		}
	})
}

func TestAClosedRegistryAsksNobody(t *testing.T) {
	var s seen
	r := New(nil)
	mustAdd(t, r, Responder("any", nil, s.answers("any")))
	r.Close(time.Minute)
	if by := ask(t.Context(), t, r, event(t, askedPing)).now().By; by != "" || len(s.list()) != 0 {
		t.Errorf("settled by %q, asked: %v", by, s.list())
	}
}

func TestSettledRequestsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		r := New(nil)
		mustAdd(t, r, Responder("any", match.Type(stanza.Get), s.answers("any")))
		for range 100 {
			askNow(t, r, askedPing)
			askNow(t, r, askedSet)
		}
		if len(r.asking) != 0 {
			t.Errorf("%d requests are remembered", len(r.asking))
		}
	})
}

// Requests are asked, responders come, go, change and are turned off, contexts
// end, and in the end the registry closes; all at once.
func TestEveryRequestIsSettledExactlyOnceWhateverHappens(t *testing.T) {
	for round := range 20 {
		const requests = 200
		r := New(nil)
		names := []string{"a", "b", "c"}
		responder := func(name string, n int) Handler {
			return Responder(name, nil, func(ctx context.Context, in Event) (Answer, error) {
				switch n++; n % 5 {
				case 0:
					panic("now and then")
				case 1:
					return Pass(), nil
				case 2:
					return Silence(), errors.New("now and then")
				case 3:
					select {
					case <-ctx.Done():
						return Pass(), ctx.Err()
					case <-time.After(time.Millisecond):
					}
				}
				return Reply(iqbuilder.Result(iqbuilder.InReplyTo(in.Stanza)))
			})
		}
		for i, name := range names {
			mustAdd(t, r, responder(name, i))
		}
		e := event(t, askedPing)
		var open []*settled
		var wg sync.WaitGroup
		wg.Go(func() {
			for i := range requests {
				ctx, cancel := context.WithCancel(t.Context())
				open = append(open, ask(ctx, t, r, e))
				if i%7 == 0 {
					cancel()
				} else {
					defer cancel()
				}
			}
			r.Close(time.Duration(round%2) * time.Minute)
		})
		for i, name := range names {
			wg.Go(func() {
				for n := range 50 {
					r.Remove(name)
					r.Add(responder(name, n))
					r.Replace(responder(name, n+i))
					r.Switch(name, n%3 != 0)
					r.List()
				}
			})
		}
		wg.Wait()
		for i, s := range open {
			select {
			case <-s.got:
			case <-time.After(time.Minute):
				t.Fatalf("request %d of round %d is never settled", i, round)
			}
		}
		r.Close(time.Minute)
		if n := len(open); n != requests {
			t.Fatalf("%d of %d requests were asked", n, requests)
		}
	}
}

// A connection lives long: what watches its context for a request must go with
// the request.
func TestSettledRequestsLeaveNothingAtTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		r := New(nil)
		mustAdd(t, r, Responder("passes", nil, s.passes("passes")), Responder("answers", match.Type(stanza.Get), s.answers("answers")))
		ctx := &watched{Context: t.Context(), done: make(chan struct{})}
		for _, xml := range []string{askedPing, askedSet, askedPing} {
			ask(ctx, t, r, event(t, xml))
			synctest.Wait()
		}
		if ctx.begun.Load() == 0 || ctx.begun.Load() != ctx.stopped.Load() {
			t.Errorf("%d watches were begun and %d stopped", ctx.begun.Load(), ctx.stopped.Load())
		}
	})
}

// watched counts who watches it; a channel of its own makes package context use
// its AfterFunc.
type watched struct {
	context.Context
	done           chan struct{}
	begun, stopped atomic.Int64
}

func (w *watched) Done() <-chan struct{} { return w.done }

func (w *watched) AfterFunc(func()) (stop func() bool) {
	w.begun.Add(1)
	return func() bool { w.stopped.Add(1); return true }
}

func TestAPanicOfARemovedResponderIsStillReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		r, failures := answering(t, func(ctx context.Context, _ Event) (Answer, error) {
			<-ctx.Done()
			panic("on the way out")
		})
		mustAdd(t, r, Responder("next", nil, s.answers("next")))
		request := ask(t.Context(), t, r, event(t, askedPing))
		synctest.Wait()
		r.Remove("responder")
		synctest.Wait()
		if got := request.now(); got.By != "responder" || got.Answer.Stanza().Type() != stanza.Error || len(*failures) != 1 {
			t.Errorf("settled by %q, reported %v", got.By, *failures)
		}
	})
}
