package demo

import (
	"context"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

// bind waits for the client to bind a resource (RFC 6120 §7), or to resume an
// earlier stream. A wish is granted when nobody has the resource; when somebody
// does, the server chooses another (§7.7.2.2).
func (s *Server) bind(ctx context.Context, w *wire.Conn, account string) (*client, error) {
	c := newClient(s, w)
	for range maxBindTries {
		iq, err := w.Next(ctx)
		if err != nil {
			return nil, err
		}
		if isManagement(iq, "resume") {
			if c, err := s.resume(ctx, w, account, iq); c != nil || err != nil {
				return c, err
			}
			continue
		}
		if iq.Type() != stanza.Set || iq.Kind() != stanza.IQ || (iq.Payload() != stanza.Name{Space: stanza.NSBind, Local: "bind"}) {
			return nil, refuse("not-authorized", "a resource must be bound first")
		}
		got := answer{err: s.bindResource(c, account, iq)}
		if got.err == nil {
			got.payload = "<bind xmlns='" + stanza.NSBind + "'><jid>" + stanza.Escape(c.jid.String()) + "</jid></bind>"
		}
		reply, err := got.reply(iq, "", "")
		if err == nil {
			_, err = w.Send(ctx, reply)
		}
		switch {
		case err != nil:
			s.directory.leave(c)
			return nil, err
		case got.err == nil:
			c.life, c.end = context.WithCancel(s.ctx)
			return c, nil
		}
	}
	return nil, refuse("policy-violation", "too many tries to bind a resource")
}

// bindResource enters the client into the directory.
func (s *Server) bindResource(c *client, account string, iq *stanza.Stanza) *stanza.StanzaError {
	root, err := iq.Tree()
	if err != nil {
		return failure("bad-request", "")
	}
	wanted := ""
	if n := root.Child(stanza.NSBind, "bind").Child(stanza.NSBind, "resource"); n != nil {
		wanted = n.Text()
	}
	jid, err := stanza.ParseJID(account + "@" + Domain)
	if err == nil {
		jid, err = jid.WithResource(wanted)
	}
	if err != nil {
		return failure("bad-request", err.Error())
	}
	if !s.directory.enter(c, jid) {
		return failure("resource-constraint", "too many resources of this account are connected")
	}
	return nil
}
