package catalog

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// XML is the payload of a request with the given values: one element, in one line. The error is
// that of Check; nothing is written then.
func (k *Kind) XML(v Values) (string, error) {
	if err := k.Check(v); err != nil {
		return "", err
	}
	text := k.payload(v)
	if _, err := stanza.Parse(text, stanza.ClientScope()); err != nil {
		return "", &FieldError{k.Key, k.Payload.Element, "the values make no XML: " + err.Error()}
	}
	return text, nil
}

// Blank is the payload of a request of the kind to begin with: what it always has, and the defaults.
// What is required may be missing; Update puts it in.
func (k *Kind) Blank() string { return k.payload(nil) }

func (k *Kind) payload(v Values) string {
	root := newTag(k.Payload.Name(), "")
	w := writer{kind: k}
	w.verb(root)
	w.change(root, k.Fields, Values{}, withDefaults(k.Fields, v))
	var b strings.Builder
	root.write(&b)
	return b.String()
}

// Update is the text of a request of the kind with other values in its payload. What no field says
// stays byte for byte: other elements and attributes, the stanza around the payload, and the fields
// whose values stay. The values need not be ones that Check takes, but they have to make XML: else
// the error is a *FieldError. The request may still lack what makes it one of the kind, as one with a
// Blank payload can.
func (k *Kind) Update(request *stanza.Stanza, v Values) (string, error) {
	root := payloadOf(request)
	if root == nil || root.Name != k.Payload.Name() {
		return "", fmt.Errorf("%s: this does not carry {%s}%s", k.Key, k.Payload.Namespace, k.Payload.Element)
	}
	read := k.read(request, root)
	for _, name := range slices.Sorted(maps.Keys(v)) {
		f, column, err := find(k.Fields, parseKey(name))
		if column != nil {
			f = column
		}
		for _, value := range v[name] {
			if err == nil && f.Type == XML {
				err = checkXML(value)
			}
		}
		if err != nil {
			return "", &FieldError{k.Key, name, err.Error()}
		}
	}
	iq := readTag(request.XML(), root.Parent, request.Scope().Default)
	on := iq.tags()[0]
	on.order = map[stanza.Name]int{}
	for i := range k.Fields {
		switch p := k.Fields[i].path; {
		case len(p.steps) > 0:
			on.order[p.steps[0]] = i
		case p.form:
			on.order[formName] = i
		}
	}
	w := writer{kind: k, read: read}
	w.change(on, k.Fields, read.values, v)
	w.verb(on)
	var b strings.Builder
	iq.write(&b)
	if _, err := stanza.Parse(b.String(), request.Scope()); err != nil {
		return "", &FieldError{k.Key, k.Payload.Element, "the values make no XML: " + err.Error()}
	}
	return b.String(), nil
}

// withDefaults is the values with those of required fields to which nothing is given.
func withDefaults(fields []Field, v Values) Values {
	v = maps.Clone(v)
	if v == nil {
		v = Values{}
	}
	fill := func(f *Field, name string) {
		if len(v[name]) == 0 && f.Required && f.Default != "" {
			v[name] = []string{f.Default}
		}
	}
	for i := range fields {
		f := &fields[i]
		if f.Type != List {
			fill(f, f.Name)
			continue
		}
		for row := range rows(f, v) {
			for j := range f.Columns {
				fill(&f.Columns[j], rowKey(f.Name, row+1)+f.Columns[j].Name)
			}
		}
	}
	return v
}

// rows are the values of a list, those of each row by its columns.
func rows(f *Field, v Values) []Values {
	var all []Values
	for row := 1; ; row++ {
		one := Values{}
		for i := range f.Columns {
			if values := v[rowKey(f.Name, row)+f.Columns[i].Name]; len(values) > 0 {
				one[f.Columns[i].Name] = values
			}
		}
		if len(one) == 0 {
			return all
		}
		all = append(all, one)
	}
}

// rowKey is the key of a list's column.
func rowKey(list string, row int) string { return list + "[" + strconv.Itoa(row) + "]." }

// keysOf are the keys of a field that have values, without those of a list.
func keysOf(f *Field, v Values) []string {
	if f.Type != Form && !f.Languages {
		if len(v[f.Name]) == 0 {
			return nil
		}
		return []string{f.Name}
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if len(v[name]) > 0 && parseKey(name).name == f.Name {
			all = append(all, name)
		}
	}
	return all
}

// writer changes an element from what it says to what it is to say.
type writer struct {
	kind *Kind
	read *reader // of what is there already; nil for nothing
}

// verb sees to it that the payload has what makes it a request of the kind.
func (w writer) verb(root *tag) {
	if w.kind.Verb == "" {
		return
	}
	on := root.child(w.kind.verb.at.steps)
	if w.kind.verb.value != "" {
		on.set(w.kind.verb.at.attr, w.kind.verb.value)
	}
}

// change has the fields of an element say other values. What is the same stays as it is written.
func (w writer) change(t *tag, fields []Field, old, v Values) {
	var there, gone []*Field
	for i := range fields {
		f := &fields[i]
		switch {
		case f.Fixed != "" || same(f, old, v):
		case empty(f, v):
			gone = append(gone, f)
		default:
			there = append(there, f)
		}
	}
	for _, f := range gone {
		w.withdraw(t, f, old)
	}
	for _, f := range there {
		w.put(t, f, old, v)
	}
	for _, f := range gone {
		t.sweep(f, fields, v)
	}
	for i := range fields { // last, for they are there on account of others
		if f := &fields[i]; f.Fixed != "" && (f.Required || t.has(f.path)) {
			t.fix(f)
		}
	}
}

