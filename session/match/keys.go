package match

import "iqscope/iqbuilder/stanza"

// Keys says which payloads step names stand for. Compile asks it; matching does
// not.
type Keys interface {
	Payload(key string) (Payload, bool)
}

// Payload is what a step knows of a payload.
type Payload struct {
	Name stanza.Name
	// Fields are the fields that are written as the text of a child element, by
	// the field's name. Attributes need no declaration.
	Fields map[string]stanza.Name
	// Lists are the payload's repeated children, by list key.
	Lists map[string]Payload
}

// KeyMap is Keys from a map. It must not change while it is in use.
type KeyMap map[string]Payload

// Payload implements Keys.
func (m KeyMap) Payload(key string) (Payload, bool) {
	p, ok := m[key]
	return p, ok
}

// basicKeys are those that every path knows.
var basicKeys = BasicKeys()

// BasicKeys returns the payloads that every client meets, in a map of the
// caller's own to add to.
func BasicKeys() KeyMap {
	return KeyMap{
		"disco_info": listing(stanza.NSDiscoInfo, "query", map[string]Payload{
			"identities": plain(stanza.NSDiscoInfo, "identity"),
			"features":   plain(stanza.NSDiscoInfo, "feature"),
		}),
		"disco_items": listing(stanza.NSDiscoItems, "query", map[string]Payload{
			"items": plain(stanza.NSDiscoItems, "item"),
		}),
		"ping":    plain("urn:xmpp:ping", "ping"),
		"version": plain("jabber:iq:version", "query", "name", "version", "os"),
		"time":    plain("urn:xmpp:time", "time", "tzo", "utc"),
		"roster": listing("jabber:iq:roster", "query", map[string]Payload{
			"items": plain("jabber:iq:roster", "item", "group"),
		}),
		"vcard":   plain("vcard-temp", "vCard", "FN", "NICKNAME", "BDAY", "JABBERID", "TITLE", "ROLE", "URL", "DESC"),
		"private": plain("jabber:iq:private", "query"),
		"command": listing("http://jabber.org/protocol/commands", "command", map[string]Payload{
			"notes": plain("http://jabber.org/protocol/commands", "note"),
		}),
		"pubsub": plain("http://jabber.org/protocol/pubsub", "pubsub"),
		"mam":    plain("urn:xmpp:mam:2", "query"),
		"bind":   plain(stanza.NSBind, "bind", "resource", "jid"),
	}
}

// plain is a payload whose fields are children in its own namespace.
func plain(space, local string, fields ...string) Payload {
	p := Payload{Name: stanza.Name{Space: space, Local: local}}
	if len(fields) > 0 {
		p.Fields = make(map[string]stanza.Name, len(fields))
	}
	for _, f := range fields {
		p.Fields[f] = stanza.Name{Space: space, Local: f}
	}
	return p
}

func listing(space, local string, lists map[string]Payload) Payload {
	p := plain(space, local)
	p.Lists = lists
	return p
}
