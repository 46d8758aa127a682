package session_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"iqscope/internal/realserver"
	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/explain"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/exchange"
	"iqscope/session/handler"
	"iqscope/session/journal"
)

const customNS = "custom-xep"

// custom is the page's own payload.
var custom = iqbuilder.WithQuery(customNS)

// failure is what Send said, as a stanza error.
func failure(t *testing.T, err error) *stanza.StanzaError {
	t.Helper()
	var iqErr *stanza.IQError
	if !errors.As(err, &iqErr) || iqErr.Err == nil {
		t.Fatalf("it ended with %v, not with an error reply", err)
	}
	return iqErr.Err
}

// held waits until an incoming request is held.
func held(t *testing.T, s *session.Session) session.Incoming {
	t.Helper()
	deadline := time.After(soon)
	for {
		for _, in := range s.Incoming(nil) {
			if in.State == exchange.Held {
				return in
			}
		}
		select {
		case <-s.Changed():
		case <-deadline:
			t.Fatal("nothing is held")
		}
	}
}

// handles registers for as long as the test runs.
func handles(t *testing.T, s *session.Session, handlers ...handler.Handler) {
	t.Helper()
	for _, h := range handlers {
		if err := s.Handle(h); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Remove(h.Name()) })
	}
}

func yes(_ context.Context, e handler.Event) (handler.Answer, error) {
	return handler.Reply(iqbuilder.Result(iqbuilder.InReplyTo(e.Stanza)))
}

