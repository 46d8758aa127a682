package explain

// condition is a defined condition of a stanza error.
type condition struct {
	entry
	// types are the error types that go with it: those of RFC 6120 §8.3.3, and
	// those that XEPs and servers use as a rule.
	types []string
	// by adds what it means when this one answered.
	by map[Answerer]string
	// inNameOf is what it means when a server said it in the name of this one.
	inNameOf map[Answerer]entry
}

// A server answers in the name of others, and must not give away who is there.
const silentServer = "An error in a contact's name may come from the contact's server, which says the same when the contact is offline, has blocked you, or does not exist."

const otherAddress = "The server may offer it at another address: see disco#items."

const handWritten = "A program that answers by hand-written code often says this when that code fails."

// conditions are those of RFC 6120 §8.3.3, and payment-required of RFC 3920.
var conditions = map[string]condition{
	"bad-request": {entry: entry{
		"The request is XML, but not what the receiver's protocol allows: an element or attribute is missing, misspelt, or in the wrong place.",
		Ours, []string{"Compare the payload with the example in its specification, namespace and all."}, "RFC 6120 §8.3.3.1",
	}, types: []string{"modify"}},
	"conflict": {entry: entry{
		"Something of that name or address is there already, so it cannot be made a second time.",
		Ours, []string{"Choose another name, or use or remove what is there."}, "RFC 6120 §8.3.3.2",
	}, types: []string{"cancel"}},
	"feature-not-implemented": {entry: entry{
		"The receiver knows this kind of request, but not the part that was asked for.",
		Nobody, []string{"Ask it with disco#info which features it has.", "Leave the optional part out."}, "RFC 6120 §8.3.3.3",
	}, types: []string{"cancel", "modify"}},
	"forbidden": {entry: entry{
		"The receiver understood, and knows who asks, but that account does not have the right to do this.",
		Ours, []string{"Ask the owner or an administrator for the right.", "Log in with an account that has it."}, "RFC 6120 §8.3.3.4",
	}, types: []string{"auth"}},
	"gone": {entry: entry{
		"Whoever or whatever was at this address is no longer there. The error may hold the new address.",
		Nobody, []string{"If the error holds an address, check it, and ask there.", "Take the old address out of your lists."}, "RFC 6120 §8.3.3.5",
	}, types: []string{"cancel"}},
	"internal-server-error": {entry: entry{
		"The receiver failed at something of its own: a fault or a wrong setting on its side.",
		Theirs, []string{"Tell its administrator the time and the id; its log has the cause."}, "RFC 6120 §8.3.3.6",
	}, types: []string{"cancel", "wait"}, by: map[Answerer]string{
		Peer:           handWritten,
		Session:        handWritten,
		Contact:        handWritten,
		ForeignServer:  handWritten,
		ForeignSession: handWritten,
		ForeignContact: handWritten,
	}},
	"item-not-found": {entry: entry{
		"What was asked for does not exist there: the address, the node or the item. A server may also say so to hide what you may not see.",
		Ours, []string{"Check the spelling of the address and of the node.", "List what is there with disco#items."}, "RFC 6120 §8.3.3.7",
	}, types: []string{"cancel"}},
	"jid-malformed": {entry: entry{
		"An address in the request is not one: a part is empty, too long, or has characters that are not allowed.",
		Ours, []string{"Write the address as name@domain/resource, and look for blanks and stray signs in it."}, "RFC 6120 §8.3.3.8",
	}, types: []string{"modify"}},
	"not-acceptable": {entry: entry{
		"The request is well made, but its values are not what the receiver takes: a field is missing, too long, or outside of what it allows.",
		Ours, []string{"Read the error's own text, and change the value that it names.", "Ask for the form first, where there is one, and fill in that."}, "RFC 6120 §8.3.3.9",
	}, types: []string{"modify", "cancel"}},
	"not-allowed": {entry: entry{
		"Nobody may do this there, whatever their rights.",
		Ours, []string{"Ask the administrator whether the service has this switched off.", "Check that the request went to the right address."}, "RFC 6120 §8.3.3.10",
	}, types: []string{"cancel"}, by: map[Answerer]string{
		Server: "Servers also say so of a request to a local address they do not serve.",
	}, inNameOf: map[Answerer]entry{
		ForeignServer:  closedServer,
		ForeignSession: closedServer,
		ForeignContact: closedServer,
	}},
	"not-authorized": {entry: entry{
		"The receiver wants proof of who you are, or a step before this one, such as a password or a subscription.",
		Ours, []string{"Log in, give the password, or subscribe first; then ask again."}, "RFC 6120 §8.3.3.11",
	}, types: []string{"auth"}},
	"payment-required": {entry: entry{
		"The receiver wants to be paid first. RFC 6120 no longer has this condition; RFC 3920, which it replaced, had it.",
		Nobody, []string{"Ask the service's owner what it costs, or use another one."}, "RFC 3920 §9.3.3",
	}, types: []string{"auth"}},
	"policy-violation": {entry: entry{
		"The request breaks a rule of the place, such as a limit on size, rate or content. The rule is the receiver's own.",
		Ours, []string{"Send less, or less often.", "Ask the administrator for the rule."}, "RFC 6120 §8.3.3.12",
	}, types: []string{"modify", "wait"}},
	"recipient-unavailable": {entry: entry{
		"The receiver exists but cannot be reached at the moment.",
		Nobody, []string{"Wait until it is online; its presence tells when."}, "RFC 6120 §8.3.3.13",
	}, types: []string{"wait"}},
	"redirect": {entry: entry{
		"The receiver sends its requests to another address for now. The error holds that address.",
		Nobody, []string{"Check the address in the error, and send the request there if you trust it."}, "RFC 6120 §8.3.3.14",
	}, types: []string{"modify", "cancel"}},
	"registration-required": {entry: entry{
		"The service serves those alone who have registered with it.",
		Ours, []string{"Ask for its registration form (jabber:iq:register), fill it in, and try again."}, "RFC 6120 §8.3.3.15",
	}, types: []string{"auth"}},
	"remote-server-not-found": {entry: entry{
		"No server was found for the domain that the request went to: the name does not exist, or nothing answers there.",
		Network, []string{"Check the spelling of the domain.", "Look up its DNS records (_xmpp-server._tcp).", "Of a service on your own server, check that it is switched on."}, "RFC 6120 §8.3.3.16",
	}, types: []string{"cancel"}},
	"remote-server-timeout": {entry: entry{
		"A server was found for that domain, but no connection to it came about in time.",
		Network, []string{"Ask whether the two servers can reach and trust each other; certificates are a frequent cause."}, "RFC 6120 §8.3.3.17",
	}, types: []string{"wait", "cancel"}},
	"resource-constraint": {entry: entry{
		"The receiver is too busy, or has no room left for this.",
		Theirs, []string{"Send fewer requests at a time."}, "RFC 6120 §8.3.3.18",
	}, types: []string{"wait", "modify", "cancel"}},
	"service-unavailable": {entry: entry{
		"The receiver does not offer this at all. It is the answer to every request that nobody there knows.",
		Nobody, []string{"Ask with disco#info what it offers.", "Check the payload's namespace letter by letter."}, "RFC 6120 §8.3.3.19",
	}, types: []string{"cancel"}, by: map[Answerer]string{
		Server:        otherAddress,
		ForeignServer: otherAddress,
		Account:       "Your own server answered for your account: it lacks the feature, or has it switched off.",
		Peer:          silentServer,
	}, inNameOf: map[Answerer]entry{
		Session:        offlineSession,
		ForeignSession: offlineSession,
		Contact:        silentAccount,
		ForeignContact: silentAccount,
	}},
	"subscription-required": {entry: entry{
		"Only those whom the receiver allows to see its presence may ask this.",
		Ours, []string{"Ask for a presence subscription, and try again when it is granted."}, "RFC 6120 §8.3.3.20",
	}, types: []string{"auth"}},
	"undefined-condition": {entry: entry{
		"None of the common conditions fits. What is meant stands in a further element of the error, or in its text.",
		Nobody, []string{"Read the error's text and its other elements.", "Look in the specification of the payload."}, "RFC 6120 §8.3.3.21",
	}},
	"unexpected-request": {entry: entry{
		"The request came at the wrong moment: something has to happen before it, or it was made already.",
		Ours, []string{"Read in the payload's specification what comes first, and begin again from there."}, "RFC 6120 §8.3.3.22",
	}, types: []string{"wait", "modify", "cancel"}},
}

