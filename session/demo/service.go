package demo

import (
	"slices"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// entity is a kind of thing that has an address here.
type entity string

const (
	self      entity = "own account" // no "to", or the own bare JID
	account   entity = "account"     // somebody else's bare JID
	host      entity = "server"
	botsHost  entity = "bots"
	botEntity entity = "bot"
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

// answer is a result with its payload, or an error.
type answer struct {
	payload string // XML, "" for none
	err     *stanza.StanzaError
}

// failure is an error of the condition, with the type that fits it.
func failure(condition, text string) *stanza.StanzaError {
	e := &stanza.StanzaError{Type: errorType[condition], Condition: condition, Text: text}
	if text != "" {
		e.Lang = "en"
	}
	return e
}

// service answers the requests that carry one payload. Services know nothing of
// connections, and are safe for concurrent use.
type service interface {
	offer() offer
	answer(q *query) answer
}

// offer says when a service is asked.
type offer struct {
	payload stanza.Name
	types   []stanza.Type // get, set
	at      []entity
	feature string // in service discovery; "" for none
}

var (
	onlyGet = []stanza.Type{stanza.Get}
	onlySet = []stanza.Type{stanza.Set}
	getSet  = []stanza.Type{stanza.Get, stanza.Set}

	everywhere = []entity{self, account, host, botsHost, botEntity}
)

func newServices(s *Server) []service {
	return []service{discoInfo{s}, discoItems{s}, ping{}, version{}, entityTime{}, roster{}, legacySession{}}
}

// answerQuery answers a request by the service that is there for it; false when there
// is none.
func (s *Server) answerQuery(q *query) (answer, bool) {
	for _, service := range s.services {
		o := service.offer()
		if o.payload == q.iq.Payload() && slices.Contains(o.types, q.iq.Type()) && slices.Contains(o.at, q.about) {
			return service.answer(q), true
		}
	}
	return answer{err: failure("service-unavailable", "")}, false
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
