package iqbuilder

import (
	"fmt"
	"strings"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

// insert adds an attribute behind the element's name.
func insert(n *stanza.Node, name, value string) *Fix {
	_, at := tagName(n)
	with := fmt.Sprintf(` %s="%s"`, name, stanza.Escape(value))
	return &Fix{Title: "add" + with, Pos: at, End: at, With: with}
}

// setValue gives an attribute another value, in the quotes that it has.
func setValue(a *stanza.Attr, value string) *Fix {
	return &Fix{Title: "make it " + shorten(value), Pos: a.ValPos, End: a.ValEnd, With: stanza.Escape(value)}
}

// drop cuts an attribute and the white space before it.
func drop(n *stanza.Node, a *stanza.Attr, title string) *Fix {
	_, before := tagName(n)
	for _, other := range n.Attrs {
		if other.End < a.End {
			before = other.End
		}
	}
	return &Fix{Title: title, Pos: before, End: a.End}
}

// cut removes an element.
func cut(n *stanza.Node) *Fix { return &Fix{Title: "remove it", Pos: n.Pos, End: n.End} }

// intoNamespace puts an element into a namespace; nil when a prefix is in the way.
func intoNamespace(n *stanza.Node, space string) *Fix {
	if n.Prefix != "" {
		return nil
	}
	for i := range n.Attrs {
		if a := &n.Attrs[i]; a.Name == (stanza.Name{Space: xmlscan.NSXMLNS, Local: "xmlns"}) {
			return setValue(a, space)
		}
	}
	return insert(n, "xmlns", space)
}

// intoThatNamespace is intoNamespace for a finding that says which it is.
func intoThatNamespace(n *stanza.Node, space string) *Fix {
	fix := intoNamespace(n, space)
	if fix != nil {
		fix.Title = "put it into that namespace"
	}
	return fix
}

// rename gives an element another local name, in both of its tags.
func (c *checker) rename(n *stanza.Node, local string) *Fix {
	xml := c.iq.XML()
	name := strings.TrimSuffix(n.QName(), n.Name.Local) + local
	_, nameEnd := tagName(n)
	with := "<" + name + xml[nameEnd:n.End]
	if n.Close < n.End {
		with = "<" + name + xml[nameEnd:n.Close] + "</" + name + xml[n.Close+len("</")+len(n.QName()):n.End]
	}
	return &Fix{Title: "make it <" + local + "/>", Pos: n.Pos, End: n.End, With: with}
}

// within adds XML at the end of an element's content.
func (c *checker) within(n *stanza.Node, title, xml string) *Fix {
	k := cutter{xml: c.iq.XML(), root: n}
	k.append(xml)
	e := k.edits[0]
	return &Fix{Title: title, Pos: e.pos, End: e.end, With: e.with}
}
