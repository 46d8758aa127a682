package explain

import "iqscope/iqbuilder/stanza"

// Namespaces of what a stream carries beside stanzas.
const (
	nsManagement = "urn:xmpp:sm:3"
	nsSASL2      = "urn:xmpp:sasl:2"
)

// course is what an IQ is for: its type, and which way it goes.
type course struct {
	typ stanza.Type
	dir stanza.Direction
}

var iqs = map[course]entry{
	{stanza.Get, stanza.Out}: {
		"We ask for something. Whoever it is addressed to must answer exactly once, with a result or an error of the same id. A get changes nothing.",
		Nobody, []string{"Wait for the answer, or until the time is up."}, "RFC 6120 §8.2.3"},
	{stanza.Set, stanza.Out}: {
		"We want something done or changed. Whoever it is addressed to must answer exactly once, with a result or an error of the same id.",
		Nobody, []string{"Wait for the answer: until it comes one cannot know whether it was done."}, "RFC 6120 §8.2.3"},
	{stanza.Get, stanza.In}: {
		"Somebody asks us for something. They must get exactly one answer, a result or an error of the same id; when nobody else answers, an error goes out by itself.",
		Nobody, []string{"See in the log what was answered.", "Hold requests to answer them by hand."}, "RFC 6120 §8.4"},
	{stanza.Set, stanza.In}: {
		"Somebody wants something done or changed here. They must get exactly one answer, a result or an error of the same id; when nobody else answers, an error goes out by itself.",
		Nobody, []string{"Look at who it comes from: not everybody may ask for everything.", "Hold requests to answer them by hand."}, "RFC 6120 §8.4"},
	{stanza.Result, stanza.In}: {
		"An answer: what was asked for was done. What was asked for is in its payload, if there was anything to tell.",
		Nobody, []string{"Look at the request of the same id."}, "RFC 6120 §8.2.3"},
	{stanza.Result, stanza.Out}: {
		"Our answer: what we were asked for was done. Nobody answers an answer.",
		Nobody, []string{"Look at the request of the same id."}, "RFC 6120 §8.2.3"},
	{stanza.Error, stanza.In}: {
		"An answer: what was asked for was not done. Nobody answers an answer.",
		Nobody, []string{"Look at the request of the same id."}, "RFC 6120 §8.3"},
	{stanza.Error, stanza.Out}: {
		"Our answer: what we were asked for was not done. Nobody answers an answer.",
		Nobody, []string{"Look at the request of the same id."}, "RFC 6120 §8.3"},
}

var undefinedIQ = entry{
	"An IQ of a type that does not exist: it is neither a request nor an answer.",
	Theirs, []string{"Write get, set, result or error as its type."}, "RFC 6120 §8.2.3",
}

// kinds are the other things that a stream carries.
var kinds = map[stanza.Kind]entry{
	stanza.Message: {
		"A message: something is pushed to somebody, and no answer is due.",
		Nobody, []string{"Look at its payloads; each stands for itself."}, "RFC 6120 §8.2.1"},
	stanza.Presence: {
		"A presence: somebody is told who is available, or asks to be told. Without to it goes to all who subscribed.",
		Nobody, []string{"Look at its type; none means available."}, "RFC 6120 §8.2.2"},
	stanza.StreamOpen: {
		"The beginning of a stream in one direction. Everything else stands inside it.",
		Nobody, []string{"Compare the two: the server's has the stream's id and its version."}, "RFC 6120 §4.2"},
	stanza.StreamClose: {
		"The end of a stream in one direction: nothing more comes. The other side ends its own, and then the connection closes.",
		Nobody, []string{"If it came unexpectedly, look for a stream error before it."}, "RFC 6120 §4.4"},
	stanza.Broken: {
		"What arrived last, as far as it came: it breaks a rule, or the connection ended in the middle of it. Nothing behind it can be read, so the stream ends here, and what waited for an answer does not get one.",
		Theirs, []string{"Look at the place, and at what stands just before it.", "Show these bytes to whoever looks after the other side."}, "RFC 6120 §4.9.1"},
}

