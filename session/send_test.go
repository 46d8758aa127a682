package session

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
	"iqscope/session/handler"
	"iqscope/session/pending"
)

// bubble runs a test on a fake clock.
func bubble(t *testing.T, f func(t *testing.T)) { t.Helper(); synctest.Test(t, f) }

func TestSendReturnsTheResult(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		iq := xmpptest.Get(t)
		go func() {
			time.Sleep(12 * time.Millisecond)
			p.Sends(result(iq.ID(), `from="juliet@example.com"`))
		}()
		reply, err := s.Send(t.Context(), iq)
		if err != nil || reply.ID() != iq.ID() || reply.Type() != stanza.Result {
			t.Fatalf("Send = %v, %v", reply, err)
		}
		if got := p.Hears().XML(); got != iq.XML() {
			t.Errorf("on the wire stood %s, built was %s", got, iq.XML())
		}
		v := s.Exchanges(nil)[0]
		if v.Outcome != stanza.OutcomeResult || v.RTT != 12*time.Millisecond || v.Err != nil {
			t.Errorf("the request shows %q after %v, %v", v.Outcome, v.RTT, v.Err)
		}
		asked, _ := s.Journal().Get(v.Seq)
		answered, _ := s.Journal().Get(v.ReplySeq)
		if asked.Reply != v.ReplySeq || answered.Request != v.Seq {
			t.Errorf("the log joins %d to %d and %d to %d", v.Seq, asked.Reply, v.ReplySeq, answered.Request)
		}
		if answered.Verdict != stanza.VerdictReply || answered.RTT != 12*time.Millisecond {
			t.Errorf("the reply's line says %q, %v", answered.Verdict, answered.RTT)
		}
	})
}

func TestSendReturnsAnErrorReplyAsIQError(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		iq := xmpptest.Get(t, iqbuilder.To("romeo@example.net/orchard"))
		go func() {
			<-p.Heard // the request is out
			p.Sends(`<iq type="error" id="` + iq.ID() + `" from="romeo@example.net/orchard"><error type="cancel">` +
				`<item-not-found xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>`)
		}()
		_, err := s.Send(t.Context(), iq)
		var iqErr *stanza.IQError
		if !errors.As(err, &iqErr) || iqErr.Err.Condition != "item-not-found" || iqErr.Request != iq {
			t.Fatalf("Send = %#v", err)
		}
		if !errors.Is(err, stanza.ErrXMPP) {
			t.Error("an IQError is no ErrXMPP")
		}
	})
}

// Fault 38: the timeout, at its time.
func TestTimeouts(t *testing.T) {
	tests := []struct {
		name   string
		global time.Duration
		opts   []SendOption
		want   time.Duration // 0: never
	}{
		{"30 s unless said otherwise", 0, nil, 30 * time.Second},
		{"the session's own", 10 * time.Second, nil, 10 * time.Second},
		{"the request's own, sub-second", 0, []SendOption{WithTimeout(300 * time.Millisecond)}, 300 * time.Millisecond},
		{"none", time.Second, []SendOption{NoTimeout()}, 0},
		{"the last option wins", 0, []SendOption{NoTimeout(), WithTimeout(time.Second)}, time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, _ := online(t, Config{ResponseTimeout: tt.global})
				began := time.Now()
				r := start(t, s, xmpptest.Get(t), tt.opts...)
				if tt.want == 0 {
					time.Sleep(24 * time.Hour)
					synctest.Wait()
					if ended(r) {
						t.Fatalf("it ended as %q", r.Exchange().Outcome)
					}
					return
				}
				<-r.Done()
				if got := time.Since(began); got != tt.want {
					t.Errorf("it timed out after %v, not %v", got, tt.want)
				}
				_, err := r.Result()
				var timeout *stanza.IQTimeout
				if !errors.As(err, &timeout) || timeout.After != tt.want || !errors.Is(err, stanza.ErrXMPP) {
					t.Errorf("its error is %#v", err)
				}
			})
		})
	}
}

func TestANewGlobalTimeoutTouchesNewRequestsOnly(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, _ := online(t, Config{})
		old := start(t, s, xmpptest.Get(t))
		s.SetResponseTimeout(time.Second)
		young := start(t, s, xmpptest.Get(t))
		<-young.Done()
		if v := young.Exchange(); v.Ended.Sub(v.Sent) != time.Second {
			t.Errorf("the new request waited %v", v.Ended.Sub(v.Sent))
		}
		if ended(old) {
			t.Error("the old request ended too")
		}
	})
}

