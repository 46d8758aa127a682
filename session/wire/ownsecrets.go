package wire

import (
	"regexp"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// Secrets says what in an element is a secret. The zero value is the built-in list: passwords,
// tokens, proofs and whatever else lets somebody in, of the RFCs and XEPs that name them. NewSecrets
// adds to it; nothing can be taken from it. A Secrets does not change: copies are safe for
// concurrent use.
type Secrets struct{ own *ownSecrets }

// MoreSecrets are places of secrets that only their owner knows. Namespaces are those that are in
// force where a name stands, whatever its prefix. The stream's own tags hold none.
type MoreSecrets struct {
	// Elements are those whose content is a secret: all between their tags.
	Elements   []stanza.Name
	Attributes []SecretAttribute
	// Fields are the vars of fields of data forms, and their values the secrets (XEP-0004 §3.2).
	Fields []string
}

// SecretAttribute is an attribute whose value is a secret, by its name without a prefix.
type SecretAttribute struct {
	Element stanza.Name
	Name    string
}

// NewSecrets is the built-in list and more.
func NewSecrets(more MoreSecrets) Secrets {
	if len(more.Elements)+len(more.Attributes)+len(more.Fields) == 0 {
		return Secrets{}
	}
	own := &ownSecrets{
		content:    map[stanza.Name]bool{},
		attributes: map[stanza.Name][]string{},
		fields:     map[string]bool{},
	}
	words := map[string]bool{}
	var elements, attributes, fields []string
	for _, name := range more.Elements {
		own.content[name], words[name.Local] = true, true
		elements = append(elements, name.Local)
	}
	for _, a := range more.Attributes {
		own.attributes[a.Element] = append(own.attributes[a.Element], a.Name)
		words[a.Element.Local] = true
		attributes = append(attributes, a.Name)
	}
	for _, name := range more.Fields {
		own.fields[name], words["field"] = true, true
		fields = append(fields, asWritten(name))
	}
	own.suspects = newSuspects(words)
	own.marks = newMarks(elements, attributes, fields)
	return Secrets{own}
}

// ownSecrets are the secrets of a Secrets that are not built in. Methods of nil are those of none.
type ownSecrets struct {
	content    map[stanza.Name]bool
	attributes map[stanza.Name][]string
	fields     map[string]bool
	suspects   *suspects
	marks      *marks // the built-in ones too
}

func (o *ownSecrets) isContent(name stanza.Name) bool { return o != nil && o.content[name] }

func (o *ownSecrets) isField(name string) bool { return o != nil && o.fields[name] }

func (o *ownSecrets) attributesOf(name stanza.Name) []string {
	if o == nil {
		return nil
	}
	return o.attributes[name]
}

func (o *ownSecrets) marksInBroken() *marks {
	if o == nil {
		return builtinMarks
	}
	return o.marks
}

// asWritten is a pattern of how a value may stand in an attribute: what XML wants otherwise there is
// an entity, and white space of any kind is read as spaces. Characters by their numbers are a sign
// by themselves.
func asWritten(value string) string {
	var b strings.Builder
	for _, r := range value {
		switch r {
		case '&', '<', '>', '"', '\'':
			b.WriteString(`(?:&\w+;|` + regexp.QuoteMeta(string(r)) + `)`)
		case ' ':
			b.WriteString(`\s`)
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	return b.String()
}
