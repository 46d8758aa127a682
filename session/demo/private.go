package demo

import (
	"slices"
	"sync"

	"iqscope/iqbuilder/stanza"
)

// nsPrivate is XEP-0049's.
const nsPrivate = "jabber:iq:private"

// privateStorage keeps any XML for an account, by the name of the element
// (XEP-0049).
type privateStorage struct {
	mu        *sync.Mutex
	byAccount map[string]map[stanza.Name]string
}

func newPrivateStorage() privateStorage {
	return privateStorage{new(sync.Mutex), make(map[string]map[stanza.Name]string)}
}

func (privateStorage) offer() offer {
	return offer{payloads: named(nsPrivate, "query"), types: getSet, at: []entity{self, account}, features: []string{nsPrivate}}
}

func (p privateStorage) answer(q *query) answer {
	elements := q.payload().Elements()
	unnamed := func(n *stanza.Node) bool { return n.Name.Space == nsPrivate || n.Name.Space == "" }
	switch {
	case q.about != self:
		return failed("forbidden", "what is private is its owner's alone")
	case len(elements) == 0 || slices.ContainsFunc(elements, unnamed):
		return failed("bad-request", "the query has an element in a namespace of its own, which names what is stored")
	case q.iq.Type() == stanza.Set:
		return p.set(q, elements)
	case len(elements) > 1:
		return failed("bad-request", "one element is got at a time")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	stored := p.byAccount[q.from.Local()][elements[0].Name]
	if stored == "" {
		stored = q.cut(elements[0]) // as it was asked for: empty
	}
	return answer{payload: "<query xmlns='" + nsPrivate + "'>" + stored + "</query>"}
}

func (p privateStorage) set(q *query, elements []*stanza.Node) answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make(map[stanza.Name]string)
	for name, xml := range p.byAccount[q.from.Local()] {
		all[name] = xml
	}
	for _, n := range elements {
		all[n.Name] = q.cut(n)
	}
	bytes := 0
	for _, xml := range all {
		bytes += len(xml)
	}
	if len(all) > maxPrivate || bytes > maxPrivateBytes {
		return failed("resource-constraint", "the private storage is full")
	}
	p.byAccount[q.from.Local()] = all
	return answer{}
}
