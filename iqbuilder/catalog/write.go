package catalog

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// tag is an element that is being written.
type tag struct {
	name    stanza.Name
	attrs   []attr
	text    string
	content []any // *tag, or XML as a string
}

type attr struct{ name, value string }

// XML is the payload of a request with the given values: one element, in one line. The error is
// that of Check; nothing is written then.
func (k *Kind) XML(v Values) (string, error) {
	if err := k.Check(v); err != nil {
		return "", err
	}
	root := &tag{name: k.Payload.Name()}
	k.fill(root, v)
	var b strings.Builder
	root.write(&b, "")
	if _, err := stanza.Parse(b.String(), stanza.ClientScope()); err != nil {
		return "", &FieldError{k.Key, k.Payload.Element, "the values make no XML: " + err.Error()}
	}
	return b.String(), nil
}

// fill writes what the verb and the values say.
func (k *Kind) fill(root *tag, v Values) {
	if k.Verb != "" {
		on := root.child(k.verb.at.steps)
		if k.verb.value != "" {
			on.set(k.verb.at.attr, k.verb.value)
		}
	}
	for i := range k.Fields {
		root.put(&k.Fields[i], v, "")
	}
	for i := range k.Fields { // last, for they are there on account of others
		if f := &k.Fields[i]; f.Fixed != "" && (f.Required || root.has(f.path)) {
			root.fix(f)
		}
	}
}

// put writes what the values say of a field; before stands before its name in their keys.
func (t *tag) put(f *Field, v Values, before string) {
	if f.Fixed != "" {
		return
	}
	name := before + f.Name
	values := v[name]
	if len(values) == 0 && f.Required && f.Default != "" {
		values = []string{f.Default}
	}
	switch f.Type {
	case List:
		for row := 1; ; row++ {
			before := fmt.Sprintf("%s[%d].", name, row)
			if !slices.ContainsFunc(f.Columns, func(c Field) bool { return len(v[before+c.Name]) > 0 }) {
				return
			}
			on := t.another(f.path.steps)
			for i := range f.Columns {
				on.put(&f.Columns[i], v, before)
			}
			for i := range f.Columns {
				if c := &f.Columns[i]; c.Fixed != "" && (c.Required || on.has(c.path)) {
					on.fix(c)
				}
			}
		}
	case Form:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if parsed := parseKey(k); parsed.name == name && parsed.subbed && len(v[k]) > 0 {
				t.child(f.path.steps).form().variable(parsed.sub, v[k])
			}
		}
	case XML:
		for _, value := range values {
			on := t.child(f.path.steps)
			on.content = append(on.content, value)
		}
	case Flag:
		if len(values) > 0 && values[0] == "true" {
			t.child(f.path.steps)
		}
	default:
		if f.path.form {
			if len(values) > 0 {
				t.child(f.path.steps).form().variable(f.path.variable, values)
			}
			return
		}
		for _, value := range values {
			on := t
			if f.Repeated {
				on = t.another(f.path.steps)
			} else {
				on = t.child(f.path.steps)
			}
			on.say(f.path.attr, value)
		}
		if f.Languages {
			for _, k := range slices.Sorted(maps.Keys(v)) {
				if parsed := parseKey(k); parsed.name == name && parsed.subbed && len(v[k]) > 0 {
					on := t.another(f.path.steps)
					on.set("xml:lang", parsed.sub)
					on.text = v[k][0]
				}
			}
		}
	}
}

// fix writes what always stands there.
func (t *tag) fix(f *Field) {
	on := t.child(f.path.steps)
	if f.path.form {
		on.form().variable(f.path.variable, []string{f.Fixed})
		return
	}
	on.say(f.path.attr, f.Fixed)
}

// has says whether the element is there that a path leads to.
func (t *tag) has(p path) bool {
	for _, name := range p.steps {
		if t = t.find(name); t == nil {
			return false
		}
	}
	return !p.form || t.find(stanza.Name{Space: nsData, Local: "x"}) != nil
}

func (t *tag) find(name stanza.Name) *tag {
	for _, part := range t.content {
		if c, ok := part.(*tag); ok && c.name == name {
			return c
		}
	}
	return nil
}

// child is the element that the steps lead to; what is missing of the way is made.
func (t *tag) child(steps []stanza.Name) *tag {
	for _, name := range steps {
		next := t.find(name)
		if next == nil {
			next = &tag{name: name}
			t.content = append(t.content, next)
		}
		t = next
	}
	return t
}

// another is a new element where the steps lead to.
func (t *tag) another(steps []stanza.Name) *tag {
	last := len(steps) - 1
	t = t.child(steps[:last])
	next := &tag{name: steps[last]}
	t.content = append(t.content, next)
	return next
}

// form is the data form in the element. What is sent is submitted, unless a field says otherwise.
func (t *tag) form() *tag {
	x := t.child([]stanza.Name{{Space: nsData, Local: "x"}})
	if !slices.ContainsFunc(x.attrs, func(a attr) bool { return a.name == "type" }) {
		x.set("type", "submit")
	}
	return x
}

// variable is a field of a form. FORM_TYPE stands before the others.
func (t *tag) variable(name string, values []string) {
	field := &tag{name: stanza.Name{Space: nsData, Local: "field"}, attrs: []attr{{"var", name}}}
	for _, value := range values {
		field.content = append(field.content, &tag{name: stanza.Name{Space: nsData, Local: "value"}, text: value})
	}
	if name == "FORM_TYPE" {
		field.set("type", "hidden")
		t.content = slices.Insert(t.content, 0, any(field))
		return
	}
	t.content = append(t.content, field)
}

// say puts a value into an attribute, or into the text where there is none.
func (t *tag) say(attribute, value string) {
	if attribute == "" {
		t.text = value
		return
	}
	t.set(attribute, value)
}

func (t *tag) set(name, value string) {
	if i := slices.IndexFunc(t.attrs, func(a attr) bool { return a.name == name }); i >= 0 {
		t.attrs[i].value = value
		return
	}
	t.attrs = append(t.attrs, attr{name, value})
}

// write writes the element where the given namespace is the default one.
func (t *tag) write(b *strings.Builder, space string) {
	b.WriteString("<" + t.name.Local)
	if t.name.Space != space {
		b.WriteString(" xmlns=" + quoted(t.name.Space))
	}
	for _, a := range t.attrs {
		b.WriteString(" " + a.name + "=" + quoted(a.value))
	}
	if t.text == "" && len(t.content) == 0 {
		b.WriteString("/>")
		return
	}
	b.WriteString(">" + stanza.Escape(t.text))
	for _, part := range t.content {
		switch part := part.(type) {
		case string:
			b.WriteString(part)
		case *tag:
			part.write(b, t.name.Space)
		}
	}
	b.WriteString("</" + t.name.Local + ">")
}

func quoted(value string) string { return `"` + stanza.Escape(value) + `"` }

// rowKey is the key of a list's column.
func rowKey(list string, row int) string { return list + "[" + strconv.Itoa(row) + "]." }
