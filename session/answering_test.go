package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/answer"
	"iqscope/session/exchange"
	"iqscope/session/handler"
	"iqscope/session/match"
)

const romeo = "romeo@example.net/x"

// asks is a request of Romeo's for a payload that no built-in responder knows.
func asks(id string) string {
	return `<iq type="get" id="` + id + `" from="` + romeo + `"><q xmlns="u"/></iq>`
}

// responds registers a responder for it.
func responds(t *testing.T, s *Session, name string, fn func(context.Context, handler.Event) (handler.Answer, error)) {
	t.Helper()
	if err := s.Handle(handler.Responder(name, handler.MustPath("iq/{u}q"), fn)); err != nil {
		t.Fatal(err)
	}
}

func resultOf(e handler.Event) (handler.Answer, error) {
	return handler.Reply(iqbuilder.Result(iqbuilder.InReplyTo(e.Stanza)))
}

func onlyAsked(t *testing.T, s *Session) Incoming {
	t.Helper()
	all := s.Incoming(nil)
	if len(all) != 1 {
		t.Fatalf("%d incoming requests are known, want 1: %+v", len(all), all)
	}
	return all[0]
}

func notes(s *Session) string {
	var b strings.Builder
	for _, e := range s.Journal().Window(nil, 1, 1<<20) {
		if e.Text != "" {
			b.WriteString(e.Text + "\n")
		}
	}
	return b.String()
}

func TestWhatDiscoverySaysOfUsCanBeSet(t *testing.T) {
	bubble(t, func(t *testing.T) {
		_, p := online(t, Config{Disco: Disco{Category: "automation", Type: "translation", Nodes: []string{"ours"}}})
		for node, want := range map[string]string{
			"":                "<identity category='automation' type='translation' name='iqscope'/>",
			` node=""`:        "<identity ",
			` node="ours"`:    " node='ours'",
			` node="made-up"`: "<item-not-found ",
		} {
			p.Says(`<iq type="get" id="d" from="` + romeo + `"><query xmlns="` + stanza.NSDiscoInfo + `"` + node + `/></iq>`)
			if got := p.Hears(); !strings.Contains(got.XML(), want) {
				t.Errorf("with%s the answer is %s", node, got.XML())
			}
		}
	})
}

func TestBuiltInRespondersAnswer(t *testing.T) {
	const info = "<query xmlns='http://jabber.org/protocol/disco#info'"
	for name, tt := range map[string]struct{ in, want string }{
		"ping":                     {`<ping xmlns="urn:xmpp:ping"/>`, ""},
		"version":                  {`<query xmlns="jabber:iq:version"/>`, "<query xmlns='jabber:iq:version'><name>tester</name><version>1.2</version></query>"},
		"time":                     {`<time xmlns="urn:xmpp:time"/>`, "<utc>2000-01-01T00:00:00Z</utc>"},
		"disco#info":               {`<query xmlns="http://jabber.org/protocol/disco#info"/>`, info + "><identity category='client' type='console' name='tester'/>"},
		"disco#info names ping":    {`<query xmlns="http://jabber.org/protocol/disco#info"/>`, "<feature var='urn:xmpp:ping'/>"},
		"row 68: a node mirrored":  {`<query xmlns="http://jabber.org/protocol/disco#info" node="a&amp;'b"/>`, info + " node='a&amp;&apos;b'"},
		"disco#items":              {`<query xmlns="http://jabber.org/protocol/disco#items"/>`, "<query xmlns='http://jabber.org/protocol/disco#items'></query>"},
		"row 68: items, with node": {`<query xmlns="http://jabber.org/protocol/disco#items" node="n"/>`, " node='n'"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				_, p := online(t, Config{Software: Software{"tester", "1.2"}, Disco: Disco{Nodes: []string{"n", "a&'b"}}})
				p.Says(`<iq type="get" id="b" from="` + romeo + `">` + tt.in + `</iq>`)
				got := p.Hears()
				if got.Type() != stanza.Result || got.ID() != "b" || got.To() != romeo || !strings.Contains(got.XML(), tt.want) {
					t.Errorf("the answer is %s", got.XML())
				}
				if tt.want == "" && got.Payloads() != 0 {
					t.Errorf("the answer carries something: %s", got.XML())
				}
				p.HearsNothing()
			})
		})
	}
}

