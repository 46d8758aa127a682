package demo

import "iqscope/iqbuilder/stanza"

// routePresence delivers presence that has an address, and tells contacts of
// presence that has none (RFC 6121 §4). Subscriptions cannot be changed.
func (s *Server) routePresence(c *client, p *stanza.Stanza, to stanza.JID) {
	switch {
	case to.IsZero() && p.Type() == "":
		if s.directory.setPresence(c, p) == nil {
			s.showContacts(c)
		}
		s.showPresence(c, p)
	case to.IsZero() && p.Type() == "unavailable":
		if s.directory.setPresence(c, nil) != nil {
			s.showPresence(c, p)
		}
	case to.IsZero(), to.Domain() == BotsDomain, to.Domain() == PubsubDomain:
		// There is nobody to tell.
	case to.Domain() != Domain:
		c.bounce(p, to.String(), failure("remote-server-not-found", "the built-in server talks to no other"))
	case to.IsBare():
		for _, other := range s.directory.available(to) {
			c.forward(other.client, p)
		}
	default:
		if other := s.directory.find(to); other != nil {
			c.forward(other, p)
		}
	}
}

// circle is whose presence a client sees, and who sees its: its own other
// resources, and those of its contacts with a subscription both ways and no block.
func (s *Server) circle(c *client) []present {
	all := s.directory.available(c.jid.Bare())
	for _, contact := range s.rosters.of(c.jid.Local()) {
		if jid, err := stanza.ParseJID(contact.jid); err == nil && contact.subscription == "both" && s.refuseBlocked(c.jid, jid) == nil {
			all = append(all, s.directory.available(jid)...)
		}
	}
	return all
}

// showPresence tells everyone in the circle.
func (s *Server) showPresence(c *client, p *stanza.Stanza) {
	for _, other := range s.circle(c) {
		other.show(c.jid, p)
	}
}

// showContacts tells a client who has just become available who else is.
func (s *Server) showContacts(c *client) {
	for _, other := range s.circle(c) {
		if other.client != c {
			present{client: c}.show(other.client.jid, other.presence)
		}
	}
}

// show tells a client somebody's presence.
func (to present) show(from stanza.JID, p *stanza.Stanza) {
	a := address{to: to.client.jid.Bare().String(), from: from.String(), typ: string(p.Type())}
	if xml, err := readdress(p, a, to.client.scope); err == nil {
		to.client.send(xml)
	}
}

// departed takes a client that is gone out of everyone's sight.
func (s *Server) departed(c *client) {
	if s.directory.leave(c) == nil {
		return
	}
	if gone, err := stanza.Parse("<presence type='unavailable'/>", stanza.ClientScope()); err == nil {
		s.showPresence(c, gone)
	}
}
