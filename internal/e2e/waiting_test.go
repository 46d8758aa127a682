package e2e

import (
	"testing"
	"time"

	"iqscope/internal/realserver"
	"iqscope/internal/tmuxtest"
)

// The built-in server's bots answer each in their own way.
const bots = "@bots.demo.localhost"

// long is a timeout that does not end while a test looks at what waits, however slow the machine
// is.
const long = 10 * time.Minute

func TestASilentPeerIsCountedDown(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at, "--timeout", long.String())
		p.asks("q1", "silent"+bots)
		first := p.waits("q1")
		if first > long || first < long-tmuxtest.Patience {
			t.Errorf("of %v there are %v left", long, first)
		}
		p.WaitUntil("the countdown to go down", func(string) bool { return p.waits("q1") < first })
		p.SendKeys("C-c", "C-c")
		p.left()
	})
}

func TestASilentPeerTimesOut(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at, "--timeout", "1s")
		p.asks("q1", "silent"+bots)
		p.waitsForRow("q1", `✗ timeout`)
		p.SendKeys("M-2")
		p.shows("2 Pending", `▸ q1 .*✗ timeout +1 s`)
		p.shows("2 Pending", `No answer within 1 s`)
		p.leaves()
	})
}

// lasts waits for a request's row that ends in a duration, which is to be at least so long.
func (p *person) lasts(id, expression string, least time.Duration) {
	p.t.Helper()
	if took := p.duration(p.waitsForRow(id, expression+` +(`+spelt+`)`)[1]); took < least || took > tmuxtest.Patience {
		p.t.Errorf("of %s is shown %v, want %v or a little more", id, took, least)
	}
}

func TestTheTimeoutOfTheNextRequestIsAKeyAway(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at)
		p.WaitFor("timeout 30 s")
		p.nextWaits("1")
		p.asks("q1", "silent"+bots)
		p.waitsForRow("q1", `✗ timeout +1 s`)
		p.leaves()
	})
}

// nextWaits gives what is sent from the draft another timeout, in seconds.
func (p *person) nextWaits(seconds string) {
	p.t.Helper()
	p.SendKeys("M-1", "M-t")
	p.WaitFor("Timeout of this draft")
	p.Type(seconds)
	p.SendKeys("Enter")
	p.WaitFor("timeout " + seconds + " s")
}

func TestEachKindOfAnswerIsToldApart(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at)
		for _, row := range []struct {
			id, bot, shown string
			least          time.Duration
		}{
			{"q1", "delay-1", `✓ result`, time.Second},
			{"q2", "slow", `✓ result`, 5 * time.Second},
			{"q3", "error-item-not-found", `✗ item-not-found`, 0},
			{"q4", "liar", `! 1 refused +✓ result`, 0},
		} {
			p.asks(row.id, row.bot+bots)
			p.lasts(row.id, row.shown, row.least)
		}
		p.SendKeys("M-3", "v")
		p.shows("3 Log", `← error +q3 .*item-not-found`)
		p.leaves()
	})
}

// Fault 1, on the screen.
func TestAWrongSenderIsMarkedAndTheTruthWins(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at)
		p.asks("q1", "liar"+bots)
		p.waitsForRow("q1", `✓ result`)
		p.SendKeys("M-3", "v")
		p.shows("3 Log", `← result +q1 +mallory@\S+ +! wrong-sender`)
		p.shows("3 Log", `← result +q1 +liar@\S+ +[\d.]+ m?s`)
		p.selects(`mallory@`)
		p.shows("3 Log", `wrong-sender · not liar@`)
		p.SendKeys("M-2", "Enter")
		p.shows("4 Inspect", `from="liar@bots`)
		p.leaves()
	})
}

func TestALateReplyIsJoinedToItsRequest(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at, "--timeout", "1s")
		p.asks("q1", "delay-2"+bots)
		// It may be a little less than the second between them: the two clocks start a moment
		// apart.
		p.lasts("q1", `✗ timeout +late by`, 900*time.Millisecond)
		p.SendKeys("M-2")
		p.shows("2 Pending", `(?s)The answer came `+spelt+` after.*<iq `)
		p.SendKeys("M-3", "v")
		p.shows("3 Log", `← result +q1 +delay-2@\S+ +! late by `+spelt)
		p.leaves()
	})
}

func TestARequestIsCancelledAndItsAnswerIsLate(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		server := realserver.SharedProsody(t)
		heard, release := heldBack(t, server)
		p := logIn(t, at, server)
		p.asks("q1", server.ComponentHost)
		<-heard
		p.waits("q1")
		p.SendKeys("M-2", "X")
		p.shows("2 Pending", `q1 .*cancelled`)
		release()
		p.shows("2 Pending", `q1 .*cancelled +late by`)
		p.leaves()
	})
}

func TestARequestIsGivenMoreTime(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at, "--timeout", long.String())
		p.asks("q1", "silent"+bots)
		before := p.waits("q1")
		p.SendKeys("M-2", "+")
		p.WaitUntil("more time than at first to be left", func(string) bool { return p.waits("q1") > long })
		if after := p.waits("q1"); after > before+long {
			t.Errorf("%v more than %v are %v", long, before, after)
		}
	})
}

func TestAnEndedRequestIsSentAgainWithAnIDOfItsOwn(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at)
		p.asks("q1", "echo"+bots)
		p.waitsForRow("q1", `✓ result`)
		p.SendKeys("M-2", "r")
		p.shows("2 Pending", `2 ended`)
		p.shows("2 Pending", `▸ [a-z0-9]{4,}\S* +get ping → echo`) // longer than what was typed
		p.leaves()
	})
}

func TestQuittingWithRequestsPendingAsksOnce(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at, "--timeout", long.String())
		p.asks("q1", "silent"+bots)
		p.waits("q1")
		p.SendKeys("C-c")
		p.WaitFor("1 request waits for an answer")
		p.SendKeys("Escape")
		p.WaitGone("waits for an answer")
		p.SendKeys("C-c")
		p.WaitFor("1 request waits for an answer")
		p.SendKeys("C-c")
		p.left()
	})
}
