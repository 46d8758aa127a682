package explain

import (
	"strings"

	"iqscope/iqbuilder/stanza"
)

// Answerer is who sent the error, as its from says.
type Answerer string

// Unknown is also for what is none of the others. A name at a service of the
// own domain counts as at the own domain.
const (
	Unknown        Answerer = ""
	Server         Answerer = "server"          // the own domain, or a service of it
	Account        Answerer = "account"         // the own bare address, or no from at all
	Session        Answerer = "session"         // another full address with a name, at the own domain
	Contact        Answerer = "contact"         // another bare address with a name, at the own domain
	ForeignServer  Answerer = "foreign server"  // another domain
	ForeignSession Answerer = "foreign session" // a full address with a name, at another domain
	ForeignContact Answerer = "foreign contact" // a bare address with a name, at another domain
	Peer           Answerer = "peer"            // anyone else
)

// WhoAnswered judges an error's from, "" when it has none, for a client of the
// given own full or bare address.
func WhoAnswered(from string, own stanza.JID) Answerer {
	if from == "" {
		return Account
	}
	j, err := stanza.ParseJID(from)
	if err != nil || j == own && !own.IsBare() {
		return Unknown
	}
	if j == own.Bare() {
		return Account
	}
	// A component's own domain is as a rule below that of its server.
	foreign := !own.IsZero() && j.Domain() != own.Domain() && !below(j, own) && !below(own, j)
	switch {
	case j.Local() == "" && foreign:
		return ForeignServer
	case j.Local() == "" && j.IsBare() && (j.Domain() == own.Domain() || below(j, own)):
		return Server
	case j.Local() == "":
		return Peer
	case j.IsBare() && foreign:
		return ForeignContact
	case j.IsBare():
		return Contact
	case foreign:
		return ForeignSession
	}
	return Session
}

// below says whether the domain of one address is a subdomain of the other's.
func below(j, other stanza.JID) bool {
	return strings.HasSuffix(j.Domain(), "."+other.Domain())
}

// What a server says in the name of others, it says instead of them. These are
// told before what the condition means when the address itself answers.
var (
	offlineSession = entry{
		"Perhaps nobody is online with this resource, or its user has blocked you or does not share presence with you: then the server says so in its place.",
		Nobody, []string{"Look in the contact's presence for the resources that are online; without a subscription you see none."}, "RFC 6121 §8.5.3.2.3",
	}
	silentAccount = entry{
		"Perhaps the account does not exist, is offline, has blocked you or does not share presence with you: its server answers for it, and says the same of all four.",
		Nobody, []string{"Check the spelling of the address.", "Send it to a full address, with a resource, if a program of the contact's shall answer."}, "RFC 6121 §8.5",
	}
	closedServer = entry{
		"The address is at another domain, and perhaps your own server said so in its name, because it does not talk to other domains, or not to that one.",
		Nobody, []string{"Ask your server's administrator whether it connects to other servers.", "Ping another foreign domain: the same error there speaks for your own server."}, "RFC 6120 §8.3.3.10",
	}
)

// before puts what a server may have meant in front of what the address would.
func (e entry) before(direct Explanation) Explanation {
	x := e.explanation()
	x.Meaning += " Or else " + strings.ToLower(direct.Meaning[:1]) + direct.Meaning[1:]
	x.Try = append(x.Try, direct.Try...)
	x.Try = x.Try[:min(len(x.Try), maxTry)]
	return x
}
