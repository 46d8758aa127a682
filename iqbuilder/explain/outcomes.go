package explain

import "iqscope/iqbuilder/stanza"

// outcome is a way a request ends; get and set are the first thing to do after
// a request of that type.
type outcome struct {
	entry
	get, set string
}

var outcomes = map[stanza.Outcome]outcome{
	stanza.OutcomeResult: {entry: entry{
		"The answer came, from whom it had to come, and it is a result: what was asked for was done.",
		Nobody, []string{"Look at the result's payload; after a set it is empty as a rule."}, "RFC 6120 §8.2.3"}},
	stanza.OutcomeError: {entry: entry{
		"The answer came, from whom it had to come, and it is an error: the request was read, and not done.",
		Nobody, []string{"Read what the error's condition means."}, "RFC 6120 §8.3"}},
	stanza.OutcomeTimeout: {entry: entry{
		"No answer came in time. The request may have been lost, or ignored, or the answer is still on its way; one that comes later is shown as late.",
		Nobody, []string{"Wait longer: set a larger timeout.", "Ping the same address, to see whether it answers at all."}, "RFC 6120 §8.2.3"},
		get: "Send it again: a get changes nothing.",
		set: "Find out with a get whether it was done, before you send it again."},
	stanza.OutcomeCancelled: {entry: entry{
		"You gave the request up here. The other side was not told, and may still do what was asked; its answer is then shown as late.",
		Ours, []string{"Send it again if you want it after all."}, "RFC 6120 §8.2.3"},
		set: "Find out with a get whether it was done."},
	stanza.OutcomeNotSent: {entry: entry{
		"Not one byte of the request left this program: it was refused here, or there was no connection.",
		Nobody, []string{"See the reason beside it, and send it again; nobody has got it yet."}, "RFC 6120 §8.2.3"}},
	stanza.OutcomeUnknown: {entry: entry{
		"The connection was lost after the request was sent and before an answer came. Nobody here can know whether it arrived.",
		Network, []string{"Turn on stream management, with which a connection can be resumed and nothing is lost."}, "XEP-0198 §1"},
		get: "Send it again: a get changes nothing.",
		set: "Find out with a get whether it was done, before you send it again."},
}

// Of a timeout more may be known: what was asked, and that there was no connection for a while.
var (
	timeoutOfPing = outcome{
		entry: entry{
			"No answer came in time. The ping may have been lost, or ignored, or the answer is still on its way; one that comes later is shown as late.",
			Nobody, []string{"Wait longer: set a larger timeout.", "Ask your own server, to see whether only this address is silent."}, "XEP-0199 §4"},
		get: "Send it again: a get changes nothing.",
		set: "Send it as a get, as a ping is one.",
	}
	timeoutInterrupted = outcome{
		entry: entry{
			"The connection was lost while the request waited, and came back before its time was up. What was lost with it is sent again when a stream is resumed, so an answer may still come; it is then shown as late.",
			Network, []string{"Wait longer than the connection needs to come back: set a larger timeout."}, "XEP-0198 §5"},
		get: "Send it again: a get changes nothing.",
		set: "Find out with a get whether it was done, before you send it again.",
	}
	timeoutCutOff = outcome{
		entry: entry{
			"The connection was lost while the request waited, and was not back when its time was up: no answer could come. Whether the request had arrived is not known; if not, it is sent again when the stream is resumed.",
			Network, []string{"Wait for the connection first, and give requests more time than it needs to come back."}, "XEP-0198 §5"},
		get: "Send it again once the connection is back: a get changes nothing.",
		set: "Find out with a get whether it was done, once the connection is back.",
	}
)

var undefinedOutcome = entry{
	"The request has not ended, or ended in a way that is not defined here.",
	Nobody, []string{"Wait for its end."}, "RFC 6120 §8.2.3",
}
