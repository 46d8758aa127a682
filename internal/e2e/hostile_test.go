package e2e

import (
	"strings"
	"testing"
	"unicode/utf8"

	"iqscope/internal/realserver"
)

// Characters that XML allows and a terminal or a reader must never get as they are: 8-bit CSI and
// its like, carriage return, overriding direction, invisible joins.
const hostile = "\u009b\u0085\u009d\u202e\u2066\u200d\u00ad"

// Fault 32, to the bytes on the terminal.
func TestAHostileAnswerReachesTheTerminalOnlyAsPictures(t *testing.T) {
	evil := hostile + "31mred&#13;&#9;" + strings.Repeat("\u0301", 50)
	atBothSizes(t, func(t *testing.T, at size) {
		server := realserver.SharedProsody(t)
		server.Component(t, func(c *realserver.Component, request realserver.Stanza) {
			switch request.ID {
			case "q1":
				c.Send(`<iq type="result" id="q1" from="%[1]s" to="%[2]s"><q xmlns="urn:%[3]s"><a b="%[3]s">%[3]s</a></q></iq>`,
					request.To, request.From, evil)
			case "q2":
				c.Send(`<iq type="error" id="q2" from="%s" to="%s"><error type="cancel"><forbidden xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/>`+
					`<text xmlns="urn:ietf:params:xml:ns:xmpp-stanzas">%s</text></error></iq>`, request.To, request.From, evil)
			}
		})
		p := logIn(t, at, server)
		p.asks("q1", server.ComponentHost)
		p.waitsForRow("q1", `✓ result`)
		p.SendKeys("M-2")
		p.shows("2 Pending", `<U\+009B>`)
		p.SendKeys("Enter", "M-4", "l") // the inspector's other views
		p.shows("4 Inspect", `<U\+202E>`)
		p.SendKeys("l")
		p.asks("q2", server.ComponentHost)
		p.waitsForRow("q2", `✗ forbidden`)
		p.SendKeys("M-2")
		p.shows("2 Pending", `<U\+009B>`)
		p.SendKeys("M-3", "v")
		p.selects(`← result +q1`)
		p.leaves()

		output := string(p.Output())
		for _, character := range hostile {
			if strings.ContainsRune(output, character) {
				t.Errorf("the terminal got %U as it is", character)
			}
		}
		if !utf8.ValidString(output) {
			t.Error("the terminal got bytes that are no UTF-8, and may be 8-bit controls")
		}
		if n := strings.Count(output, "\u0301"); n > 1000 {
			t.Errorf("the terminal got %d combining marks", n)
		}
	})
}
