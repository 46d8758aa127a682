package session_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"iqscope/internal/realserver"
	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/handler"
	"iqscope/session/journal"
	"iqscope/session/match"
)

// subject is a line of the log as matchers see it.
func subject(e journal.Entry) match.Subject {
	return match.NewSubject(match.Facts{Stanza: e.Stanza, Dir: e.Dir, Verdict: e.Verdict, Outcome: e.Outcome, RTT: e.RTT, Note: e.Text})
}

// Rows 46 to 52 on live traffic: what a component sends, and which of it each
// matcher picks.
func TestRowsOfMatching(t *testing.T) {
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		c := server.Component(t, func(*realserver.Component, realserver.Stanza) {})
		s := login(t, server, "alice")
		keys := match.KeyMap{"custom_xep": {
			Name: stanza.Name{Space: customNS, Local: "query"}, Fields: map[string]stanza.Name{"note": {Space: customNS, Local: "note"}},
			Lists: map[string]match.Payload{"entries": {Name: stanza.Name{Space: customNS, Local: "entry"}}},
		}}
		path := func(p string) handler.Matcher { return handler.MustPath(p, keys) }
		xpath := func(p string) handler.Matcher {
			x, err := match.XPath(p)
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		mask := func(p string) handler.Matcher {
			x, err := match.Mask(p)
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		fromA := xmpptest.JID(t, "a@"+c.Host+"/r")

		// What comes, by its id: get, set, list, message, ping.
		const all = "g s l m p"
		traffic := []string{
			`<iq type="get" id="g" from="a@%[1]s/r" to="%[2]s"><query xmlns="custom-xep"/></iq>`,
			`<iq type="set" id="s" from="b@%[1]s" to="%[2]s"><query xmlns="custom-xep"><note>hello you</note></query></iq>`,
			`<iq type="set" id="l" from="a@%[1]s" to="%[2]s"><query xmlns="custom-xep" flag="true"><entry n="1" uri="http://a.b/c?d=e"/><entry n="2"><deep/></entry></query></iq>`,
			`<message id="m" from="a@%[1]s/r" to="%[2]s"><body>hello there</body></message>`,
			`<iq type="get" id="p" from="b@%[1]s" to="%[2]s"><ping xmlns="urn:xmpp:ping"/></iq>`,
		}
		rows := []struct {
			row  string
			m    handler.Matcher
			want string
		}{
			{"row 46: id", match.ID("g"), "g"},
			{"row 46: id and sender", match.IDFrom("g", fromA), "g"},
			{"row 46: type", match.Type(stanza.Set), "s l"},
			{"row 46: sender", match.From(fromA), "g m"},
			{"row 46: sender's account", match.FromBare(fromA), "g l m"},
			{"row 46: sender's domain", match.FromDomain(fromA), all},
			{"row 46: payload", match.PayloadName(stanza.Name{Space: customNS, Local: "query"}), "g s l"},
			{"row 47: the page's path", path("iq/custom_xep"), "g s l"},
			{"row 47: the page's path with type", path("iq@type=get/custom_xep"), "g"},
			{"row 47: a key alone", path("custom_xep"), "g s l"},
			{"row 47: a field's text", path(`custom_xep@note~="YOU"`), "s"},
			{"row 47: a list item", path("iq/custom_xep/entries@n=2"), "l"},
			{"row 47: a flag", path("custom_xep@flag"), "l"},
			{"row 47: nested", path("iq/custom_xep/entries/deep"), "l"},
			{"row 47: any depth", path("iq//deep"), "l"},
			{"row 47: a namespace", path("iq/{urn:xmpp:ping}*"), "p"},
			{"row 47: text", path(`~"HELLO"`), "s m"},
			{"row 48: an address", path(`*@from="a@` + c.Host + `/r"`), "g m"},
			{"row 48: a URL", path(`custom_xep/entries@uri="http://a.b/c?d=e"`), "l"},
			{"row 48: a bool", path("custom_xep@flag=true"), "l"},
			{"row 48: unlike", path("iq@type!=get"), "s l"},
			{"row 50: XPath with a step", xpath("/iq/{custom-xep}query"), "g s l"},
			{"row 50: XPath with a value", xpath("/iq[@type='get']"), "g p"},
			{"row 50: XPath by place", xpath("/iq/{custom-xep}query/{custom-xep}entry[2]/{custom-xep}deep"), "l"},
			{"row 50: XPath by text", xpath("//{custom-xep}note[.='hello you']"), "s"},
			{"row 51: a mask", mask("<iq xmlns='jabber:client' type='set'><query xmlns='custom-xep'/></iq>"), "s l"},
			{"row 51: a mask with two children", mask("<iq xmlns='jabber:client'><query xmlns='custom-xep'><entry/><entry n='1'/></query></iq>"), "l"},
			{"row 51: a mask with text", mask("<iq xmlns='jabber:client'><query xmlns='custom-xep'><note>hello you</note></query></iq>"), "s"},
			{"row 52: and", path("iq@type=set and custom_xep@flag"), "l"},
			{"row 52: or", path("message or ping"), "m p"},
			{"row 52: not", path("not iq"), "m"},
			{"row 52: all of them", path("(message or iq@type=set) and not custom_xep@note"), "l m"},
		}
		collectors := make([]*handler.Collector, len(rows))
		for i, row := range rows {
			var err error
			if collectors[i], err = s.Collect(match.And(match.Dir(stanza.In), row.m.(*match.Expr))); err != nil {
				t.Fatal(err)
			}
		}
		for _, xml := range traffic {
			c.Send(xml, c.Host, s.Status().JID)
		}
		logged(t, s, "the last one", func(e journal.Entry) bool { return e.Dir == stanza.In && e.Stanza.ID() == "p" })
		answered(t, s, "p")
		for i, row := range rows {
			t.Run(row.row, func(t *testing.T) {
				var got []string
				for _, e := range collectors[i].Stop() {
					if slices.Contains(strings.Fields(all), e.Stanza.ID()) {
						got = append(got, e.Stanza.ID())
					}
				}
				if strings.Join(got, " ") != row.want {
					t.Errorf("%s picks %v, want %s", row.m, got, row.want)
				}
			})
		}

		// Patterns are entered while the stream is at work: a collector gathers, a request waits,
		// another is answered.
		for bad, at := range map[string]int{"iq@type=": 8, "iq@a=b=c": 6, "iq@from=b@h": 8} {
			t.Run("row 49: "+bad, func(t *testing.T) {
				gathering, err := s.Collect(path("iq@dir=in@type=result"))
				if err != nil {
					t.Fatal(err)
				}
				waits := begin(t, s, ping(t, iqbuilder.To(c.Host)), session.NoTimeout())
				x, err := match.Compile(bad, keys)
				var refused *match.SyntaxError
				if !errors.As(err, &refused) || refused.Pos != at {
					t.Errorf("it is read as %v, %+v, want a refusal at %d", x, refused, at)
				}
				other := ping(t, iqbuilder.To("localhost"))
				if _, err := s.Send(t.Context(), other); err != nil {
					t.Errorf("behind it a ping: %v", err)
				}
				if !waits.Exchange().InFlight() || s.Status().State != session.Online || s.Status().Loss != nil {
					t.Errorf("what waits is %q, and the stream %s", waits.Exchange().Outcome, s.Status().State)
				}
				// The observers see a reply a moment after who waits for it.
				answers := func() (n int) {
					for _, e := range gathering.Events() {
						if e.Stanza.ID() == other.ID() {
							n++
						}
					}
					return n
				}
				for began := time.Now(); answers() == 0 && time.Since(began) < soon; {
					time.Sleep(time.Millisecond)
				}
				gathering.Stop()
				if n := answers(); n != 1 {
					t.Errorf("the ping's result was gathered %d times", n)
				}
				waits.Cancel()
			})
		}
	})
}

