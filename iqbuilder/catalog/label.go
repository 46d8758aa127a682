package catalog

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"iqscope/iqbuilder/form"
	"iqscope/iqbuilder/stanza"
)

// Labelled is what a stanza says, by the names that the catalogue has for it.
type Labelled struct {
	Payload *Payload // that it carries; nil for an unknown one
	Wrong   string   // it is not what was asked for: one sentence, without a full stop
	Parts   []Part   // in the order of the fields
	Rest    []Rest   // what no field says, in the order of the stanza
}

// Part is what a stanza says for one field: values, rows or a form.
type Part struct {
	Field  *Field
	Lang   string     // of the values, where they are in one
	Values []string   // of a secret field, too: not showing them is up to the caller
	Rows   [][]string // of a list, by its columns; what a column says several times has line ends between
	Form   *form.Form
}

// Rest is something that no field says: an element, or an attribute or a text with its value.
type Rest struct {
	Path  string
	Node  *stanza.Node // the element; nil for an attribute or a text
	Value string
}

// Label names what a stanza says: an answer by the fields of its payload, a request by those of its
// kind. The request that it answers, nil for none, tells whether it is what was asked for. It is nil
// for what carries nothing and need not, and for errors. It takes time in proportion to the stanza's
// length.
func (c *Catalog) Label(request, s *stanza.Stanza) *Labelled {
	if s.Kind() != stanza.IQ || s.Type() == stanza.Error {
		return nil
	}
	root := payloadOf(s)
	l := &Labelled{}
	if request != nil && s.Type() == stanza.Result {
		l.Wrong = c.wrong(request, s)
	}
	if root == nil {
		if l.Wrong == "" {
			return nil
		}
		return l
	}
	l.Payload = c.PayloadNamed(root.Name)
	r := newReader(s, "")
	var fields []Field
	if s.IsRequest() {
		if kinds := c.KindsOf(s); len(kinds) > 0 {
			fields = kinds[0].Fields
			r.verb(root, kinds[0])
		}
	} else if l.Payload != nil {
		fields = l.Payload.Fields
	}
	r.nodes[root] = true
	for i := range fields {
		if fields[i].Type != XML { // which is what no other field says, and can be looked at below
			l.Parts = append(l.Parts, r.parts(root, &fields[i])...)
		}
	}
	l.rest(r, root, root.QName())
	for _, more := range root.Parent.Elements()[1:] {
		l.Rest = append(l.Rest, Rest{Path: more.QName(), Node: more})
	}
	return l
}

// wrong says that an answer is not the one that the request is for; "" when it is, or when nobody
// knows.
func (c *Catalog) wrong(request, reply *stanza.Stanza) string {
	kinds := c.KindsOf(request)
	if len(kinds) == 0 {
		return ""
	}
	want := ""
	for _, k := range kinds {
		answer := c.payloads[k.Result]
		switch {
		case k.Result == "":
			return ""
		case k.Result == ResultEmpty && (reply.Payload() == stanza.Name{} || reply.Payload() == request.Payload()):
			return "" // some send back what was asked
		case answer != nil && answer.Name() == reply.Payload():
			return ""
		}
		if want == "" {
			want = "nothing"
			if answer != nil {
				want = fmt.Sprintf("<%.60s/> of %.100s", answer.Element, answer.Namespace)
			}
		}
	}
	got := "nothing"
	if reply.Payload() != (stanza.Name{}) {
		got = fmt.Sprintf("<%.60s/> of %.100s", reply.Payload().Local, reply.Payload().Space)
	}
	return fmt.Sprintf("the answer to %s is %s, and this has %s", kinds[0].Key, want, got)
}

// parts are what stands in an element for a field.
func (r *reader) parts(root *stanza.Node, f *Field) []Part {
	switch {
	case f.Type == List:
		return r.rows(root, f)
	case f.Type == Form:
		var all []Part
		for _, x := range element(root, f.path.steps).Elements() {
			if x.Name == (stanza.Name{Space: nsData, Local: "x"}) {
				r.way(root, x)
				r.whole[x] = true
				all = append(all, Part{Field: f, Form: form.Read(x)})
			}
		}
		return all
	}
	r.values = Values{}
	r.field(root, f, f.Name)
	var all []Part
	for _, key := range slices.Sorted(maps.Keys(r.values)) {
		all = append(all, Part{Field: f, Lang: parseKey(key).sub, Values: r.values[key]})
	}
	return all
}

// rows are a list's.
func (r *reader) rows(root *stanza.Node, f *Field) []Part {
	part := Part{Field: f}
	for _, n := range all(root, f.path.steps) {
		r.values = Values{}
		r.fields(n, f.Columns, "")
		row := make([]string, len(f.Columns))
		for i := range f.Columns {
			row[i] = strings.Join(r.values[f.Columns[i].Name], "\n")
		}
		if len(r.values) > 0 {
			r.way(root, n)
			part.Rows = append(part.Rows, row)
		}
	}
	if part.Rows == nil {
		return nil
	}
	return []Part{part}
}

// verb marks what tells the kind of a request.
func (r *reader) verb(root *stanza.Node, k *Kind) {
	switch at := element(root, k.verb.at.steps); {
	case at == nil:
	case k.verb.value != "":
		if k.verb.holds(root) {
			r.take(root, k.verb.at, false)
		}
	case k.Verb != "": // an attribute's value is a field's
		r.way(root, at)
	}
}

// rest finds what no field says in an element that is known.
func (l *Labelled) rest(r *reader, n *stanza.Node, path string) {
	for i := range n.Attrs {
		if a := &n.Attrs[i]; !r.attrs[a] && !declares(a) {
			name := a.Name.Local
			if a.Prefix != "" {
				name = a.Prefix + ":" + name
			}
			l.Rest = append(l.Rest, Rest{Path: path + "/@" + name, Value: a.Value})
		}
	}
	for _, c := range n.Children {
		switch {
		case !c.IsElement():
			if text := strings.TrimSpace(c.Data); !r.texts[n] && text != "" {
				l.Rest = append(l.Rest, Rest{Path: path, Value: text})
			}
		case !r.nodes[c]:
			l.Rest = append(l.Rest, Rest{Path: path + "/" + c.QName(), Node: c})
		case !r.whole[c]:
			l.rest(r, c, path+"/"+c.QName())
		}
	}
}