// The rows that are about answering: bob asks, alice answers.
func TestRowsOfAnswering(t *testing.T) {
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		alice := loginWith(t, server, "alice", func(c *session.Config) { c.Disco.Nodes = []string{"urn:caps#abc"} })
		bob := login(t, server, "bob")
		to := iqbuilder.To(alice.Status().JID.String())
		path := func(p string) handler.Matcher { return handler.MustPath(p) }
		const own = "iq/{custom-xep}query"
		send := func(opts ...iqbuilder.Option) (*stanza.Stanza, error) {
			return bob.Send(t.Context(), xmpptest.Get(t, append([]iqbuilder.Option{to, custom}, opts...)...))
		}

		// answerByHand holds bob's next request and lets answer make the reply.
		answerByHand := func(t *testing.T, answer func(*stanza.Stanza) (*stanza.Stanza, error)) (*stanza.Stanza, error) {
			t.Helper()
			alice.SetHold(session.Hold{On: true, Match: path(own)})
			defer alice.SetHold(session.Hold{})
			r := begin(t, bob, xmpptest.Get(t, to, custom))
			reply, err := answer(held(t, alice).Stanza)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := alice.SendStanza(reply); err != nil {
				t.Fatal(err)
			}
			await(t, r)
			return r.Result()
		}

		t.Run("row 4: a result by hand completes the other's request, and waits for nothing", func(t *testing.T) {
			before := alice.Status().InFlight
			got, err := answerByHand(t, func(in *stanza.Stanza) (*stanza.Stanza, error) {
				return iqbuilder.Result(iqbuilder.InReplyTo(in), iqbuilder.WithPayload("<mine xmlns='custom-xep'/>"))
			})
			if err != nil || got.Payload().Local != "mine" || alice.Status().InFlight != before {
				t.Errorf("got %v, %v; %d wait", got, err, alice.Status().InFlight)
			}
		})
		t.Run("row 5: an error without options", func(t *testing.T) {
			_, err := answerByHand(t, func(in *stanza.Stanza) (*stanza.Stanza, error) { return iqbuilder.Error(iqbuilder.InReplyTo(in)) })
			if e := failure(t, err); e.Type != "cancel" || e.Condition != "feature-not-implemented" || e.Text != "" {
				t.Errorf("got %+v", e)
			}
		})
		t.Run("row 6: an error with everything", func(t *testing.T) {
			want := stanza.StanzaError{
				Type: "modify", Condition: "gone", Text: "weg & fort", Lang: "de", By: "localhost",
				URI: "xmpp:new@localhost", Application: stanza.Name{Space: "urn:example:app", Local: "moved"},
			}
			_, err := answerByHand(t, func(in *stanza.Stanza) (*stanza.Stanza, error) {
				return iqbuilder.Error(iqbuilder.InReplyTo(in), iqbuilder.WithError(want))
			})
			if e := failure(t, err); *e != want {
				t.Errorf("got %+v", *e)
			}
		})
		t.Run("row 28: the automatic error is a setting", func(t *testing.T) {
			if err := alice.SetUnanswered(session.Unanswered{Condition: "not-allowed"}); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = alice.SetUnanswered(session.Unanswered{}) }()
			_, err := send()
			if e := failure(t, err); e.Condition != "not-allowed" || e.Type != "cancel" {
				t.Errorf("got %+v", e)
			}
		})
		t.Run("row 31: a reply by a client has no from, and the request's id", func(t *testing.T) {
			handles(t, alice, handler.Responder("echo", path(own), func(_ context.Context, e handler.Event) (handler.Answer, error) {
				return handler.Reply(iqbuilder.Result(iqbuilder.InReplyTo(e.Stanza), iqbuilder.WithOriginal()))
			}))
			iq := xmpptest.Get(t, to, custom)
			got, err := bob.Send(t.Context(), iq)
			if err != nil || got.Payload() != iq.Payload() {
				t.Fatalf("got %v, %v", got, err)
			}
			e := logged(t, alice, "the reply", func(e journal.Entry) bool { return e.Dir == stanza.Out && e.Stanza.ID() == iq.ID() })
			if e.Stanza.From() != "" || e.Stanza.To() != bob.Status().JID.String() || !strings.Contains(e.Text, "echo") {
				t.Errorf("sent was %s, %q", e.Stanza.XML(), e.Text)
			}
		})
		t.Run("row 33: a responder's condition, with extension and text", func(t *testing.T) {
			handles(t, alice, handler.Responder("no", path(own), func(context.Context, handler.Event) (handler.Answer, error) {
				return handler.Answer{}, &handler.Condition{
					StanzaError: stanza.StanzaError{Condition: "forbidden", Type: "auth", Text: "not you"},
					Extension:   "<x xmlns='urn:example:ext'><why/></x>",
				}
			}))
			_, err := send()
			if e := failure(t, err); e.Condition != "forbidden" || e.Text != "not you" || e.Application.Local != "x" {
				t.Errorf("got %+v", e)
			}
		})
		t.Run("row 34: a responder that crashes", func(t *testing.T) {
			handles(t, alice, handler.Responder("faulty", path(own), func(context.Context, handler.Event) (handler.Answer, error) { panic("boom") }))
			for range 2 {
				_, err := send()
				if e := failure(t, err); e.Condition != "internal-server-error" || e.Text != "" {
					t.Errorf("got %+v", e)
				}
			}
			if alice.Status().State != session.Online {
				t.Error("alice is gone")
			}
		})
		t.Run("row 35: a failure over a result sends nothing", func(t *testing.T) {
			handles(t, alice, handler.Callback("faulty observer", path("iq@type=result or iq@type=error"), func(handler.Event) { panic("boom") }))
			asked := ping(t, iqbuilder.To("localhost"))
			if _, err := alice.Send(t.Context(), asked); err != nil {
				t.Fatal(err)
			}
			// A stray one is no different.
			stray, err := iqbuilder.Result(iqbuilder.ID("stray-of-bob"), to)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := bob.SendStanza(stray); err != nil {
				t.Fatal(err)
			}
			before := alice.Journal().Stats().Last
			failures := func() (n int) {
				for _, e := range alice.Journal().Window(nil, 1, 1_000_000) {
					if strings.Contains(e.Text, "boom") && strings.Contains(e.Text, "faulty observer") {
						n++
					}
				}
				return n
			}
			logged(t, alice, "the second panic", func(journal.Entry) bool { return failures() >= 2 })
			// What a failure sends has left before the fence, which is sent behind it.
			alice.Remove("faulty observer")
			fence := ping(t, iqbuilder.To("localhost"))
			if _, err := alice.Send(t.Context(), fence); err != nil {
				t.Fatal(err)
			}
			sent := 0
			for _, e := range alice.Journal().Window(nil, 1, 1_000_000) {
				switch {
				case e.Dir != stanza.Out || e.Stanza.ID() == fence.ID():
				case e.Stanza.ID() == asked.ID():
					sent++
				case e.Seq > before || e.Stanza.ID() == stray.ID():
					t.Errorf("sent was %s", e.Stanza.XML())
				}
			}
			if sent != 1 {
				t.Errorf("with the id of what was asked %d elements went out", sent)
			}
		})
		t.Run("row 36: a failed inner request tells nothing", func(t *testing.T) {
			server.Component(t, func(*realserver.Component, realserver.Stanza) {}) // drops everything
			secret := iqbuilder.WithPayload(`<query xmlns="` + stanza.NSDiscoInfo + `" node="secret"/>`)
			for name, row := range map[string]struct {
				to   string
				ends any // as which error
			}{
				"an error":  {"localhost", new(*stanza.IQError)},
				"a timeout": {"drop@" + server.ComponentHost, new(*stanza.IQTimeout)},
			} {
				inner := make(chan error, 1)
				handles(t, alice, handler.Responder("asks", path(own), func(ctx context.Context, _ handler.Event) (handler.Answer, error) {
					timeout := soon
					if name == "a timeout" {
						timeout = 200 * time.Millisecond
					}
					_, err := alice.Send(ctx, xmpptest.Get(t, iqbuilder.To(row.to), secret), session.WithTimeout(timeout))
					inner <- err
					return handler.Answer{}, fmt.Errorf("asking %s: %w", row.to, err)
				}))
				reply, err := send()
				if err := <-inner; !errors.As(err, row.ends) {
					t.Errorf("%s: the inner request ended with %v", name, err)
				}
				e := failure(t, err)
				if *e != (stanza.StanzaError{Type: e.Type, Condition: "internal-server-error"}) {
					t.Errorf("%s: got %+v", name, *e)
				}
				var iqErr *stanza.IQError
				if errors.As(err, &iqErr) && strings.Contains(iqErr.Reply.XML(), "secret") || reply != nil {
					t.Errorf("%s: bob got %s", name, iqErr.Reply.XML())
				}
				alice.Remove("asks")
			}
		})
		t.Run("row 37: of two responders one answers, and a second reply is blocked", func(t *testing.T) {
			var mu sync.Mutex
			var asked []string
			says := func(name string) func(context.Context, handler.Event) (handler.Answer, error) {
				return func(_ context.Context, e handler.Event) (handler.Answer, error) {
					mu.Lock()
					defer mu.Unlock()
					asked = append(asked, name)
					return handler.Reply(iqbuilder.Result(iqbuilder.InReplyTo(e.Stanza), iqbuilder.WithPayload("<"+name+" xmlns='custom-xep'/>")))
				}
			}
			handles(t, alice, handler.Responder("first", path(own), says("first")), handler.Responder("second", path(own), says("second")))
			iq := xmpptest.Get(t, to, custom)
			if got, err := bob.Send(t.Context(), iq); err != nil || got.Payload().Local != "first" {
				t.Fatalf("got %v, %v", got, err)
			}
			reply, err := iqbuilder.Result(iqbuilder.ID(iq.ID()), iqbuilder.To(bob.Status().JID.String()))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := alice.SendStanza(reply); !errors.Is(err, session.ErrAnswered) {
				t.Errorf("the second reply: %v", err)
			}
			logged(t, alice, "the second reply", func(e journal.Entry) bool { return strings.Contains(e.Text, "second reply") })
			// What alice sends next reaches bob behind anything that she has sent before.
			fence := xmpptest.Get(t, to, custom)
			if _, err := bob.Send(t.Context(), fence); err != nil {
				t.Fatal(err)
			}
			got := 0
			for _, e := range bob.Journal().Window(nil, 1, 1_000_000) {
				if e.Dir == stanza.In && e.Stanza.ID() == iq.ID() {
					got++
				}
			}
			mu.Lock()
			defer mu.Unlock()
			if got != 1 || strings.Join(asked, " ") != "first first" {
				t.Errorf("bob got %d replies; asked were %v", got, asked)
			}
		})
		t.Run("row 38: by type, by both, by any", func(t *testing.T) {
			handles(t, alice, handler.Responder("gets", path("iq@type=get/{custom-xep}query"), yes))
			if _, err := send(); err != nil {
				t.Errorf("a get: %v", err)
			}
			_, err := bob.Send(t.Context(), xmpptest.Set(t, to, custom))
			if e := failure(t, err); e.Condition != "service-unavailable" {
				t.Errorf("a set: %+v", e)
			}
			handles(t, alice, handler.Responder("both", path(own), yes))
			if _, err := bob.Send(t.Context(), xmpptest.Set(t, to, custom)); err != nil {
				t.Errorf("a set, for both: %v", err)
			}
			handles(t, alice, handler.Responder("any", nil, yes))
			if _, err := bob.Send(t.Context(), xmpptest.Set(t, to, iqbuilder.WithQuery("urn:example:other"))); err != nil {
				t.Errorf("another one, for any: %v", err)
			}
		})
		// What they note has no lock: they are called one at a time.
		t.Run("rows 39 and 40: all observers see it as it came, called in order of registration", func(t *testing.T) {
			var names, called, seen []string
			done := make(chan struct{})
			for i := range 3 {
				names = append(names, fmt.Sprintf("observer %d", i))
				handles(t, alice, handler.Callback(names[i], path(own), func(e handler.Event) {
					called, seen = append(called, names[i]), append(seen, e.Stanza.XML())
					if tree, err := e.Stanza.Tree(); err == nil {
						tree.Attrs, tree.Children = nil, nil // its own tree
					}
					if len(called) == 3 {
						close(done)
					}
				}))
			}
			iq := xmpptest.Get(t, to, custom)
			_, _ = bob.Send(t.Context(), iq)
			select {
			case <-done:
			case <-time.After(soon):
				t.Fatal("not all have seen it")
			}
			if !slices.Equal(called, names) {
				t.Errorf("they were called in the order %v", called)
			}
			if seen[0] != seen[1] || seen[1] != seen[2] || !strings.Contains(seen[0], iq.ID()) {
				t.Errorf("they saw %q", seen)
			}
			var listed []string
			for _, h := range alice.Handlers() {
				if strings.HasPrefix(h.Name, "observer") {
					listed = append(listed, h.Name)
				}
			}
			if !slices.Equal(listed, names) {
				t.Errorf("the order is %v", listed)
			}
		})
		t.Run("rows 41 and 42: once, and removed by name", func(t *testing.T) {
			calls := make(chan string, 10)
			listed := func(name string) bool {
				return slices.ContainsFunc(alice.Handlers(), func(h handler.Info) bool { return h.Name == name })
			}
			handles(t, alice, handler.Once("once", path(own), func(e handler.Event) { calls <- e.Stanza.ID() }), handler.Responder("answers", path(own), yes))
			if !listed("once") {
				t.Error("it is not listed")
			}
			first := xmpptest.Get(t, to, custom)
			if _, err := bob.Send(t.Context(), first); err != nil {
				t.Fatal(err)
			}
			if listed("once") {
				t.Error("it is listed after its time")
			}
			if _, err := send(); err != nil {
				t.Fatal(err)
			}
			select {
			case id := <-calls:
				if id != first.ID() {
					t.Errorf("it was called with %s", id)
				}
			case <-time.After(soon):
				t.Fatal("it was not called")
			}
			if err := alice.Handle(handler.Responder("answers", nil, yes)); !errors.Is(err, handler.ErrDuplicateName) {
				t.Errorf("a second one of the name: %v", err)
			}
			if len(calls) != 0 || alice.Remove("once") || !alice.Remove("answers") || alice.Remove("answers") {
				t.Errorf("%d calls more, or removal does not say what was there", len(calls))
			}
			_, err := send()
			if e := failure(t, err); e.Condition != "service-unavailable" {
				t.Errorf("got %+v", e)
			}
		})
		t.Run("row 43: wait for what comes next, or not", func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), soon)
			defer cancel()
			before := len(alice.Handlers())
			sent := make(chan struct{})
			defer func() { <-sent }()
			go func() {
				defer close(sent)
				for len(alice.Handlers()) == before && ctx.Err() == nil { // until somebody waits
					time.Sleep(time.Millisecond)
				}
				_, _ = send()
			}()
			if e, err := alice.WaitFor(ctx, path(own)); err != nil || e.Stanza.From() != bob.Status().JID.String() {
				t.Errorf("got %v, %v", e, err)
			}
			short, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			var late *handler.WaitTimeout
			if _, err := alice.WaitFor(short, path("iq/{urn:never}x")); !errors.As(err, &late) {
				t.Errorf("nothing came, and it says %v", err)
			}
		})
		t.Run("row 65: forged pushes", func(t *testing.T) {
			for _, payload := range []string{
				`<query xmlns="jabber:iq:roster"><item jid="evil@localhost" subscription="both"/></query>`,
				`<block xmlns="urn:xmpp:blocking"><item jid="friend@localhost"/></block>`,
				`<unblock xmlns="urn:xmpp:blocking"><item jid="evil@localhost"/></unblock>`,
			} {
				iq := xmpptest.Set(t, to, iqbuilder.WithPayload(payload))
				_, err := bob.Send(t.Context(), iq)
				if e := failure(t, err); e.Condition != "service-unavailable" || e.Type != "cancel" {
					t.Errorf("%s: got %+v", payload, e)
				}
				e, ok := find(alice, func(e journal.Entry) bool { return e.Dir == stanza.In && e.Stanza.ID() == iq.ID() })
				if !ok || e.Verdict != stanza.VerdictForged || e.Stanza.From() != bob.Status().JID.String() {
					t.Errorf("%s: in the log %v, from %s, as %q", payload, ok, e.Stanza.From(), e.Verdict)
				}
			}
		})
		t.Run("row 65: a genuine roster push", func(t *testing.T) {
			// The server pushes to those who asked for their roster (RFC 6121 §2.2).
			if _, err := alice.Send(t.Context(), xmpptest.Get(t, iqbuilder.WithQuery("jabber:iq:roster"))); err != nil {
				t.Fatal(err)
			}
			if _, err := alice.Send(t.Context(), xmpptest.Set(t, iqbuilder.WithPayload(`<query xmlns="jabber:iq:roster"><item jid="carol@localhost"/></query>`))); err != nil {
				t.Fatal(err)
			}
			push := logged(t, alice, "a push", func(e journal.Entry) bool {
				return e.Dir == stanza.In && e.Stanza.Type() == stanza.Set && e.Stanza.Payload().Space == "jabber:iq:roster" && e.Verdict == ""
			})
			logged(t, alice, "its result", func(e journal.Entry) bool {
				return e.Dir == stanza.Out && e.Stanza.Type() == stanza.Result && e.Stanza.ID() == push.Stanza.ID() && strings.Contains(e.Text, "roster-push")
			})
		})
		t.Run("row 68: the node comes back", func(t *testing.T) {
			got, err := bob.Send(t.Context(), xmpptest.Get(t, to, iqbuilder.WithPayload(`<query xmlns="`+stanza.NSDiscoInfo+`" node="urn:caps#abc"/>`)))
			if err != nil {
				t.Fatal(err)
			}
			tree, err := got.Tree()
			if err != nil {
				t.Fatal(err)
			}
			query := tree.Child(stanza.NSDiscoInfo, "query")
			if node, _ := query.Attr("node"); node != "urn:caps#abc" || query.Child(stanza.NSDiscoInfo, "identity") == nil {
				t.Errorf("got %s", got.XML())
			}
		})
		t.Run("row 68: a node that is not there", func(t *testing.T) {
			for _, ns := range []string{stanza.NSDiscoInfo, stanza.NSDiscoItems} {
				_, err := bob.Send(t.Context(), xmpptest.Get(t, to, iqbuilder.WithPayload(`<query xmlns="`+ns+`" node="urn:caps#made-up"/>`)))
				if !errors.Is(err, stanza.ItemNotFound) {
					t.Errorf("in %s: %v", ns, err)
				}
			}
		})
		t.Run("row 68: of a peer that does not mirror the node, that is said", func(t *testing.T) {
			for name, row := range map[string]struct {
				node string // in the answer
				want int
			}{
				"mirrored": {` node="urn:caps#abc"`, 0}, "left out": {"", 1}, "another": {` node="urn:caps#xyz"`, 1},
			} {
				handles(t, alice, handler.Responder("mirror", path("iq@type=get/disco_info"), func(_ context.Context, e handler.Event) (handler.Answer, error) {
					return handler.Reply(iqbuilder.Result(iqbuilder.InReplyTo(e.Stanza), iqbuilder.WithPayload(
						`<query xmlns="`+stanza.NSDiscoInfo+`"`+row.node+`><identity category="client" type="pc"/><feature var="`+stanza.NSDiscoInfo+`"/></query>`)))
				}))
				v := await(t, begin(t, bob, xmpptest.Get(t, to, iqbuilder.WithPayload(`<query xmlns="`+stanza.NSDiscoInfo+`" node="urn:caps#abc"/>`))))
				if v.Outcome != stanza.OutcomeResult {
					t.Fatalf("%s: it ended as %s", name, v.Outcome)
				}
				warnings := explain.Warnings(v.Stanza, v.Reply)
				if len(warnings) != row.want || row.want > 0 && warnings[0].Rule != "disco-node" {
					t.Errorf("%s: the warnings are %+v", name, warnings)
				}
				alice.Remove("mirror")
			}
		})
	})
}