func TestALateReplyIsJoinedAndChangesNoOutcome(t *testing.T) {
	for _, how := range []string{"timeout", "cancelled"} {
		t.Run(how, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, p := online(t, Config{})
				r := start(t, s, xmpptest.Get(t), WithTimeout(time.Second))
				p.Hears()
				if how == "cancelled" {
					if !r.Cancel() {
						t.Fatal("it could not be cancelled")
					}
				}
				<-r.Done()
				time.Sleep(1040 * time.Millisecond)
				p.Says(result(r.Exchange().Stanza.ID()))
				v := r.Exchange()
				if string(v.Outcome) != how || v.Late == nil || v.LateBy != 1040*time.Millisecond {
					t.Errorf("outcome %q, late by %v", v.Outcome, v.LateBy)
				}
				last := s.Journal().Stats().Last
				if e, _ := s.Journal().Get(last); e.Verdict != stanza.VerdictLate || e.Request != v.Seq {
					t.Errorf("its line says %q and names request %d of %d", e.Verdict, e.Request, v.Seq)
				}
			})
		})
	}
}

// Fault 1, on a stream.
func TestAForgedReplyLeavesTheRequestAndTheTrueOneWins(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		r := start(t, s, xmpptest.Get(t, iqbuilder.To("romeo@example.net/orchard")))
		id := p.Hears().ID()
		p.Says(result(id, `from="mallory@example.net/orchard"`))
		if ended(r) {
			t.Fatal("the forged reply ended it")
		}
		if e, _ := s.Journal().Get(s.Journal().Stats().Last); e.Verdict != stanza.VerdictWrongSender || e.Text == "" {
			t.Errorf("the forged reply's line says %q, %q", e.Verdict, e.Text)
		}
		p.Says(result(id, `from="romeo@example.net/orchard"`))
		if v := r.Exchange(); v.Outcome != stanza.OutcomeResult || v.Refused != 1 {
			t.Errorf("outcome %q, %d refused", v.Outcome, v.Refused)
		}
	})
}

func TestOfAFromThatIsNoAddressNotMuchIsKept(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		r := start(t, s, xmpptest.Get(t, iqbuilder.To("romeo@example.net/orchard")))
		p.Says(result(p.Hears().ID(), `from="x`+strings.Repeat("é", 100_000)+`"`))
		synctest.Wait()
		v := r.Exchange()
		if len(v.Refusals) != 1 || len(v.Refusals[0].From) > exchange.KeptFrom || !strings.HasPrefix(v.Refusals[0].From, "xéé") ||
			!utf8.ValidString(v.Refusals[0].From) {
			t.Errorf("kept are %d refusals, %.100v", len(v.Refusals), v.Refusals)
		}
	})
}

func TestWhatWasRefusedIsToldWithTheRequest(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		r := start(t, s, xmpptest.Get(t, iqbuilder.To("romeo@example.net/orchard")))
		id := p.Hears().ID()
		p.Says(result(id, `from="mallory@example.net/orchard"`))
		p.Says(`<message id="` + id + `" from="romeo@example.net/orchard"/>`)
		synctest.Wait()
		v := r.Exchange()
		if len(v.Refusals) != 2 {
			t.Fatalf("%d refusals are told", len(v.Refusals))
		}
		for i, want := range []exchange.Refusal{
			{From: "mallory@example.net/orchard", Verdict: stanza.VerdictWrongSender, Note: "not romeo@example.net/orchard; still waiting"},
			{From: "romeo@example.net/orchard", Verdict: stanza.VerdictBorrowedID, Note: "not a reply, though it has the request's id; still waiting"},
		} {
			got := v.Refusals[i]
			e, ok := s.Journal().Get(got.Seq)
			if want.Seq, want.At = e.Seq, e.Time; !ok || got != want {
				t.Errorf("told is %+v, want %+v", got, want)
			}
		}
		for range exchange.KeptRefusals {
			p.Says(result(id, `from="mallory@example.net/orchard"`))
		}
		synctest.Wait()
		if later := r.Exchange(); later.Refused != exchange.KeptRefusals+2 || len(later.Refusals) != exchange.KeptRefusals || len(v.Refusals) != 2 {
			t.Errorf("%d are counted, %d told, and of an earlier copy %d", later.Refused, len(later.Refusals), len(v.Refusals))
		}
		p.Says(result(id, `from="romeo@example.net/orchard"`))
		if !ended(r) {
			t.Fatal("the true reply did not end it")
		}
		p.Says(result(id, `from="romeo@example.net/orchard"`)) // a duplicate is no refusal
		synctest.Wait()
		if got := r.Exchange().Refused; got != exchange.KeptRefusals+2 {
			t.Errorf("%d are counted at the end", got)
		}
	})
}

