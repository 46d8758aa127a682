package report

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
)

// Answer is what a result says, by the fields that the catalogue has for it.
type Answer struct {
	// Rest is the path of the first thing that no field says; "" for none.
	Rest string

	catalog *catalog.Catalog
	fields  []field // of which there is something, in the catalogue's order
	values  catalog.Values
}

// field is a field of which an answer says something, and the keys of its values.
type field struct {
	*catalog.Field
	keys []string
}

// NewAnswer reads the reply to a request of the kind. It is nil for what is no result, and for one
// that carries something else than the kind's results do.
func NewAnswer(c *catalog.Catalog, k *catalog.Kind, reply *stanza.Stanza) *Answer {
	if reply == nil || reply.Type() != stanza.Result {
		return nil
	}
	a := &Answer{catalog: c}
	payload := c.Payload(k.Result)
	if payload == nil { // nothing is to be in it, or nobody knows what
		if reply.Payload() != (stanza.Name{}) {
			return nil
		}
		return a
	}
	var err error
	var more *catalog.RestError
	if a.values, err = payload.Read(reply); err != nil && !errors.As(err, &more) {
		return nil
	}
	if l := c.Label(nil, reply); l != nil && len(l.Rest) > 0 {
		a.Rest = l.Rest[0].Path
	}
	for i := range payload.Fields {
		if f := (field{&payload.Fields[i], keysOf(payload.Fields[i].Name, a.values)}); len(f.keys) > 0 {
			a.fields = append(a.fields, f)
		}
	}
	return a
}

// keysOf are the keys of a field's values, in order.
func keysOf(name string, v catalog.Values) []string {
	var keys []string
	for key := range v {
		if key == name || strings.HasPrefix(key, name+"[") {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// rows calls do for each row of a list, with what stands before the names of its columns.
func (f field) rows(v catalog.Values, do func(before string)) {
	for row := 1; ; row++ {
		before := fmt.Sprintf("%s[%d].", f.Name, row)
		if !slices.ContainsFunc(f.Columns, func(c catalog.Field) bool { return len(v[before+c.Name]) > 0 }) {
			return
		}
		do(before)
	}
}

// Empty says that there is no field of which the result says anything.
func (a *Answer) Empty() bool { return len(a.fields) == 0 }

// object has a key for each field that is there. A field's value is a text; that of a repeated one a
// list of texts; of a flag true; of one with languages an object by language, "" for none in
// particular; of a form an object of lists of texts; and a list is a list of objects.
func (a *Answer) object() map[string]any {
	object := map[string]any{}
	for _, f := range a.fields {
		switch {
		case f.Type == catalog.List:
			rows := []map[string]any{}
			f.rows(a.values, func(before string) {
				row := map[string]any{}
				for i := range f.Columns {
					if values := a.values[before+f.Columns[i].Name]; len(values) > 0 {
						row[f.Columns[i].Name] = plain(&f.Columns[i], values)
					}
				}
				rows = append(rows, row)
			})
			object[f.Name] = rows
		case f.Languages, f.Type == catalog.Form:
			by := map[string]any{}
			for _, key := range f.keys {
				sub := strings.TrimSuffix(strings.TrimPrefix(key[len(f.Name):], "["), "]")
				if by[sub] = a.values[key]; f.Languages {
					by[sub] = a.values[key][0]
				}
			}
			object[f.Name] = by
		default:
			object[f.Name] = plain(f.Field, a.values[f.Name])
		}
	}
	return object
}

func plain(f *catalog.Field, values []string) any {
	switch {
	case f.Repeated:
		return values
	case f.Type == catalog.Flag:
		return true
	}
	return values[0]
}

// Asked is a request of a kind as a line of JSON: a Record, and what the answer says.
type Asked struct {
	Record
	// Fields are the answer's; null when no such answer came.
	Fields map[string]any `json:"fields"`
}

// NewAsked makes the record of a request with its answer, nil for none.
func NewAsked(r Record, a *Answer) Asked {
	if a == nil {
		return Asked{Record: r}
	}
	return Asked{r, a.object()}
}
