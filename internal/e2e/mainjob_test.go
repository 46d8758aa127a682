package e2e

import (
	"regexp"
	"strings"
	"testing"
)

// discoRow is the row of the draft that waits at the start, once it was sent and answered, with the
// time that took.
const discoRow = ` +get disco#info → \S+ +✓ result +([\d.]+ m?s)`

func TestAPersonWithoutAnAccountAsksTheBuiltInServerByOneKey(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"M-Enter", "F5"} {
		t.Run(key, func(t *testing.T) {
			atBothSizes(t, func(t *testing.T, at size) {
				p := sitDown(t, at, nil)
				p.WaitMatch(`juliet@demo\.localhost/\S+ +● online .*built-in server`)
				p.WaitFor("get disco#info → demo.localhost")
				p.WaitFor("<query xmlns='http://jabber.org/protocol/disco#info'/>")
				p.WaitFor("✓ well-formed")

				p.SendKeys(key)
				p.WaitMatch(discoRow)

				p.SendKeys("M-2")
				p.shows("2 Pending", `▸ \S+`+discoRow)
				p.shows("2 Pending", `(?s)✓ result.*   <iq .*     <query .*       <identity category='server'`)

				p.SendKeys("M-2", "Enter", "z") // into the inspector, with room for all of it
				p.shows("4 Inspect", `← result ·(?: \d+–\d+ of \d+ ·)? [\d.]+ m?s · [\d.,]+ k?B`)
				p.inspects("xml")
				p.shows("4 Inspect", `<iq(?s:.*)<query (?s:.*)<feature var='urn:xmpp:ping'/>`)
				p.SendKeys("End")
				p.shows("4 Inspect", `<feature (?s:.*)</query>(?s:.*)</iq>`)
				p.SendKeys("z")

				p.SendKeys("M-3", "v")
				p.shows("3 Log", `→ get +\S+ +demo\.localhost +disco#info`)
				p.shows("3 Log", `← result +\S+ +demo\.localhost +disco#info +[\d.]+ m?s`)
				p.leaves()
			})
		})
	}
}

func TestTheReplyIsHighlighted(t *testing.T) {
	// Between the parts of the line stand changes of colour, written in tmux's own way.
	coloured := regexp.MustCompile(`identity[^\n]*\x1b\[[0-9;]*m[^\n]*category[^\n]*\x1b\[[0-9;]*m[^\n]*server`)
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at)
		p.SendKeys("M-Enter", "M-2")
		p.WaitFor("<identity category='server'")
		p.WaitUntil("colours in the reply", func(string) bool { return coloured.MatchString(p.Raw()) })
		p.leaves()
	})
}

func TestTheReadyDraftCanBeSentAgain(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at)
		p.SendKeys("M-Enter", "F5", "M-Enter", "M-2")
		p.shows("2 Pending", `3 ended`)
		p.leaves()
	})
}

func TestAPresenceIsOneKeyAway(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at)
		p.SendKeys("M-3")
		if log := p.pane("3 Log"); strings.Contains(log, "presence") {
			t.Errorf("a presence was sent unasked:\n%s", log)
		}
		p.SendKeys("P")
		p.shows("3 Log", `→ presence`)
		p.shows("3 Log", `← presence`)
		p.leaves()
	})
}
