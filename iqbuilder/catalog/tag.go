package catalog

import (
	"cmp"
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

// place is where a new child element goes: behind the others, unless the order has some come after it.
func (t *tag) place(name stanza.Name) int {
	own, ok := t.order[name]
	for i, part := range t.content {
		if c, is := part.(*tag); ok && is {
			if other, known := t.order[c.name]; known && other > own {
				return i
			}
		}
	}
	for i, part := range slices.Backward(t.content) {
		if _, text := part.(chars); !text {
			return i + 1
		}
	}
	if t.blank() {
		return 0
	}
	return len(t.content)
}

// blank says that there is no text in the element but white space.
func (t *tag) blank() bool { return strings.TrimSpace(t.text()) == "" }

// last is the last part of the content; nil for none.
func (t *tag) last() any {
	if len(t.content) == 0 {
		return nil
	}
	return t.content[len(t.content)-1]
}

// indentStep is how much further in the content of an element is.
const indentStep = "  "

// insert puts a part before what stands at a place of the content, on a line of its own if the
// element has one.
func (t *tag) insert(part any, at int) {
	if !t.blank() || t.indent == "" {
		t.content = slices.Insert(t.content, at, part)
		return
	}
	line := t.indent + indentStep
	for _, c := range t.tags() {
		line = cmp.Or(c.indent, line)
	}
	if c, ok := part.(*tag); ok {
		c.indent = line
	}
	switch {
	case !slices.ContainsFunc(t.content, notText):
		t.content = []any{chars{line, line}, part, chars{t.indent, t.indent}}
	case at < len(t.content) && notText(t.content[at]):
		t.content = slices.Insert(t.content, at, part, any(chars{line, line}))
	default:
		t.content = slices.Insert(t.content, at, any(chars{line, line}), part)
	}
}

func notText(part any) bool { _, text := part.(chars); return !text }

// remove takes a child element away, with the white space that puts it on a line of its own.
func (t *tag) remove(child *tag) {
	i := slices.IndexFunc(t.content, func(part any) bool { return part == any(child) })
	if i < 0 {
		return
	}
	from := i
	if i > 0 && t.blank() {
		if _, ok := t.content[i-1].(chars); ok {
			from--
		}
	}
	t.content = slices.Delete(t.content, from, i+1)
	if !slices.ContainsFunc(t.content, notText) && t.blank() {
		t.content, t.end = nil, ""
	}
}

// another is a new element where the steps lead to: behind one of its siblings, or before one; else
// as place has it.
func (t *tag) another(steps []stanza.Name, behind, before *tag) *tag {
	last := len(steps) - 1
	t = t.child(steps[:last])
	next := newTag(steps[last], t.space)
	at := t.place(steps[last])
	if i := t.index(behind); i >= 0 {
		at = i + 1
	} else if i := t.index(before); i >= 0 {
		at = i
	}
	t.insert(next, at)
	return next
}

// index is where a child element stands in the content; -1 for nowhere.
func (t *tag) index(child *tag) int {
	return slices.IndexFunc(t.content, func(part any) bool { return child != nil && part == any(child) })
}

// replace has the elements from one place up to another say n things: as many as there are are
// changed, others added or taken away.
func (t *tag) replace(there []*tag, first, last, n int, steps []stanza.Name, say func(on *tag, i int)) {
	var behind, before *tag
	if first > 0 {
		behind = there[first-1]
	}
	if last < len(there) {
		before = there[last]
	}
	for i := range n {
		if first+i < last {
			behind = there[first+i]
		} else {
			behind = t.another(steps, behind, before)
		}
		say(behind, i)
	}
	for i := first + n; i < last; i++ {
		t.descend(steps[:len(steps)-1]).remove(there[i])
	}
}

// replaceXML puts XML in the place of the elements from one place up to another.
func (t *tag) replaceXML(there []*tag, first, last int, values []string) {
	for i, value := range values {
		at := t.place(stanza.Name{})
		switch {
		case first < len(there):
			at = t.index(there[first])
		case first > 0:
			at = t.index(there[first-1]) + 1 + i
		}
		t.insert(value, at)
	}
	for i := first; i < last; i++ {
		t.remove(there[i])
	}
}

// has says whether the element is there that a path leads to.
func (t *tag) has(p path) bool {
	t = t.descend(p.steps)
	return t != nil && (!p.form || t.find(formName) != nil)
}

// fix writes what always stands there, unless something does.
func (t *tag) fix(f *Field) {
	on := t.child(f.path.steps)
	switch {
	case f.path.form:
		if on = on.form(); on.variable(f.path.variable) == nil {
			on.setVariable(f.path.variable, []string{f.Fixed})
		}
	case f.path.attr == "" && on.text() == "":
		on.setText(f.Fixed)
	case f.path.attr != "":
		if _, ok := on.attr(f.path.attr); !ok {
			on.set(f.path.attr, f.Fixed)
		}
	}
}

// sweep takes away the elements that were there on account of a field without values, if nothing is
// left in them.
func (t *tag) sweep(f *Field, fields []Field, v Values) {
	steps := f.path.steps
	if on := t.descend(steps); on != nil && f.path.form {
		if x := on.find(formName); x != nil && !slices.ContainsFunc(x.tags(), func(field *tag) bool { return !field.isFixed(f, fields) }) {
			on.remove(x)
		}
	}
	for n := len(steps); n > 0; n-- {
		on := t.descend(steps[:n])
		if on == nil || !on.hollow() || slices.ContainsFunc(fields, func(o Field) bool { // an empty text is a value, too
			return !o.path.form && o.path.attr == "" && slices.Equal(o.path.steps, steps[:n]) && !empty(&o, v)
		}) {
			continue
		}
		t.descend(steps[:n-1]).remove(on)
	}
}

// isFixed says whether a field of the form in which another field stands is always there with others.
func (t *tag) isFixed(f *Field, fields []Field) bool {
	variable, _ := t.attr("var")
	return slices.ContainsFunc(fields, func(o Field) bool {
		return o.Fixed != "" && !o.Required && o.path.form && o.path.variable == variable && slices.Equal(o.path.steps, f.path.steps)
	})
}

// The elements of a data form (XEP-0004).
var (
	formName     = stanza.Name{Space: nsData, Local: "x"}
	fieldElement = stanza.Name{Space: nsData, Local: "field"}
	valueName    = stanza.Name{Space: nsData, Local: "value"}
)

// form is the data form in the element. What is sent is submitted, unless it says otherwise.
func (t *tag) form() *tag {
	x := t.child([]stanza.Name{formName})
	if _, ok := x.attr("type"); !ok {
		x.set("type", "submit")
	}
	return x
}

// variable is the field of a form with that name; nil for none.
func (t *tag) variable(name string) *tag {
	for _, field := range t.tags() {
		if v, ok := field.attr("var"); ok && v == name && field.name == fieldElement {
			return field
		}
	}
	return nil
}

// setVariable gives a field of a form its values. FORM_TYPE stands before the others.
func (t *tag) setVariable(name string, values []string) {
	field := t.variable(name)
	if field == nil {
		field = newTag(fieldElement, t.space)
		field.set("var", name)
		at := len(t.content)
		if name == "FORM_TYPE" {
			field.set("type", "hidden")
			at = 0
		}
		t.insert(field, at)
	}
	there := slices.DeleteFunc(field.tags(), func(value *tag) bool { return value.name != valueName })
	d := differ(len(there), values, func(i int, value string) bool { return there[i].text() == value })
	field.replace(there, d.first, d.last, len(d.values), []stanza.Name{valueName}, func(on *tag, i int) { on.setText(d.values[i]) })
}

// hollow says that there is nothing in an element.
func (t *tag) hollow() bool {
	return len(t.content) == 0 && !slices.ContainsFunc(t.attrs, func(a attr) bool { return a.name != "xmlns" && !strings.HasPrefix(a.name, "xmlns:") })
}
