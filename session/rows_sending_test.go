package session_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"iqscope/internal/realserver"
	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/handler"
	"iqscope/session/journal"
	"iqscope/session/negotiate"
	"iqscope/session/pending"
)

// The rows of docs/acceptance-rows.md that are about sending and ending, on both
// servers, with a component that drops what goes to drop@, and answers what goes
// to later@ when it is told to.
func TestRowsOfSending(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		release := make(chan struct{})
		free := sync.OnceFunc(func() { close(release) })
		defer free() // a test that fails early must not wait for it
		c := server.Component(t, func(c *realserver.Component, got realserver.Stanza) {
			switch local, _, _ := strings.Cut(got.To, "@"); local {
			case "later":
				<-release
				c.Result(got, "")
			case "yes":
				c.Result(got, "")
			case "no":
				c.Send(`<iq type="error" id="%s" from="%s" to="%s"><error type="cancel"><item-not-found xmlns="%s"/></error></iq>`,
					got.ID, got.To, got.From, stanza.NSStanzas)
			}
		})
		to := func(local string) iqbuilder.Option { return iqbuilder.To(local + "@" + c.Host) }
		s := login(t, server, "alice")

		t.Run("row 9: an id in flight is refused, raw it goes out", func(t *testing.T) {
			iq := ping(t, to("drop"))
			r := begin(t, s, iq, session.NoTimeout())
			if _, err := s.Start(iq); !errors.Is(err, pending.ErrDuplicateID) {
				t.Errorf("the second one: %v", err)
			}
			again, err := s.SendRaw(iq)
			if err != nil || again.Request() != nil {
				t.Errorf("raw: %v, %v", again, err)
			}
			first := uint64(0)
			logged(t, s, "two of them", func(e journal.Entry) bool {
				if e.Dir != stanza.Out || e.Stanza.ID() != iq.ID() {
					return false
				}
				if first == 0 {
					first = e.Seq
				}
				return e.Seq != first
			})
			r.Cancel()
		})
		t.Run("row 13: the global timeout is for new requests", func(t *testing.T) {
			before := begin(t, s, ping(t, to("drop")))
			s.SetResponseTimeout(time.Second)
			defer s.SetResponseTimeout(0)
			v := await(t, begin(t, s, ping(t, to("drop"))))
			timedOut(t, v, time.Second)
			if v := before.Exchange(); !v.InFlight() || v.Timeout != session.DefaultResponseTimeout {
				t.Errorf("the one before: %+v", v)
			}
			before.Cancel()
		})
		t.Run("row 14: a timeout of its own, or none", func(t *testing.T) {
			none := begin(t, s, ping(t, to("drop")), session.NoTimeout())
			long := begin(t, s, ping(t, to("drop")), session.WithTimeout(5*time.Second))
			short := begin(t, s, ping(t, to("drop")), session.WithTimeout(300*time.Millisecond))
			timedOut(t, await(t, short), 300*time.Millisecond)
			timedOut(t, await(t, long), 5*time.Second)
			if !short.Exchange().Ended.Before(long.Exchange().Ended) {
				t.Error("the short one did not end first")
			}
			if v := none.Exchange(); !v.InFlight() || !v.Deadline.IsZero() || v.Timeout != 0 {
				t.Errorf("the one without a timeout is %+v", v)
			}
			if !none.Cancel() {
				t.Error("the one without a timeout had ended")
			}
		})
		t.Run("row 16: the callback runs once, on result and on error", func(t *testing.T) {
			for local, want := range map[string]stanza.Outcome{"yes": stanza.OutcomeResult, "no": stanza.OutcomeError} {
				var calls atomic.Int64
				done := make(chan session.Exchange, 2)
				name, _, err := s.SendCallback(ping(t, to(local)), func(v session.Exchange) { calls.Add(1); done <- v })
				if err != nil {
					t.Fatal(err)
				}
				select {
				case v := <-done:
					if v.Outcome != want || calls.Load() != 1 || s.Remove(name) {
						t.Errorf("%s: it ended as %s after %d calls", local, v.Outcome, calls.Load())
					}
				case <-time.After(soon):
					t.Fatal("it never ran")
				}
			}
		})
		t.Run("row 17: on a timeout the callback runs once, and has the request", func(t *testing.T) {
			iq := ping(t, to("drop"))
			done := make(chan session.Exchange, 2)
			if _, _, err := s.SendCallback(iq, func(v session.Exchange) { done <- v }, session.WithTimeout(200*time.Millisecond)); err != nil {
				t.Fatal(err)
			}
			select {
			case v := <-done:
				if v.Outcome != stanza.OutcomeTimeout || v.Stanza != iq || len(done) != 0 {
					t.Errorf("it ended as %s, with %v, and %d more calls", v.Outcome, v.Stanza, len(done))
				}
			case <-time.After(soon):
				t.Fatal("it never ran")
			}
		})
		t.Run("row 22: a component cannot answer for the server", func(t *testing.T) {
			handles(t, s, handler.Filter("not the server's", handler.MustPath(`iq@dir=in and not iq@from="`+c.Host+`"`),
				func(handler.Event) *stanza.Stanza { return nil }))
			r := begin(t, s, xmpptest.Get(t, iqbuilder.WithQuery("jabber:iq:roster")), session.NoTimeout())
			c.Send(`<iq type="result" id="%s" from="%s" to="%s"/>`, r.Exchange().Stanza.ID(), c.Host, s.Status().JID)
			logged(t, s, "the refused answer", func(e journal.Entry) bool {
				return e.Verdict == stanza.VerdictWrongSender && e.Stanza.ID() == r.Exchange().Stanza.ID()
			})
			if v := r.Exchange(); !v.InFlight() || v.Refused != 1 {
				t.Errorf("it ended as %s, %d refused", v.Outcome, v.Refused)
			}
			r.Cancel()
		})
		t.Run("row 18: cancelled, its answer is late", func(t *testing.T) {
			r := begin(t, s, ping(t, to("later")), session.NoTimeout())
			logged(t, s, "the request", func(e journal.Entry) bool { return e.Dir == stanza.Out && e.Stanza.ID() == r.Exchange().Stanza.ID() })
			if !r.Cancel() || r.Cancel() {
				t.Error("it is not cancelled once")
			}
			free()
			logged(t, s, "late answer", func(e journal.Entry) bool {
				return e.Verdict == stanza.VerdictLate && e.Stanza.ID() == r.Exchange().Stanza.ID()
			})
			if v := r.Exchange(); v.Outcome != stanza.OutcomeCancelled || v.Late == nil {
				t.Errorf("it is %+v", v)
			}
		})
		t.Run("row 20: one filter shows errors and timeouts", func(t *testing.T) {
			failed := handler.MustPath("iq@outcome=error or iq@outcome=timeout")
			ids := map[string]bool{}
			for local, fails := range map[string]bool{"yes": false, "no": true, "drop": true} {
				timeout := session.WithTimeout(soon)
				if local == "drop" {
					timeout = session.WithTimeout(200 * time.Millisecond)
				}
				r := begin(t, s, ping(t, to(local)), timeout)
				await(t, r)
				ids[r.Exchange().Stanza.ID()] = fails
			}
			for _, e := range s.Journal().Window(nil, 1, 1_000_000) {
				if e.Dir != stanza.Out {
					continue
				}
				if fails, ours := ids[e.Stanza.ID()]; ours && failed.Match(subject(e)) != fails {
					t.Errorf("of %s, which ended as %s, it says %v", e.Stanza.XML(), e.Outcome, !fails)
				}
			}
		})
		// That an answer of another id is refused is shown in TestBeforeBindingTheIDAloneDecides.
		t.Run("row 25: before binding the id alone decides", func(t *testing.T) {
			var asked, got journal.Entry
			logged(t, s, "binding", func(e journal.Entry) bool {
				if e.Stanza != nil && e.Stanza.Payload().Space == stanza.NSBind {
					if e.Dir == stanza.Out {
						asked = e
					} else {
						got = e
					}
				}
				return asked.Seq > 0 && got.Seq > asked.Seq
			})
			if asked.Stanza.ID() == "" || asked.Stanza.ID() != got.Stanza.ID() || got.Stanza.Type() != stanza.Result || asked.Stanza.To() != "" {
				t.Errorf("binding was %s and %s", asked.Stanza.XML(), got.Stanza.XML())
			}
			if asked.Verdict != "" || got.Verdict != "" {
				t.Errorf("binding is flagged: %q, %q", asked.Verdict, got.Verdict)
			}
		})
		t.Run("row 69: a ping shows its time, be it answered with a result or an error", func(t *testing.T) {
			own := iqbuilder.To("localhost")
			for name, row := range map[string]struct {
				iq   *stanza.Stanza
				want stanza.Outcome
			}{
				"the server":                {ping(t, own), stanza.OutcomeResult},
				"the server, which refuses": {xmpptest.Set(t, own, iqbuilder.WithElement(stanza.Name{Space: pingNS, Local: "ping"})), stanza.OutcomeError},
				"a component":               {ping(t, to("yes")), stanza.OutcomeResult},
				"a component without ping":  {ping(t, to("no")), stanza.OutcomeError},
				"a service without ping":    {ping(t, iqbuilder.To("pubsub.localhost")), stanza.OutcomeError},
			} {
				v := await(t, begin(t, s, row.iq))
				if v.Outcome != row.want || v.RTT <= 0 || v.RTT > soon || v.Reply == nil || v.Reply.From() != row.iq.To() {
					t.Errorf("%s: it took %v, and ended as %s: %v", name, v.RTT, v.Outcome, v.Err)
					continue
				}
				if e, _ := s.Journal().Get(v.ReplySeq); e.RTT != v.RTT {
					t.Errorf("%s: it took %v, and in the log %v", name, v.RTT, e.RTT)
				}
			}
		})
	})
}