// nonzas are the elements of a stream that are no stanzas: they belong to the
// stream itself, and are never routed to anybody.
var nonzas = map[stanza.Name]entry{
	{Space: stanza.NSStream, Local: "features"}: {
		"The server lists what can be negotiated next. What is required must be done before stanzas may be sent.",
		Nobody, []string{"Look at its children: each is one feature."}, "RFC 6120 §4.3.2"},
	{Space: stanza.NSTLS, Local: "starttls"}: {
		"We ask the server to go on encrypted.",
		Nobody, []string{"Wait for <proceed/>."}, "RFC 6120 §5.4.2"},
	{Space: stanza.NSTLS, Local: "proceed"}: {
		"The server agrees to go on encrypted. Behind it TLS begins, then a new stream.",
		Nobody, []string{"Nothing may follow it in the clear."}, "RFC 6120 §5.4.2.3"},
	{Space: stanza.NSTLS, Local: "failure"}: {
		"The server cannot go on encrypted, and ends the stream.",
		Theirs, []string{"Tell its administrator.", "Do not log in without encryption."}, "RFC 6120 §5.4.2.2"},
	{Space: stanza.NSSASL, Local: "auth"}: {
		"We begin to log in, by the mechanism that it names.",
		Nobody, []string{"Wait for a challenge, for success or for failure."}, "RFC 6120 §6.4.2"},
	{Space: stanza.NSSASL, Local: "challenge"}: {
		"The server asks for a proof, as the mechanism has it.",
		Nobody, []string{"Our response follows it."}, "RFC 6120 §6.4.3"},
	{Space: stanza.NSSASL, Local: "response"}: {
		"Our proof, in answer to the server's challenge.",
		Nobody, []string{"Wait for success or for failure."}, "RFC 6120 §6.4.3"},
	{Space: stanza.NSSASL, Local: "success"}: {
		"The login is done. A new stream begins behind it.",
		Nobody, []string{"Look whether it carries the server's own proof, as with SCRAM."}, "RFC 6120 §6.4.6"},
	{Space: nsSASL2, Local: "authenticate"}: {
		"We begin to log in, and ask for what shall be done along with it.",
		Nobody, []string{"Wait for a challenge, for success or for failure."}, "XEP-0388"},
	{Space: nsSASL2, Local: "success"}: {
		"The login is done, with what was asked for along with it.",
		Nobody, []string{"Look for the address that was bound."}, "XEP-0388"},
	{Space: stanza.NSComponent, Local: "handshake"}: {
		"A component shows that it knows the secret; the server agrees with an empty one.",
		Nobody, []string{"If the stream ends here, check the secret."}, "XEP-0114 §3"},
	{Space: nsManagement, Local: "enable"}: {
		"We ask for acknowledgements, so that nothing is lost without our knowing.",
		Nobody, []string{"Wait for <enabled/>."}, "XEP-0198 §3"},
	{Space: nsManagement, Local: "enabled"}: {
		"From here on stanzas are counted and acknowledged. With an id, the stream can be resumed after a loss.",
		Nobody, []string{"Look at max for how long it can be resumed."}, "XEP-0198 §3"},
	{Space: nsManagement, Local: "r"}: {
		"One side asks the other how many stanzas it has handled so far.",
		Nobody, []string{"The answer is <a/>."}, "XEP-0198 §4"},
	{Space: nsManagement, Local: "a"}: {
		"An acknowledgement: h is how many stanzas were handled so far.",
		Nobody, []string{"Compare h with what was sent."}, "XEP-0198 §4"},
	{Space: nsManagement, Local: "resume"}: {
		"We ask to go on with the stream of an earlier connection.",
		Nobody, []string{"Wait for <resumed/>."}, "XEP-0198 §5"},
	{Space: nsManagement, Local: "resumed"}: {
		"The earlier stream goes on. What the other side had not got is sent again.",
		Nobody, []string{"What was pending still is."}, "XEP-0198 §5"},
}

var undefinedNonza = entry{
	"An element of the stream that is no stanza: it concerns the two ends of this connection alone.",
	Nobody, []string{"Look its namespace up."}, "RFC 6120 §4.3",
}

// Stanza explains what an element is for that went the given way, whatever is in
// it: whether an answer is due, and by whom.
func Stanza(st *stanza.Stanza, dir stanza.Direction) Explanation {
	known := kinds[st.Kind()]
	switch st.Kind() {
	case stanza.IQ:
		var ok bool
		if known, ok = iqs[course{st.Type(), dir}]; !ok {
			known = undefinedIQ
		}
	case stanza.Element:
		var ok bool
		if known, ok = nonzas[st.Name()]; !ok {
			known = undefinedNonza
		}
	}
	return known.explanation()
}
