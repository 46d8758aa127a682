package e2e

import (
	"strings"
	"testing"
	"time"

	"iqscope/internal/realserver"
)

const (
	scope   = "alice@localhost/scope" // where alice logs in to be asked
	unheard = "<query xmlns='urn:example:x'/>"
)

// holds starts alice's program, and has her hold what others ask.
func holds(t *testing.T, at size, server *realserver.Server) *person {
	t.Helper()
	p := logIn(t, at, server, "--resource", "scope")
	p.SendKeys("M-3", "H")
	p.WaitFor("Hold is on")
	return p
}

// stopsHolding ends that, so that what bob asks next is answered by itself.
func (p *person) stopsHolding() {
	p.t.Helper()
	p.SendKeys("M-2", "H")
	p.WaitFor("Hold is off")
}

func TestAHeldRequestIsAnsweredByHand(t *testing.T) {
	atBothSizesOnEachServer(t, func(t *testing.T, at size, server *realserver.Server) {
		b := bob(t, server)
		p := holds(t, at, server)
		b.sends("h1", scope, "get", unheard)
		p.WaitMatch(`1 to answer\D+[\d.]+ s`) // in the status line
		p.SendKeys("M-2")
		p.shows("2 Pending", `▸ h1 +← get x.* +\(hold\) █+[▏▎▍▌▋▊▉]? +`+spelt)
		p.shows("2 Pending", `It asks:`)
		if at == wide {
			p.shows("4 Inspect", `(?s)<iq.*urn:example:x`) // beside it, and so not twice
		} else {
			p.shows("2 Pending", `(?s)It asks:.*<iq .*urn:example:x`)
		}

		p.SendKeys("+") // so that a slow machine has the time
		p.WaitUntil("more time for the answer", func(string) bool { return p.waits("h1") > 30*time.Second })
		p.SendKeys("a")
		p.shows("1 Compose", `result x → bob@localhost/probe`)
		p.shows("1 Compose", `id="h1"(?s:.*)<query xmlns="urn:example:x"/>`)
		p.SendKeys("Down", "End", "BSpace", "BSpace")
		p.Type(">by hand</query>")
		p.shows("1 Compose", `<query xmlns="urn:example:x">by hand</query>`)
		p.SendKeys("M-Enter", "M-2")
		p.shows("2 Pending", `▸ h1 +←.* ✓ answered by hand`)
		p.shows("2 Pending", `(?s)<iq .*by hand`)

		// Once more is once too often.
		p.SendKeys("M-1", "M-Enter")
		p.WaitMatch(`Not sent: the request h1 has its answer already`)

		p.stopsHolding()
		if got := b.hears(scope); got.Type != "result" || got.From != scope || !strings.Contains(got.XML, ">by hand<") {
			t.Errorf("bob got %+v", got)
		}
		p.SendKeys("M-3", "v")
		p.shows("3 Log", `→ result +h1 +bob@`)
		p.leaves()
	})
}

func TestAHeldRequestIsAnsweredByAnErrorOfOnesOwn(t *testing.T) {
	atBothSizesOnEachServer(t, func(t *testing.T, at size, server *realserver.Server) {
		b := bob(t, server)
		p := holds(t, at, server)
		b.sends("h2", scope, "set", unheard)
		p.SendKeys("M-2")
		p.shows("2 Pending", `▸ h2 +← set x.* +\(hold\) █`)
		p.SendKeys("A", "Enter")
		p.shows("1 Compose", `error .*→ bob@localhost/probe`)
		// The error to begin with is any; the person wants another one.
		p.writes(`<iq type='error' id='h2' to='bob@localhost/probe'><error type='wait'>` +
			`<resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>` +
			`<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>lunch</text></error></iq>`)
		p.SendKeys("M-Enter", "M-2")
		p.shows("2 Pending", `▸ h2 +←.* ✓ answered by hand`)
		p.stopsHolding()
		if got := b.hears(scope); got.Error != "wait" || got.Condition != "resource-constraint" || got.Text != "lunch" || got.From != scope {
			t.Errorf("bob got %+v", got)
		}
		p.leaves()
	})
}

func TestTheErrorToBeginWithCanBeSentAsItIs(t *testing.T) {
	onEachServer(t, func(t *testing.T, server *realserver.Server) {
		b := bob(t, server)
		p := holds(t, narrow, server)
		b.sends("h3", scope, "get", unheard)
		p.SendKeys("M-2")
		p.shows("2 Pending", `▸ h3 .*\(hold\)`)
		p.SendKeys("A", "Enter", "M-Enter", "M-2")
		p.shows("2 Pending", `▸ h3 +←.* ✓ answered by hand`)
		p.stopsHolding()
		if got := b.hears(scope); got.Error != "cancel" || got.Condition != "feature-not-implemented" || got.Text != "" {
			t.Errorf("bob got %+v, want the defaults", got)
		}
	})
}

func TestAHeldRequestThatIsLetGoGetsTheAutomaticErrorOnce(t *testing.T) {
	atBothSizesOnEachServer(t, func(t *testing.T, at size, server *realserver.Server) {
		b := bob(t, server)
		p := holds(t, at, server)
		b.sends("h4", scope, "get", unheard)
		p.SendKeys("M-2")
		left := p.waits("h4")
		p.SendKeys("+")
		p.WaitUntil("more time for the answer", func(string) bool { return p.waits("h4") > left+10*time.Second })
		p.SendKeys("X")
		p.shows("2 Pending", `▸ h4 +←.* ✗ nobody: automatic error`)
		p.SendKeys("X", "X") // is too late, and does no harm
		p.stopsHolding()
		if got := b.hears(scope); got.Error != "cancel" || got.Condition != "service-unavailable" || got.From != scope {
			t.Errorf("bob got %+v, want service-unavailable", got)
		}
		p.leaves()
	})
}
