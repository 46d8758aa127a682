package e2e

import (
	"regexp"
	"testing"
)

// Fault 37: what is not well-formed.
func TestMalformedXMLIsRefusedWithItsPlaceAndKept(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at)
		p.writes("<iq type='get' id='q1'><q xmlns='x'></iq>")
		p.SendKeys("M-Enter")
		p.WaitFor("Not sent: 1:39:")
		p.WaitFor("✗ 1:39 ")
		p.WaitFor("<iq type='get' id='q1'><q xmlns='x'></iq>")
		p.sendsAfterThis("q2", "→ get +q1 ")
	})
}

// Fault 37: two stanzas, and what is no IQ that could be sent.
func TestAnIQAgainstTheRulesIsRefused(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, draft, said string }{
		{"no payload", "<iq type='get' id='q1'/>", "Not sent: 1:"},
		{"two payloads", "<iq type='set' id='q1'><a xmlns='x'/><b xmlns='x'/></iq>", "Not sent: 1:"},
		{"unknown type", "<iq type='ask' id='q1'><a xmlns='x'/></iq>", "Not sent: 1:"},
		{"two stanzas", "<iq type='get' id='q1'><a xmlns='x'/></iq><iq/>", "Not sent: 1:"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := tryOut(t, narrow)
			p.writes(row.draft)
			p.SendKeys("M-Enter")
			p.WaitFor(row.said)
			p.WaitFor(row.draft)
			p.sendsAfterThis("q2", "→ [a-z]+ +q1 ")
		})
	}
}

// Fault 34: a paste sends nothing.
func TestPastingAStanzaNeverSendsIt(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at)
		p.SendKeys("M-a")
		p.Paste("<iq type='get' id='q1' to='echo@bots.demo.localhost'>\n  <ping xmlns='urn:xmpp:ping'/>\n</iq>\n\n")
		p.WaitFor("get ping → echo@bots.demo.localhost")
		p.WaitFor("</iq>")
		p.sendsAfterThis("q2", "→ get +q1 ")
	})
}

// sendsAfterThis sends a ping, and then asserts that the log has no line like the one given. As
// what is sent goes out in the order of the keys, it would be there by then.
func (p *person) sendsAfterThis(id, unwanted string) {
	p.t.Helper()
	p.asks(id, "echo"+bots)
	p.waitsForRow(id, `✓ result`)
	p.SendKeys("M-3")
	p.shows("3 Log", `→ get +`+id+` `)
	p.hides("3 Log", unwanted)
}

func TestWhatIsTypedIsWhatIsSent(t *testing.T) {
	const draft = `<iq  type='get' id="q&amp;1"><é xmlns='x'>&lt;</é ></iq>`
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at)
		p.writes(draft)
		p.SendKeys("M-Enter")
		p.waitsForRow("q&1", `✗ `)
		p.SendKeys("M-3", "v")
		p.shows("3 Log", `← error`)
		p.selects(`→ get +q&1`)
		p.SendKeys("Enter", "M-4")
		p.inspects("raw")
		p.shows("4 Inspect", regexp.QuoteMeta(draft))
		p.leaves()
	})
}
