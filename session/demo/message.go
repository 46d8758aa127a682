package demo

import "iqscope/iqbuilder/stanza"

// routeMessage delivers a message (RFC 6121 §8.5). Nothing is kept for those who
// are away: they are said to be.
func (s *Server) routeMessage(c *client, m *stanza.Stanza, to stanza.JID) {
	if to.IsZero() {
		to = c.jid.Bare() // RFC 6120 §10.3.1
	}
	switch {
	case to.Domain() != Domain && to.Domain() != BotsDomain:
		c.bounce(m, to.String(), failure("remote-server-not-found", "the built-in server talks to no other"))
		return
	case s.directory.find(to) != nil:
		c.forward(s.directory.find(to), m)
		return
	case to.IsBare() && m.Type() != "groupchat":
		all := s.directory.available(to)
		for _, p := range all {
			c.forward(p.client, m)
		}
		if len(all) > 0 {
			return
		}
	}
	if m.Type() == "headline" {
		return // news for nobody are dropped
	}
	c.bounce(m, to.String(), failure("service-unavailable", ""))
}
