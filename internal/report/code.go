package report

import (
	"errors"
	"slices"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
)

// Exit codes. They never change their meaning.
const (
	ExitResult      = 0
	ExitError       = 1 // an error reply, or findings
	ExitUsage       = 2 // wrong usage, or refused here
	ExitTimeout     = 3
	ExitConnect     = 4   // cannot connect or log in
	ExitLost        = 5   // connection lost, outcome unknown
	ExitInterrupted = 130 // 128 + SIGINT, as shells have it
)

var outcomeCode = map[stanza.Outcome]int{
	stanza.OutcomeResult:    ExitResult,
	stanza.OutcomeError:     ExitError,
	stanza.OutcomeTimeout:   ExitTimeout,
	stanza.OutcomeCancelled: ExitInterrupted,
	stanza.OutcomeNotSent:   ExitLost, // it was not sent because the connection was lost
	stanza.OutcomeUnknown:   ExitLost,
}

// Code is the exit code for how one request ended.
func Code(e exchange.Exchange) int {
	if overdueUnsent(e) {
		return ExitTimeout
	}
	return outcomeCode[e.Outcome]
}

// overdueUnsent says that a request was not sent although there was a connection all the time.
func overdueUnsent(e exchange.Exchange) bool { return errors.Is(e.Err, exchange.ErrOverdueUnsent) }

// severity orders the codes of which the worst is wanted.
var severity = []int{ExitResult, ExitError, ExitTimeout, ExitLost}

// Worse says that one exit code of a series is worse than another: 5 over 3 over 1 over 0. No other
// code is worse than one of these: an interruption and the like end the series as a whole.
func Worse(code, than int) bool { return slices.Index(severity, code) > slices.Index(severity, than) }
