package demo

import (
	"slices"

	"iqscope/iqbuilder/stanza"
)

// routeMessage delivers a message (RFC 6121 §8.5). What was delivered is kept in
// the archive; nothing is kept for those who are away: they are said to be.
func (s *Server) routeMessage(c *client, m *stanza.Stanza, to stanza.JID) {
	if to.IsZero() {
		to = c.jid.Bare() // RFC 6120 §10.3.1
	}
	if !s.served(to) {
		c.bounce(m, to.String(), failure("remote-server-not-found", "the built-in server talks to no other"))
		return
	}
	receivers := s.receivers(m, to)
	switch {
	case len(receivers) > 0:
		// Kept first: whoever has received a message finds it in the archive.
		s.keep(c, m, to)
		for _, other := range receivers {
			c.forward(other, m)
		}
		s.copy(c, m, to, receivers)
	case m.Type() != "headline": // news for nobody are dropped
		c.bounce(m, to.String(), failure("service-unavailable", ""))
	}
}

// receivers are the clients that a message goes to.
func (s *Server) receivers(m *stanza.Stanza, to stanza.JID) []*client {
	if other := s.directory.find(to); other != nil {
		return []*client{other}
	}
	var all []*client
	if to.IsBare() && m.Type() != "groupchat" {
		for _, p := range s.directory.available(to) {
			all = append(all, p.client)
		}
	}
	return all
}

// keep enters a message into both sides' archives.
func (s *Server) keep(from *client, m *stanza.Stanza, to stanza.JID) {
	if !archived(m) {
		return
	}
	xml, err := standalone(m, from.jid, to)
	if err != nil {
		return
	}
	s.archive.add(from.jid.Local(), to, xml)
	if to.Bare() != from.jid.Bare() {
		s.archive.add(to.Local(), from.jid, xml)
	}
}

// copy sends copies of a message to both sides' other resources.
func (s *Server) copy(from *client, m *stanza.Stanza, to stanza.JID, receivers []*client) {
	if !copied(m) {
		return
	}
	xml, err := standalone(m, from.jid, to)
	if err != nil {
		return
	}
	has := func(c *client) bool { return c == from || slices.Contains(receivers, c) }
	s.copyTo(from.jid.Bare(), "sent", xml, m.Type(), has)
	if to.Bare() != from.jid.Bare() {
		s.copyTo(to.Bare(), "received", xml, m.Type(), has)
	}
}