// Row 23: an answer from our own full JID, to a request without an address. The
// server's own answer is kept back by a filter, so that ours is what comes.
func TestAnAnswerFromOurOwnFullJID(t *testing.T) {
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		for _, lenient := range []bool{false, true} {
			t.Run(fmt.Sprintf("row 23: lenient %v", lenient), func(t *testing.T) {
				s := loginWith(t, server, "alice", func(c *session.Config) { c.Lenient = lenient })
				own := s.Status().JID.String()
				if err := s.Handle(handler.Filter("not the server's", handler.MustPath("iq@dir=in and not iq@from="+`"`+own+`"`),
					func(handler.Event) *stanza.Stanza { return nil })); err != nil {
					t.Fatal(err)
				}
				r := begin(t, s, xmpptest.Get(t, iqbuilder.WithQuery("jabber:iq:roster")), session.NoTimeout())
				answer, err := iqbuilder.Result(iqbuilder.ID(r.Exchange().Stanza.ID()), iqbuilder.To(own))
				if err != nil {
					t.Fatal(err)
				}
				if _, err := s.SendStanza(answer); err != nil {
					t.Fatal(err)
				}
				logged(t, s, "our own answer, with a word on being lenient", func(e journal.Entry) bool {
					return e.Dir == stanza.In && e.Stanza.From() == own && strings.Contains(e.Text, "lenient")
				})
				if lenient {
					if v := await(t, r); v.Outcome != stanza.OutcomeResult {
						t.Errorf("it ended as %s", v.Outcome)
					}
				} else if v := r.Exchange(); !v.InFlight() || v.Refused != 1 {
					t.Errorf("it ended as %q, %d refused", v.Outcome, v.Refused)
				}
				r.Cancel()
			})
		}
	})
}

