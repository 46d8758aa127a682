package e2e

import (
	"regexp"
	"strings"
	"testing"

	"iqscope/internal/realserver"
)

// logRow is a line of the log with a stanza in it: its direction, kind and id.
var logRow = regexp.MustCompile(`\d\d:\d\d:\d\d(?:\.\d{3})? ([→←]) ([a-z/-]+) +(\S*)`)

// logged are the rows of the log that are in sight, each as direction, kind and id.
func (p *person) logged() string {
	p.t.Helper()
	var rows []string
	for _, row := range logRow.FindAllStringSubmatch(p.pane("3 Log"), -1) {
		rows = append(rows, strings.Join(row[1:], " "))
	}
	return strings.Join(rows, ", ")
}

// Row 20 of docs/acceptance-rows.md: one filter shows errors and timeouts.
func TestOneFilterShowsExactlyTheRequestsThatFailed(t *testing.T) {
	const failed = "iq@outcome=error or iq@outcome=timeout"
	atBothSizesOnEachServer(t, func(t *testing.T, at size, server *realserver.Server) {
		silent(t, server)
		p := logIn(t, at, server)
		for _, request := range []struct{ id, to, ends string }{
			{"f1", "localhost", `✓ result`},
			{"f2", "nobody@localhost/nowhere", `✗ service-unavailable`},
			{"f3", "localhost", `✓ result`},
			{"f4", server.ComponentHost, `✗ timeout`},
			{"f5", "bob@localhost/nowhere", `✗ service-unavailable`},
			{"f6", "localhost", `✓ result`},
		} {
			// Only what is to time out is given little time.
			if request.to == server.ComponentHost {
				p.nextWaits("1")
			}
			p.asks(request.id, request.to)
			p.waitsForRow(request.id, request.ends)
			if request.to == server.ComponentHost {
				p.nextWaits("30")
			}
		}
		p.SendKeys("M-3", "P")
		p.shows("3 Log", `← presence`)

		p.SendKeys("f")
		p.WaitFor("Filter:")
		p.Type("iq@outcome=")
		p.WaitMatch(`✗ `)
		p.Type("eror")
		p.WaitFor(`✗ @outcome is never "eror"`)
		carets := p.WaitMatch(`(?m)^ Filter: (.*)iq@outcome=eror *\n( +)\^`)
		if under := len([]rune(carets[2])) - len([]rune(" Filter: "+carets[1])); under != len("iq@outcome=") {
			t.Errorf("the caret stands under column %d of the filter, want that of the value:\n%s", under, p.Screen.Screen())
		}
		p.SendKeys("Enter")
		p.WaitFor("no filter yet")
		p.SendKeys("Escape")
		p.WaitGone("Filter:")
		p.shows("3 Log", `← presence`) // everything, as before

		p.SendKeys("f")
		p.WaitFor("Filter:")
		p.Type(failed)
		p.WaitFor(failed[len(failed)-12:])
		p.until(func(screen string) bool { return !strings.Contains(screen, "Filter:") }, "Enter") // not the one that comes with the text
		const want = "→ get f2, → get f4, → get f5"
		p.WaitUntil("the rows "+want, func(string) bool { return p.logged() == want })
		p.shows("3 Log", `outcome.* 3 of \d+`)

		p.SendKeys("F")
		p.shows("3 Log", `← presence`)
		p.SendKeys("F")
		p.WaitUntil("the rows "+want, func(string) bool { return p.logged() == want })
		// What fails later appears by itself.
		p.asks("f7", "bob@localhost/nowhere")
		p.SendKeys("M-3")
		p.shows("3 Log", `→ get +f7 `)
		p.SendKeys("Escape") // one step back
		p.shows("3 Log", `← presence`)
		p.leaves()
	})
}