// answered waits until the request of this id has our answer in the log: then
// everything that came before it has been seen by all.
func answered(t *testing.T, s *session.Session, id string) {
	t.Helper()
	logged(t, s, "an answer to "+id, func(e journal.Entry) bool { return e.Dir == stanza.Out && e.Stanza.ID() == id })
}

// Row 45, on live traffic: dropped before it is matched, and before it is sent.
func TestFiltersOnLiveTraffic(t *testing.T) {
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		alice, bob := login(t, server, "alice"), login(t, server, "bob")
		to := iqbuilder.To(alice.Status().JID.String())
		handles(t, alice,
			handler.Filter("in", handler.MustPath("iq@dir=in@id=lost"), func(handler.Event) *stanza.Stanza { return nil }),
			handler.Filter("out", handler.MustPath("iq@dir=out@id=kept"), func(handler.Event) *stanza.Stanza { return nil }),
			handler.Filter("rewrite", handler.MustPath("iq@dir=out/{jabber:iq:version}query"), func(e handler.Event) *stanza.Stanza {
				again, err := iqbuilder.Change(e.Stanza, iqbuilder.WithPayload("<query xmlns='jabber:iq:version'><name>somebody else</name></query>"))
				if err != nil {
					t.Error(err)
				}
				return again
			}))
		r := begin(t, bob, ping(t, to, iqbuilder.ID("lost")), session.NoTimeout())
		got, err := bob.Send(t.Context(), xmpptest.Get(t, to, iqbuilder.WithQuery("jabber:iq:version")))
		if err != nil || !strings.Contains(got.XML(), "somebody else") {
			t.Errorf("row 45: rewritten came %v, %v", got, err)
		}
		if !r.Cancel() {
			t.Errorf("row 45: the dropped request was answered: %+v", r.Exchange())
		}
		_, err = alice.Send(t.Context(), ping(t, iqbuilder.ID("kept")))
		if err == nil || !strings.Contains(err.Error(), `filter "out"`) {
			t.Errorf("row 45: the kept one: %v", err)
		}
		for _, want := range []string{`dropped by the filter "in"`, `dropped by the filter "out"`} {
			logged(t, alice, want, func(e journal.Entry) bool { return strings.Contains(e.Text, want) })
		}
	})
}

