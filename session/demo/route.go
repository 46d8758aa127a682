package demo

import (
	"slices"

	"iqscope/iqbuilder/stanza"
)

// route takes in one stanza of a client. An error is the end of its stream.
func (s *Server) route(c *client, st *stanza.Stanza) error {
	if k := st.Kind(); k != stanza.IQ && k != stanza.Message && k != stanza.Presence {
		return refuse("unsupported-stanza-type", "only iq, message and presence are understood here")
	}
	// RFC 6120 §8.1.2.1: a client speaks for itself only.
	if from := st.From(); from != "" {
		if j, err := stanza.ParseJID(from); err != nil || j != c.jid && j != c.jid.Bare() {
			return refuse("invalid-from", "from must be your own address")
		}
	}
	var to stanza.JID
	if st.To() != "" {
		var err error
		if to, err = stanza.ParseJID(st.To()); err != nil {
			c.bounce(st, Domain, failure("jid-malformed", err.Error()))
			return nil
		}
	}
	if e := s.refuseBlocked(c.jid, to); e != nil {
		if st.Kind() != stanza.Presence || e.Application.Local != "" {
			c.bounce(st, to.String(), e) // presence to whom has blocked us is let go
		}
		return nil
	}
	switch st.Kind() {
	case stanza.IQ:
		s.routeIQ(c, st, to)
	case stanza.Message:
		s.routeMessage(c, st, to)
	case stanza.Presence:
		s.routePresence(c, st, to)
	}
	return nil
}

// routeIQ delivers an IQ to a connected client, or answers it (RFC 6120 §10.3,
// RFC 6121 §8.5).
func (s *Server) routeIQ(c *client, iq *stanza.Stanza, to stanza.JID) {
	if text := wrongIQ(iq); text != "" {
		c.bounce(iq, to.String(), failure("bad-request", text))
		return
	}
	switch {
	case to.IsZero(), to == c.jid.Bare():
		s.ask(c, iq, to, self)
	case to.Domain() == BotsDomain && to.Local() != "":
		s.ask(c, iq, to, botEntity)
	case to.String() == BotsDomain:
		s.ask(c, iq, to, botsHost)
	case to.String() == PubsubDomain:
		s.ask(c, iq, to, pubsubHost)
	case to.Domain() == BotsDomain, to.Domain() == PubsubDomain:
		c.bounce(iq, to.String(), failure("item-not-found", ""))
	case !s.served(to):
		c.bounce(iq, to.String(), failure("remote-server-not-found", "the built-in server talks to no other"))
	case to.Local() == "" && to.IsBare():
		s.ask(c, iq, to, host)
	case !to.IsBare():
		if other := s.directory.find(to); other != nil {
			c.forward(other, iq)
			return
		}
		c.bounce(iq, to.String(), failure("service-unavailable", ""))
	case s.Password(to.Local()) != "":
		s.ask(c, iq, to, account)
	default:
		c.bounce(iq, to.String(), failure("service-unavailable", ""))
	}
}

// served says whether an address is at one of the server's domains.
func (s *Server) served(to stanza.JID) bool {
	return slices.Contains([]string{Domain, BotsDomain, PubsubDomain}, to.Domain())
}

// wrongIQ says in words which rule of RFC 6120 §8.2.3 an IQ breaks.
func wrongIQ(iq *stanza.Stanza) string {
	switch {
	case !iq.IsRequest() && !iq.IsReply():
		return "the type of an iq is get, set, result or error"
	case !iq.HasID():
		return "an iq has an id"
	case iq.IsRequest() && iq.Payloads() != 1:
		return "a get or set has exactly one payload"
	}
	return ""
}

// ask answers a request to the server or to something on it. A reply to a
// request that was never made is let go.
func (s *Server) ask(c *client, iq *stanza.Stanza, to stanza.JID, about entity) {
	if !iq.IsRequest() {
		return
	}
	root, err := iq.Tree()
	if err != nil {
		return
	}
	q := &query{iq: iq, from: c.jid, to: to, about: about, root: root}
	if about == botEntity {
		s.askBot(c, q)
		return
	}
	a, _ := s.answerQuery(q)
	c.answer(q, a)
}

// answer replies to a request, from the address that was asked.
func (c *client) answer(q *query, a answer) { c.answerAs(q, a, q.to.String()) }

// answerAs replies to a request from any address.
func (c *client) answerAs(q *query, a answer, from string) {
	for _, xml := range a.ahead {
		c.send(xml)
	}
	if reply, err := a.reply(q.iq, c.jid.String(), from); err == nil {
		c.deliver(reply)
	}
	if a.after != nil {
		a.after()
	}
}

// bounce returns an error for a stanza, from the address that it was for. Errors
// and results are never answered (RFC 6120 §8.3.1).
func (c *client) bounce(st *stanza.Stanza, from string, e *stanza.StanzaError) {
	if st.Type() == stanza.Error || st.IsReply() {
		return
	}
	if st.Kind() == stanza.IQ {
		if reply, err := (answer{err: e}).reply(st, c.jid.String(), from); err == nil {
			c.deliver(reply)
		}
		return
	}
	name := st.Name().Local
	c.send("<" + name + " type='error'" + attribute("id", st.ID()) + attribute("from", from) +
		attribute("to", c.jid.String()) + ">" + errorXML(e) + "</" + name + ">")
}

// forward delivers a stanza to a connected client, stamped with its sender.
func (c *client) forward(other *client, st *stanza.Stanza) {
	xml, err := readdress(st, address{to: st.To(), from: c.jid.String(), typ: string(st.Type())}, other.scope)
	if err == nil {
		other.send(xml)
	}
}
