package demo

import (
	"strings"

	"iqscope/iqbuilder/stanza"
)

// Namespaces of XEP-0191, and its application condition.
const (
	nsBlocking       = "urn:xmpp:blocking"
	nsBlockingErrors = "urn:xmpp:blocking:errors"
)

// blocking lets an account block others (XEP-0191). Each resource that has asked
// for the list is told of changes. What it does to stanzas stands in route.go.
type blocking struct{ server *Server }

func (blocking) offer() offer {
	return offer{
		payloads: named(nsBlocking, "blocklist", "block", "unblock"),
		types:    getSet, at: []entity{self, host}, features: []string{nsBlocking},
	}
}

func (b blocking) answer(q *query) answer {
	name := q.iq.Payload().Local
	account := q.from.Local()
	if (name == "blocklist") != (q.iq.Type() == stanza.Get) {
		return failed("bad-request", "a blocklist is got, block and unblock are set")
	}
	if name == "blocklist" {
		b.server.directory.want(q.from, blockPushes, true)
		return answer{payload: blockXML(name, b.server.blocklists.of(account))}
	}
	jids, err := readBlocked(q.payload())
	switch {
	case err != nil:
		return answer{err: err}
	case name == "unblock":
		b.server.blocklists.remove(account, jids)
	case len(jids) == 0:
		return failed("bad-request", "to block nobody means nothing")
	case !b.server.blocklists.add(account, jids):
		return failed("resource-constraint", "the list is full")
	}
	return answer{after: func() { b.server.push(q.from.Bare(), blockPushes, blockXML(name, jids)) }}
}

func blockXML(name string, jids []stanza.JID) string {
	var b strings.Builder
	for _, j := range jids {
		b.WriteString("<item" + attribute("jid", j.String()) + "/>")
	}
	return "<" + name + " xmlns='" + nsBlocking + "'>" + b.String() + "</" + name + ">"
}

func readBlocked(parent *stanza.Node) ([]stanza.JID, *stanza.StanzaError) {
	var all []stanza.JID
	for _, n := range parent.Elements() {
		address, _ := n.Attr("jid")
		jid, err := stanza.ParseJID(address)
		if err != nil || n.Name != (stanza.Name{Space: nsBlocking, Local: "item"}) {
			return nil, failure("bad-request", "each item has the address of somebody")
		}
		all = append(all, jid)
	}
	return all, nil
}

// refuseBlocked returns the error for a stanza that its receiver, or its sender
// himself, has blocked; nil when nobody has (XEP-0191 §3.2).
func (s *Server) refuseBlocked(from, to stanza.JID) *stanza.StanzaError {
	if to.IsZero() || to.Bare() == from.Bare() || to.String() == Domain {
		return nil
	}
	if s.blocklists.blocks(from.Local(), to) {
		e := failure("not-acceptable", "you have blocked this address")
		e.Application = stanza.Name{Space: nsBlockingErrors, Local: "blocked"}
		e.Type = "cancel"
		return e
	}
	if to.Domain() == Domain && s.blocklists.blocks(to.Local(), from) {
		return failure("service-unavailable", "")
	}
	return nil
}
