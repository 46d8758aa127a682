package e2e

import (
	"fmt"
	"testing"

	"iqscope/internal/realserver"
)

// Row 15 of docs/acceptance-rows.md: with a hundred requests in flight the screen does what it does
// otherwise.
func TestTheScreenIsUsableWithAHundredInFlight(t *testing.T) {
	onEachServer(t, func(t *testing.T, server *realserver.Server) {
		_, release := heldBack(t, server)
		p := logIn(t, wide, server, "--timeout", long.String())
		p.asks("h0", server.ComponentHost)
		p.WaitFor(" 1 pending")
		// The same again, with an id of its own each, as fast as a person holds the key down.
		p.SendKeys("M-2")
		for sent := 1; sent < 98; sent++ {
			p.SendKeys("r")
			if sent%10 == 7 {
				p.WaitFor(fmt.Sprintf(" %d pending", sent+1))
			}
		}
		for i := 98; i < 100; i++ {
			p.asks(fmt.Sprint("h", i), server.ComponentHost)
			p.WaitFor(fmt.Sprintf(" %d pending", i+1))
		}
		p.SendKeys("F1")
		p.WaitFor("Keys: Compose")
		p.SendKeys("Escape")
		p.WaitGone("Keys: Compose")
		p.asks("q", "localhost")
		p.waitsForRow("q", `✓ result`)
		p.SendKeys("M-2")
		p.shows("2 Pending", `▸ q `)
		p.SendKeys("Down")
		p.shows("2 Pending", `▸ h99 `)
		p.SendKeys("X")
		p.WaitFor(" 99 pending")
		p.SendKeys("M-3")
		p.selects(`→ get +h98 `)
		release()
		p.WaitFor("101 ended")
		p.SendKeys("M-2")
		p.shows("2 Pending", `h99 .*cancelled +late by`)
		p.shows("2 Pending", `h98 .*✓ result`)
		p.leaves()
	})
}

// Row 56 of docs/acceptance-rows.md: a payload that the program knows nothing of is shown as the
// tree that it is.
func TestAnUnknownPayloadIsShownAsATree(t *testing.T) {
	const odd = `<odd xmlns='urn:example:odd' a='1 &lt; 2'>x<p:b xmlns:p='urn:example:other'><c/>y</p:b></odd>`
	atBothSizesOnEachServer(t, func(t *testing.T, at size, server *realserver.Server) {
		p := logIn(t, at, server)
		for _, request := range []struct{ id, kind, payload string }{
			{"o1", "set", odd}, {"o2", "get", "<odd xmlns='urn:example:odd'/>"},
		} {
			p.writes("<iq type='" + request.kind + "' id='" + request.id + "'><query xmlns='jabber:iq:private'>" + request.payload + "</query></iq>")
			p.SendKeys("M-Enter")
			p.waitsForRow(request.id, `✓ result`)
		}
		p.SendKeys("M-2")
		p.shows("2 Pending", `▸ o2 `)
		p.SendKeys("Enter", "M-4", "z")
		p.inspects("fields")
		p.shows("4 Inspect", `query \{jabber:iq:private\} .*\n`+
			`. +odd \{urn:example:odd\}  a="1 < 2" .*\n`+
			`. +x .*\n`+
			`. +b \{urn:example:other\} .*\n`+
			`. +c \{urn:example:odd\} .*\n`+
			`. +y `)
		p.inspects("raw")
		p.shows("4 Inspect", `1 &lt; 2`)
		p.leaves()
	})
}
