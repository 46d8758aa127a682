package answer

import (
	"cmp"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// Identity is who we are on the stream.
type Identity struct {
	// Own is the JID that resource binding gave, or a component's domain.
	Own       stanza.JID
	Component bool
}

// key is what a reply has in common with its request: the addresses as
// prepared, where they are addresses. It holds copies: an attribute's value keeps
// its whole stanza in memory.
type key struct{ peer, own, id string }

func (k key) size() int { return len(k.peer) + len(k.own) + len(k.id) }

// ofRequest and ofReply are equal for a request and its reply. Only a
// component has several addresses of its own.
func (id Identity) ofRequest(request *stanza.Stanza) key {
	return id.key(request.From(), request.To(), request.ID())
}

func (id Identity) ofReply(reply *stanza.Stanza) key {
	return id.key(reply.To(), reply.From(), reply.ID())
}

func (id Identity) key(peer, own, text string) key {
	k := key{peer: stanza.Prepared(peer), id: strings.Clone(text)}
	switch {
	case id.Component:
		k.own = stanza.Prepared(own)
	case peer == "": // our account's server speaks without an address, or with this one
		k.peer = id.Own.Bare().String()
	}
	return k
}

// asker is as whom a peer counts among those who ask, and of which domain: "" for our own
// server, and for our account, all of whose resources count as one.
func (id Identity) asker(peer string) (from, domain string) {
	if len(peer) > longestAddress {
		return nobody, nobody
	}
	bare, _, _ := strings.Cut(peer, "/")
	if bare == id.Own.Bare().String() || bare == id.Own.Domain() {
		return bare, ""
	}
	_, domain, ok := strings.Cut(bare, "@")
	if !ok {
		domain = bare
	}
	return peer, cmp.Or(domain, nobody)
}
