package demo

import (
	"slices"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// nsRoster is RFC 6121 §2's.
const nsRoster = "jabber:iq:roster"

// roster tells an account its contacts (RFC 6121 §2.1.3) and changes them
// (§2.3 to §2.5). Each resource that has asked for them is told of changes.
type roster struct{ server *Server }

func (roster) offer() offer {
	return offer{payloads: named(nsRoster, "query"), types: getSet, at: []entity{self}}
}

func (r roster) answer(q *query) answer {
	if q.iq.Type() == stanza.Set {
		return r.set(q)
	}
	r.server.directory.want(q.from, rosterPushes, true)
	var b strings.Builder
	for _, c := range r.server.rosters.of(q.from.Local()) {
		b.WriteString(c.xml())
	}
	return answer{payload: rosterXML(b.String())}
}

func rosterXML(items string) string { return "<query xmlns='" + nsRoster + "'>" + items + "</query>" }

// set changes one contact (RFC 6121 §2.1.5, §2.3.3).
func (r roster) set(q *query) answer {
	items := q.payload().Elements()
	if len(items) != 1 || (items[0].Name != stanza.Name{Space: nsRoster, Local: "item"}) {
		return failed("bad-request", "a change of the roster has exactly one item")
	}
	c, removal, err := readContact(items[0])
	switch {
	case err != nil:
		return answer{err: err}
	case c.jid == q.from.Bare().String():
		return failed("not-allowed", "nobody is a contact of his own")
	case removal:
		if !r.server.rosters.remove(q.from.Local(), c.jid) {
			return failed("item-not-found", "there is no such contact")
		}
		c = contact{jid: c.jid, subscription: "remove"}
	default:
		if c, err = r.server.rosters.set(q.from.Local(), c); err != nil {
			return answer{err: err}
		}
	}
	return answer{after: func() { r.server.push(q.from.Bare(), rosterPushes, rosterXML(c.xml())) }}
}

// readContact reads an item as it is set; true when it is to be removed.
func readContact(item *stanza.Node) (contact, bool, *stanza.StanzaError) {
	address, _ := item.Attr("jid")
	jid, err := stanza.ParseJID(address)
	if err != nil {
		return contact{}, false, failure("bad-request", "the contact has no address: "+err.Error())
	}
	c := contact{jid: jid.Bare().String()}
	c.name, _ = item.Attr("name")
	if len(c.name) > maxNameBytes {
		return c, false, failure("not-acceptable", "the contact's name is too long")
	}
	for _, n := range item.Elements() {
		group := n.Text()
		switch {
		case n.Name != stanza.Name{Space: nsRoster, Local: "group"}:
		case group == "" || len(group) > maxNameBytes || len(c.groups) == maxGroups:
			return c, false, failure("not-acceptable", "a group has a name, not too long, and there are not too many")
		case slices.Contains(c.groups, group):
			return c, false, failure("bad-request", "a contact is in a group once")
		default:
			c.groups = append(c.groups, group)
		}
	}
	wish, _ := item.Attr("subscription")
	return c, wish == "remove", nil
}
