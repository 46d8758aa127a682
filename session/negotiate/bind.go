package negotiate

import (
	"context"
	"errors"
	"fmt"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// bind binds the resource (RFC 6120 §7), and begins the session of RFC 3921 where
// a server of old insists on it.
func (n *negotiation) bind(ctx context.Context) error {
	n.begin(StepBind, n.cfg.Resource)
	if !n.features.bind {
		return errNoBinding
	}
	return n.within(ctx, func(ctx context.Context) error {
		reply, err := n.request(ctx, n.bindRequest())
		if err != nil {
			return err
		}
		if n.bound, err = readBound(reply); err != nil {
			return err
		}
		if n.features.needSession {
			_, err = n.request(ctx, sessionRequest)
		}
		return err
	})
}

// errNoBinding says that there is no way to an address of our own.
var errNoBinding = errors.New("the server does not offer resource binding")

const sessionRequest = "<session xmlns='" + nsSession + "'/>"

// bindRequest asks for the wanted resource, or for one of the server's choice.
func (n *negotiation) bindRequest() string {
	wanted := ""
	if n.cfg.Resource != "" {
		wanted = "<resource>" + stanza.Escape(n.cfg.Resource) + "</resource>"
	}
	return "<bind xmlns='" + stanza.NSBind + "'>" + wanted + "</bind>"
}

// request sends an IQ of type set and returns its result. Nobody but the server
// can speak to us yet, so the id alone tells the reply.
func (n *negotiation) request(ctx context.Context, payload string) (*stanza.Stanza, error) {
	id := iqbuilder.NewID()
	request, err := n.conn.Element("<iq type='set' id='" + id + "'>" + payload + "</iq>")
	if err != nil {
		return nil, err
	}
	if _, err := n.conn.Send(ctx, request); err != nil {
		return nil, err
	}
	reply, err := n.read(ctx)
	if err != nil {
		return nil, err
	}
	if !reply.IsReply() || reply.ID() != id {
		return nil, unexpected("the reply to our request", reply)
	}
	if reply.Type() == stanza.Error {
		return nil, bindWords(&stanza.IQError{Request: request, Reply: reply, Err: reply.Err()})
	}
	return reply, nil
}

// bindWords says why the resource was not bound.
func bindWords(e *stanza.IQError) error {
	if e.Err == nil {
		e.Err = &stanza.StanzaError{}
	}
	return &reason{
		words:  conditionWords(e.Err.Condition, e.Err.Text, bindRefusals),
		advice: bindRefusals[e.Err.Condition].advice,
		err:    e,
	}
}

// readBound reads the full JID that the server gave.
func readBound(reply *stanza.Stanza) (stanza.JID, error) {
	tree, err := reply.Tree()
	if err != nil {
		return stanza.JID{}, err
	}
	text := ""
	if bind := tree.Child(stanza.NSBind, "bind"); bind != nil {
		if jid := bind.Child(stanza.NSBind, "jid"); jid != nil {
			text = jid.Text()
		}
	}
	bound, err := stanza.ParseJID(text)
	if err != nil || bound.IsBare() {
		return stanza.JID{}, fmt.Errorf("the server bound %.200q, which is no full JID", text)
	}
	return bound, nil
}
