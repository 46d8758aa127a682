package session_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"iqscope/internal/realserver"
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
		fromA, err := stanza.ParseJID("a@" + c.Host + "/r")
		if err != nil {
			t.Fatal(err)
		}

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

		for _, bad := range []string{"iq@type=", "iq@a=b=c", "iq@from=b@h"} {
			t.Run("row 49: "+bad, func(t *testing.T) {
				if x, err := match.Compile(bad, keys); err == nil {
					t.Errorf("it is read as %s", x)
				}
				if s.Status().State != session.Online {
					t.Error("the stream is gone")
				}
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
		got, err := bob.Send(t.Context(), ask(t, to, iqbuilder.WithQuery("jabber:iq:version")))
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

// Rows 30 and 59: what is malformed is flagged and answered as far as it can be.
// Each goes both ways, from a client to us as a component, and from a component to
// us as a client; a server that thinks it wrong may keep it, and then that is what
// is shown. That the session sees to each of them is in TestARequestThatNobodyServesGetsItsOneError.
func TestMalformedIQs(t *testing.T) {
	rows := []struct{ name, xml, condition string }{
		{"row 59: two payloads", `<iq type="get" id="m1"%s><a xmlns="u"/><b xmlns="u"/></iq>`, "bad-request"},
		{"row 59: no payload", `<iq type="get" id="m2"%s/>`, "bad-request"},
		{"row 59: an unknown type", `<iq type="query" id="m3"%s><a xmlns="u"/></iq>`, ""},
		{"row 59: no type", `<iq id="m4"%s><a xmlns="u"/></iq>`, ""},
		{"row 59: an error without its element", `<iq type="error" id="m5"%s/>`, ""},
		{"row 59: white space", "<iq type='get' id='m6'%s>\n \t<a xmlns='u'/>\n</iq>", "service-unavailable"},
		{"row 30: no id", `<iq type="get"%s><noid xmlns="u"/></iq>`, "service-unavailable"},
	}
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		alice := login(t, server, "alice")
		t.Run("to a component", func(t *testing.T) {
			c := asComponent(t, server)
			bot := "bot@" + server.ComponentHost
			for _, row := range rows {
				t.Run(row.name, func(t *testing.T) {
					raw, err := stanza.Parse(fmt.Sprintf(row.xml, ` to="`+bot+`"`), alice.Scope())
					if err != nil {
						t.Fatal(err)
					}
					if _, err := alice.SendRaw(raw); err != nil {
						t.Fatal(err)
					}
					if _, err := alice.Send(t.Context(), ping(t, iqbuilder.To(bot))); err != nil { // dealt with in order
						t.Fatalf("behind it: %v", err)
					}
					checkMalformed(t, server, c, raw.ID(), row.condition)
				})
			}
		})
		t.Run("to a client", func(t *testing.T) {
			c := server.Component(t, func(*realserver.Component, realserver.Stanza) {})
			for i, row := range rows {
				t.Run(row.name, func(t *testing.T) {
					xml := strings.Replace(row.xml, `id="m`, `id="c`, 1)
					c.Send(xml, fmt.Sprintf(` from="%s" to="%s"`, c.Host, alice.Status().JID))
					behind := fmt.Sprintf("behind-%d", i)
					c.Send(`<iq type="get" id="%s" from="%s" to="%s"><ping xmlns="urn:xmpp:ping"/></iq>`, behind, c.Host, alice.Status().JID)
					answered(t, alice, behind)
					id := ""
					if strings.Contains(row.xml, "id=") {
						id = fmt.Sprintf("c%d", i+1)
					}
					checkMalformed(t, server, alice, id, row.condition)
				})
			}
		})
	})
}

// checkMalformed looks for what became of an IQ, if the server let it through:
// flagged if nothing can be answered, else answered once with the condition.
func checkMalformed(t *testing.T, server *realserver.Server, s *session.Session, id, condition string) {
	t.Helper()
	arrived, ok := find(s, func(e journal.Entry) bool {
		return e.Dir == stanza.In && e.Stanza.Kind() == stanza.IQ && (id != "" && e.Stanza.ID() == id || id == "" && e.Stanza.IsRequest() && e.Stanza.Payload().Local == "noid")
	})
	t.Logf("%s lets it through: %v, %q", server.Product, ok, arrived.Verdict)
	if !ok {
		return
	}
	if (condition == "" || id == "") && arrived.Verdict == "" {
		t.Error("it is not flagged")
	}
	var replies []journal.Entry
	for _, e := range s.Journal().Window(nil, 1, 1_000_000) {
		if e.Dir == stanza.Out && e.Request == arrived.Seq {
			replies = append(replies, e)
		}
	}
	switch {
	case condition == "" && len(replies) > 0:
		t.Errorf("it was answered: %s", replies[0].Stanza.XML())
	case condition == "":
	case len(replies) != 1:
		t.Errorf("it was answered %d times", len(replies))
	case replies[0].Stanza.Err() == nil || replies[0].Stanza.Err().Condition != condition || replies[0].Stanza.HasID() != (id != ""):
		t.Errorf("the answer is %s", replies[0].Stanza.XML())
	}
}
