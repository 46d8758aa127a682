package catalog

import (
	"slices"
	"strings"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

// tag is an element that is being written. One that was read keeps each of its bytes that nobody
// changes.
type tag struct {
	name    stanza.Name
	qname   string // as it is written
	space   string // the default namespace in it
	attrs   []attr
	tail    string // white space before the end of the start tag
	content []any  // *tag, chars, or XML as a string
	end     string // the end tag as it is written; "" for one of our own
	indent  string // line end and white space before it, if it has a line of its own
	node    *stanza.Node
	order   map[stanza.Name]int // of the child elements, where there is one
}

// attr is an attribute: its name as paths have it, and how it is written, with the white space before.
type attr struct{ name, value, head, raw, quote string }

// chars is character data.
type chars struct{ data, raw string }

// newTag is an empty element in a place with a default namespace.
func newTag(name stanza.Name, space string) *tag {
	t := &tag{name: name, qname: name.Local, space: name.Space}
	if name.Space != space {
		t.set("xmlns", name.Space)
	}
	return t
}

// readTag is an element of a text, where a default namespace is in force.
func readTag(xml string, n *stanza.Node, space string) *tag {
	t := &tag{name: n.Name, qname: n.QName(), space: space, node: n}
	at := n.Pos + len("<") + len(t.qname)
	for i := range n.Attrs {
		a := &n.Attrs[i]
		name := a.Name.Local
		switch {
		case a.Name.Space == xmlscan.NSXMLNS && a.Prefix == "":
			name, t.space = "xmlns", a.Value
		case a.Prefix != "":
			name = a.Prefix + ":" + name
		}
		t.attrs = append(t.attrs, attr{name, a.Value, xml[at:a.ValPos], xml[a.ValPos:a.ValEnd], xml[a.ValEnd:a.End]})
		at = a.End
	}
	if n.Open == n.End { // an empty-element tag
		t.tail = xml[at : n.Open-len("/>")]
		return t
	}
	t.tail, t.end = xml[at:n.Open-len(">")], xml[n.Close:n.End]
	for _, c := range n.Children {
		if !c.IsElement() {
			t.content = append(t.content, chars{c.Data, xml[c.Pos:c.End]})
			continue
		}
		child := readTag(xml, c, t.space)
		if before, ok := t.last().(chars); ok && strings.HasPrefix(before.raw, "\n") && strings.Trim(before.raw, " \t\n") == "" {
			child.indent = before.raw[strings.LastIndexByte(before.raw, '\n'):]
		}
		t.content = append(t.content, child)
	}
	return t
}

// write writes the element.
func (t *tag) write(b *strings.Builder) {
	b.WriteString("<" + t.qname)
	for _, a := range t.attrs {
		b.WriteString(a.head + a.raw + a.quote)
	}
	b.WriteString(t.tail)
	if len(t.content) == 0 && t.end == "" {
		b.WriteString("/>")
		return
	}
	b.WriteString(">")
	for _, part := range t.content {
		switch part := part.(type) {
		case string:
			b.WriteString(part)
		case chars:
			b.WriteString(part.raw)
		case *tag:
			part.write(b)
		}
	}
	if t.end != "" {
		b.WriteString(t.end)
		return
	}
	b.WriteString("</" + t.qname + ">")
}

// text is the character data in the element.
func (t *tag) text() string {
	var b strings.Builder
	for _, part := range t.content {
		if c, ok := part.(chars); ok {
			b.WriteString(c.data)
		}
	}
	return b.String()
}

// setText replaces the character data, and leaves the elements in it.
func (t *tag) setText(text string) {
	if t.text() == text {
		return
	}
	t.content = slices.DeleteFunc(t.content, func(part any) bool { _, ok := part.(chars); return ok })
	if text != "" {
		t.content = slices.Insert(t.content, 0, any(chars{text, stanza.Escape(text)}))
	}
}

// attr is the value of an attribute.
func (t *tag) attr(name string) (string, bool) {
	i := t.attrAt(name)
	if i < 0 {
		return "", false
	}
	return t.attrs[i].value, true
}

func (t *tag) attrAt(name string) int {
	return slices.IndexFunc(t.attrs, func(a attr) bool { return a.name == name })
}

func (t *tag) set(name, value string) {
	switch i := t.attrAt(name); {
	case i < 0:
		t.attrs = append(t.attrs, attr{name, value, " " + name + `="`, stanza.Escape(value), `"`})
	case t.attrs[i].value != value:
		t.attrs[i].value, t.attrs[i].raw = value, stanza.Escape(value)
	}
}

func (t *tag) unset(name string) {
	t.attrs = slices.DeleteFunc(t.attrs, func(a attr) bool { return a.name == name })
}

// say puts a value into an attribute, or into the text where there is none.
func (t *tag) say(attribute, value string) {
	if attribute == "" {
		t.setText(value)
		return
	}
	t.set(attribute, value)
}

// tags are the child elements.
func (t *tag) tags() []*tag {
	var all []*tag
	for _, part := range t.content {
		if c, ok := part.(*tag); ok {
			all = append(all, c)
		}
	}
	return all
}

// find is the first child element of the name; nil for none.
func (t *tag) find(name stanza.Name) *tag {
	for _, c := range t.tags() {
		if c.name == name {
			return c
		}
	}
	return nil
}

// descend is the first element that the steps lead to; nil for none.
func (t *tag) descend(steps []stanza.Name) *tag {
	for _, name := range steps {
		if t = t.find(name); t == nil {
			return nil
		}
	}
	return t
}

// child is the element that the steps lead to; what is missing of the way is made.
func (t *tag) child(steps []stanza.Name) *tag {
	for _, name := range steps {
		next := t.find(name)
		if next == nil {
			next = newTag(name, t.space)
			t.insert(next, t.place(name))
		}
		t = next
	}
	return t
}
