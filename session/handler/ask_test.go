package handler

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

const (
	askedPing = "<iq type='get' id='q1' from='romeo@example.net/orchard'><ping xmlns='urn:xmpp:ping'/></iq>"
	askedSet  = "<iq type='set' id='q2' from='romeo@example.net/orchard'><x xmlns='urn:example:x'/></iq>"
)

// answers is a responder's function that notes its name and answers with a result.
func (s *seen) answers(name string) func(context.Context, Event) (Answer, error) {
	return func(_ context.Context, in Event) (Answer, error) {
		s.note(name)
		return Reply(iqbuilder.Result(iqbuilder.InReplyTo(in.Stanza)))
	}
}

func (s *seen) passes(name string) func(context.Context, Event) (Answer, error) {
	return func(context.Context, Event) (Answer, error) {
		s.note(name)
		return Pass(), nil
	}
}

func (s *seen) note(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids = append(s.ids, id)
}

// settled is what Ask settles, once; the test fails when that happens twice.
type settled struct {
	t     testing.TB
	times atomic.Int64
	got   chan Settlement
}

func ask(ctx context.Context, t testing.TB, r *Registry, e Event) *settled {
	s := &settled{t: t, got: make(chan Settlement, 1)}
	r.Ask(ctx, e, func(x Settlement) {
		if s.times.Add(1) > 1 {
			t.Errorf("%s was settled again, by %q", e.Stanza.ID(), x.By)
			return
		}
		s.got <- x
	})
	return s
}

// now is the settlement that must be there by now.
func (s *settled) now() Settlement {
	s.t.Helper()
	select {
	case x := <-s.got:
		return x
	default:
		s.t.Fatal("the request is not settled")
		return Settlement{}
	}
}

// askNow asks and waits until all is quiet.
func askNow(t testing.TB, r *Registry, xml string) Settlement {
	t.Helper()
	s := ask(t.Context(), t, r, event(t, xml))
	synctest.Wait()
	return s.now()
}

func TestRow38OnlyMatchingRespondersAreAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		r := New(nil)
		mustAdd(t, r,
			Responder("gets", MustPath("iq@type=get"), s.answers("gets")),
			Responder("x", MustPath("iq/{urn:example:x}x"), s.answers("x")))
		for xml, want := range map[string]string{
			askedPing: "gets",
			askedSet:  "x",
			"<iq type='get' id='q3'><x xmlns='urn:example:x'/></iq>": "gets",
			"<iq type='set' id='q4'><y xmlns='urn:example:y'/></iq>": "",
		} {
			if by := askNow(t, r, xml).By; by != want {
				t.Errorf("%s is answered by %q, want %q", xml, by, want)
			}
		}
		got := find(t, r, "x")
		if got.Matches != 1 || got.Misses != 1 || got.Replies != 1 {
			t.Errorf("matches, misses and replies of x: %d, %d, %d, want 1 each", got.Matches, got.Misses, got.Replies)
		}
	})
}

func TestRow37OneReplyOnlyTheSecondResponderIsNotAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		r := New(nil)
		mustAdd(t, r, Responder("first", nil, s.answers("first")), Responder("second", match.ID("q9"), s.answers("second")))
		if by := askNow(t, r, askedPing).By; by != "first" {
			t.Errorf("answered by %q", by)
		}
		if diff := cmp.Diff([]string{"first"}, s.list()); diff != "" {
			t.Errorf("asked (-want +got):\n%s", diff)
		}
		want := Info{Name: "second", Kind: KindResponder, Matcher: "*@id=q9"}
		if diff := cmp.Diff(want, find(t, r, "second")); diff != "" {
			t.Errorf("who was not asked counted something (-want +got):\n%s", diff)
		}
	})
}

func TestRow39RespondersAreAskedInTheirOrderFallbacksLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		r := New(nil)
		mustAdd(t, r,
			Responder("built-in 1", nil, s.passes("built-in 1")).Fallback(),
			Responder("mine 1", nil, s.passes("mine 1")),
			Callback("watches", nil, func(Event) { s.note("watches") }),
			Responder("built-in 2", nil, s.answers("built-in 2")).Fallback(),
			Responder("mine 2", nil, s.passes("mine 2")),
			Responder("built-in 3", nil, s.answers("built-in 3")).Fallback())
		got := askNow(t, r, askedPing)
		if got.By != "built-in 2" || got.Answer.Stanza() == nil {
			t.Errorf("answered by %q", got.By)
		}
		if diff := cmp.Diff([]string{"mine 1", "mine 2", "built-in 1", "built-in 2"}, s.list()); diff != "" {
			t.Errorf("asked (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"log", "mine 1", "watches", "mine 2", "built-in 1", "built-in 2", "built-in 3"}, names(r)); diff != "" {
			t.Errorf("listed (-want +got):\n%s", diff)
		}
		if !find(t, r, "built-in 1").Fallback || find(t, r, "mine 1").Fallback {
			t.Error("the list does not tell fallbacks from others")
		}
		if got := find(t, r, "mine 1"); got.Matches != 1 || got.Replies != 0 {
			t.Errorf("one that passes counts %d matches and %d replies", got.Matches, got.Replies)
		}
	})
}

func TestNobodysRequestIsSettledAtOnce(t *testing.T) {
	r := New(nil)
	mustAdd(t, r, Responder("other", match.ID("other"), pass), Callback("all", nil, func(Event) {}))
	if got := ask(t.Context(), t, r, event(t, askedPing)).now(); got.By != "" || got.Answer.Stanza() != nil {
		t.Errorf("settled by %q", got.By)
	}
	r.Close(time.Minute)
}