// undefinedCondition is for a word that no RFC has.
var undefinedCondition = condition{entry: entry{
	"This condition is not defined by RFC 6120, so what it means cannot be said here: only the error's type and text say more.",
	Theirs, []string{"Read the error's text.", "Tell whoever maintains the receiver."}, "RFC 6120 §8.3.3",
}}

// missingCondition is for an error that does not say which.
var missingCondition = condition{entry: entry{
	"The error does not say what went wrong: it lacks a condition, which every stanza error must have. Very old software wrote a number instead.",
	Theirs, []string{"Look at the raw XML for a text or a code.", "Tell whoever maintains the receiver."}, "RFC 6120 §8.3.2",
}}

// typeMeanings are what the five types say (RFC 6120 §8.3.2).
var typeMeanings = map[string]string{
	"auth":     "show who you are, or get the right, and then try again",
	"cancel":   "do not try this again",
	"continue": "it was only a warning, and you may go on",
	"modify":   "change what you sent, and try again",
	"wait":     "wait, and try the same again",
}

// typeAdvice is the same as a thing to do.
var typeAdvice = map[string]string{
	"auth":     "Try again once you have logged in or been given the right.",
	"cancel":   "Do not just repeat it: by its type, the error will not go away by itself.",
	"continue": "Go on: by its type the error is only a warning.",
	"modify":   "Change the request, and send it again.",
	"wait":     "Send the same request again after a while.",
}