// same says whether the values of a field stay.
func same(f *Field, old, v Values) bool {
	if f.Type == List {
		return slices.EqualFunc(rows(f, old), rows(f, v), sameRow)
	}
	keys := keysOf(f, v)
	return slices.Equal(keys, keysOf(f, old)) && !slices.ContainsFunc(keys, func(key string) bool { return !slices.Equal(old[key], v[key]) })
}

func sameRow(a, b Values) bool { return maps.EqualFunc(a, b, slices.Equal[[]string]) }

// empty says whether a field says nothing.
func empty(f *Field, v Values) bool {
	switch f.Type {
	case List:
		return len(rows(f, v)) == 0
	case Flag:
		return len(v[f.Name]) == 0 || v[f.Name][0] != "true"
	}
	return len(keysOf(f, v)) == 0
}

// withdraw takes away what says a field.
func (w writer) withdraw(t *tag, f *Field, old Values) {
	on := t.descend(f.path.steps)
	switch {
	case f.Type == List, f.Type == XML, f.Type == Form, (f.Repeated || f.Languages) && !f.path.form:
		w.put(t, f, old, Values{})
	case on == nil:
	case f.path.form:
		if x := on.find(formName); x != nil {
			x.remove(x.variable(f.path.variable))
		}
	case f.path.attr != "":
		on.unset(f.path.attr)
	case on == t || f.Type != Flag && len(on.tags()) > 0:
		on.setText("")
	default:
		t.descend(f.path.steps[:len(f.path.steps)-1]).remove(on)
	}
}

// put writes the values of a field.
func (w writer) put(t *tag, f *Field, old, v Values) {
	steps, attr, values := f.path.steps, f.path.attr, v[f.Name]
	switch {
	case f.Type == List:
		there := w.elements(t, f)
		before := rows(f, old)
		d := differ(len(there), rows(f, v), func(i int, row Values) bool { return sameRow(before[i], row) })
		t.replace(there, d.first, d.last, len(d.values), steps, func(on *tag, i int) {
			var was Values
			if at := d.first + i; at < d.last {
				was = before[at]
			}
			w.change(on, f.Columns, was, d.values[i])
		})
	case f.Type == Form:
		for _, key := range keysOf(f, old) {
			if x := t.descend(steps).find(formName); len(v[key]) == 0 {
				x.remove(x.variable(parseKey(key).sub))
			}
		}
		for _, key := range keysOf(f, v) {
			t.child(steps).form().setVariable(parseKey(key).sub, v[key])
		}
	case f.path.form:
		t.child(steps).form().setVariable(f.path.variable, values)
	case f.Type == XML:
		there := w.elements(t, f)
		d := differ(len(there), values, func(i int, value string) bool { return old[f.Name][i] == value })
		if len(there) > 0 || len(values) > 0 {
			t.child(steps).replaceXML(there, d.first, d.last, d.values)
		}
	case f.Type == Flag:
		t.child(steps)
	case f.Languages:
		w.putLanguages(t, f, v)
	case f.Repeated:
		there := w.elements(t, f)
		d := differ(len(there), values, func(i int, value string) bool { return old[f.Name][i] == value })
		t.replace(there, d.first, d.last, len(d.values), steps, func(on *tag, i int) { on.say(attr, d.values[i]) })
	default:
		t.child(steps).say(attr, values[0])
	}
}

// putLanguages writes the texts in several languages.
func (w writer) putLanguages(t *tag, f *Field, v Values) {
	left := keysOf(f, v)
	var behind *tag
	for _, on := range w.elements(t, f) {
		name := f.Name
		if lang, ok := on.attr("xml:lang"); ok {
			name += "[" + lang + "]"
		}
		i := slices.Index(left, name)
		if i < 0 {
			t.descend(f.path.steps[:len(f.path.steps)-1]).remove(on)
			continue
		}
		on.setText(v[name][0])
		left, behind = slices.Delete(left, i, i+1), on
	}
	for _, name := range left {
		behind = t.another(f.path.steps, behind, nil)
		if k := parseKey(name); k.subbed {
			behind.set("xml:lang", k.sub)
		}
		behind.setText(v[name][0])
	}
}

// elements are those that have the values of a repeated field, of a list or of one with languages, or
// are the values: of XML.
func (w writer) elements(t *tag, f *Field) []*tag {
	steps := f.path.steps
	if f.Type != XML {
		steps = steps[:len(steps)-1]
	}
	parent := t.descend(steps)
	if parent == nil || w.read == nil {
		return nil
	}
	return slices.DeleteFunc(parent.tags(), func(on *tag) bool { return !w.read.says[said{on.node, f}] })
}

// difference is what two series do not have in common: places of the one, and what the other has there.
type difference[V any] struct {
	first, last int // of the old series, without those that stay before and behind
	values      []V
}

// differ compares so many old values with new ones.
func differ[V any](old int, values []V, same func(i int, value V) bool) difference[V] {
	d := difference[V]{0, old, values}
	for d.first < d.last && len(d.values) > 0 && same(d.first, d.values[0]) {
		d.first, d.values = d.first+1, d.values[1:]
	}
	for n := len(d.values); d.first < d.last && n > 0 && same(d.last-1, d.values[n-1]); n-- {
		d.last, d.values = d.last-1, d.values[:n-1]
	}
	return d
}
