package iqbuilder

import (
	"slices"
	"strings"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

// Element is an element that is being built: names, attributes and text go into the XML escaped, so
// that what somebody typed stays text. The methods change it and return it, so that calls can
// follow each other:
//
//	query := iqbuilder.NewElement("custom-xep", "query").Attr("node", node).
//		Add(iqbuilder.NewElement("", "answer").Text(answer))
//
// WithTree makes it the payload of an IQ, Stanza a stanza, and String XML. It is not safe for
// concurrent use.
type Element struct {
	name    stanza.Name
	attrs   []stanza.Attr
	content []any // *Element or string, no two strings in a row
}

// NewElement begins an element. Without a namespace it is in that of the element it is added to.
func NewElement(space, local string) *Element {
	return &Element{name: stanza.Name{Space: space, Local: local}}
}

// Attr sets an attribute that has no namespace, or xml:lang.
func (e *Element) Attr(name, value string) *Element {
	a := stanza.Attr{Name: stanza.Name{Local: name}, Value: value}
	if name == "xml:lang" {
		a.Name = stanza.Name{Space: xmlscan.NSXML, Local: "lang"}
	}
	for i := range e.attrs {
		if e.attrs[i].Name == a.Name {
			e.attrs[i] = a
			return e
		}
	}
	e.attrs = append(e.attrs, a)
	return e
}

// Text adds text behind what is there.
func (e *Element) Text(text string) *Element {
	last := len(e.content) - 1
	switch {
	case text == "":
	case last >= 0 && isText(e.content[last]):
		e.content[last] = e.content[last].(string) + text
	default:
		e.content = append(e.content, text)
	}
	return e
}

func isText(part any) bool {
	_, ok := part.(string)
	return ok
}

// Add adds copies of the elements behind what is there.
func (e *Element) Add(children ...*Element) *Element {
	for _, c := range children {
		if c != nil {
			e.content = append(e.content, &Element{c.name, slices.Clone(c.attrs), slices.Clone(c.content)})
		}
	}
	return e
}

// String is the element as XML. What no XML can carry, such as a name with a space, is in it all
// the same: WithTree and Stanza refuse it.
func (e *Element) String() string {
	if e == nil {
		return ""
	}
	var b strings.Builder
	e.write(&b, "")
	return b.String()
}

// write writes the element where the given namespace is the default one.
func (e *Element) write(b *strings.Builder, space string) {
	b.WriteString("<" + e.name.Local)
	if e.name.Space != "" && e.name.Space != space {
		space = e.name.Space
		b.WriteString(` xmlns="` + stanza.Escape(space) + `"`)
	}
	for _, a := range e.attrs {
		b.WriteByte(' ')
		if a.Name.Space == xmlscan.NSXML {
			b.WriteString("xml:")
		}
		b.WriteString(a.Name.Local + `="` + stanza.Escape(a.Value) + `"`)
	}
	if len(e.content) == 0 {
		b.WriteString("/>")
		return
	}
	b.WriteByte('>')
	for _, part := range e.content {
		switch part := part.(type) {
		case string:
			b.WriteString(stanza.Escape(part))
		case *Element:
			part.write(b, space)
		}
	}
	b.WriteString("</" + e.name.Local + ">")
}

// Stanza makes the element a stanza, such as a message: its namespace is the stream's,
// stanza.NSClient or stanza.NSComponent. An IQ is held to the rules as well. The error is a
// *RuleError.
func (e *Element) Stanza() (*stanza.Stanza, error) {
	if e == nil {
		return nil, refuse(RuleOneElement, "there is no element")
	}
	scope, text := scopeOf(e.name.Space), e.String()
	s, err := stanza.Parse(text, scope)
	switch {
	case err != nil:
		return nil, &RuleError{brokenXML(text, err)}
	case s.Kind() == stanza.Element:
		return nil, refuse(RuleNotIQ, "a stanza is an iq, a message or a presence in the stream's own namespace, such as jabber:client")
	}
	if err := e.heldTo(s); err != nil {
		return nil, err
	}
	if s.Kind() == stanza.IQ {
		return new(draft).finish(text, scope)
	}
	return s, nil
}

// heldTo refuses an element that reads as another than was built: a name can hold what ends it.
func (e *Element) heldTo(s *stanza.Stanza) error {
	root, err := s.Tree()
	if err == nil && !e.is(root, "") {
		err = refuse(RuleElementName, "a name in this element is no XML name")
	}
	return err
}

// is says whether a node is the element, where it would stand in the given namespace.
func (e *Element) is(n *stanza.Node, space string) bool {
	if e.name.Space != "" {
		space = e.name.Space
	}
	if n.Name != (stanza.Name{Space: space, Local: e.name.Local}) {
		return false
	}
	attrs := slices.DeleteFunc(slices.Clone(n.Attrs), func(a stanza.Attr) bool { return a.Name.Space == xmlscan.NSXMLNS })
	return slices.EqualFunc(e.attrs, attrs, func(a, b stanza.Attr) bool { return a.Name == b.Name && a.Value == b.Value }) &&
		slices.EqualFunc(e.content, n.Children, func(part any, n *stanza.Node) bool {
			if text, ok := part.(string); ok {
				return !n.IsElement() && n.Data == text
			}
			return part.(*Element).is(n, space)
		})
}