// find looks once for a line of the log.
func find(s *session.Session, is func(journal.Entry) bool) (journal.Entry, bool) {
	for _, e := range s.Journal().Window(nil, 1, 1_000_000) {
		if e.Stanza != nil && is(e) {
			return e, true
		}
	}
	return journal.Entry{}, false
}

// Row 32: a component answers from the address that was asked.
func TestAComponentsReplySwapsFromAndTo(t *testing.T) {
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		c, alice := asComponent(t, server), login(t, server, "alice")
		bot := "bot@" + server.ComponentHost
		handles(t, c, handler.Responder("mine", handler.MustPath("iq/{custom-xep}query"), yes))
		iq := xmpptest.Get(t, iqbuilder.To(bot), custom)
		got, err := alice.Send(t.Context(), iq)
		if err != nil || got.From() != bot {
			t.Fatalf("row 32: got %v, %v", got, err)
		}
		e, _ := find(c, func(e journal.Entry) bool { return e.Dir == stanza.Out && e.Stanza.ID() == iq.ID() })
		if e.Stanza == nil || e.Stanza.From() != bot || e.Stanza.To() != alice.Status().JID.String() {
			t.Errorf("row 32: sent was %+v", e)
		}
		_, err = alice.Send(t.Context(), xmpptest.Get(t, iqbuilder.To(bot), iqbuilder.WithQuery("urn:example:none")))
		if e := failure(t, err); e.Condition != "service-unavailable" {
			t.Errorf("row 32: nobody's request got %+v", e)
		}
	})
}

