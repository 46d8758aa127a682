package demo

import (
	"time"

	"iqscope/iqbuilder/stanza"
)

// nsCarbons is XEP-0280's; nsHints that of the hints which prevent copies.
const (
	nsCarbons = "urn:xmpp:carbons:2"
	nsHints   = "urn:xmpp:hints"
)

// carbons lets a resource have copies of what the account's other resources send
// and receive (XEP-0280).
type carbons struct{ server *Server }

func (carbons) offer() offer {
	return offer{
		payloads: named(nsCarbons, "enable", "disable"),
		types:    onlySet, at: []entity{self, host}, features: []string{nsCarbons},
	}
}

func (c carbons) answer(q *query) answer {
	c.server.directory.want(q.from, carbonCopies, q.iq.Payload().Local == "enable")
	return answer{}
}

// copied says whether a message is one that copies are made of (XEP-0280 §6.1).
func copied(m *stanza.Stanza) bool {
	root, err := m.Tree()
	return err == nil && m.Type() != "groupchat" && m.Type() != "headline" && m.Type() != stanza.Error &&
		root.Child(stanza.NSClient, "body") != nil &&
		root.Child(nsCarbons, "private") == nil && root.Child(nsHints, "no-copy") == nil
}

// copyTo sends copies of a message to those of an account's resources that want
// them and have no part in it. The direction is "sent" or "received".
func (s *Server) copyTo(account stanza.JID, direction, xml string, typ stanza.Type, part func(*client) bool) {
	for _, c := range s.directory.wanting(account, carbonCopies) {
		if !part(c) {
			c.send("<message" + attribute("type", string(typ)) + attribute("from", account.String()) + attribute("to", c.jid.String()) + ">" +
				"<" + direction + " xmlns='" + nsCarbons + "'>" + forwardedXML(xml, time.Time{}) + "</" + direction + "></message>")
		}
	}
}
