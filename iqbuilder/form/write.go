package form

import (
	"strings"

	"iqscope/iqbuilder/stanza"
)

// Cancelled is the form that says that another one is not filled in (XEP-0004 §3.1).
const Cancelled = `<x xmlns="` + NS + `" type="cancel"/>`

// Submit is the form filled in, as XML in one line: an <x/> that has a value for each field that can
// have one, hidden ones as they came. Of what nobody has said anything, neither the form nor the
// values, nothing is sent. The error is that of Check.
func (f *Form) Submit(v Values) (string, error) {
	if err := f.Check(v); err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(`<x xmlns="` + NS + `" type="submit">`)
	written := map[string]bool{}
	for i := range f.Fields {
		field := &f.Fields[i]
		if !field.sent() || written[field.Var] {
			continue
		}
		written[field.Var] = true
		values, _ := f.valuesOf(field, v)
		field.write(&b, values)
	}
	b.WriteString("</x>")
	if _, err := stanza.Parse(b.String(), stanza.ClientScope()); err != nil {
		return "", &FieldError{NS, "the values make no XML: " + err.Error()}
	}
	return b.String(), nil
}

func (f *Field) write(b *strings.Builder, values []string) {
	if strings.Join(values, "") == "" && len(f.Values) == 0 {
		return // it came empty, and stays so
	}
	b.WriteString(`<field var="` + stanza.Escape(f.Var) + `"`)
	if f.Type == Hidden {
		b.WriteString(` type="hidden"`)
	}
	if len(values) == 0 {
		b.WriteString("/>")
		return
	}
	b.WriteString(">")
	for _, value := range values {
		b.WriteString("<value>" + stanza.Escape(value) + "</value>")
	}
	b.WriteString("</field>")
}
