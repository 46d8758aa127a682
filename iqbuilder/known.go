package iqbuilder

import (
	"slices"
	"strings"
	"sync"

	"iqscope/internal/nearest"
	"iqscope/iqbuilder/stanza"
)

// Known is a payload that many servers and clients know: the element by which a request in
// that namespace asks.
type Known struct {
	Name     stanza.Name
	Get, Set bool // the types of a request that carries it
}

// asks, sets and both name payloads by their namespaces' elements.
func asks(space string, locals ...string) []Known { return known(space, true, false, locals) }
func sets(space string, locals ...string) []Known { return known(space, false, true, locals) }
func both(space string, locals ...string) []Known { return known(space, true, true, locals) }

func known(space string, get, set bool, locals []string) []Known {
	var all []Known
	for _, local := range locals {
		all = append(all, Known{stanza.Name{Space: space, Local: local}, get, set})
	}
	return all
}

// knownPayloads are the requests of the RFCs and of the XEPs that are stable or widely
// deployed. The first of a namespace is what a question without further words means.
var knownPayloads = slices.Concat(
	sets(stanza.NSBind, "bind"),
	sets("urn:ietf:params:xml:ns:xmpp-session", "session"),
	both("jabber:iq:roster", "query"),
	both("jabber:iq:privacy", "query"),
	asks(stanza.NSDiscoInfo, "query"),
	both(stanza.NSDiscoItems, "query"), // set was for publishing, before pubsub
	asks("jabber:iq:version", "query"),
	asks("jabber:iq:last", "query"),
	asks("urn:xmpp:time", "time"),
	asks("urn:xmpp:ping", "ping"),
	both("vcard-temp", "vCard"),
	both("jabber:iq:private", "query"),
	both("jabber:iq:register", "query"),
	both("jabber:iq:search", "query"),
	both("jabber:iq:gateway", "query"),
	both("jabber:iq:auth", "query"),
	sets("jabber:iq:rpc", "query"),
	sets("jabber:iq:oob", "query"),
	both("http://jabber.org/protocol/bytestreams", "query"),
	both("http://jabber.org/protocol/commands", "command"),
	both("http://jabber.org/protocol/pubsub", "pubsub"),
	both("http://jabber.org/protocol/pubsub#owner", "pubsub"),
	both("http://jabber.org/protocol/muc#admin", "query"),
	both("http://jabber.org/protocol/muc#owner", "query"),
	asks("http://jabber.org/protocol/muc#unique", "unique"),
	asks("http://jabber.org/protocol/stats", "query"),
	sets("http://jabber.org/protocol/ibb", "open", "data", "close"),
	both("http://jabber.org/protocol/http-auth", "confirm"),
	sets("http://jabber.org/protocol/si", "si"),
	asks("urn:xmpp:blocking", "blocklist"),
	sets("urn:xmpp:blocking", "block", "unblock"),
	asks("urn:xmpp:bob", "data"),
	sets("urn:xmpp:captcha", "captcha"),
	sets("urn:xmpp:carbons:2", "enable", "disable"),
	both("urn:xmpp:extdisco:2", "services"),
	asks("urn:xmpp:extdisco:2", "credentials"),
	asks("urn:xmpp:http:upload:0", "request"),
	sets("urn:xmpp:jingle:1", "jingle"),
	both("urn:xmpp:mam:2", "query", "prefs"),
	asks("urn:xmpp:mam:2", "metadata"),
	sets("urn:xmpp:push:0", "enable", "disable"),
	asks("urn:xmpp:sec-label:catalog:2", "catalog"),
	both("urn:xmpp:mix:core:1", "join", "leave", "update-subscription", "setnick", "create", "destroy"),
	sets("urn:xmpp:mix:pam:2", "client-join", "client-leave"),
	both("urn:xmpp:inbox:1", "inbox"),
	sets("urn:xmpp:invisible:1", "invisible", "visible"),
)

// alsoKnown has what is known of namespaces that are not in the table; nil for nothing.
var alsoKnown func(space string) []Known

// KnowAlso says where to look up namespaces that are not in the table here, which has those that are
// met most, so that nothing has to be loaded for them. The catalogue does it when the program starts;
// it is not for concurrent use.
func KnowAlso(in func(space string) []Known) { alsoKnown = in }

// KnownIn are the known payloads of a namespace, what a question means first; nil for a
// namespace of which nothing is known.
func KnownIn(space string) []Known {
	all := knownBySpace()[space]
	if all == nil && alsoKnown != nil {
		return alsoKnown(space)
	}
	return slices.Clip(all)
}

// knownBySpace is the table by namespaces, and knownSpaces are these in the order of the table.
var (
	knownBySpace = sync.OnceValue(func() map[string][]Known {
		all := make(map[string][]Known)
		for _, k := range knownPayloads {
			all[k.Name.Space] = append(all[k.Name.Space], k)
		}
		return all
	})
	knownSpaces = sync.OnceValue(func() []string {
		var spaces []string
		for _, k := range knownPayloads {
			if !slices.Contains(spaces, k.Name.Space) {
				spaces = append(spaces, k.Name.Space)
			}
		}
		return spaces
	})
)

// QueryElement is the element by which a request of that type asks in the namespace: query,
// unless the namespace is known to have another one.
func QueryElement(space string, t stanza.Type) stanza.Name {
	for _, k := range KnownIn(space) {
		if t == stanza.Get && k.Get || t == stanza.Set && k.Set {
			return k.Name
		}
	}
	return stanza.Name{Space: space, Local: "query"}
}

// meantNamespace is the known namespace that a misspelt one most likely means, "" for
// none. One that differs in its version alone is no slip, nor is one that only goes on.
func meantNamespace(space string) string {
	known := knownBySpace()
	if space == "" || known[space] != nil {
		return ""
	}
	slips := 2
	if len(space) < 16 {
		slips = 1
	}
	if trimmed := strings.TrimRight(strings.TrimSpace(space), "/#:"); known[trimmed] != nil {
		return trimmed
	}
	meant := nearest.Word(space, knownSpaces(), slips)
	if meant == "" || withoutVersion(meant) == withoutVersion(space) {
		return ""
	}
	return meant
}

func withoutVersion(space string) string { return strings.TrimRight(space, "0123456789.") }