// Row 62: nothing that would let anybody log in stands in the log.
func TestSecretsAreNotInTheLog(t *testing.T) {
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		s := login(t, server, "alice")
		password := server.Accounts["alice@localhost"]
		proofs := 0
		for _, e := range s.Journal().Window(nil, 1, 1_000_000) {
			if strings.Contains(e.Text, password) || e.Stanza != nil && strings.Contains(e.Stanza.XML(), password) {
				t.Errorf("row 62: the password stands in %+v", e)
			}
			if e.Stanza != nil && e.Stanza.Name() == (stanza.Name{Space: stanza.NSSASL, Local: "response"}) {
				proofs++
				if !e.Redacted || !strings.Contains(e.Stanza.XML(), "hidden") {
					t.Errorf("row 62: the proof is shown: %s", e.Stanza.XML())
				}
			}
		}
		if proofs != 1 {
			t.Errorf("there are %d proofs in the log, want one", proofs)
		}
	})
}

// Row 70: a thousand requests in flight, and a flood on top. That each stanza costs the same
// however many wait is shown in TestAStanzaCostsTheSameHoweverManyWait.
func TestAFloodWhileAThousandWait(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		const waiting, flood = 1000, 10_000
		asked := make(chan realserver.Stanza, waiting)
		c := server.Component(t, func(_ *realserver.Component, got realserver.Stanza) { asked <- got })
		s := login(t, server, "alice")
		var requests []*session.Request
		for range waiting {
			requests = append(requests, begin(t, s, ping(t, iqbuilder.To(c.Host)), session.NoTimeout()))
		}
		for i := range flood {
			c.Send(`<iq type="result" id="flood-%d" from="%s" to="%s"/>`, i, c.Host, s.Status().JID)
		}
		out := func() uint64 { return s.Status().Out }
		before := uint64(0)
		for range waiting {
			select {
			case got := <-asked:
				if before = out(); before > waiting+100 {
					t.Fatalf("row 70: %d elements went out", before)
				}
				c.Result(got, "")
			case <-time.After(soon):
				t.Fatal("a request did not arrive")
			}
		}
		for _, r := range requests {
			if v := await(t, r); v.Outcome != stanza.OutcomeResult || v.Refused != 0 {
				t.Fatalf("row 70: one ended as %s", v.Outcome)
			}
		}
		strays := 0
		for _, e := range s.Journal().Window(nil, 1, 1_000_000) {
			if e.Verdict == stanza.VerdictUnknownID {
				strays++
			}
		}
		if strays != flood {
			t.Errorf("row 70: %d of %d were noticed as nobody's", strays, flood)
		}
	})
}

