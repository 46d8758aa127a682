package e2e

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"iqscope/internal/realserver"
)

// Row 68 of docs/acceptance-rows.md, and the other requests that are answered unless somebody
// switches that off.
func TestAnotherClientIsToldWhatEveryClientIsAsked(t *testing.T) {
	const features = "http://jabber.org/protocol/disco#"
	onEachServer(t, func(t *testing.T, server *realserver.Server) {
		p := logIn(t, narrow, server, "--resource", "scope")
		b := bob(t, server)
		ask := func(id, payload string) reply {
			t.Helper()
			b.sends(id, scope, "get", payload)
			got := b.hears(scope)
			if got.Type != "result" || got.From != scope {
				t.Errorf("%s: bob got %+v, want a result", payload, got)
			}
			return got
		}
		has := func(got reply, parts ...string) {
			t.Helper()
			for _, part := range parts {
				if !regexp.MustCompile(part).MatchString(got.XML) {
					t.Errorf("%s is not in %s", part, got.XML)
				}
			}
		}

		if got := ask("a1", "<ping xmlns='urn:xmpp:ping'/>"); strings.Contains(got.XML, "<ping") {
			t.Errorf("a ping's result is empty (XEP-0199 §4.1), and bob got %s", got.XML)
		}
		got := ask("a2", "<query xmlns='jabber:iq:version'/>")
		has(got, "<name>iqscope</name>")
		if strings.Contains(got.XML, "<os>") {
			t.Errorf("the operating system is told unasked: %s", got.XML)
		}

		got = ask("a3", "<time xmlns='urn:xmpp:time'/>")
		has(got, `<tzo>[+-]\d\d:\d\d</tzo>`)
		if utc := regexp.MustCompile(`<utc>(.*)</utc>`).FindStringSubmatch(got.XML); utc == nil {
			t.Errorf("no time in %s", got.XML)
		} else if at, err := time.Parse("2006-01-02T15:04:05Z", utc[1]); err != nil || time.Since(at).Abs() > time.Minute {
			t.Errorf("the time is %s (%v)", utc[1], err)
		}

		has(ask("a4", "<query xmlns='"+features+"info'/>"),
			`<identity [^>]*category="client"`,
			`<feature var="urn:xmpp:ping"`, `<feature var="jabber:iq:version"`, `<feature var="urn:xmpp:time"`, `<feature var="`+features+`info"`)
		b.sends("a5", scope, "get", "<query xmlns='"+features+"info' node='urn:example:caps#q1'/>")
		if got := b.hears(scope); got.Error != "cancel" || got.Condition != "item-not-found" {
			t.Errorf("a node that is not there: bob got %+v", got)
		}
		p.SendKeys("C-g")
		p.WaitFor(" Handlers ") // before it has opened, keys go elsewhere
		p.SendKeys("Down", "Down")
		p.WaitMatch(`▸ +3 on +disco#info .* 2 `)
		p.leaves()
	})
}

// Row 65 of docs/acceptance-rows.md.
func TestARosterPushThatAnotherUserForgesIsRefusedAndMarked(t *testing.T) {
	atBothSizesOnEachServer(t, func(t *testing.T, at size, server *realserver.Server) {
		p := logIn(t, at, server, "--resource", "scope")
		b := bob(t, server)
		b.sends("p1", scope, "set", "<query xmlns='jabber:iq:roster'><item jid='mallory@localhost' subscription='both'/></query>")
		if got := b.hears(scope); got.Error != "cancel" || got.Condition != "service-unavailable" {
			t.Errorf("bob got %+v, want service-unavailable", got)
		}
		p.SendKeys("M-3", "v")
		p.shows("3 Log", `← set +p1 +bob@\S+ .*! forged`)
		p.shows("3 Log", `→ error +p1 +bob@`)
		p.leaves()
	})
}
