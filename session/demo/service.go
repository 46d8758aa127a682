package demo

import (
	"slices"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// entity is a kind of thing that has an address here.
type entity string

const (
	self       entity = "own account" // no "to", or the own bare JID
	account    entity = "account"     // somebody else's bare JID
	host       entity = "server"
	botsHost   entity = "bots"
	botEntity  entity = "bot"
	pubsubHost entity = "pubsub"
)

// query is a request that this server answers itself.
type query struct {
	iq    *stanza.Stanza
	from  stanza.JID // full JID of whoever asks
	to    stanza.JID // zero when there was none
	about entity
	root  *stanza.Node
}

// payload is the request's only child.
func (q *query) payload() *stanza.Node {
	return q.root.Child(q.iq.Payload().Space, q.iq.Payload().Local)
}

// owner is the account that the query is about: the own one, or the one asked.
func (q *query) owner() stanza.JID {
	if q.about == self {
		return q.from.Bare()
	}
	return q.to
}

// cut returns an element of the request as it stands, with all it inherits, so
// that it means the same anywhere.
func (q *query) cut(n *stanza.Node) string { return q.iq.Cut(n, stanza.Scope{}) }

// answer is a result with its payload, or an error.
type answer struct {
	payload string // XML, "" for none
	err     *stanza.StanzaError
	ahead   []string // stanzas for whoever asked, sent before the answer
	after   func()   // runs when the answer is on its way; nil for nothing
}

// failed answers with an error.
func failed(condition, text string) answer { return answer{err: failure(condition, text)} }

// failure is an error of the condition, with the type that fits it.
func failure(condition, text string) *stanza.StanzaError {
	e := &stanza.StanzaError{Type: errorType[condition], Condition: condition, Text: text}
	if text != "" {
		e.Lang = "en"
	}
	return e
}

// because is failed with an application condition (RFC 6120 §8.3.4).
func because(condition, text string, application stanza.Name) answer {
	e := failure(condition, text)
	e.Application = application
	return answer{err: e}
}

// service answers the requests that carry one payload. Services know nothing of
// connections, and are safe for concurrent use.
type service interface {
	offer() offer
	answer(q *query) answer
}

// offer says when a service is asked.
type offer struct {
	payloads []stanza.Name
	types    []stanza.Type // get, set
	at       []entity
	features []string // in service discovery
}

// named lists names of one namespace.
func named(space string, locals ...string) []stanza.Name {
	var all []stanza.Name
	for _, local := range locals {
		all = append(all, stanza.Name{Space: space, Local: local})
	}
	return all
}

var (
	onlyGet = []stanza.Type{stanza.Get}
	onlySet = []stanza.Type{stanza.Set}
	getSet  = []stanza.Type{stanza.Get, stanza.Set}

	everywhere = []entity{self, account, host, botsHost, botEntity, pubsubHost}
)

// newServices makes them all; what they keep, they keep for the server's life.
func newServices(s *Server) []service {
	return []service{
		discoInfo{s}, discoItems{s}, ping{}, version{}, entityTime{}, lastActivity{s},
		roster{s}, newVCards(), newPrivateStorage(), blocking{s}, registration{}, carbons{s}, archiveQuery{s},
		newCommands(s), newPubsub(s), newManyItems(), legacySession{},
	}
}

// answerQuery answers a request by the service that is there for it; false when there
// is none.
func (s *Server) answerQuery(q *query) (answer, bool) {
	for _, service := range s.services {
		o := service.offer()
		if slices.Contains(o.payloads, q.iq.Payload()) && slices.Contains(o.types, q.iq.Type()) && slices.Contains(o.at, q.about) {
			return service.answer(q), true
		}
	}
	return failed("service-unavailable", ""), false
}

// reply makes the stanza that answers a request with its id.
func (a answer) reply(request *stanza.Stanza, to, from string) (*stanza.Stanza, error) {
	options := []iqbuilder.Option{iqbuilder.InReplyTo(request), iqbuilder.To(to), iqbuilder.From(from)}
	if a.err != nil {
		return iqbuilder.Error(append(options, iqbuilder.WithError(*a.err))...)
	}
	if a.payload != "" {
		options = append(options, iqbuilder.WithPayload(a.payload))
	}
	return iqbuilder.Result(options...)
}
