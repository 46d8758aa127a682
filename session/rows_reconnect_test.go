package session

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
	"iqscope/session/match"
)

// Row 64: who handles goes on handling after a reconnection, in the same order and switched off as
// before; settings stay; and an answer to what was asked before is late or a duplicate, not a
// stranger's.
func TestWhatAReconnectionKeeps(t *testing.T) {
	for name, how := range map[string]struct {
		cfg  Config
		back func(*testing.T, *Session)
	}{
		"by itself": {Config{Reconnect: true}, func(*testing.T, *Session) { time.Sleep(10 * time.Second) }},
		"by hand": {Config{}, func(t *testing.T, s *Session) {
			if err := s.Connect(t.Context()); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) { reconnects(t, how.cfg, how.back) })
		})
	}
}

func reconnects(t *testing.T, cfg Config, back func(*testing.T, *Session)) {
	s, w := serve(t, cfg)
	var called []string
	note := func(name string) func(handler.Event) {
		return func(e handler.Event) { called = append(called, name+" "+e.Stanza.ID()) }
	}
	for _, h := range []handler.Handler{
		handler.Callback("callback", handler.MustPath("message"), note("callback")),
		handler.Callback("off", handler.MustPath("message"), note("off")),
		handler.Once("once", match.ID("m1"), note("once")),
		handler.Filter("filter", match.ID("unwanted"), func(handler.Event) *stanza.Stanza { return nil }),
		handler.Responder("responder", handler.MustPath("iq/{u}q"), func(_ context.Context, e handler.Event) (handler.Answer, error) { return resultOf(e) }),
	} {
		if err := s.Handle(h); err != nil {
			t.Fatal(err)
		}
	}
	s.Switch("off", false)
	s.Switch("version", false)
	collector, err := s.Collect(handler.MustPath("message"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetUnanswered(Unanswered{Condition: "not-allowed"}); err != nil {
		t.Fatal(err)
	}
	s.SetResponseTimeout(7 * time.Second)
	listed := func() (all []string) {
		for _, h := range s.Handlers() {
			all = append(all, fmt.Sprint(h.Name, " ", h.Kind, " off ", h.Off))
		}
		return all
	}
	before := listed()

	// One request for each way to end.
	ends := map[stanza.Outcome]*Request{}
	for outcome, end := range map[stanza.Outcome]func(*Request){
		stanza.OutcomeTimeout:   func(*Request) { time.Sleep(2 * time.Second) },
		stanza.OutcomeResult:    func(r *Request) { w.peer.Says(result(r.Exchange().Stanza.ID())) },
		stanza.OutcomeCancelled: func(r *Request) { r.Cancel() },
		stanza.OutcomeUnknown:   func(*Request) {}, // lost with the connection
	} {
		timeout := NoTimeout()
		if outcome == stanza.OutcomeTimeout {
			timeout = WithTimeout(time.Second)
		}
		r := start(t, s, xmpptest.Get(t, iqbuilder.ID(string(outcome))), timeout)
		w.peer.Hears()
		end(r)
		ends[outcome] = r
	}

	w.cut()
	back(t, s)
	synctest.Wait()
	if st := s.Status(); st.State != Online || st.Resumed || st.Timeout != 7*time.Second {
		t.Fatalf("it is %s, resumed %v, with a timeout of %v", st.State, st.Resumed, st.Timeout)
	}
	if after := listed(); !slices.Equal(before, after) {
		t.Errorf("before, the handlers were\n%q\nand now they are\n%q", before, after)
	}
	for outcome, want := range map[stanza.Outcome]stanza.Verdict{
		stanza.OutcomeTimeout: stanza.VerdictLate, stanza.OutcomeCancelled: stanza.VerdictLate, stanza.OutcomeUnknown: stanza.VerdictLate,
		stanza.OutcomeResult: stanza.VerdictDuplicate, "nobody": stanza.VerdictUnknownID,
	} {
		w.peer.Says(result(string(outcome)))
		e, _ := s.Journal().Get(s.Journal().Stats().Last)
		if e.Verdict != want {
			t.Errorf("an old answer to what ended as %s is %q, want %q", outcome, e.Verdict, want)
		}
		if r := ends[outcome]; r != nil {
			if v := r.Exchange(); v.Outcome != outcome || e.Request != v.Seq || want == stanza.VerdictLate && v.Late == nil {
				t.Errorf("what ended as %s is now %s; the answer is joined to number %d, not %d", outcome, v.Outcome, e.Request, v.Seq)
			}
		}
	}
	// An id of the life before is not free.
	w.peer.HearsNothing()

	w.peer.Says(`<message id="unwanted"/>`)
	w.peer.Says(`<message id="m1"/>`)
	w.peer.Says(`<message id="m1"/>`)
	if want := []string{"callback m1", "once m1", "callback m1"}; !slices.Equal(called, want) {
		t.Errorf("called were %q, want %q", called, want)
	}
	if n := len(collector.Stop()); n != 2 {
		t.Errorf("the collector has %d messages, want 2", n)
	}
	w.peer.Says(asks("mine"))
	if got := w.peer.Hears(); got.Type() != stanza.Result || got.ID() != "mine" {
		t.Errorf("the responder's answer is %s", got.XML())
	}
	w.peer.Says(`<iq type="get" id="v" from="` + romeo + `"><query xmlns="jabber:iq:version"/></iq>`)
	if got := w.peer.Hears(); got.Err() == nil || got.Err().Condition != "not-allowed" {
		t.Errorf("with its responder switched off, the version is answered with %s", got.XML())
	}
}