func TestABuiltInResponderIsSwitchedOffByItsName(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		if !s.Switch("version", false) {
			t.Fatal("there is none")
		}
		p.Says(`<iq type="get" id="v" from="` + romeo + `"><query xmlns="jabber:iq:version"/></iq>`)
		if e := p.Hears().Err(); e == nil || e.Condition != "service-unavailable" {
			t.Errorf("the error is %+v", e)
		}
		p.Says(`<iq type="get" id="d" from="` + romeo + `"><query xmlns="http://jabber.org/protocol/disco#info"/></iq>`)
		if got := p.Hears().XML(); strings.Contains(got, "jabber:iq:version") || !strings.Contains(got, "urn:xmpp:time") {
			t.Errorf("it says of itself %s", got)
		}
	})
}

func TestWhereAResponderIsAtHomeIsAFeature(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		if err := s.Handle(handler.Responder("mine", handler.MustPath("iq/{u}q"), func(_ context.Context, e handler.Event) (handler.Answer, error) {
			return resultOf(e)
		}).Serving("u:'")); err != nil {
			t.Fatal(err)
		}
		p.Says(`<iq type="get" id="d" from="` + romeo + `"><query xmlns="http://jabber.org/protocol/disco#info"/></iq>`)
		if got := p.Hears().XML(); !strings.Contains(got, "<feature var='u:&apos;'/>") {
			t.Errorf("it says of itself %s", got)
		}
	})
}

func TestWhatAResponderDoesNotKnowInItsNamespace(t *testing.T) {
	bubble(t, func(t *testing.T) {
		_, p := online(t, Config{})
		p.Says(`<iq type="get" id="a" from="` + romeo + `"><pong xmlns="urn:xmpp:ping"/></iq>`)
		if e := p.Hears().Err(); e == nil || e.Condition != "feature-not-implemented" || e.Type != "cancel" {
			t.Errorf("the error is %+v", e)
		}
	})
}

// Row 28: the condition is a setting, and so are its text and language.
func TestTheAutomaticErrorCanBeConfigured(t *testing.T) {
	bubble(t, func(t *testing.T) {
		_, p := online(t, Config{Unanswered: Unanswered{Condition: "not-allowed", Text: "nicht hier", Lang: "de"}})
		p.Says(asks("a"))
		if e := p.Hears().Err(); e == nil || *e != (stanza.StanzaError{Type: "cancel", Condition: "not-allowed", Text: "nicht hier", Lang: "de"}) {
			t.Errorf("the error is %+v", e)
		}
		err := New(Config{Unanswered: Unanswered{Condition: "not-alowed"}}).Connect(context.Background())
		if err == nil || !strings.Contains(err.Error(), `did you mean "not-allowed"?`) {
			t.Errorf("of no condition Connect says %v", err)
		}
	})
}

// Row 28: the condition is a setting, and so is silence.
func TestTheAutomaticErrorIsASetting(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		if s.SetUnanswered(Unanswered{Condition: "forbiden"}) == nil {
			t.Error("a condition that is none was taken")
		}
		if err := s.SetUnanswered(Unanswered{Condition: "forbidden"}); err != nil {
			t.Fatal(err)
		}
		p.Says(asks("a"))
		if e := p.Hears().Err(); e == nil || e.Condition != "forbidden" || e.Type != "auth" {
			t.Errorf("the error is %+v", e)
		}
		if err := s.SetUnanswered(Unanswered{Silent: true}); err != nil {
			t.Fatal(err)
		}
		p.Says(asks("b"))
		p.HearsNothing()
		s.Switch(AnsweredByNobody, true)
		p.Says(asks("c"))
		if p.Hears().ID() != "c" {
			t.Error("it stays silent")
		}
		infos := s.Handlers()
		last := infos[len(infos)-1]
		if last.Name != AnsweredByNobody || last.Matches != 3 || last.Replies != 2 || last.Off {
			t.Errorf("the registry says %+v", last)
		}
	})
}

