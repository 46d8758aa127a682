package iqbuilder

import (
	"strings"

	"iqscope/internal/nearest"
	"iqscope/iqbuilder/stanza"
)

// nsData is that of data forms (XEP-0004).
const nsData = "jabber:x:data"

// checkKnown holds a payload against what is known of its namespace: its spelling, its
// elements, and the type of IQ that asks with it.
func (c *checker) checkKnown(n *stanza.Node) {
	if meant := meantNamespace(n.Name.Space); meant != "" {
		pos, end := tagName(n)
		var fix *Fix
		if n.Prefix == "" {
			fix = intoNamespace(n, meant)
			pos, end = fix.Pos, fix.End
		}
		c.add(RuleNamespaceMisspelt, Warning, pos, end, fix, "%s is nearly a namespace that everybody knows: did you mean %s?", shorten(n.Name.Space), meant)
		return
	}
	all := KnownIn(n.Name.Space)
	if len(all) == 0 || !c.iq.IsRequest() {
		return
	}
	pos, end := tagName(n)
	for _, k := range all {
		if k.Name.Local != n.Name.Local {
			continue
		}
		want := stanza.Get
		if k.Set {
			want = stanza.Set
		}
		if is := c.iq.Type(); is == stanza.Get && !k.Get || is == stanza.Set && !k.Set {
			c.add(RulePayloadType, Warning, pos, end, c.typed(want), "<%s/> in %s is sent in a %s, not in a %s", shorten(n.QName()), n.Name.Space, want, is)
		}
		return
	}
	var names []string
	meant := ""
	for _, k := range all {
		names = append(names, "<"+k.Name.Local+"/>")
		if fits := c.iq.Type() == stanza.Get && k.Get || c.iq.Type() == stanza.Set && k.Set; fits && meant == "" {
			meant = k.Name.Local
		}
	}
	var fix *Fix
	if meant != "" {
		fix = c.rename(n, meant)
	}
	c.add(RulePayloadElement, Warning, pos, end, fix, "in %s a request is %s, and nobody knows <%s/>",
		n.Name.Space, strings.Join(names, " or "), shorten(n.QName()))
}

// typed changes the type of the IQ.
func (c *checker) typed(t stanza.Type) *Fix {
	a := attr(c.root, "type")
	if a == nil {
		return nil
	}
	return setValue(a, string(t))
}

// checkInside looks at every element of a payload.
func (c *checker) checkInside(n *stanza.Node) {
	c.checkMisspeltXmlns(n)
	if n.Name == (stanza.Name{Space: nsData, Local: "x"}) && attr(n, "type") == nil {
		pos, end := tagName(n)
		kind := "form"
		if c.iq.IsRequest() {
			kind = "submit"
		}
		c.add(RuleFormType, Warning, pos, end, insert(n, "type", kind), "a data form says what it is: form, submit, cancel or result")
	}
	for _, child := range n.Elements() {
		c.checkInside(child)
	}
}

// checkMisspeltXmlns finds a declaration of a namespace that is none, for its name is not
// spelt right.
func (c *checker) checkMisspeltXmlns(n *stanza.Node) {
	for i := range n.Attrs {
		a := &n.Attrs[i]
		if a.Name.Space != "" || a.Name.Local == "xmlns" || !looksLikeNamespace(a.Value) || nearest.Word(a.Name.Local, []string{"xmlns"}, 2) == "" {
			continue
		}
		c.misspelt = true
		pos, end := a.Pos, a.Pos+len(a.Name.Local)
		c.add(RuleXmlnsMisspelt, Warning, pos, end, &Fix{Title: "make it xmlns", Pos: pos, End: end, With: "xmlns"},
			"%s declares nothing: did you mean xmlns?", shorten(a.Name.Local))
	}
}

func looksLikeNamespace(value string) bool {
	return strings.HasPrefix(value, "urn:") || strings.HasPrefix(value, "http") || strings.HasPrefix(value, "jabber:") || value == "vcard-temp"
}
