package catalog

import (
	"fmt"
	"maps"
	"slices"

	"iqscope/internal/nearest"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// Fields are what an IQ says in a payload of the catalogue, by the names of the fields: those of the
// payload, and in a request those of its kind. Reading changes nothing, and what changes them returns
// another IQ. The keys are those of Values.
//
//	answer := kinds.Of(iq, "custom_xep").Get("answer")
//	iq, err := kinds.Of(iq, "custom_xep").Set("answer", "43")
type Fields struct {
	iq     *stanza.Stanza
	kind   *Kind // made for this IQ
	values Values
	err    error // why there are none
}

// Of are the fields of an IQ in the payload of that key. There are none when it carries another
// payload, and when the catalogue has no such key: Err tells.
func (c *Catalog) Of(iq *stanza.Stanza, payload string) Fields {
	p, err := c.payload(payload)
	if err != nil {
		return Fields{err: err}
	}
	k := &Kind{Key: p.Key, Type: iq.Type(), Payload: p}
	if iq.IsRequest() {
		if kinds := slices.DeleteFunc(c.KindsOf(iq), func(k *Kind) bool { return k.Payload != p }); len(kinds) > 0 {
			k.Fields = slices.Clone(kinds[0].Fields)
		}
	}
	for _, f := range p.Fields {
		if !slices.ContainsFunc(k.Fields, func(g Field) bool { return g.Name == f.Name || g.path.overlaps(f.path) }) {
			k.Fields = append(k.Fields, f)
		}
	}
	root := payloadOf(iq)
	if root == nil || !k.fits(iq) {
		return Fields{err: fmt.Errorf("%s: this does not carry {%s}%s", p.Key, p.Namespace, p.Element)}
	}
	return Fields{iq: iq, kind: k, values: k.read(iq, root).values}
}

func (c *Catalog) payload(key string) (*Payload, error) {
	if p := c.payloads[key]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("there is no payload %.60q%s", key, nearest.Suggestion(key, slices.Sorted(maps.Keys(c.payloads)), "there are "))
}

// Err says why there are no fields; nil when there are.
func (f Fields) Err() error { return f.err }

// Get is the value of a field, the first if it has several; "" for none.
func (f Fields) Get(key string) string {
	if values := f.values[key]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// All are the values of a field. They are not to be changed.
func (f Fields) All(key string) []string { return f.values[key] }

// Rows are the rows of a list, by their columns.
func (f Fields) Rows(list string) []Values {
	if f.kind == nil {
		return nil
	}
	if i := slices.IndexFunc(f.kind.Fields, func(g Field) bool { return g.Name == list }); i >= 0 {
		return rows(&f.kind.Fields[i], f.values)
	}
	return nil
}

// Values are all fields that the IQ has, as a map of the caller's own.
func (f Fields) Values() Values {
	all := Values{}
	for key, values := range f.values {
		all[key] = slices.Clone(values)
	}
	return all
}

// Set is the IQ with other values in a field; without any, the field is taken out. What no field says
// stays byte for byte. The error is a *FieldError for a field that there is not and for a value that
// it cannot have.
func (f Fields) Set(key string, values ...string) (*stanza.Stanza, error) {
	return f.SetAll(Values{key: values})
}

// SetAll is Set for several fields; those that it does not name stay.
func (f Fields) SetAll(v Values) (*stanza.Stanza, error) {
	if f.err != nil {
		return nil, f.err
	}
	all := f.Values()
	for key, values := range v {
		if err := f.kind.checkOne(key, values); err != nil {
			return nil, err
		}
		all[key] = values
	}
	text, err := f.kind.Update(f.iq, all)
	if err != nil {
		return nil, err
	}
	return stanza.Parse(text, f.iq.Scope())
}

// Append is the IQ with one more row in a list.
func (f Fields) Append(list string, row Values) (*stanza.Stanza, error) {
	v := Values{}
	for column, values := range row {
		v[rowKey(list, len(f.Rows(list))+1)+column] = values
	}
	return f.SetAll(v)
}

// checkOne says what is wrong with the values of one field.
func (k *Kind) checkOne(key string, values []string) error {
	field, column, err := find(k.Fields, parseKey(key))
	if column != nil {
		field = column
	}
	if err == nil && len(values) > 1 && !field.Repeated && field.Type != Form {
		err = fmt.Errorf("this field has one value, not %d", len(values))
	}
	for _, value := range values {
		if err == nil {
			err = field.Check(value)
		}
	}
	if err != nil {
		return &FieldError{k.Key, key, err.Error()}
	}
	return nil
}

// XML is the payload of an answer with the given values, as Kind.XML writes that of a request.
func (p *Payload) XML(v Values) (string, error) {
	return (&Kind{Key: p.Key, Payload: p, Fields: p.Fields}).XML(v)
}

// Request is the payload of a request of the kind, for iqbuilder.Get or Set, whichever the kind is.
// An error of it is the build's: of Kind or Kind.XML.
func (c *Catalog) Request(kind string, v Values) iqbuilder.Option {
	k, err := c.Kind(kind)
	if err != nil {
		return iqbuilder.WithMade("", err)
	}
	return iqbuilder.WithMade(k.XML(v))
}

// Answer is the payload of an answer, for iqbuilder.Result. An error of it is the build's.
func (c *Catalog) Answer(payload string, v Values) iqbuilder.Option {
	p, err := c.payload(payload)
	if err != nil {
		return iqbuilder.WithMade("", err)
	}
	return iqbuilder.WithMade(p.XML(v))
}

// PayloadAnnounced is a payload of the document that a feature of disco#info stands for; nil for a
// feature that is none of the catalogue's.
func (c *Catalog) PayloadAnnounced(feature string) *Payload {
	var first *Payload
	for _, p := range c.payloads {
		if feature != "" && (p.Feature == feature || p.Namespace == feature) && (first == nil || p.Key < first.Key) {
			first = p
		}
	}
	return first
}