func TestResponders(t *testing.T) {
	forbidden := &handler.Condition{
		StanzaError: stanza.StanzaError{Type: "auth", Condition: "forbidden", Text: "not you"},
		Extension:   "<x xmlns='urn:ext'><y/></x>",
	}
	inner := &stanza.IQError{Err: &stanza.StanzaError{Type: "auth", Condition: "not-authorized", Text: "the inner secret"}}
	fails := func(err error) func(handler.Event) (handler.Answer, error) {
		return func(handler.Event) (handler.Answer, error) { return handler.Answer{}, err }
	}
	for name, tt := range map[string]struct {
		answer func(handler.Event) (handler.Answer, error)
		want   string // in the reply, "" for none
		never  string
	}{
		"a result":                 {resultOf, `type="result"`, ""},
		"row 33: a condition":      {fails(forbidden), "<forbidden", "internal"},
		"row 33: its text":         {fails(forbidden), "not you", ""},
		"row 33: its extension":    {fails(forbidden), "<x xmlns='urn:ext'><y/></x>", ""},
		"row 34: a panic":          {func(handler.Event) (handler.Answer, error) { panic("ouch") }, "internal-server-error", "ouch"},
		"row 36: an inner error":   {fails(fmt.Errorf("asking the other one: %w", inner)), "internal-server-error", "inner"},
		"row 36: an inner timeout": {fails(&stanza.IQTimeout{After: time.Second}), "internal-server-error", "within"},
		"any other error":          {fails(errors.New("/etc/secret is missing")), "internal-server-error", "secret"},
		"pass":                     {func(handler.Event) (handler.Answer, error) { return handler.Pass(), nil }, "service-unavailable", ""},
		"silence":                  {func(handler.Event) (handler.Answer, error) { return handler.Silence(), nil }, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, p := online(t, Config{})
				responds(t, s, "mine", func(_ context.Context, e handler.Event) (handler.Answer, error) { return tt.answer(e) })
				p.Says(asks("a"))
				if tt.want != "" {
					got := p.Hears()
					if got.ID() != "a" || got.To() != romeo || !strings.Contains(got.XML(), tt.want) ||
						tt.never != "" && strings.Contains(got.XML(), tt.never) {
						t.Errorf("the answer is %s", got.XML())
					}
				}
				p.HearsNothing()
				if s.Status().State != Online {
					t.Error("the session went down")
				}
				if in := onlyAsked(t, s); in.State.Open() {
					t.Errorf("the request still counts as open: %+v", in)
				}
			})
		})
	}
}

// Row 35: nobody answers a result, so that a handler that fails over one sends nothing.
func TestAFailureOverAResultSendsNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		if err := s.Handle(handler.Callback("faulty", nil, func(handler.Event) { panic("ouch") })); err != nil {
			t.Fatal(err)
		}
		r := start(t, s, xmpptest.Get(t))
		p.Says(result(p.Hears().ID()))
		p.HearsNothing()
		if !ended(r) {
			t.Error("the reply was not taken")
		}
	})
}

// Row 37: of two responders that match one answers, and nobody answers a second time.
// Fault 7: a second answer is blocked.
func TestOneReplyOnly(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		for _, name := range []string{"first", "second"} {
			responds(t, s, name, func(_ context.Context, e handler.Event) (handler.Answer, error) { return resultOf(e) })
		}
		p.Says(asks("a"))
		if got := p.Hears(); got.Type() != stanza.Result {
			t.Errorf("the answer is %s", got.XML())
		}
		p.HearsNothing()
		if in := onlyAsked(t, s); in.By != "first" || in.State != exchange.Answered {
			t.Errorf("it was %+v", in)
		}

		reply := xmpptest.Result(t, xmpptest.Stanza(t, asks("a")))
		if _, err := s.SendStanza(reply); !errors.Is(err, ErrAnswered) {
			t.Errorf("a second one by hand: %v", err)
		}
		p.HearsNothing()
		if in := onlyAsked(t, s); in.Blocked != 1 {
			t.Errorf("blocked were %d", in.Blocked)
		}
		if !strings.Contains(notes(s), "a second reply") {
			t.Error("the log does not show it")
		}
		if _, err := s.SendRaw(reply); err != nil || p.Hears().ID() != "a" {
			t.Errorf("raw: %v", err)
		}
	})
}

