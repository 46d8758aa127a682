package catalog

import (
	"fmt"
	"slices"
	"strings"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

// RestError says that a text has more in it than the fields can say, so that a form would lose it.
type RestError struct {
	Kind     string // the key, or that of the payload
	Pos, End int    // byte offsets in the stanza's XML of the first thing that is more
	Text     string // one sentence, without a full stop
}

func (e *RestError) Error() string { return e.Kind + ": " + e.Text }

// Read are the values of a request's fields. Nothing is changed by it, and the values need not be
// ones that Check takes. The error is a *RestError when the request has more in it than they say;
// they are returned all the same.
func (k *Kind) Read(request *stanza.Stanza) (Values, error) {
	root := payloadOf(request)
	if root == nil || !k.fits(request) {
		return nil, fmt.Errorf("%s: this is no such request", k.Key)
	}
	r := k.read(request, root)
	return r.values, r.rest(root)
}

// read reads the payload, whether or not it has what makes it one of the kind.
func (k *Kind) read(request *stanza.Stanza, root *stanza.Node) *reader {
	r := newReader(request, k.Key)
	r.verb(root, k)
	r.fields(root, k.Fields, "")
	return r
}

// Read are the values of the payload's own fields in an answer that carries it, as Kind.Read has
// them of a request.
func (p *Payload) Read(answer *stanza.Stanza) (Values, error) {
	root := payloadOf(answer)
	if root == nil || root.Name != p.Name() {
		return nil, fmt.Errorf("%s: this does not carry {%s}%s", p.Key, p.Namespace, p.Element)
	}
	r := newReader(answer, p.Key)
	r.answer = true
	r.fields(root, p.Fields, "")
	return r.values, r.rest(root)
}

// reader takes values out of a tree, and remembers which parts of it they say.
type reader struct {
	stanza *stanza.Stanza
	answer bool // what leads to a field and has nothing in it says nothing
	key    string
	values Values
	says   map[said]bool         // of elements that there may be several of
	nodes  map[*stanza.Node]bool // elements that are there on account of something that is said
	whole  map[*stanza.Node]bool // those of which everything is
	texts  map[*stanza.Node]bool // those whose text is
	attrs  map[*stanza.Attr]bool
}

// said is an element that has a value of a field, or a row of it.
type said struct {
	element *stanza.Node
	field   *Field
}

func newReader(s *stanza.Stanza, key string) *reader {
	return &reader{
		stanza: s, key: key, values: Values{}, says: map[said]bool{},
		nodes: map[*stanza.Node]bool{}, whole: map[*stanza.Node]bool{}, texts: map[*stanza.Node]bool{}, attrs: map[*stanza.Attr]bool{},
	}
}

// fields reads the fields of an element; XML comes last, since it is what no other field says.
func (r *reader) fields(root *stanza.Node, fields []Field, before string) {
	for i := range fields {
		if fields[i].Type != XML {
			r.field(root, &fields[i], before+fields[i].Name)
		}
	}
	for i := range fields {
		if fields[i].Type == XML {
			r.xml(root, &fields[i], before+fields[i].Name)
		}
	}
}

func (r *reader) field(root *stanza.Node, f *Field, name string) {
	if r.answer {
		r.open(root, f.path.steps)
	}
	switch {
	case f.Fixed != "":
		if value, ok := f.path.value(root); ok && value == f.Fixed {
			r.take(root, f.path, true)
		}
	case f.Type == List:
		r.list(root, f, name)
	case f.path.form:
		r.form(root, f, name)
	case f.Type == Flag:
		if n := element(root, f.path.steps); n != nil {
			r.way(root, n)
			r.values[name] = []string{"true"}
		}
	case f.Repeated || f.Languages:
		for _, n := range all(root, f.path.steps) {
			if f.Languages {
				r.inLanguage(root, n, f, name)
			} else {
				r.one(root, n, f, name)
			}
		}
	default:
		if n := element(root, f.path.steps); n != nil {
			r.one(root, n, f, name)
		}
	}
}

// open marks the way to a field, so that what is in it is looked at by itself: in an answer, <always/> is
// a list of nothing. A request has it because somebody wrote it, and would lose it.
func (r *reader) open(root *stanza.Node, steps []stanza.Name) {
	n := root
	for _, name := range steps {
		if n = n.Child(name.Space, name.Local); n == nil {
			return
		}
		r.way(root, n)
	}
}

// all are the elements to which the steps lead, the first of each name on the way.
func all(root *stanza.Node, steps []stanza.Name) []*stanza.Node {
	last := len(steps) - 1
	parent := element(root, steps[:last])
	if parent == nil {
		return nil
	}
	return slices.DeleteFunc(parent.Elements(), func(n *stanza.Node) bool { return n.Name != steps[last] })
}

// one adds the value that an element has for a field.
func (r *reader) one(root, n *stanza.Node, f *Field, name string) {
	value := ""
	if f.path.attr != "" {
		a := attribute(n, f.path.attr)
		if a == nil {
			return
		}
		value = a.Value
		r.attrs[a] = true
	} else {
		// The text of an element that holds others is there to be read by people.
		if n == root || n.Elements() != nil {
			if value = n.Text(); strings.TrimSpace(value) == "" {
				return
			}
		}
		value = n.Text()
		r.texts[n] = true
	}
	r.way(root, n)
	r.values[name] = append(r.values[name], value)
	r.says[said{n, f}] = true
}

func (r *reader) inLanguage(root, n *stanza.Node, f *Field, name string) {
	lang := attribute(n, "xml:lang")
	if lang != nil {
		name += "[" + lang.Value + "]"
	}
	if _, twice := r.values[name]; twice || lang != nil && !language.MatchString(lang.Value) {
		return
	}
	if lang != nil {
		r.attrs[lang] = true
	}
	r.texts[n] = true
	r.way(root, n)
	r.values[name] = []string{n.Text()}
	r.says[said{n, f}] = true
}

func (r *reader) list(root *stanza.Node, f *Field, name string) {
	row := 1
	for _, n := range all(root, f.path.steps) {
		if row > maxRows {
			return
		}
		before := len(r.values)
		r.fields(n, f.Columns, rowKey(name, row))
		if len(r.values) > before {
			r.way(root, n)
			r.says[said{n, f}] = true
			row++
		}
	}
}

// form reads one field of a data form, or all that nothing was read of yet.
func (r *reader) form(root *stanza.Node, f *Field, name string) {
	x := r.dataForm(root, f.path)
	for _, field := range x.Elements() {
		variable := attribute(field, "var")
		if variable == nil || field.Name != (stanza.Name{Space: nsData, Local: "field"}) || r.nodes[field] {
			continue
		}
		key := name
		switch {
		case f.Type == Form:
			key += "[" + variable.Value + "]"
		case variable.Value != f.path.variable:
			continue
		}
		var values []string
		for _, n := range field.Elements() {
			if n.Name == (stanza.Name{Space: nsData, Local: "value"}) {
				values = append(values, n.Text())
			}
		}
		if _, twice := r.values[key]; twice || len(values) == 0 || len(values) > 1 && !f.Repeated && f.Type != Form {
			continue
		}
		r.values[key] = values
		r.formField(root, field)
	}
}

// formField marks a field of a form as read, with the values in it.
func (r *reader) formField(root, field *stanza.Node) {
	r.way(root, field)
	r.attrs[attribute(field, "var")] = true
	if a := attribute(field, "type"); a != nil { // of what is submitted it says nothing (XEP-0004 §3.2)
		r.attrs[a] = true
	}
	for _, n := range field.Elements() {
		if n.Name == (stanza.Name{Space: nsData, Local: "value"}) {
			r.nodes[n], r.texts[n] = true, true
		}
	}
}

// dataForm is the data form at a path; nil for none.
func (r *reader) dataForm(root *stanza.Node, p path) *stanza.Node {
	x := element(root, p.steps).Child(nsData, "x")
	if x == nil {
		return nil
	}
	if a := attribute(x, "type"); a != nil && a.Value == "submit" {
		r.attrs[a] = true
	}
	return x
}

// xml reads the elements in an element of which no other field says anything.
func (r *reader) xml(root *stanza.Node, f *Field, name string) {
	n := element(root, f.path.steps)
	for _, child := range n.Elements() {
		if r.nodes[child] || len(r.values[name]) > 0 && !f.Repeated {
			continue
		}
		r.way(root, child)
		r.whole[child], r.says[said{child, f}] = true, true
		r.values[name] = append(r.values[name], r.stanza.Cut(child, stanza.ClientScope()))
	}
}

// take marks what stands at a path as read, the way to it included; an element's text only if that is
// what is meant.
func (r *reader) take(root *stanza.Node, p path, text bool) {
	n := element(root, p.steps)
	switch {
	case p.form:
		for _, field := range r.dataForm(root, p).Elements() {
			if a := attribute(field, "var"); a != nil && a.Value == p.variable {
				r.formField(root, field)
				return
			}
		}
	case p.attr != "":
		r.attrs[attribute(n, p.attr)] = true
	case text:
		r.texts[n] = true
	}
	r.way(root, n)
}

// way marks an element, and those that it stands in.
func (r *reader) way(root, n *stanza.Node) {
	for ; n != nil && n != root; n = n.Parent {
		r.nodes[n] = true
	}
	r.nodes[root] = true
}

// rest is the first thing that no field says.
func (r *reader) rest(root *stanza.Node) error {
	more := func(pos, end int, what, name string) error {
		return &RestError{r.key, pos, end, fmt.Sprintf("there is %s %.60s that no field says", what, name)}
	}
	if elements := root.Parent.Elements(); len(elements) > 1 {
		return more(elements[1].Pos, elements[1].End, "a second payload", "<"+elements[1].QName()+"/>")
	}
	var walk func(n *stanza.Node) error
	walk = func(n *stanza.Node) error {
		for i := range n.Attrs {
			if a := &n.Attrs[i]; !r.attrs[a] && !declares(a) {
				return more(a.Pos, a.End, "an attribute", a.Name.Local)
			}
		}
		for _, c := range n.Children {
			switch {
			case !c.IsElement():
				if !r.texts[n] && strings.TrimSpace(c.Data) != "" {
					return more(c.Pos, c.End, "a text in", "<"+n.QName()+"/>")
				}
			case !r.nodes[c]:
				return more(c.Pos, c.End, "an element", "<"+c.QName()+"/>")
			case !r.whole[c]:
				if err := walk(c); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return walk(root)
}

// declares says whether an attribute is a namespace's declaration.
func declares(a *stanza.Attr) bool { return a.Name.Space == xmlscan.NSXMLNS }