// Row 44: the messages of an archive stand between the query and its answer.
func TestCollectingAnArchive(t *testing.T) {
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		s := login(t, server, "alice")
		const n = 5
		var want []string
		marker := iqbuilder.NewID()
		for i := range n {
			text := fmt.Sprintf("%s-%d", marker, i)
			want = append(want, text)
			message := xmpptest.StanzaIn(t, s.Scope(), "<message type='chat' to='bob@localhost' id='"+text+"'><body>"+text+"</body></message>")
			if _, err := s.SendStanza(message); err != nil {
				t.Fatal(err)
			}
		}
		// A server may write its archive a moment later: it is asked until all is there.
		var got []string
		for deadline := time.Now().Add(soon); len(got) < n && time.Now().Before(deadline); {
			c, err := s.Collect(handler.MustPath("message@dir=in/{urn:xmpp:mam:2}result"))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Send(t.Context(), xmpptest.Set(t, iqbuilder.WithPayload(`<query xmlns="urn:xmpp:mam:2" queryid="`+marker+`"><x xmlns="jabber:x:data" type="submit"><field var="FORM_TYPE" type="hidden"><value>urn:xmpp:mam:2</value></field><field var="with"><value>bob@localhost</value></field></x></query>`))); err != nil {
				t.Fatal(err)
			}
			got = nil
			for _, e := range c.Stop() {
				if e.Verdict != "" {
					t.Errorf("row 44: a message of our own archive is %s", e.Verdict)
				}
				if _, after, ok := strings.Cut(e.Stanza.XML(), "<body>"+marker); ok {
					got = append(got, marker+after[:2])
				}
			}
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("row 44: got %q, want %q", got, want)
		}
	})
}