// Rows 30 and 59: what is malformed is flagged and answered as far as it can be. Each goes both
// ways, from a client to us as a component, and from a component to us as a client. A server keeps
// some of it to itself: shown says where it does not, as "Prosody to component". All cells, and a
// bad from, which no server hands on, are played in TestWhatIsMalformedIsFlaggedAndAnsweredOnce.
func TestMalformedIQs(t *testing.T) {
	const toComponent, toClient = " to component", " to client"
	most := []string{"Prosody" + toClient, "ejabberd" + toClient, "ejabberd" + toComponent}
	all, one := append([]string{"Prosody" + toComponent}, most...), most[:1]
	rows := []struct {
		name, xml, condition string
		flagged              bool
		shown                []string
	}{
		{"row 59: two payloads", `<iq type="get" id="%s"%s><a xmlns="u"/><b xmlns="u"/></iq>`, "bad-request", false, most},
		{"row 59: no payload", `<iq type="get" id="%s"%s/>`, "bad-request", false, most},
		{"row 59: an unknown type", `<iq type="query" id="%s"%s><a xmlns="u"/></iq>`, "bad-request", true, one},
		{"row 59: no type", `<iq id="%s"%s><a xmlns="u"/></iq>`, "bad-request", true, one},
		{"row 59: an error without its element", `<iq type="error" id="%s"%s/>`, "", true, most},
		{"row 59: white space", "<iq type='get' id='%s'%s>\n \t<a xmlns='u'/>\n</iq>", "service-unavailable", false, all},
		{"row 30: no id", `<iq type="get"%.0s%s><noid xmlns="u"/></iq>`, "service-unavailable", true, one},
	}
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		alice := login(t, server, "alice")
		for _, way := range []string{toComponent, toClient} {
			t.Run("from one"+way, func(t *testing.T) {
				receiver := alice
				var send func(t *testing.T, xml, behind string)
				attributes := ""
				if way == toComponent {
					receiver = asComponent(t, server)
					bot := "bot@" + server.ComponentHost
					attributes = ` to="` + bot + `"`
					send = func(t *testing.T, xml, behind string) {
						raw := xmpptest.StanzaIn(t, alice.Scope(), xml)
						if _, err := alice.SendRaw(raw); err != nil {
							t.Fatal(err)
						}
						await(t, begin(t, alice, ping(t, iqbuilder.To(bot), iqbuilder.ID(behind))))
					}
				} else {
					c := server.Component(t, func(*realserver.Component, realserver.Stanza) {})
					attributes = fmt.Sprintf(` from="%s" to="%s"`, c.Host, alice.Status().JID)
					send = func(_ *testing.T, xml, behind string) {
						c.Send("%s", xml)
						c.Send(`<iq type="get" id="%s"%s><ping xmlns="urn:xmpp:ping"/></iq>`, behind, attributes)
					}
				}
				for i, row := range rows {
					t.Run(row.name, func(t *testing.T) {
						id := fmt.Sprintf("m%d%s", i, strings.ReplaceAll(way, " ", "-"))
						// What it does with the ping behind it comes after what it does with this.
						send(t, fmt.Sprintf(row.xml, id, attributes), "behind-"+id)
						answered(t, receiver, "behind-"+id)
						came := checkMalformed(t, receiver, row.xml, id, row.condition, row.flagged)
						if !came && slices.Contains(row.shown, server.Product+way) {
							t.Errorf("it did not come through %s", server.Product)
						}
						t.Logf("%s%s lets it through: %v", server.Product, way, came)
					})
				}
			})
		}
	})
}

// checkMalformed looks for what became of an IQ, and returns false if the server kept it: whether
// it was flagged, and answered once with the condition, or not at all if there is none.
func checkMalformed(t *testing.T, s *session.Session, xml, id, condition string, flagged bool) bool {
	t.Helper()
	hasID := strings.Contains(xml, "id=")
	arrived, ok := find(s, func(e journal.Entry) bool {
		if e.Dir != stanza.In || e.Stanza.Kind() != stanza.IQ {
			return false
		}
		return hasID && e.Stanza.ID() == id || !hasID && !e.Stanza.HasID() && e.Stanza.IsRequest() && e.Stanza.Payload().Local == "noid"
	})
	if !ok {
		return false
	}
	if (arrived.Verdict != "") != flagged {
		t.Errorf("its verdict is %q", arrived.Verdict)
	}
	var replies []*stanza.Stanza
	for _, e := range s.Journal().Window(nil, arrived.Seq, 1_000_000) {
		if e.Dir == stanza.Out && e.Request == arrived.Seq {
			replies = append(replies, e.Stanza)
		}
	}
	switch {
	case condition == "" && len(replies) > 0:
		t.Errorf("it was answered: %s", replies[0].XML())
	case condition == "":
	case len(replies) != 1:
		t.Errorf("it was answered %d times", len(replies))
	case replies[0].Err() == nil || replies[0].Err().Condition != condition || replies[0].HasID() != hasID:
		t.Errorf("the answer is %s", replies[0].XML())
	}
	return true
}
