package session

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/answer"
	"iqscope/session/handler"
	"iqscope/session/match"
)

func TestARequestThatNobodyServesGetsItsOneError(t *testing.T) {
	tests := []struct {
		name, in                string
		id, to, kind, condition string
	}{
		{"a get", `<iq type="get" id="a" from="romeo@example.net/x"><q xmlns="u"/></iq>`, "a", "romeo@example.net/x", "cancel", "service-unavailable"},
		{"a set from the server", `<iq type="set" id="b"><q xmlns="u"/></iq>`, "b", "", "cancel", "service-unavailable"},
		{"no payload", `<iq type="get" id="c" from="x.y"/>`, "c", "x.y", "modify", "bad-request"},
		{"two payloads", `<iq type="set" id="d" from="x.y"><q xmlns="u"/><q xmlns="u"/></iq>`, "d", "x.y", "modify", "bad-request"},
		{"no id", `<iq type="get" from="x.y"><q xmlns="u"/></iq>`, "", "x.y", "cancel", "service-unavailable"},
		{"an id with a quote", `<iq type="get" id="&quot;&lt;" from="x.y"><q xmlns="u"/></iq>`, `"<`, "x.y", "cancel", "service-unavailable"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				_, p := online(t, Config{})
				p.Says(tt.in)
				got := p.Hears()
				if got.Type() != stanza.Error || got.ID() != tt.id || got.HasID() != (tt.id != "") || got.To() != tt.to || got.From() != "" {
					t.Errorf("the answer is %s", got.XML())
				}
				if e := got.Err(); e == nil || e.Type != tt.kind || e.Condition != tt.condition {
					t.Errorf("its error is %+v", e)
				}
				p.HearsNothing()
			})
		})
	}
}

func TestWhatIsNeverAnswered(t *testing.T) {
	for name, in := range map[string]string{
		"a stray result":           result("nobody-asked"),
		"a stray error":            `<iq type="error" id="z" from="x.y"><error type="cancel"><gone xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>`,
		"an iq of other namespace": `<iq xmlns="urn:other" type="get" id="z" from="x.y"><q/></iq>`,
		"a message":                `<message from="x.y"><body>hi</body></message>`,
		"a presence":               `<presence from="x.y"/>`,
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				_, p := online(t, Config{})
				p.Says(in)
				p.HearsNothing()
			})
		})
	}
}

// RFC 6120 §8.2.3, rule 2.
// Fault 6: a bad type, or none.
func TestAnIQOfNoTypeThatThereIsIsABadRequest(t *testing.T) {
	for _, typ := range []string{`type="query"`, `type=""`, `type="GET"`, ``} {
		bubble(t, func(t *testing.T) {
			s, p := online(t, Config{})
			responds(t, s, "all", func(context.Context, handler.Event) (handler.Answer, error) {
				t.Error("a responder was asked")
				return handler.Pass(), nil
			})
			p.Says(`<iq ` + typ + ` id="z" from="x.y"><ping xmlns="urn:xmpp:ping"/></iq>`)
			got := p.Hears()
			if e := got.Err(); e == nil || e.Type != "modify" || e.Condition != "bad-request" || got.ID() != "z" || got.To() != "x.y" {
				t.Errorf("%s is answered with %s", typ, got.XML())
			}
			p.HearsNothing()
			if e, _ := s.Journal().Get(onlyAsked(t, s).Seq); e.Verdict != stanza.VerdictMalformed {
				t.Errorf("its verdict is %q", e.Verdict)
			}
		})
	}
}

func TestAnErrorToOurAnswerIsJoinedToIt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		p.Says(`<iq type="get" id="p9" from="x.y/z"><query xmlns="jabber:iq:version"/></iq>`)
		p.Hears()
		in := onlyAsked(t, s)
		for _, row := range []struct {
			xml     string
			verdict stanza.Verdict
			request uint64
		}{
			{`<iq type="error" id="p9" from="x.y/z"><error type="cancel"/></iq>`, "", in.ReplySeq},
			{`<iq type="error" id="p9" from="x.y/other"><error type="cancel"/></iq>`, stanza.VerdictUnknownID, 0},
			{`<iq type="result" id="p9" from="x.y/z"/>`, stanza.VerdictUnknownID, 0},
		} {
			p.Says(row.xml)
			p.HearsNothing()
			e, _ := s.Journal().Get(s.Journal().Stats().Last)
			if e.Verdict != row.verdict || e.Request != row.request || (row.request != 0) != strings.Contains(e.Text, "to our answer") {
				t.Errorf("%s: the log says %q of %d: %s", row.xml, e.Verdict, e.Request, e.Text)
			}
		}
	})
}

// Fault 4: a get with a pending id is answered.
func TestARequestThatBorrowsOurIDIsAnsweredAsItsOwn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		r := start(t, s, xmpptest.Get(t))
		id := p.Hears().ID()
		p.Says(`<iq type="get" id="` + id + `" from="x.y"><q xmlns="u"/></iq>`)
		if got := p.Hears(); got.Type() != stanza.Error || got.To() != "x.y" {
			t.Errorf("the answer is %s", got.XML())
		}
		if ended(r) {
			t.Error("our own request ended")
		}
	})
}

