package explain

import "iqscope/iqbuilder/stanza"

var verdicts = map[stanza.Verdict]entry{
	stanza.VerdictReply: {
		"This is the answer to a request of ours: the id is that of the request, and it comes from whom the request was sent to.",
		Nobody, []string{"Look at the request that it ended."}, "RFC 6120 §8.2.3"},
	stanza.VerdictLate: {
		"This is the answer to a request that had already been given up. The request's outcome stays as it was.",
		Network, []string{"Give such requests more time.", "Use its content, if it still matters."}, "RFC 6120 §8.2.3"},
	stanza.VerdictDuplicate: {
		"The request of this id has its answer already, and a request has one answer only.",
		Theirs, []string{"Keep to the first answer.", "Tell whoever maintains the sender."}, "RFC 6120 §8.2.3"},
	stanza.VerdictWrongSender: {
		"It has the id of a request in flight, but comes from somebody else than was asked. Taking it would let anyone answer who guesses ids, so the request still waits.",
		Theirs, []string{"Wait for the true answer.", "If the sender is your server's own spelling of the address, try the lenient mode.", "Otherwise take it for a forgery."}, "RFC 6120 §8.1.2.1"},
	stanza.VerdictWrongRecipient: {
		"It answers a request in flight, but is addressed to somebody else than us.",
		Theirs, []string{"Look at its to: a server has delivered it wrongly, or a component has mixed up its addresses."}, "RFC 6120 §8.1.1"},
	stanza.VerdictUnknownID: {
		"It is an answer, but to no request that we sent and remember.",
		Theirs, []string{"Look whether it answers a request from before the last connection.", "Otherwise ignore it; answers are never answered."}, "RFC 6120 §8.2.3"},
	stanza.VerdictBorrowedID: {
		"It has the id of a request in flight but is no answer: it is a message, a presence, or a request of its own. Each side counts its ids for itself, so this can be chance.",
		Nobody, []string{"Treat it as what it is; a request gets an answer of its own."}, "RFC 6120 §8.1.3"},
	stanza.VerdictForged: {
		"It claims something that only your own account or server may say, such as a change of your contact list, and comes from somebody else. It was not applied.",
		Theirs, []string{"Block the sender if it comes again."}, "RFC 6121 §2.1.6"},
	stanza.VerdictMalformed: {
		"It is an IQ against the rules: without an id, or of a type that does not exist.",
		Theirs, []string{"See the note beside it for the rule.", "Tell whoever maintains the sender."}, "RFC 6120 §8.2.3"},
}

var undefinedVerdict = entry{
	"It has nothing to do with any request of ours, as most stanzas have not.",
	Nobody, []string{"Look at its content."}, "RFC 6120 §8",
}
