package e2e

import (
	"regexp"
	"testing"

	"iqscope/internal/realserver"
)

// shownView matches the name of the inspector's view: in its tabs or, where there is no room for
// those, in its title.
var shownView = regexp.MustCompile(`4 Inspect (?:(\w+) |.*\n.*\[(\w+)\])`)

// viewOn is the inspector's view on a screen; "" where it cannot be told.
func viewOn(screen string) string {
	shown := shownView.FindStringSubmatch(screen)
	if shown == nil {
		return ""
	}
	return shown[1] + shown[2]
}

// explains opens the explanation of what the latest request got.
func (p *person) explains(id string) {
	p.t.Helper()
	p.SendKeys("M-2")
	p.shows("2 Pending", `▸ `+id+` `)
	p.SendKeys("Enter", "M-4")
	p.inspects("explain")
}

// inspects goes from one view of the focused inspector to the next until it is the wanted one.
func (p *person) inspects(wanted string) {
	p.t.Helper()
	p.WaitMatch(shownView.String())
	view := viewOn(p.Screen.Screen())
	for range 5 {
		if view == wanted {
			return
		}
		view = p.nextView(view)
	}
	p.t.Fatalf("the inspector has no view %q:\n%s", wanted, p.Screen.Screen())
}

// nextView goes from one view of the focused inspector to the next, and returns its name.
func (p *person) nextView(view string) (next string) {
	p.t.Helper()
	p.SendKeys("l")
	p.WaitUntil("the view after "+view, func(screen string) bool {
		next = viewOn(screen)
		return next != "" && next != view
	})
	return next
}

// The two servers speak of an unknown domain in their own way: Prosody, as it is set up here, talks
// to no other server at all.
func TestAnErrorIsExplainedWithWhatToTry(t *testing.T) {
	atBothSizesOnEachServer(t, func(t *testing.T, at size, server *realserver.Server) {
		p := logIn(t, at, server)
		foreign, said := "not-allowed", `Communication with remote domains`
		if server.Product == "ejabberd" {
			foreign, said = "remote-server-not-found", `Check the spelling of the domain`
		}
		for _, row := range []struct{ id, to, condition, said string }{
			{"e1", "nowhere.invalid", foreign, said},
			{"e2", "bob@localhost/nowhere", "service-unavailable", `(?i)online|offline`},
		} {
			p.writes("<iq type='get' id='" + row.id + "' to='" + row.to + "'><query xmlns='jabber:iq:version'/></iq>")
			p.SendKeys("M-Enter")
			p.waitsForRow(row.id, `✗ `+row.condition)
			p.explains(row.id)
			p.shows("4 Inspect", `✗ Error: `+row.condition+`, type cancel`)
			p.shows("4 Inspect", row.said)
			p.shows("4 Inspect", `See (RFC|XEP)`)
			p.shows("4 Inspect", `→ [A-Z]`) // what to try
		}
		p.leaves()
	})
}

func TestATimeoutIsExplainedWithWhatToTry(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at, "--timeout", "500ms")
		p.asks("e3", "silent"+bots)
		p.waitsForRow("e3", `✗ timeout`)
		p.explains("e3")
		p.shows("4 Inspect", `✗ timeout, the outcome of get ping`)
		p.shows("4 Inspect", `→ [A-Z]`)
		p.leaves()
	})
}
