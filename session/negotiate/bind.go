package negotiate

import (
	"errors"
	"fmt"

	"iqscope/iqbuilder/stanza"
)

// errNoBinding says that there is no way to an address of our own.
var errNoBinding = errors.New("the server does not offer resource binding")

const sessionRequest = "<session xmlns='" + nsSession + "'/>"

// bindRequest asks for the wanted resource, or for one of the server's choice.
func bindRequest(resource string) string {
	wanted := ""
	if resource != "" {
		wanted = "<resource>" + stanza.Escape(resource) + "</resource>"
	}
	return "<bind xmlns='" + stanza.NSBind + "'>" + wanted + "</bind>"
}

// wantedResource is the one that a request to bind asks for, "" for the server's choice.
func wantedResource(request *stanza.Stanza) string {
	tree, err := request.Tree()
	if err != nil {
		return ""
	}
	if bind := tree.Child(stanza.NSBind, "bind"); bind != nil {
		if resource := bind.Child(stanza.NSBind, "resource"); resource != nil {
			return resource.Text()
		}
	}
	return ""
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
