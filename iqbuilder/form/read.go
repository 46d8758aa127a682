package form

import (
	"strings"

	"iqscope/iqbuilder/stanza"
)

// Read reads the form that an <x/> is. Whatever does not belong into a form is left out.
func Read(x *stanza.Node) *Form {
	typ, _ := x.Attr("type")
	f := &Form{Type: typeOf(typ), Title: x.Child(NS, "title").Text()}
	for _, n := range x.Elements() {
		if n.Name.Space != NS {
			continue
		}
		switch n.Name.Local {
		case "instructions":
			f.Instructions = append(f.Instructions, n.Text())
		case "field":
			f.Fields = append(f.Fields, readField(n, f.Type))
		case "reported":
			f.Reported = append(f.Reported, readFields(n, f.Type)...)
		case "item":
			f.Items = append(f.Items, readFields(n, f.Type))
		}
	}
	return f
}

func typeOf(word string) Type {
	switch t := Type(word); t {
	case Submit, Cancel, Result:
		return t
	}
	return Fill
}

func readFields(parent *stanza.Node, of Type) []Field {
	var fields []Field
	for _, n := range parent.Elements() {
		if n.Name == (stanza.Name{Space: NS, Local: "field"}) {
			fields = append(fields, readField(n, of))
		}
	}
	return fields
}

func readField(n *stanza.Node, of Type) Field {
	var f Field
	f.Var, _ = n.Attr("var")
	f.Label, _ = n.Attr("label")
	typ, typed := n.Attr("type")
	for _, c := range n.Elements() {
		switch c.Name {
		case stanza.Name{Space: NS, Local: "value"}:
			f.Values = append(f.Values, c.Text())
		case stanza.Name{Space: NS, Local: "required"}:
			f.Required = true
		case stanza.Name{Space: NS, Local: "desc"}:
			f.Desc = c.Text()
		case stanza.Name{Space: NS, Local: "option"}:
			label, _ := c.Attr("label")
			f.Options = append(f.Options, Option{label, c.Child(NS, "value").Text()})
		case stanza.Name{Space: nsValidate, Local: "validate"}:
			f.Rules = readRules(c)
		}
	}
	switch f.Type = FieldType(typ); f.Type {
	case Boolean, Fixed, Hidden, JIDMulti, JIDSingle, ListMulti, ListSingle, TextMulti, TextPrivate, TextSingle:
	default:
		if typed && typ != "" {
			f.Odd = typ
		}
		f.Type = TextSingle
		// What is not to be filled in may say nothing of types (XEP-0004 §3.2).
		if !typed && of != Fill && len(f.Values) > 1 {
			f.Type = TextMulti
		}
		if f.Var == TypeVar && !typed {
			f.Type = Hidden
		}
	}
	if f.Type == TextMulti || f.Type == JIDMulti {
		// A value is a line; whoever sends several in one means them so.
		f.Values = lines(f.Values)
	}
	return f
}

// lines splits values at their line ends.
func lines(values []string) []string {
	var all []string
	for _, v := range values {
		all = append(all, strings.Split(strings.ReplaceAll(v, "\r\n", "\n"), "\n")...)
	}
	return all
}