func TestAReplyThatFitsNoRequestIsSentAsItIs(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		if _, err := s.SendStanza(xmpptest.Stanza(t, result("never-asked", `to="x.y"`))); err != nil {
			t.Fatal(err)
		}
		if p.Hears().ID() != "never-asked" {
			t.Error("it is another one")
		}
	})
}

func TestAnIDThatIsUsedTwiceIsAnsweredTwice(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		s.SetHold(Hold{On: true})
		p.Says(asks("a"))
		p.Says(asks("a"))
		for range 2 {
			reply := xmpptest.Result(t, xmpptest.Stanza(t, asks("a")))
			if _, err := s.SendStanza(reply); err != nil {
				t.Fatal(err)
			}
			p.Hears()
		}
		for _, in := range s.Incoming(nil) {
			if in.By != exchange.ByHand {
				t.Errorf("it is %+v", in)
			}
		}
	})
}

func TestASlowResponderLosesToAnAnswerByHand(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		responds(t, s, "slow", func(_ context.Context, e handler.Event) (handler.Answer, error) {
			time.Sleep(time.Minute)
			return resultOf(e)
		})
		p.Says(asks("a"))
		p.HearsNothing()
		if in := onlyAsked(t, s); in.State != exchange.Working {
			t.Errorf("it is %+v", in)
		}
		reply, err := iqbuilder.Error(iqbuilder.InReplyTo(xmpptest.Stanza(t, asks("a"))))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.SendStanza(reply); err != nil {
			t.Fatal(err)
		}
		if p.Hears().Type() != stanza.Error {
			t.Error("it was not ours")
		}
		time.Sleep(2 * time.Minute)
		p.HearsNothing()
		if in := onlyAsked(t, s); in.By != exchange.ByHand || in.Blocked != 1 {
			t.Errorf("it was %+v", in)
		}
	})
}

func TestADelayedAnswerKeepsItsResponderFree(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		responds(t, s, "late", func(_ context.Context, e handler.Event) (handler.Answer, error) {
			a, err := resultOf(e)
			return a.After(5 * time.Second), err
		})
		began := time.Now()
		for i := range 3 {
			p.Says(asks(fmt.Sprint(i)))
		}
		time.Sleep(5*time.Second - time.Millisecond)
		p.HearsNothing()
		time.Sleep(time.Millisecond)
		for range 3 {
			p.Hears()
		}
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

func TestHold(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		s.SetHold(Hold{On: true, For: 30 * time.Second})
		p.Says(`<iq type="get" id="a" from="` + romeo + `"><ping xmlns="urn:xmpp:ping"/></iq>`)
		p.HearsNothing()
		in := onlyAsked(t, s)
		if in.State != exchange.Held || in.Deadline.Sub(in.At) != 30*time.Second {
			t.Errorf("it is %+v", in)
		}
		if st := s.Status(); !st.Hold.On || st.Held != 1 || !st.NextHeld.Equal(in.Deadline) {
			t.Errorf("the status says %+v", st)
		}

		if !s.ExtendHeld(in.Serial, 10*time.Second) {
			t.Error("it cannot have more time")
		}
		time.Sleep(40*time.Second - time.Millisecond)
		p.HearsNothing()
		time.Sleep(time.Millisecond)
		if e := p.Hears().Err(); e == nil || e.Condition != "service-unavailable" {
			t.Errorf("when its time was up: %+v", e)
		}
		if in := onlyAsked(t, s); in.By != AnsweredByNobody || !in.Held || in.State != exchange.Answered {
			t.Errorf("it was %+v", in)
		}
		if s.ExtendHeld(in.Serial, time.Second) || s.Release(in.Serial) {
			t.Error("it is not over")
		}
	})
}

