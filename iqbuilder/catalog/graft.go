package catalog

import (
	"cmp"
	"slices"
	"strings"

	"iqscope/iqbuilder/stanza"
)

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