func TestTheLogSeesBothDirectionsInOrder(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		start(t, s, xmpptest.Get(t))
		p.Says(result(p.Hears().ID()))
		p.Says(`<message from="x.y"/>`)
		var got []string
		for _, e := range s.Journal().Window(nil, 1, 100) {
			switch {
			case e.Stanza == nil:
				got = append(got, "note")
			case e.Stanza.Kind() == stanza.StreamOpen:
				got = append(got, fmt.Sprint(e.Dir, " header"))
			default:
				got = append(got, fmt.Sprint(e.Dir, " ", e.Stanza.Name().Local, " ", e.Verdict))
			}
		}
		want := []string{"2 header", "1 header", "note", "2 iq ", "1 iq reply", "1 message "}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	})
}

// Fault 7: the reader never waits.
func TestAHandlerThatHangsStallsNobody(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		release := make(chan struct{})
		defer close(release)
		if err := s.Handle(handler.Callback("stuck", nil, func(handler.Event) { <-release })); err != nil {
			t.Fatal(err)
		}
		for i := range 3 * handler.QueueLimit {
			p.Says(fmt.Sprintf(`<message id="%d"/>`, i))
		}
		r := start(t, s, xmpptest.Get(t))
		p.Says(result(p.Hears().ID()))
		if !ended(r) {
			t.Error("the reply was not read")
		}
		if d := s.Handlers()[1].Dropped; d == 0 {
			t.Error("nothing is shown as dropped")
		}
	})
}

// Fault 7: a panic.
func TestAHandlerThatPanicsIsNotedAndTheSessionLives(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		if err := s.Handle(handler.Callback("faulty", match.ID("boom"), func(handler.Event) { panic("oh no") })); err != nil {
			t.Fatal(err)
		}
		p.Says(`<message id="boom"/>`)
		synctest.Wait()
		e, _ := s.Journal().Get(s.Journal().Stats().Last)
		if !strings.Contains(e.Text, "faulty") || !strings.Contains(e.Text, "oh no") {
			t.Errorf("the log's last line is %q", e.Text)
		}
		if s.Status().State != Online {
			t.Error("the session went down")
		}
	})
}

func TestAFloodOfRequestsIsAnsweredUpToTheLimitAndTheRestCounted(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := New(Config{})
		p, far := connectDeaf(t, s)
		defer far.Close()
		const flood = 3 * answer.Limit
		for i := range flood {
			p.Says(fmt.Sprintf(`<iq type="get" id="f%d" from="mallory@example.net/x"><q xmlns="u"/></iq>`, i))
		}
		synctest.Wait()
		if got := s.Status().Overflow; got < flood-answer.Limit-writeBatch || got > flood-answer.Limit {
			t.Errorf("%d answers were given up", got)
		}
	})
}

func TestSecretsAreShownToWhoeverWantsThem(t *testing.T) {
	const secret, hidden = "c4pulet", "[7 bytes hidden]"
	turn := func(id string) string {
		return `<iq type="result" id="` + id + `"><services xmlns="urn:xmpp:extdisco:2"><service type="turn" host="t.x" password="` + secret + `"/></services></iq>`
	}
	for from, row := range map[string]struct {
		cfg  Config
		ways []bool // ShowSecrets is called with, before each request
		want []string
	}{
		"the start": {Config{ShowSecrets: true}, []bool{true, false}, []string{secret, hidden}},
		"later on":  {Config{}, []bool{false, true}, []string{hidden, secret}},
	} {
		t.Run("from "+from, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, p := online(t, row.cfg)
				for i, on := range row.ways {
					if i > 0 {
						s.ShowSecrets(on)
					}
					r := start(t, s, xmpptest.Stanza(t, fmt.Sprintf(`<iq type="set" id="r%d"><query xmlns="jabber:iq:register"><password>c4pulet</password></query></iq>`, i)))
					p.Says(turn(p.Hears().ID()))
					synctest.Wait()
					x := r.Exchange()
					entry, _ := s.Journal().Get(x.ReplySeq)
					for what, shown := range map[string]*stanza.Stanza{"the request": x.Shown, "its reply": x.Reply, "the log": entry.Stanza} {
						if !strings.Contains(shown.XML(), row.want[i]) {
							t.Errorf("%s is shown as %s, want %s in it", what, shown.XML(), row.want[i])
						}
					}
					if s.Status().Secrets != on {
						t.Errorf("the status says %v", s.Status().Secrets)
					}
				}
			})
		})
	}
}

func TestWhatIsShownOfARequestHidesItsSecrets(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		const secret = "c4pulet"
		iq := xmpptest.Stanza(t, `<iq type="set" id="r"><query xmlns="jabber:iq:register"><password>`+secret+`</password></query></iq>`)
		offline := start(t, New(Config{}), iq).Exchange()
		v := start(t, s, iq)
		if got := p.Hears().XML(); got != iq.XML() {
			t.Errorf("sent was %s", got)
		}
		entry, _ := s.Journal().Get(v.Exchange().Seq)
		for name, shown := range map[string]*stanza.Stanza{
			"the request": v.Exchange().Shown, "the log": entry.Stanza, "a request that was never sent": offline.Shown,
		} {
			if strings.Contains(shown.XML(), secret) {
				t.Errorf("%s shows %s", name, shown.XML())
			}
		}
	})
}
