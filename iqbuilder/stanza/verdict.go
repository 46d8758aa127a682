package stanza

// Outcome is how a request ended. The list is closed; the words are the same in
// JSON, filters and on the screen.
type Outcome string

// A request that has not ended has no outcome.
const (
	OutcomeResult    Outcome = "result"
	OutcomeError     Outcome = "error"
	OutcomeTimeout   Outcome = "timeout"
	OutcomeCancelled Outcome = "cancelled"
	OutcomeNotSent   Outcome = "not-sent"
	OutcomeUnknown   Outcome = "unknown"
)

// Outcomes are all there are.
func Outcomes() []Outcome {
	return []Outcome{OutcomeResult, OutcomeError, OutcomeTimeout, OutcomeCancelled, OutcomeNotSent, OutcomeUnknown}
}

// Verdict is what a received stanza is worth to the requests in flight. The
// list is closed; most stanzas have none.
type Verdict string

// The verdicts. Only a reply, a late one and a duplicate come from whom the
// request was sent to.
const (
	VerdictReply          Verdict = "reply"
	VerdictLate           Verdict = "late"
	VerdictDuplicate      Verdict = "duplicate"
	VerdictWrongSender    Verdict = "wrong-sender"
	VerdictWrongRecipient Verdict = "wrong-recipient"
	VerdictUnknownID      Verdict = "unknown-id"
	VerdictBorrowedID     Verdict = "borrowed-id"
	VerdictForged         Verdict = "forged"
	VerdictMalformed      Verdict = "malformed"
)

// Verdicts are all there are.
func Verdicts() []Verdict {
	return []Verdict{
		VerdictReply, VerdictLate, VerdictDuplicate, VerdictWrongSender, VerdictWrongRecipient, VerdictUnknownID,
		VerdictBorrowedID, VerdictForged, VerdictMalformed,
	}
}