// Row 4: an answer by hand has the request's id, and waits for nothing itself.
func TestAHeldRequestIsAnsweredByHand(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		s.SetHold(Hold{On: true})
		p.Says(asks("a"))
		reply := xmpptest.Result(t, onlyAsked(t, s).Stanza, iqbuilder.WithPayload("<mine xmlns='u'/>"))
		if _, err := s.SendStanza(reply); err != nil {
			t.Fatal(err)
		}
		if got := p.Hears(); got.ID() != "a" || got.To() != romeo || got.Payload().Local != "mine" {
			t.Errorf("the answer is %s", got.XML())
		}
		time.Sleep(time.Hour)
		p.HearsNothing()
		in := onlyAsked(t, s)
		if in.By != exchange.ByHand || in.Reply == nil || in.ReplySeq == 0 || in.State != exchange.Answered {
			t.Errorf("it was %+v", in)
		}
		if len(s.Exchanges(nil)) != 0 {
			t.Error("something waits for an answer to the answer")
		}
	})
}

func TestReleaseLetsTheAutomaticErrorGo(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		s.SetHold(Hold{On: true, Match: handler.MustPath("iq@id=a")})
		p.Says(asks("b"))
		if p.Hears().ID() != "b" {
			t.Error("what does not match was held")
		}
		p.Says(asks("a"))
		p.HearsNothing()
		held := s.Incoming(nil)[1]
		if !s.Release(held.Serial) || p.Hears().ID() != "a" {
			t.Error("it was not released")
		}
	})
}

func TestARosterPushCountsFromOurServerOnly(t *testing.T) {
	for name, tt := range map[string]struct {
		from    string
		genuine bool
	}{
		"no from":         {``, true},
		"own bare JID":    {`from="juliet@example.com"`, true},
		"own bare, loud":  {`from="JULIET@example.com"`, true},
		"own full JID":    {`from="` + us + `"`, false},
		"own domain":      {`from="example.com"`, false},
		"somebody else":   {`from="` + romeo + `"`, false},
		"not an address":  {`from="@"`, false},
		"another's, bare": {`from="romeo@example.net"`, false},
	} {
		t.Run("row 65: "+name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, p := online(t, Config{})
				p.Says(`<iq type="set" id="p" ` + tt.from + `><query xmlns="jabber:iq:roster"><item jid="x@y"/></query></iq>`)
				got := p.Hears()
				e, _ := s.Journal().Get(onlyAsked(t, s).Seq)
				if tt.genuine {
					if got.Type() != stanza.Result || e.Verdict != "" {
						t.Errorf("the answer is %s, the verdict %q", got.XML(), e.Verdict)
					}
					return
				}
				if err := got.Err(); err == nil || err.Condition != "service-unavailable" || e.Verdict != stanza.VerdictForged {
					t.Errorf("the answer is %s, the verdict %q", got.XML(), e.Verdict)
				}
				p.HearsNothing()
			})
		})
	}
}

// Fault 9: carbons and results of an archive.
func TestForgedMessagesAreFlagged(t *testing.T) {
	carbon := `<body>hi</body><received xmlns="urn:xmpp:carbons:2"><forwarded xmlns="urn:xmpp:forward:0"/></received>`
	archived := `<result xmlns="urn:xmpp:mam:2" id="1"><forwarded xmlns="urn:xmpp:forward:0"/></result>`
	for name, tt := range map[string]struct {
		in     string
		forged bool
	}{
		"a carbon of our own":             {`<message from="juliet@example.com">` + carbon + `</message>`, false},
		"a carbon of somebody's":          {`<message from="` + romeo + `">` + carbon + `</message>`, true},
		"our archive":                     {`<message>` + archived + `</message>`, false},
		"somebody's archive":              {`<message from="` + romeo + `">` + archived + `</message>`, true},
		"an archive that was asked":       {`<message from="Room.example.net">` + archived + `</message>`, false},
		"a message that talks of carbons": {`<message from="` + romeo + `"><body>urn:xmpp:carbons:2</body></message>`, false},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, p := online(t, Config{})
				iq, err := iqbuilder.Set(iqbuilder.To("room.example.net"), iqbuilder.WithPayload("<query xmlns='urn:xmpp:mam:2'/>"))
				if err != nil {
					t.Fatal(err)
				}
				start(t, s, iq)
				p.Hears()
				p.Says(tt.in)
				e, _ := s.Journal().Get(s.Journal().Stats().Last)
				if got := e.Verdict == stanza.VerdictForged; got != tt.forged {
					t.Errorf("the verdict is %q", e.Verdict)
				}
			})
		})
	}
}

