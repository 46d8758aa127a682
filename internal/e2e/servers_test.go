package e2e

import (
	"strings"
	"sync"
	"testing"

	"iqscope/internal/realserver"
)

// brands are the servers that the program did not write.
var brands = []struct {
	name   string
	shared func(testing.TB) *realserver.Server
}{
	{"Prosody", realserver.SharedProsody},
	{"ejabberd", realserver.SharedEjabberd},
}

// atBothSizesOnEachServer runs a session on both servers, at both sizes of the terminal.
func atBothSizesOnEachServer(t *testing.T, session func(t *testing.T, at size, server *realserver.Server)) {
	t.Parallel()
	for _, brand := range brands {
		t.Run(brand.name, func(t *testing.T) {
			atBothSizes(t, func(t *testing.T, at size) { session(t, at, brand.shared(t)) })
		})
	}
}

// atOneSizeAfterTheOther is for sessions that share a server, and so its one component.
func atOneSizeAfterTheOther(t *testing.T, session func(t *testing.T, at size)) {
	for _, at := range []size{narrow, wide} {
		t.Run(at.String(), func(t *testing.T) { session(t, at) })
	}
}

// linkDown is in the status line when the connection is gone.
const linkDown = `✗ (not connected|reconnecting)`

// silent is a component that never answers; what it hears goes to the channel.
func silent(t *testing.T, server *realserver.Server) <-chan realserver.Stanza {
	t.Helper()
	heard := make(chan realserver.Stanza, 100)
	server.Component(t, func(_ *realserver.Component, s realserver.Stanza) { heard <- s })
	return heard
}

// heldBack is a component that answers when it is told to, and from then on at once; what it hears
// goes to the channel.
func heldBack(t *testing.T, server *realserver.Server) (heard <-chan realserver.Stanza, release func()) {
	t.Helper()
	requests := make(chan realserver.Stanza, 1000)
	var mu sync.Mutex
	var waiting []realserver.Stanza
	released := false
	c := server.Component(t, func(c *realserver.Component, request realserver.Stanza) {
		mu.Lock()
		defer mu.Unlock()
		if requests <- request; released {
			c.Result(request, "")
		} else {
			waiting = append(waiting, request)
		}
	})
	return requests, func() {
		mu.Lock()
		defer mu.Unlock()
		released = true
		for _, request := range waiting {
			c.Result(request, "")
		}
		waiting = nil
	}
}

func TestAPersonWithAnAccountAsksTheirServerByOneKey(t *testing.T) {
	atBothSizesOnEachServer(t, func(t *testing.T, at size, server *realserver.Server) {
		p := logIn(t, at, server)
		p.WaitMatch(`alice@localhost/\S+ +● online +TLS 1\.[23]`)
		p.WaitFor("get disco#info → localhost")
		if at == wide {
			p.WaitMatch(`SCRAM-SHA-\d+`)
		}
		p.SendKeys("M-Enter", "M-2")
		p.shows("2 Pending", `▸ \S+ +get disco#info → localhost +✓ result +[\d.]+ m?s`)
		p.shows("2 Pending", `(?s)✓ result.*<iq .*<query .*<identity`)
		p.SendKeys("Enter")
		p.shows("4 Inspect", `← result ·(?: \d+–\d+ of \d+ ·)? [\d.]+ m?s · [\d.,]+ k?B`)
		p.SendKeys("M-3", "v")
		p.shows("3 Log", `→ get +\S+ +localhost +disco#info`)
		p.shows("3 Log", `← result +\S+ +localhost +disco#info +[\d.]+ m?s`)
		p.leaves()
	})
}

func TestOnARealServerTooAPeerTimesOutAndErrorsAreNamed(t *testing.T) {
	atBothSizesOnEachServer(t, func(t *testing.T, at size, server *realserver.Server) {
		silent(t, server)
		p := logIn(t, at, server)
		p.asks("q1", "bob@localhost/nowhere")
		p.waitsForRow("q1", `✗ service-unavailable +`+spelt)
		p.nextWaits("1")
		p.asks("q2", server.ComponentHost)
		p.waitsForRow("q2", `✗ timeout +1 s`)
		p.leaves()
	})
}

func TestWhenTheServerDiesTheDraftAndTheLogStayAndAKeyConnectsAgain(t *testing.T) {
	onEachServer(t, func(t *testing.T, server *realserver.Server) {
		atOneSizeAfterTheOther(t, func(t *testing.T, at size) {
			heard := silent(t, server)
			// no stream management, so that nothing can be resumed
			p := logIn(t, at, server, "--bare", "--timeout", long.String())
			p.SendKeys("M-Enter")
			p.WaitMatch(discoRow)
			p.asks("q1", server.ComponentHost)
			<-heard
			p.waits("q1")
			p.writes("<iq type='get' id='unsent'>")

			server.Kill()
			p.WaitMatch(linkDown)
			p.WaitMatch(`✗ [A-Z][^.]*\.[\s│]+alt\+c[\s│]+connects[\s│]+again`)
			p.waitsForRow("q1", `\? unknown`)
			p.WaitFor("<iq type='get' id='unsent'>")
			p.SendKeys("M-2")
			p.shows("2 Pending", `▸ q1 .*\? unknown`)
			p.shows("2 Pending", `(?i)safe`) // to send again, being a get
			p.SendKeys("M-3")
			p.shows("3 Log", `→ get +q1 `)

			server.Restart()
			p.SendKeys("M-c") // rather than wait until it tries by itself
			p.WaitFor("● online")
			p.WaitGone("alt+c connects")
			p.asks("q2", "localhost")
			p.waitsForRow("q2", `✓ result`)
			p.SendKeys("M-3", "g")
			p.shows("3 Log", `connecting`) // the first time
			p.leaves()
		})
	})
}

func TestWhenTheServerHasForgottenTheStreamWhatWaitedForItEndsAsUnknown(t *testing.T) {
	onEachServer(t, func(t *testing.T, server *realserver.Server) {
		heard := silent(t, server)
		p := logIn(t, narrow, server, "--timeout", long.String())
		p.asks("q1", server.ComponentHost)
		<-heard
		p.waits("q1")
		server.Kill()
		p.WaitMatch(linkDown)
		server.Restart()
		p.SendKeys("M-c")
		p.WaitFor("● online")
		p.waitsForRow("q1", `\? unknown`)
		p.leaves()
	})
}

func TestWhatIsSentWithoutAConnectionIsRefusedAndKept(t *testing.T) {
	t.Parallel()
	server := realserver.SharedProsody(t)
	p := logIn(t, narrow, server)
	server.Kill()
	p.WaitMatch(linkDown)
	p.asks("q1", "localhost")
	p.waitsForRow("q1", `not sent`)
	p.WaitFor(ping("q1", "localhost"))
	if screen := p.Screen.Screen(); strings.Contains(screen, "unknown") {
		t.Errorf("a request that was never sent has an unknown outcome:\n%s", screen)
	}
	p.leaves()
}
