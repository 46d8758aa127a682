package demo

import (
	"slices"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// nsForms is that of data forms (XEP-0004).
const nsForms = "jabber:x:data"

// form is a data form to fill in, or a result to read.
type form struct {
	typ                 string // form, result
	title, instructions string
	fields              []field
}

// field is one of its fields. Without a type it is what a result may omit.
type field struct {
	name, typ, label string
	values           []string
	options          []string // each is its own label
	required         bool
}

func (f form) xml() string {
	var b strings.Builder
	b.WriteString("<x xmlns='" + nsForms + "' type='" + f.typ + "'>" + element("title", f.title) + element("instructions", f.instructions))
	for _, f := range f.fields {
		b.WriteString("<field" + attribute("var", f.name) + attribute("type", f.typ) + attribute("label", f.label) + ">")
		if f.required {
			b.WriteString("<required/>")
		}
		for _, v := range f.values {
			b.WriteString(element("value", v))
		}
		for _, o := range f.options {
			b.WriteString("<option" + attribute("label", o) + ">" + element("value", o) + "</option>")
		}
		b.WriteString("</field>")
	}
	b.WriteString("</x>")
	return b.String()
}

// submitted are the values of a form that was sent back, by field.
type submitted map[string][]string

// one returns the field's first value, "" for none.
func (s submitted) one(name string) string {
	if values := s[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// readForm reads the form below an element; nil when there is none. A form that
// is not submitted is none.
func readForm(parent *stanza.Node) submitted {
	x := parent.Child(nsForms, "x")
	if x == nil {
		return nil
	}
	if typ, _ := x.Attr("type"); typ != "submit" {
		return nil
	}
	values := make(submitted)
	for _, f := range x.Elements() {
		name, _ := f.Attr("var")
		if f.Name.Local != "field" || name == "" {
			continue
		}
		for _, v := range f.Elements() {
			if v.Name.Local == "value" {
				values[name] = append(values[name], v.Text())
			}
		}
	}
	return values
}

// wrong says in words why values do not fit the fields, "" when they do.
func (s submitted) wrong(fields []field) string {
	for _, f := range fields {
		value := s.one(f.name)
		switch {
		case f.required && value == "":
			return "the field " + f.name + " is required"
		case value != "" && len(f.options) > 0 && !slices.Contains(f.options, value):
			return "the field " + f.name + " is one of: " + strings.Join(f.options, ", ")
		}
	}
	return ""
}