// Row 45: filters drop and rewrite, in and out, and a drop is shown.
func TestFilters(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		if err := s.Handle(handler.Filter("lose x", handler.MustPath("*@id=x"), func(handler.Event) *stanza.Stanza { return nil })); err != nil {
			t.Fatal(err)
		}
		if err := s.Handle(handler.Filter("rewrite", handler.MustPath("iq@dir=in@id=w"), func(handler.Event) *stanza.Stanza {
			return xmpptest.Stanza(t, `<iq type="get" id="w2" from="`+romeo+`"><q xmlns="u"/></iq>`)
		})); err != nil {
			t.Fatal(err)
		}

		r := start(t, s, xmpptest.Get(t, iqbuilder.ID("x")), WithTimeout(time.Minute))
		p.HearsNothing()
		var notSent *stanza.NotSent
		if _, err := r.Result(); !errors.As(err, &notSent) || !strings.Contains(err.Error(), "lose x") {
			t.Errorf("the dropped request ended as %v", err)
		}

		p.Says(asks("x"))
		p.HearsNothing()
		p.Says(asks("w"))
		if got := p.Hears(); got.ID() != "w2" {
			t.Errorf("answered was %s", got.XML())
		}
		text := notes(s)
		for _, want := range []string{`dropped by the filter "lose x"`, `"rewrite" put another in its place`, "not sent"} {
			if !strings.Contains(text, want) {
				t.Errorf("the log does not say %q:\n%s", want, text)
			}
		}
		s.Remove("lose x")
		p.Says(asks("x"))
		if p.Hears().ID() != "x" {
			t.Error("it is still dropped")
		}
	})
}

func TestADroppedReplyLeavesItsRequestWaiting(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		if err := s.Handle(handler.Filter("lose", handler.MustPath("iq@dir=in@type=result"), func(handler.Event) *stanza.Stanza { return nil })); err != nil {
			t.Fatal(err)
		}
		r := start(t, s, xmpptest.Get(t), WithTimeout(time.Second))
		p.Says(result(p.Hears().ID()))
		if ended(r) {
			t.Error("it ended")
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if v := r.Exchange(); v.Outcome != stanza.OutcomeTimeout {
			t.Errorf("it is %+v", v)
		}
	})
}

// Row 43: the next stanza that matches, within a time.
func TestWaitFor(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		go func() {
			time.Sleep(time.Second)
			p.Sends(`<message from="x.y" id="m"/>`)
		}()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		e, err := s.WaitFor(ctx, handler.MustPath("message"))
		if err != nil || e.Stanza.ID() != "m" {
			t.Errorf("got %v, %v", e, err)
		}
		began := time.Now()
		var timeout *handler.WaitTimeout
		if _, err := s.WaitFor(ctx, match.ID("never")); !errors.As(err, &timeout) || time.Since(began) != 2*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		if slices.ContainsFunc(s.Handlers(), func(i handler.Info) bool { return i.Kind == handler.KindWaiter }) {
			t.Error("a waiter stays")
		}
	})
}

// Row 44: what came before the reply is in the collector when Send returns.
func TestCollect(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		c, err := s.Collect(handler.MustPath("message"))
		if err != nil {
			t.Fatal(err)
		}
		r := start(t, s, xmpptest.Get(t))
		id := p.Hears().ID()
		var want []string
		for i := range 50 {
			p.Sends(fmt.Sprintf(`<message id="%d"/>`, i))
			want = append(want, fmt.Sprint(i))
		}
		p.Sends(result(id))
		<-r.Done()
		var got []string
		for _, e := range c.Stop() {
			got = append(got, e.Stanza.ID())
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		p.Says(`<message id="more"/>`)
		if len(c.Events()) != 50 {
			t.Error("it goes on after Stop")
		}
	})
}

