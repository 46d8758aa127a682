package explain

// payloadCondition is a condition in answer to a payload of this namespace.
type payloadCondition struct{ space, condition string }

// payloads are the cases where a condition means something of its own.
var payloads = map[payloadCondition]entry{
	{"urn:xmpp:ping", "service-unavailable"}: {
		"The receiver does not know pings, and yet its answer shows what a ping asks: the way there and back works. If a contact's server answered in the contact's name, that way ends at the server.",
		Nobody, []string{"Take the time of this error as the round trip.", "Look at who it came from."}, "XEP-0199 §4",
	},
	{"urn:xmpp:ping", "feature-not-implemented"}: {
		"The receiver does not answer pings, and yet its answer shows what a ping asks: the way there and back works.",
		Nobody, []string{"Take the time of this error as the round trip."}, "XEP-0199 §4",
	},
	{"urn:xmpp:ping", "not-acceptable"}: {
		"A chat room says so to a ping of your own place in it: you are not in the room any more.",
		Network, []string{"Join the room again."}, "XEP-0410 §3",
	},
	{"http://jabber.org/protocol/disco#info", "item-not-found"}: {
		"There is no such address, or it has no node of that name.",
		Ours, []string{"Ask again without node.", "List the nodes with disco#items."}, "XEP-0030 §7",
	},
	{"http://jabber.org/protocol/disco#items", "item-not-found"}: {
		"There is no such address, or it has no node of that name.",
		Ours, []string{"Ask again without node.", "Ask the address with disco#info what it is."}, "XEP-0030 §7",
	},
	{"urn:ietf:params:xml:ns:xmpp-bind", "conflict"}: {
		"Another session of this account has that resource, and the server does not let you take its place.",
		Ours, []string{"Ask for another resource, or for none, so that the server makes one up."}, "RFC 6120 §7.7.2.2",
	},
	{"urn:ietf:params:xml:ns:xmpp-bind", "not-allowed"}: {
		"This account may not bind a resource on this connection.",
		Ours, []string{"Log in on a new connection.", "Ask the administrator."}, "RFC 6120 §7.6.2.2",
	},
	{"urn:ietf:params:xml:ns:xmpp-bind", "resource-constraint"}: {
		"This account has as many sessions as the server allows.",
		Nobody, []string{"End another session, and try again."}, "RFC 6120 §7.6.2.1",
	},
	{"urn:ietf:params:xml:ns:xmpp-bind", "bad-request"}: {
		"The resource is not one the server can use: it is too long or has characters that are not allowed.",
		Ours, []string{"Ask for another resource, or for none."}, "RFC 6120 §7.7.2.1",
	},
	{"jabber:iq:roster", "item-not-found"}: {
		"The contact that was to be removed is not in your contact list.",
		Ours, []string{"Get the list anew, and look for the exact address."}, "RFC 6121 §2.5.3",
	},
	{"jabber:iq:roster", "bad-request"}: {
		"A change of the contact list must hold exactly one contact, and each of its groups once.",
		Ours, []string{"Send one <item/> in each request.", "Look for a group named twice."}, "RFC 6121 §2.3.3",
	},
	{"jabber:iq:roster", "not-acceptable"}: {
		"A name or group of the contact is empty or longer than the server takes.",
		Ours, []string{"Shorten the name, or leave the empty group out."}, "RFC 6121 §2.3.3",
	},
	{"jabber:iq:roster", "forbidden"}: {
		"A contact list can be read and changed by its own account alone.",
		Ours, []string{"Send the request without to, to your own account."}, "RFC 6121 §2.3.3",
	},
	{"vcard-temp", "item-not-found"}: {
		"No card is stored for this address, or the account does not exist.",
		Nobody, []string{"Take it as an empty card.", "If it is your own, store one first."}, "XEP-0054",
	},
	{"jabber:iq:private", "bad-format"}: {
		"The element to store has no namespace of its own.",
		Ours, []string{"Give the element inside <query/> an xmlns of its own."}, "XEP-0049",
	},
	{"jabber:iq:private", "not-acceptable"}: {
		"The request must hold exactly one element to store or to get, in a namespace of its own.",
		Ours, []string{"Put one element into <query/>, with an xmlns of its own."}, "XEP-0049",
	},
	{"jabber:iq:private", "forbidden"}: {
		"Private storage can be read and changed by its own account alone.",
		Ours, []string{"Send the request without to."}, "XEP-0049",
	},
	{"jabber:iq:last", "forbidden"}: {
		"Only those who may see a contact's presence may ask when it was last active.",
		Ours, []string{"Ask for a presence subscription first."}, "XEP-0012",
	},
	{"jabber:iq:register", "conflict"}: {
		"An account or registration of that name is there already.",
		Ours, []string{"Choose another name, or log in with this one."}, "XEP-0077 §3",
	},
	{"jabber:iq:register", "not-acceptable"}: {
		"A field that the service needs is missing or not to its liking, such as a password that is too weak.",
		Ours, []string{"Get the form first, and fill in every field of it."}, "XEP-0077 §3",
	},
	{"jabber:iq:register", "not-allowed"}: {
		"The service does not let accounts be made or changed from here.",
		Ours, []string{"Register on the service's web page, or ask its administrator."}, "XEP-0077 §3",
	},
	{"jabber:iq:register", "unexpected-request"}: {
		"You are not registered there, so there is nothing to change or remove.",
		Ours, []string{"Get the form, and look whether it says registered."}, "XEP-0077 §3",
	},
	{"urn:xmpp:mam:2", "item-not-found"}: {
		"The archive does not hold the message to count from; it may have been deleted since, or the archive itself does not exist.",
		Ours, []string{"Ask without before and after, and page from there."}, "XEP-0313",
	},
	{"urn:xmpp:mam:2", "forbidden"}: {
		"You may not read this archive. That of an account is its owner's alone; that of a room is for those whom the room allows.",
		Ours, []string{"Leave to out to ask your own archive.", "Join the room, then ask its archive."}, "XEP-0313",
	},
	{"urn:xmpp:carbons:2", "not-allowed"}: {
		"The server does not let you have copies of messages, by its rules.",
		Nobody, []string{"Ask the server with disco#info whether it has urn:xmpp:carbons:2."}, "XEP-0280",
	},
	{"urn:xmpp:http:upload:0", "not-acceptable"}: {
		"The service takes no such file; as a rule it is too large.",
		Ours, []string{"Ask the service with disco#info for its limit (max-file-size).", "Send a smaller file."}, "XEP-0363 §5",
	},
	{"urn:xmpp:http:upload:0", "resource-constraint"}: {
		"You have used up what you may upload for now.",
		Nobody, []string{"Wait until the time in the error, if there is one."}, "XEP-0363 §5",
	},
	{"http://jabber.org/protocol/muc#admin", "not-allowed"}: {
		"Nobody may do this to that person in a room: their rank is as high as yours or higher.",
		Ours, []string{"Ask an owner of the room."}, "XEP-0045 §9",
	},
	{"http://jabber.org/protocol/muc#admin", "forbidden"}: {
		"Only the moderators, administrators or owners of the room may do this.",
		Ours, []string{"Ask an administrator of the room for the rank."}, "XEP-0045 §9",
	},
	{"http://jabber.org/protocol/muc#admin", "conflict"}: {
		"A room must keep an owner, and nobody can ban themselves.",
		Ours, []string{"Make someone else an owner first."}, "XEP-0045 §10",
	},
	{"http://jabber.org/protocol/muc#owner", "forbidden"}: {
		"Only an owner of the room may configure or close it.",
		Ours, []string{"Ask an owner of the room."}, "XEP-0045 §10",
	},
	{"http://jabber.org/protocol/muc#owner", "not-acceptable"}: {
		"The room's settings contradict each other or the service's rules, such as a password-protected room without a password.",
		Ours, []string{"Get the form anew, and change one setting at a time."}, "XEP-0045 §10",
	},
	{"http://jabber.org/protocol/pubsub", "item-not-found"}: {
		"There is no such node, or it holds no such item.",
		Ours, []string{"List the nodes with disco#items.", "To publish there, create the node first."}, "XEP-0060 §6.5.9",
	},
	{"http://jabber.org/protocol/pubsub", "forbidden"}: {
		"You may not do this on that node; its owner decides who publishes and who reads.",
		Ours, []string{"Ask for your affiliation with the node.", "Ask its owner for the right."}, "XEP-0060 §4.1",
	},
	{"http://jabber.org/protocol/pubsub#owner", "forbidden"}: {
		"Only an owner of the node may do this.",
		Ours, []string{"Ask an owner of the node."}, "XEP-0060 §8",
	},
	{"http://jabber.org/protocol/commands", "item-not-found"}: {
		"There is no command of that name at that address.",
		Ours, []string{"List the commands with disco#items and node http://jabber.org/protocol/commands."}, "XEP-0050 §4.4",
	},
	{"http://jabber.org/protocol/commands", "forbidden"}: {
		"You may not run this command; many are for administrators alone.",
		Ours, []string{"Log in as an administrator of the service."}, "XEP-0050 §4.4",
	},
	{"http://jabber.org/protocol/bytestreams", "item-not-found"}: {
		"No data connection of that name exists, or none of the offered addresses could be reached.",
		Network, []string{"Offer an address that the other side can reach, such as a proxy.", "Check the session id."}, "XEP-0065",
	},
	{"http://jabber.org/protocol/ibb", "item-not-found"}: {
		"The other side knows no transfer of that session id; it was closed, or never opened.",
		Ours, []string{"Open it again, and check the sid."}, "XEP-0047",
	},
	{"http://jabber.org/protocol/ibb", "unexpected-request"}: {
		"A block of data came out of order: its number is not the next one.",
		Ours, []string{"Count seq up by one for each block, from 0."}, "XEP-0047",
	},
	{"http://jabber.org/protocol/ibb", "resource-constraint"}: {
		"The other side takes smaller blocks only.",
		Ours, []string{"Open it again with half the block-size."}, "XEP-0047",
	},
	{"urn:xmpp:sm:3", "item-not-found"}: {
		"The server no longer has the session that was to be resumed: it was kept for too short a time, or the server was restarted.",
		Network, []string{"Log in anew; what was not acknowledged may or may not have arrived."}, "XEP-0198 §6",
	},
	{"urn:xmpp:sm:3", "unexpected-request"}: {
		"Stream management was asked for at the wrong moment: before the login was done, or twice.",
		Ours, []string{"Ask for it once, after a resource is bound."}, "XEP-0198 §6",
	},
	{"urn:xmpp:sm:3", "feature-not-implemented"}: {
		"The server offers no such kind of stream management.",
		Nobody, []string{"Look for urn:xmpp:sm:3 in the stream features."}, "XEP-0198 §6",
	},
}
