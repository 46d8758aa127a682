package e2e

import "testing"

// The built-in server's bots answer each in their own way.
const bots = "@bots.demo.localhost"

func TestASilentPeerIsCountedDownAndTimesOut(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at, "--timeout", "3s")
		p.asks("q1", "silent"+bots)
		first := p.secondsLeft("q1")
		if first > 3 {
			t.Errorf("of 3 s there are %v left", first)
		}
		p.WaitUntil("the countdown to go down", func(string) bool { return p.secondsLeft("q1") < first })
		p.waitsForRow("q1", `✗ timeout`)
		p.SendKeys("M-2")
		p.shows("2 Pending", `▸ q1 .*✗ timeout +3 s`)
		p.shows("2 Pending", `No answer within 3 s`)
		p.leaves()
	})
}

func TestTheTimeoutOfTheNextRequestIsAKeyAway(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at)
		p.WaitFor("timeout 30 s")
		p.SendKeys("M-t")
		p.WaitFor("Timeout of the next request")
		p.Type("1")
		p.SendKeys("Enter")
		p.WaitFor("timeout 1 s")
		p.asks("q1", "silent"+bots)
		p.waitsForRow("q1", `✗ timeout +1 s`)
		p.leaves()
	})
}

func TestEachKindOfAnswerIsToldApart(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at)
		for _, row := range []struct{ id, bot, shown string }{
			{"q1", "delay-1", `✓ result +1\.\d+ s`},
			{"q2", "slow", `✓ result +5\.\d+ s`},
			{"q3", "error-item-not-found", `✗ item-not-found +[\d.]+ m?s`},
			{"q4", "liar", `! 1 refused +✓ result +[\d.]+ m?s`},
		} {
			p.asks(row.id, row.bot+bots)
			p.waitsForRow(row.id, row.shown)
		}
		p.SendKeys("M-3")
		p.shows("3 Log", `← error +q3 .*item-not-found`)
		p.leaves()
	})
}

func TestAWrongSenderIsMarkedAndTheTruthWins(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at)
		p.asks("q1", "liar"+bots)
		p.waitsForRow("q1", `✓ result`)
		p.SendKeys("M-3")
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
		p.waitsForRow("q1", `✗ timeout +1 s`)
		p.waitsForRow("q1", `✗ timeout +late by 1\.\d+ s`)
		p.SendKeys("M-2")
		p.shows("2 Pending", `(?s)The answer came 1\.\d+ s after.*<iq `)
		p.SendKeys("M-3")
		p.shows("3 Log", `← result +q1 +delay-2@\S+ +! late by 1\.\d+ s`)
		p.leaves()
	})
}

func TestARequestIsCancelledAndItsAnswerIsLate(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at)
		p.asks("q1", "delay-2"+bots)
		p.secondsLeft("q1")
		p.SendKeys("M-2", "X")
		p.shows("2 Pending", `q1 .*cancelled`)
		p.shows("2 Pending", `q1 .*cancelled +late by`)
		p.leaves()
	})
}

func TestARequestIsGivenMoreTime(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at, "--timeout", "20s")
		p.asks("q1", "silent"+bots)
		before := p.secondsLeft("q1")
		p.SendKeys("M-2", "+")
		p.WaitUntil("more than 20 s to be left", func(string) bool { return p.secondsLeft("q1") > 20 })
		if after := p.secondsLeft("q1"); after > before+20 {
			t.Errorf("twenty seconds more than %v are %v", before, after)
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
		p.shows("2 Pending", `▸ [a-z0-9]{4,}\S* +ping → echo`) // longer than what was typed
		p.leaves()
	})
}

func TestQuittingWithRequestsPendingAsksOnce(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at)
		p.asks("q1", "silent"+bots)
		p.secondsLeft("q1")
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