func TestAnswersArePacedPerSender(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		began := time.Now()
		const rest = 3 * answer.Rate
		for i := range answer.Burst + rest {
			p.Says(asks(fmt.Sprint(i)))
		}
		p.Says(`<iq type="get" id="other" from="x.y"><q xmlns="u"/></iq>`)
		if got := len(p.Heard); got != answer.Burst+1 { // the burst, and the other sender's
			t.Errorf("%d were answered at once", got)
		}
		for len(p.Heard) < answer.Burst+rest+1 && time.Since(began) < time.Minute {
			time.Sleep(50 * time.Millisecond)
			synctest.Wait()
		}
		if took := time.Since(began); took < 2900*time.Millisecond || took > 3300*time.Millisecond {
			t.Errorf("the rest took %v", took)
		}
		if got := s.Status().Overflow; got != 0 {
			t.Errorf("%d were given up", got)
		}
	})
}

func TestWhatIsShownOfTheAskedIsBoundedInBytes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		large := strings.Repeat("x", 500_000)
		for i := range 100 {
			p.Says(fmt.Sprintf(`<iq type="get" id="%d" from="u%d@x.y"><q xmlns="u">%s</q></iq>`, i, i, large))
		}
		bytes := 0
		for _, in := range s.Incoming(nil) {
			bytes += len(in.Stanza.XML())
		}
		if bytes == 0 || bytes > (16<<20) {
			t.Errorf("%d bytes are kept", bytes)
		}
		reply, err := iqbuilder.Result(iqbuilder.ID("0"), iqbuilder.To("u0@x.y"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.SendStanza(reply); !errors.Is(err, ErrAnswered) {
			t.Errorf("what is shown no more is answered again: %v", err)
		}
	})
}

func TestWhoAnsweredIsInTheLog(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		p.Says(`<iq type="get" id="b" from="` + romeo + `"><ping xmlns="urn:xmpp:ping"/></iq>`)
		p.Hears()
		in := onlyAsked(t, s)
		request, _ := s.Journal().Get(in.Seq)
		reply, _ := s.Journal().Get(in.ReplySeq)
		if reply.Text != "answered by ping" || reply.Request != in.Seq || request.Reply != in.ReplySeq {
			t.Errorf("the log has %+v and %+v", request, reply)
		}
	})
}

func TestALostStreamTakesItsRequestsWithIt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		gone := make(chan struct{})
		responds(t, s, "slow", func(ctx context.Context, e handler.Event) (handler.Answer, error) {
			<-ctx.Done()
			close(gone)
			return resultOf(e)
		})
		p.Says(asks("a"))
		p.Conn.CloseNow()
		<-gone
		synctest.Wait()
		if in := onlyAsked(t, s); in.State != exchange.Lost {
			t.Errorf("it is %+v", in)
		}
		s.Remove("slow")
		next := connect(t, s)
		next.HearsNothing()
		next.Says(asks("b"))
		if next.Hears().ID() != "b" {
			t.Error("on the next stream nobody answers")
		}
		next.Conn.CloseNow()
		synctest.Wait()
	})
}

func TestAnAnswerSurvivesALossThatIsResumed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := managedOnline(t)
		responds(t, s, "slow", func(_ context.Context, e handler.Event) (handler.Answer, error) {
			time.Sleep(100 * time.Millisecond)
			return resultOf(e)
		})
		w.peer.Says(asks("a"))
		w.cut()
		time.Sleep(200 * time.Millisecond)
		synctest.Wait()
		if st := s.Status(); st.State != Lost {
			t.Fatalf("the connection is %s while the answer is made", st.State)
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if got := w.peer.Hears(); got.ID() != "a" || got.Type() != stanza.Result {
			t.Errorf("on the resumed stream came %s", got.XML())
		}
	})
}