func TestCallbackRunsExactlyOnceHoweverTheRequestEnds(t *testing.T) {
	ends := map[stanza.Outcome]func(s *Session, p *xmpptest.Peer, id string){
		stanza.OutcomeResult: func(_ *Session, p *xmpptest.Peer, id string) { p.Says(result(id)) },
		stanza.OutcomeError: func(_ *Session, p *xmpptest.Peer, id string) {
			p.Says(`<iq type="error" id="` + id + `"><error type="wait"><resource-constraint xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>`)
		},
		stanza.OutcomeUnknown: func(_ *Session, p *xmpptest.Peer, _ string) { p.Conn.CloseNow() },
		stanza.OutcomeTimeout: func(*Session, *xmpptest.Peer, string) { time.Sleep(time.Hour) },
	}
	for want, end := range ends {
		t.Run(string(want), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, p := online(t, Config{})
				var opts []SendOption
				if want == stanza.OutcomeTimeout {
					opts = append(opts, WithTimeout(time.Minute))
				}
				calls := make(chan Exchange, 10)
				name, r, err := s.SendCallback(xmpptest.Get(t), func(v Exchange) { calls <- v }, opts...)
				if err != nil || name == "" || r.Exchange().Outcome != "" {
					t.Fatalf("SendCallback = %q, %v", name, err)
				}
				end(s, p, p.Hears().ID())
				synctest.Wait()
				if len(calls) != 1 {
					t.Fatalf("it ran %d times", len(calls))
				}
				if v := <-calls; v.Outcome != want {
					t.Errorf("it was told %q", v.Outcome)
				}
				if s.Remove(name) {
					t.Error("it is still registered")
				}
			})
		})
	}
}

func TestACallbackHasNoTimeLimitAndCanBeRemovedByName(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		name, r, err := s.SendCallback(xmpptest.Get(t), func(Exchange) { t.Error("it ran all the same") })
		if err != nil {
			t.Fatal(err)
		}
		id := p.Hears().ID()
		time.Sleep(24 * time.Hour)
		if v := s.Exchanges(nil)[0]; !v.InFlight() {
			t.Fatalf("it ended as %q", v.Outcome)
		}
		if !s.Remove(name) || s.Remove(name) {
			t.Error("Remove does not report what was there")
		}
		var cancelled *stanza.Cancelled
		if _, err := r.Result(); !ended(r) || !errors.As(err, &cancelled) {
			t.Errorf("with its callback removed, the request ends with %v", err)
		}
		p.Says(result(id))
		if e, _ := s.Journal().Get(s.Journal().Stats().Last); e.Verdict != stanza.VerdictLate {
			t.Errorf("what comes then is %q", e.Verdict)
		}
		if len(s.requests.calling) != 0 {
			t.Error("it is still to be called")
		}
	})
}

func TestSendCallbackWantsAFunction(t *testing.T) {
	if _, _, err := New(Config{}).SendCallback(xmpptest.Get(t), nil); !errors.Is(err, handler.ErrNoFunction) {
		t.Errorf("without one: %v", err)
	}
}

func TestExtendMovesTheDeadline(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, _ := online(t, Config{})
		r := start(t, s, xmpptest.Get(t), WithTimeout(time.Second))
		if !r.Extend(10 * time.Second) {
			t.Fatal("it could not be extended")
		}
		<-r.Done()
		if v := r.Exchange(); v.Ended.Sub(v.Sent) != 11*time.Second {
			t.Errorf("it waited %v", v.Ended.Sub(v.Sent))
		}
		if r.Extend(time.Second) || r.Cancel() {
			t.Error("an ended request was changed")
		}
	})
}

func TestStartRefuses(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, _ := online(t, Config{})
		iq := xmpptest.Get(t, iqbuilder.ID("twice"))
		start(t, s, iq)
		for name, c := range map[string]struct {
			st   *stanza.Stanza
			want error
		}{
			"an id in flight": {iq, pending.ErrDuplicateID},
			"a result":        {xmpptest.Stanza(t, result("x")), ErrNotRequest},
			"a message":       {xmpptest.Stanza(t, `<message/>`), ErrNotRequest},
			"no id":           {xmpptest.Stanza(t, `<iq type="get"><a xmlns="b"/></iq>`), ErrNoID},
		} {
			if _, err := s.Start(c.st); !errors.Is(err, c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// One test is enough for every end that a limit of time brought.
func TestWhateverRanOutOfTimeIsADeadlineExceeded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := New(Config{})
		connectDeaf(t, s)
		raw(t, s, `<message/>`) // takes the socket
		synctest.Wait()
		_, err := s.Send(t.Context(), xmpptest.Get(t), WithTimeout(time.Second))
		var notSent *NotSent
		if !errors.As(err, &notSent) || !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, ErrXMPP) {
			t.Errorf("one that never left ends as %v", err)
		}
	})
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		r := start(t, s, xmpptest.Get(t), WithTimeout(time.Second))
		p.Hears()
		<-r.Done()
		if _, err := r.Result(); !errors.As(err, new(*IQTimeout)) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("one that was not answered ends as %v", err)
		}
	})
}

func TestSendGivesUpWhenItsContextEnds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, _ := online(t, Config{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := s.Send(ctx, xmpptest.Get(t))
		var cancelled *stanza.Cancelled
		if !errors.As(err, &cancelled) || !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("Send = %v", err)
		}
	})
}