// Rows 29 and 35 of docs/acceptance-rows.md: what fails while a result is handled sends nothing,
// since responders never see one.
func TestRow35ResultsAndErrorsAreNobodysToAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(nil)
		mustAdd(t, r,
			Callback("faulty", nil, func(Event) { panic("on a result") }),
			Responder("eager", nil, func(context.Context, Event) (Answer, error) { panic("asked") }))
		for _, xml := range []string{
			"<iq type='result' id='q1'/>",
			"<iq type='error' id='q1'><error type='cancel'/></iq>",
			"<iq type='wrong' id='q1'/>", "<message id='q1'/>",
		} {
			r.Deliver(event(t, xml))
			if got := askNow(t, r, xml); got.By != "" || got.Answer.Stanza() != nil || got.Err != nil {
				t.Errorf("%s is answered by %q", xml, got.By)
			}
		}
		if n := find(t, r, "eager").Matches; n != 0 {
			t.Errorf("the responder was asked %d times", n)
		}
	})
}

func TestSilenceIsAnAnswerThatSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		r := New(nil)
		mustAdd(t, r,
			Responder("silent", nil, func(context.Context, Event) (Answer, error) { return Silence(), nil }),
			Responder("second", nil, s.answers("second")))
		got := askNow(t, r, askedPing)
		if got.By != "silent" || !got.Answer.Silent() || got.Answer.Stanza() != nil || len(s.list()) != 0 {
			t.Errorf("settled by %q with %+v; asked behind it: %v", got.By, got.Answer, s.list())
		}
		if info := find(t, r, "silent"); info.Matches != 1 || info.Replies != 0 {
			t.Errorf("%d matches and %d replies, want a match and no reply", info.Matches, info.Replies)
		}
	})
}

func TestTheDelayTravelsWithTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(nil)
		mustAdd(t, r,
			Responder("later", match.Type(stanza.Get), func(_ context.Context, in Event) (Answer, error) {
				answer, err := Reply(iqbuilder.Result(iqbuilder.InReplyTo(in.Stanza)))
				return answer.After(5 * time.Second), err
			}),
			Responder("later no", match.Type(stanza.Set), func(context.Context, Event) (Answer, error) {
				return Pass().After(7 * time.Second), Refuse("forbidden")
			}))
		began := time.Now()
		for xml, want := range map[string]time.Duration{askedPing: 5 * time.Second, askedSet: 7 * time.Second} {
			got := askNow(t, r, xml)
			if got.Answer.Delay() != want || got.Answer.Stanza() == nil {
				t.Errorf("%s is answered after %v, want %v", xml, got.Answer.Delay(), want)
			}
		}
		if waited := time.Since(began); waited != 0 {
			t.Errorf("the responder was kept busy for %v", waited)
		}
	})
}

func TestAFullResponderIsPassedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wake := make(chan struct{})
		var s seen
		r := New(nil)
		mustAdd(t, r,
			Responder("slow", nil, func(_ context.Context, in Event) (Answer, error) {
				<-wake
				return Reply(iqbuilder.Result(iqbuilder.InReplyTo(in.Stanza)))
			}),
			Responder("next", nil, s.answers("next")))
		e := event(t, askedPing)
		var open []*settled
		open = append(open, ask(t.Context(), t, r, e))
		synctest.Wait() // the first one is being answered and does not wait any more
		for range QueueLimit {
			open = append(open, ask(t.Context(), t, r, e))
		}
		synctest.Wait()
		if n := find(t, r, "slow").Dropped; n != 0 || len(s.list()) != 0 {
			t.Fatalf("with the queue just full, %d were dropped", n)
		}
		over := ask(t.Context(), t, r, e)
		synctest.Wait()
		if by := over.now().By; by != "next" {
			t.Errorf("one more is answered by %q", by)
		}
		if got := find(t, r, "slow"); got.Dropped != 1 || got.Matches != QueueLimit+2 {
			t.Errorf("%d dropped of %d matches", got.Dropped, got.Matches)
		}
		close(wake)
		synctest.Wait()
		for _, s := range open {
			if by := s.now().By; by != "slow" {
				t.Fatalf("what waited is answered by %q", by)
			}
		}
	})
}

func TestASlowResponderHoldsNoOtherUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		r := New(nil)
		mustAdd(t, r,
			Responder("slow", match.Type(stanza.Get), func(ctx context.Context, _ Event) (Answer, error) {
				<-ctx.Done()
				return Pass(), nil
			}),
			Responder("quick", nil, s.answers("quick")))
		stuck := ask(t.Context(), t, r, event(t, askedPing))
		if by := askNow(t, r, askedSet).By; by != "quick" {
			t.Errorf("answered by %q", by)
		}
		if stuck.times.Load() != 0 {
			t.Error("the slow one's request is settled already")
		}
		r.Close(time.Second)
	})
}

func TestServesNamesTheNamespacesOfResponders(t *testing.T) {
	r := New(nil)
	mustAdd(t, r,
		Responder("mine", nil, pass).Serving("urn:example:a", "urn:example:b"),
		Responder("built-in", nil, pass).Serving("urn:xmpp:ping").Fallback())
	for _, ns := range []string{"urn:example:a", "urn:example:b", "urn:xmpp:ping"} {
		if !r.Serves(ns) {
			t.Errorf("nobody serves %s", ns)
		}
	}
	r.Remove("mine")
	if r.Serves("urn:example:a") || r.Serves("") {
		t.Error("a namespace is served that no responder names")
	}
}