// Row 69: a keepalive ping that the own server refuses is a sign of life. A Prosody without its
// ping module refuses it; ejabberd is not to be had without, and its refusal is played in
// TestAnErrorToAKeepalivePingIsASignOfLife.
func TestARealServersErrorIsASignOfLife(t *testing.T) {
	server := realserver.Prosody(t, realserver.WithConfig(`modules_disabled = { "s2s", "ping" }`))
	s := loginWith(t, server, "alice", func(c *session.Config) {
		c.Keepalive, c.KeepaliveTimeout = 100*time.Millisecond, soon
	})
	const rounds = 3
	logged(t, s, "third ping that was refused", func(journal.Entry) bool {
		refused := 0
		for _, v := range s.Exchanges(nil) {
			if v.Unasked && v.Outcome == stanza.OutcomeError && v.RTT > 0 {
				refused++
			}
		}
		return refused >= rounds
	})
	if st := s.Status(); st.State != session.Online || st.Loss != nil {
		t.Errorf("row 69: the session is %s: %v", st.State, st.Loss)
	}
}

// asComponent makes a session that is the server's component.
func asComponent(t *testing.T, server *realserver.Server) *session.Session {
	t.Helper()
	jid := xmpptest.JID(t, server.ComponentHost)
	return connected(t, session.Config{Negotiate: negotiate.Config{
		JID: jid, Server: server.ComponentAddr, Component: true, TLS: negotiate.TLSOff,
		Password: func(context.Context) (string, error) { return server.ComponentSecret, nil },
	}})
}
