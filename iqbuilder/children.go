package iqbuilder

import (
	"strings"

	"iqscope/iqbuilder/stanza"
)

// checkChildren holds what stands inside the IQ against the rules of its type.
func (c *checker) checkChildren() {
	payloads, failures := 0, 0
	misplaced := false // an <error/> that is not the stream's
	for _, n := range c.root.Children {
		switch {
		case !n.IsElement():
			c.checkText(n)
		case n.Name == stanza.Name{Space: c.scope.Content, Local: "error"}:
			failures++
			c.checkError(n, failures)
		case n.Name.Local == "error" && c.iq.Type() == stanza.Error && !c.iq.HasError() && !misplaced:
			misplaced = true
			pos, end := tagName(n)
			c.add(RuleErrorNamespace, Fatal, pos, end, intoThatNamespace(n, c.scope.Content),
				"this <error/> is in another namespace than the stream's, which is %s", c.scope.Content)
		default:
			payloads++
			c.checkPayload(n, payloads)
		}
	}
	pos, end := tagName(c.root)
	if c.iq.IsRequest() && payloads == 0 {
		c.add(RulePayloadMissing, Fatal, pos, end, nil, "a %s needs one child element that says what is asked", c.iq.Type())
	}
	if c.iq.Type() == stanza.Error && failures == 0 && !misplaced {
		c.add(RuleErrorMissing, Fatal, pos, end, c.within(c.root, "add the default error", defaultError()),
			"an IQ of type error needs an <error/> that says which")
	}
}

func (c *checker) checkPayload(n *stanza.Node, nth int) {
	if nth > 1 {
		c.add(RulePayloadMany, Fatal, n.Pos, n.End, cut(n),
			"an IQ carries one child element, and this is number %d", nth)
	}
	c.checkInside(n)
	where := ""
	switch n.Name.Space {
	case c.scope.Content:
		where = "in the stream's own namespace"
	case "":
		where = "in no namespace"
	case stanza.NSClient, stanza.NSComponent, nsServer:
		where = "in the namespace of another kind of stream"
	case nsRoster:
		c.checkRoster(n)
		fallthrough
	default:
		c.checkKnown(n)
		return
	}
	if c.misspelt {
		return
	}
	var fix *Fix
	if space := payloadNamespaces[n.Name.Local]; space != "" {
		fix = intoNamespace(n, space)
	}
	pos, end := tagName(n)
	c.add(RulePayloadNamespace, Warning, pos, end, fix,
		`<%s/> is %s: a payload wants one of its own, xmlns="…"`, shorten(n.QName()), where)
}

// nsServer is the content namespace of streams between servers (RFC 6120 §4.8.2).
const nsServer = "jabber:server"

// payloadNamespaces are what is most likely meant by a payload that does not say
// its namespace. Of the many that are called query, the page's own.
var payloadNamespaces = map[string]string{
	"query":     stanza.NSDiscoInfo,
	"ping":      "urn:xmpp:ping",
	"time":      "urn:xmpp:time",
	"vCard":     "vcard-temp",
	"bind":      stanza.NSBind,
	"session":   "urn:ietf:params:xml:ns:xmpp-session",
	"command":   "http://jabber.org/protocol/commands",
	"pubsub":    "http://jabber.org/protocol/pubsub",
	"blocklist": "urn:xmpp:blocking",
	"block":     "urn:xmpp:blocking",
	"unblock":   "urn:xmpp:blocking",
	"prefs":     "urn:xmpp:mam:2",
	"jingle":    "urn:xmpp:jingle:1",
}

func (c *checker) checkError(n *stanza.Node, nth int) {
	switch c.iq.Type() {
	case stanza.Error:
		if nth > 1 {
			c.add(RuleErrorMany, Fatal, n.Pos, n.End, cut(n), "an IQ carries one <error/>, and this is number %d", nth)
			return
		}
		c.checkFailure(n)
	case stanza.Get, stanza.Set, stanza.Result:
		c.add(RuleErrorUnexpected, Fatal, n.Pos, n.End, cut(n),
			"an <error/> stands in an IQ of type error only, not in a %s", c.iq.Type())
	}
}

// checkText says where the text itself begins and ends, without the white
// space around it, which may stand between the elements as it likes.
func (c *checker) checkText(n *stanza.Node) {
	if pos, end, ok := c.words(n); ok {
		c.add(RuleText, Warning, pos, end, &Fix{Title: "remove it", Pos: pos, End: end}, "text stands between an IQ's child elements")
	}
}

// words is where the text of a node begins and ends; ok is false when it is
// nothing but white space.
func (c *checker) words(n *stanza.Node) (pos, end int, ok bool) {
	if strings.Trim(n.Data, spaces) == "" {
		return 0, 0, false
	}
	raw := c.iq.XML()[n.Pos:n.End]
	return n.End - len(strings.TrimLeft(raw, spaces)), n.Pos + len(strings.TrimRight(raw, spaces)), true
}
