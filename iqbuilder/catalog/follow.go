package catalog

import (
	"strings"

	"iqscope/iqbuilder/stanza"
)

// Follow are the values for a request that follows on another, as far as they are known: from the
// reply what the kind's fields of source "reply" ask for, from the request what says whom or what it
// is about. A field is found by its name, or by its place where both carry the same payload. When
// the kind is the request's own, everything else that it said stays, and of a result in pages the next
// page is meant. Secrets are not taken over. The request and the reply may be nil.
func (c *Catalog) Follow(next *Kind, request, reply *stanza.Stanza) Values {
	v := Values{}
	asked := c.said(request)
	answered := c.said(reply)
	same := request != nil && next.fits(request)
	for i := range next.Fields {
		f := &next.Fields[i]
		switch {
		case f.Fixed != "" || f.Secret:
		case f.Type == Form:
			if f.Source == "reply" {
				answered.form(next, f, v)
			}
		case f.Type == List || f.Type == XML || f.Type == Flag:
		case f.Source == "reply":
			if !answered.take(f, v) {
				asked.take(f, v)
			}
		case f.Required || asked.path(f) && addresses(f):
			asked.take(f, v)
		}
	}
	if same {
		if all, _ := next.Read(request); all != nil {
			for key, values := range all {
				f, column, _ := find(next.Fields, parseKey(key))
				if _, ok := v[key]; !ok && f != nil && !f.Secret && (column == nil || !column.Secret) {
					v[key] = values
				}
			}
		}
		if last := answered.values["last"]; next.Paged && len(last) > 0 {
			v["after"] = last
			delete(v, "before")
		}
	}
	return v
}

// addresses says whether a field that need not be there tells what a request is about, so that
// leaving it out would make it one about something else.
func addresses(f *Field) bool {
	return f.Source == "disco_nodes" || f.path.attr == "node"
}

// statement is what a stanza says, for taking values from.
type statement struct {
	payload *Payload
	root    *stanza.Node
	values  Values
}

func (c *Catalog) said(s *stanza.Stanza) statement {
	if s == nil {
		return statement{}
	}
	root := payloadOf(s)
	if root == nil {
		return statement{}
	}
	what := statement{payload: c.PayloadNamed(root.Name), root: root}
	switch {
	case s.IsRequest():
		if kinds := c.KindsOf(s); len(kinds) > 0 {
			what.values, _ = kinds[0].Read(s)
		}
	case what.payload != nil && s.Type() == stanza.Result:
		what.values, _ = what.payload.Read(s)
	}
	return what
}

// take takes the value of a field over, by its name or else its place; false when there is none.
func (w statement) take(f *Field, v Values) bool {
	values := w.values[f.Name]
	if len(values) > 1 && !f.Repeated {
		values = values[:1]
	}
	if len(values) == 0 && w.path(f) {
		value, _ := f.path.value(w.root)
		values = []string{value}
	}
	if len(values) == 0 || f.Check(values[0]) != nil {
		return false
	}
	v[f.Name] = values
	return true
}

// path says whether something stands at a field's place.
func (w statement) path(f *Field) bool {
	if w.root == nil || f.path.form || f.path.attr == "" && len(f.path.steps) == 0 {
		return false
	}
	_, ok := f.path.value(w.root)
	return ok
}

// form takes over what the fields of a form are now.
func (w statement) form(next *Kind, f *Field, v Values) {
	for key, values := range w.values {
		parsed := parseKey(key)
		if parsed.name != f.Name || !parsed.subbed || strings.Join(values, "") == "" || next.names(parsed.sub) {
			continue
		}
		v[key] = values
	}
}

// names says whether a field of a form has a path of its own.
func (k *Kind) names(variable string) bool {
	for i := range k.Fields {
		if p := k.Fields[i].path; p.form && p.variable == variable {
			return true
		}
	}
	return false
}
