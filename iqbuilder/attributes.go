package iqbuilder

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

var types = []string{string(stanza.Get), string(stanza.Set), string(stanza.Result), string(stanza.Error)}

func (c *checker) checkType() {
	a := attr(c.root, "type")
	if a == nil {
		pos, end := tagName(c.root)
		c.add(RuleTypeMissing, Fatal, pos, end, insert(c.root, "type", c.likelyType()),
			"an IQ needs a type: get, set, result or error")
		return
	}
	if !slices.Contains(types, a.Value) {
		c.add(RuleTypeUnknown, Fatal, a.ValPos, a.ValEnd, setValue(a, c.likelyType()),
			"an IQ's type is get, set, result or error, nothing else")
	}
}

// likelyType guesses by the type as written, else by the children.
func (c *checker) likelyType() string {
	if meant := likely(string(c.iq.Type()), types); meant != "" {
		return meant
	}
	switch {
	case c.iq.HasError():
		return string(stanza.Error)
	case c.iq.Payloads() == 0:
		return string(stanza.Result)
	}
	return string(stanza.Get)
}

func (c *checker) checkID() {
	a := attr(c.root, "id")
	switch {
	case a == nil:
		pos, end := tagName(c.root)
		c.add(RuleIDMissing, Fatal, pos, end, insert(c.root, "id", NewID()),
			"an IQ needs an id, by which its reply is known")
	case a.Value == "":
		c.add(RuleIDEmpty, Warning, a.Pos, a.End,
			&Fix{Title: "give it an id", Pos: a.ValPos, End: a.ValEnd, With: NewID()},
			"an empty id tells no request from another")
	}
}

func (c *checker) checkAddresses() {
	component := c.scope.Content == stanza.NSComponent
	pos, end := tagName(c.root)
	if to := attr(c.root, "to"); to != nil {
		c.checkAddress(RuleToAddress, to)
	} else if component {
		c.add(RuleToComponent, Warning, pos, end, nil, "a component has to say whom this is to")
	}
	from := attr(c.root, "from")
	if from == nil {
		if component {
			c.add(RuleFromComponent, Warning, pos, end, nil, "a component has to say which of its addresses this is from")
		}
		return
	}
	jid, ok := c.checkAddress(RuleFromAddress, from)
	if ok && component {
		c.checkComponentsFrom(from, jid)
	} else if ok {
		c.checkClientsFrom(from, jid)
	}
}

func (c *checker) checkClientsFrom(from *stanza.Attr, jid stanza.JID) {
	fix := drop(c.root, from, "leave from out")
	if c.own.IsZero() || jid == c.own || jid == c.own.Bare() || c.own == jid.Bare() {
		c.add(RuleFromClient, Hint, from.Pos, from.End, fix,
			"a client need not say from: its server fills it in, and refuses any other")
		return
	}
	c.add(RuleFromForeign, Warning, from.Pos, from.End, fix,
		"this is not your address: a server refuses it with invalid-from, and may end the stream")
}

func (c *checker) checkComponentsFrom(from *stanza.Attr, jid stanza.JID) {
	if c.own.IsZero() || jid.Host() == c.own.Host() {
		return
	}
	c.add(RuleFromForeign, Warning, from.ValPos, from.ValEnd, nil,
		"the domain is not this component's, %s: a server refuses it with invalid-from, and may end the stream", c.own.Domain())
}

func (c *checker) checkAddress(rule string, a *stanza.Attr) (stanza.JID, bool) {
	jid, err := stanza.ParseJID(a.Value)
	if err == nil {
		c.checkDomain(a, jid)
		return jid, true
	}
	var fix *Fix
	text := err.Error()
	if a.Value == "" {
		fix = drop(c.root, a, "leave it out")
		text = "an empty " + a.Name.Local + " is no address"
	} else if meant := strings.TrimPrefix(strings.Trim(a.Value, spaces), "xmpp:"); meant != a.Value {
		if _, err := stanza.ParseJID(meant); err == nil {
			fix = setValue(a, meant)
			fix.Title = "take away what is around the address"
		}
	}
	c.add(rule, Fatal, a.ValPos, a.ValEnd, fix, "%s", text)
	return stanza.JID{}, false
}

// maxLabel is how many bytes a label of a domain name has at most, as DNS has it (RFC 1035 §2.3.4).
const maxLabel = 63

// checkDomain warns of what XMPP allows and DNS does not have: servers find no way there but by a
// table of their own.
func (c *checker) checkDomain(a *stanza.Attr, jid stanza.JID) {
	for label := range strings.SplitSeq(jid.Domain(), ".") {
		ascii, err := idna.Punycode.ToASCII(label)
		switch {
		case err != nil || len(ascii) > maxLabel:
			c.add(RuleDomainName, Warning, a.ValPos, a.ValEnd, nil,
				"the domain has %d bytes between two dots, where DNS allows %d", len(ascii), maxLabel)
			return
		case strings.Contains(label, "_"):
			c.add(RuleDomainName, Warning, a.ValPos, a.ValEnd, nil,
				"the domain has an underscore, which no host name of DNS has; servers on a network of their own may be named so")
			return
		}
	}
}

// checkAttributes looks for attributes that the element does not have.
// Attributes of other namespaces are left alone.
func (c *checker) checkAttributes(rule string, n *stanza.Node, known ...string) {
	for i := range n.Attrs {
		a := &n.Attrs[i]
		if a.Name.Space != "" || slices.Contains(known, a.Name.Local) {
			continue
		}
		fix := drop(n, a, "remove it")
		meant := likely(a.Name.Local, known)
		if a.Name.Local == "lang" {
			meant = "xml:lang"
		}
		if meant != "" && attr(n, meant) == nil && (meant != "xml:lang" || lang(n) == nil) {
			fix = &Fix{Title: "make it " + meant, Pos: a.Pos, End: a.Pos + len(a.Name.Local), With: meant}
		}
		c.add(rule, Hint, a.Pos, a.End, fix,
			"<%s/> has no attribute %s: whoever reads it takes no notice", n.Name.Local, shorten(a.Name.Local))
	}
}

// lang is the element's own xml:lang, or nil.
func lang(n *stanza.Node) *stanza.Attr {
	for i := range n.Attrs {
		if n.Attrs[i].Name == (stanza.Name{Space: xmlscan.NSXML, Local: "lang"}) {
			return &n.Attrs[i]
		}
	}
	return nil
}

// languageTag is what XML Schema Part 2 §3.3.3 has for a language.
var languageTag = regexp.MustCompile(`^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$`)

func (c *checker) checkLanguage(n *stanza.Node) {
	a := lang(n)
	if a == nil || languageTag.MatchString(a.Value) {
		return
	}
	fix := drop(n, a, "leave it out")
	if meant := strings.ReplaceAll(strings.Trim(a.Value, spaces), "_", "-"); languageTag.MatchString(meant) {
		fix = setValue(a, meant)
	}
	c.add(RuleLanguage, Warning, a.ValPos, a.ValEnd, fix, "this names no language, as en or pt-BR do")
}
