package iqbuilder

import (
	"strings"

	"iqscope/iqbuilder/stanza"
)

// checkChildren holds what stands inside the IQ against the rules of its type.
func (c *checker) checkChildren() {
	payloads, failures := 0, 0
	for _, n := range c.root.Children {
		switch {
		case !n.IsElement():
			c.checkText(n)
		case n.Name == stanza.Name{Space: c.scope.Content, Local: "error"}:
			failures++
			c.checkError(n, failures)
		default:
			payloads++
			c.checkPayload(n, payloads)
		}
	}
	pos, end := c.name()
	if c.iq.IsRequest() && payloads == 0 {
		c.add(RulePayloadMissing, Fatal, pos, end, nil, "a %s needs one child element that says what is asked", c.iq.Type())
	}
	if c.iq.Type() == stanza.Error && failures == 0 {
		c.add(RuleErrorMissing, Fatal, pos, end, c.appendError(), "an IQ of type error needs an <error/> that says which")
	}
}

func (c *checker) checkPayload(n *stanza.Node, nth int) {
	if nth > 1 {
		c.add(RulePayloadMany, Fatal, n.Pos, n.End, cut("remove it", n),
			"an IQ carries one child element, and this is number %d", nth)
	}
	pos := n.Pos + len("<")
	switch n.Name.Space {
	case c.scope.Content:
		c.add(RulePayloadNamespace, Warning, pos, pos+len(n.QName()), nil,
			`<%s/> is in the stream's own namespace: a payload wants one of its own, xmlns="…"`, shorten(n.QName()))
	case "":
		c.add(RulePayloadNamespace, Warning, pos, pos+len(n.QName()), nil,
			`<%s/> is in no namespace: a payload wants one of its own, xmlns="…"`, shorten(n.QName()))
	}
}

func (c *checker) checkError(n *stanza.Node, nth int) {
	switch c.iq.Type() {
	case stanza.Error:
		if nth > 1 {
			c.add(RuleErrorMany, Fatal, n.Pos, n.End, cut("remove it", n), "an IQ carries one <error/>, and this is number %d", nth)
		}
	case stanza.Get, stanza.Set, stanza.Result:
		c.add(RuleErrorUnexpected, Fatal, n.Pos, n.End, cut("remove it", n),
			"an <error/> stands in an IQ of type error only, not in a %s", c.iq.Type())
	}
}

// checkText says where the text itself begins and ends, without the white
// space around it.
func (c *checker) checkText(n *stanza.Node) {
	if strings.Trim(n.Data, spaces) == "" {
		return
	}
	raw := c.iq.XML()[n.Pos:n.End]
	pos := n.End - len(strings.TrimLeft(raw, spaces))
	end := n.Pos + len(strings.TrimRight(raw, spaces))
	c.add(RuleText, Warning, pos, end, &Fix{Title: "remove it", Pos: pos, End: end}, "text stands between an IQ's child elements")
}

func cut(title string, n *stanza.Node) *Fix { return &Fix{Title: title, Pos: n.Pos, End: n.End} }

// appendError puts the default error at the end of the IQ.
func (c *checker) appendError() *Fix {
	var d draft
	xml, err := errorXML(d.wantedError())
	if err != nil {
		return nil
	}
	k := cutter{xml: c.iq.XML(), root: c.root}
	k.append(xml)
	e := k.edits[0]
	return &Fix{Title: "add the default error", Pos: e.pos, End: e.end, With: e.with}
}
