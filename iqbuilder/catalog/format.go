package catalog

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"iqscope/internal/nearest"
	"iqscope/internal/stricttoml"
	"iqscope/iqbuilder/stanza"
)

// Version is the newest version of the files' format that is known.
const Version = 1

// file is a catalogue file: what one document defines.
type file struct {
	Version  int       `toml:"version"`
	Document string    `toml:"document"`
	Title    string    `toml:"title"`
	Status   string    `toml:"status"`
	Revision string    `toml:"revision"`
	Payloads []Payload `toml:"payload"`
	Kinds    []Kind    `toml:"kind"`
	Meanings []Meaning `toml:"meaning"`
}

var datatypes = []string{
	string(Text), string(JID), string(Uint), string(Bool), string(DateTime), string(Base64), string(Enum),
	string(Lang), string(URI), string(Flag), string(List), string(Form), string(XML),
}

var format = stricttoml.Format{
	Version: Version,
	Choices: map[string][]string{
		"kind.type":                 {string(stanza.Get), string(stanza.Set)},
		"meaning.fault":             faults,
		"kind.to":                   targetWords(),
		"kind.field.type":           datatypes,
		"kind.field.source":         sources,
		"kind.field.column.type":    datatypes,
		"kind.field.column.source":  sources,
		"payload.field.type":        datatypes,
		"payload.field.column.type": datatypes,
	},
}

func targetWords() []string {
	var words []string
	for _, t := range Targets() {
		words = append(words, t[0])
	}
	return words
}

// builder makes a catalogue of files.
type builder struct {
	*Catalog
	files    []decoded
	problems stricttoml.Problems
	places   map[any]string // the files of what was read, by pointer
}

// decoded is a file whose keys and values are those of the format.
type decoded struct {
	*file
	document *stricttoml.Document
	name     string // of the file, where it is none of the built-in ones
}

// wrong keeps what is wrong with the thing that the path leads to.
func (b *builder) wrong(d decoded, text string, path ...any) {
	if d.document == nil { // of the compact form
		b.problems = append(b.problems, &stricttoml.Problem{File: d.Document, Text: fmt.Sprint(path, ": ", text)})
		return
	}
	b.problems = append(b.problems, d.document.Problem(text, path...))
}

// read decodes a file, and enters what it has.
func (b *builder) read(f File) {
	var content file
	document, err := format.Decode(f.Name, f.Text, &content)
	if err != nil {
		if all, ok := err.(stricttoml.Problems); ok {
			b.problems = append(b.problems, all...)
		}
		return
	}
	b.enter(decoded{&content, document, f.Name})
}

// enter enters what has a key of its own.
func (b *builder) enter(d decoded) {
	content := d.file
	b.files = append(b.files, d)
	source := Source{content.Document, content.Title, content.Status, content.Revision}
	for i := range content.Payloads {
		p := &content.Payloads[i]
		p.Source = source
		b.places[p] = d.name
		b.enterPayload(d, p, i)
	}
	for i := range content.Kinds {
		k := &content.Kinds[i]
		k.Source = source
		b.places[k] = d.name
		b.enterKind(d, k, i)
	}
	for i := range content.Meanings {
		b.enterMeaning(d, &content.Meanings[i], i)
	}
}

// keyWord is what keys are: they are typed, and stand in paths and in the names of templates.
func keyWord(text string) bool { return word(text, "_") }

const keyRule = "a key is made of small letters, digits and _, such as disco_info"

func (b *builder) enterPayload(d decoded, p *Payload, i int) {
	other := b.payloads[p.Key]
	same := b.PayloadNamed(p.Name())
	switch {
	case !keyWord(p.Key):
		b.wrong(d, keyRule, "payload", i, "key")
	case other != nil && !p.Replace:
		b.wrong(d, fmt.Sprintf("the key %s is taken by {%s}%s%s; take another, or say replace = true",
			p.Key, other.Namespace, other.Element, b.from(other, other.Source)), "payload", i, "key")
	case !ncName(p.Element):
		b.wrong(d, fmt.Sprintf("%.60q is no name of an element", p.Element), "payload", i, "element")
	case p.Namespace == "" || p.Namespace == stanza.NSClient:
		b.wrong(d, "a payload has a namespace of its own", "payload", i, "namespace")
	case same != nil && same != other:
		b.wrong(d, fmt.Sprintf("{%s}%s is known already, as %s%s", p.Namespace, p.Element, same.Key, b.from(same, same.Source)), "payload", i, "element")
	default:
		if other != nil {
			delete(b.named, other.Name())
		}
		b.payloads[p.Key], b.named[p.Name()] = p, p
	}
}

func (b *builder) enterKind(d decoded, k *Kind, i int) {
	other := b.kinds[k.Key]
	switch {
	case !keyWord(k.Key):
		b.wrong(d, keyRule, "kind", i, "key")
		return
	case other != nil && !k.Replace:
		b.wrong(d, fmt.Sprintf("the key %s is taken by %q%s; take another, or say replace = true", k.Key, other.Title, b.from(other, other.Source)), "kind", i, "key")
		return
	case b.aliases[k.Key] != "" && !k.Replace:
		b.wrong(d, fmt.Sprintf("the key %s is taken: it is another word for %s", k.Key, b.aliases[k.Key]), "kind", i, "key")
		return
	}
	if k.Replace {
		delete(b.aliases, k.Key)
		maps.DeleteFunc(b.aliases, func(_, key string) bool { return key == k.Key })
	}
	b.kinds[k.Key] = k
}

// from says where a payload or a kind comes from, for whoever wants its place.
func (b *builder) from(thing any, s Source) string {
	if place := cmp.Or(s.Document, b.places[thing]); place != "" {
		return " of " + place
	}
	return ""
}

// check holds what all files say against each other.
func (b *builder) check() {
	for _, d := range b.files {
		for i := range d.Payloads {
			p := &d.Payloads[i]
			b.checkFields(d, p.Fields, p.Namespace, "payload", i)
		}
		for i := range d.Kinds {
			b.checkKind(d, &d.Kinds[i], i)
		}
		for i := range d.Meanings {
			b.checkMeaning(d, &d.Meanings[i], i)
		}
	}
}

func (b *builder) checkKind(d decoded, k *Kind, i int) {
	at := func(text string, path ...any) { b.wrong(d, text, append([]any{"kind", i}, path...)...) }
	if k.Title == "" {
		at("a request kind has a title", "title")
	}
	if k.Type == "" {
		at("a request kind has a type, get or set", "type")
	}
	if k.Carries == "" {
		at("a request kind names the payload that it carries", "payload")
		return
	}
	if k.Payload = b.payloads[k.Carries]; k.Payload == nil {
		at(fmt.Sprintf("there is no payload %.60q%s", k.Carries, nearest.Suggestion(k.Carries, slices.Sorted(maps.Keys(b.payloads)), "known are ")), "payload")
		return
	}
	for _, alias := range k.Aliases {
		switch key := b.aliases[alias]; {
		case !keyWord(alias):
			at(fmt.Sprintf("%.60q is no alias: %s", alias, keyRule), "aliases")
		case b.kinds[alias] != nil || key != "" && key != k.Key:
			at(fmt.Sprintf("the alias %s is taken by another kind", alias), "aliases")
		default:
			b.aliases[alias] = k.Key
		}
	}
	if k.Paged {
		k.Fields = append(k.Fields, pages()...)
	}
	if k.NoFields && len(k.Fields) > 0 {
		at("no_fields says that there are none", "no_fields")
	}
	b.checkFields(d, k.Fields, k.Payload.Namespace, "kind", i)
	var err error
	if k.verb, err = parseVerb(k.Verb, k.Payload.Namespace); err != nil {
		at(err.Error(), "verb")
	}
	if k.Result != "" && k.Result != ResultEmpty && b.payloads[k.Result] == nil {
		at(fmt.Sprintf("there is no payload %.60q; a result is empty or a payload%s", k.Result, b.meant(k.Result, slices.Collect(maps.Keys(b.payloads)))), "result")
	}
	for n, next := range k.Next {
		if b.kinds[next] == nil {
			at(fmt.Sprintf("there is no request kind %.60q%s", next, b.meant(next, slices.Collect(maps.Keys(b.kinds)))), "next", n)
		}
	}
	if s := k.SupersededBy; s != "" && b.kinds[s] == nil {
		at(fmt.Sprintf("there is no request kind %.60q%s", s, b.meant(s, slices.Collect(maps.Keys(b.kinds)))), "superseded_by")
	}
	for n, text := range k.Errors {
		failure, err := parseFailure(text)
		if err != nil {
			at(err.Error(), "errors", n)
		}
		k.Failures = append(k.Failures, failure)
	}
}

// meant is the word that a misspelt one most likely means, as a question; "" where none is near.
func (b *builder) meant(word string, words []string) string {
	slices.Sort(words)
	if best := nearest.Word(word, words, nearest.Slips(word)); best != "" {
		return fmt.Sprintf("; did you mean %q?", best)
	}
	return ""
}

// parseFailure reads condition[/type][+application][: remedy].
func parseFailure(text string) (Failure, error) {
	var f Failure
	text, f.Remedy, _ = strings.Cut(text, ": ")
	text, f.Application, _ = strings.Cut(text, "+")
	f.Condition, f.Type, _ = strings.Cut(text, "/")
	if err := stanza.CheckCondition(f.Condition); err != nil {
		return f, err
	}
	if f.Type != "" && !slices.Contains(stanza.ErrorTypes(), f.Type) {
		return f, fmt.Errorf("%.60q is no type of an error%s", f.Type, nearest.Suggestion(f.Type, stanza.ErrorTypes(), "there are "))
	}
	return f, nil
}

// pages are the fields by which one page of a long result is asked for (XEP-0059 §2).
func pages() []Field {
	return []Field{
		{Name: "max", Path: "{" + nsRSM + "}set/max", Type: Uint, Help: "how many items to return at most"},
		{Name: "after", Path: "{" + nsRSM + "}set/after", Exclusive: "page", Source: "reply", Help: "the last item of the page before this one"},
		{Name: "before", Path: "{" + nsRSM + "}set/before", Exclusive: "page", Source: "reply", Help: "the first item of the page behind this one; empty for the last page"},
	}
}

// fieldName is what the names of fields are: as keys, and with - within them.
func fieldName(text string) bool { return word(text, "_-") }

// word says whether a text is a small letter, and others, digits and some signs.
func word(text, signs string) bool {
	for i := range len(text) {
		c := text[i]
		if (c < 'a' || c > 'z') && (i == 0 || (c < '0' || c > '9') && strings.IndexByte(signs, c) < 0) {
			return false
		}
	}
	return text != ""
}

// checkFields reads the paths of fields and looks whether they can all be told apart. The place
// leads to the table that has them.
func (b *builder) checkFields(d decoded, fields []Field, space string, place ...any) {
	word := "field"
	if len(place) > 2 {
		word = "column"
	}
	for i := range fields {
		f := &fields[i]
		at := func(text, key string) { b.wrong(d, text, append(slices.Clone(place), word, i, key)...) }
		if f.Type == "" {
			f.Type = Text
		}
		var err error
		if f.Path == "" {
			at("a field has a path, which says where its value stands: such as @node for an attribute, or group for an element", "path")
		} else if f.path, err = parsePath(f.Path, space); err != nil {
			at(err.Error(), "path")
		}
		if !fieldName(f.Name) {
			at("a field's name is made of small letters, digits, - and _, such as node", "name")
		}
		for j := range i {
			switch {
			case fields[j].Name == f.Name:
				at(fmt.Sprintf("the name %s is taken by another field", f.Name), "name")
			case fields[j].path.overlaps(f.path) && (fields[j].Type == XML) == (f.Type == XML):
				at("another field has this path: "+fields[j].Name, "path")
			}
		}
		for _, text := range f.Values {
			value, help, _ := strings.Cut(text, ": ")
			f.Choices = append(f.Choices, Choice{value, help})
		}
		if text, key := f.wrong(word == "column"); text != "" {
			at(text, key)
		}
		if f.Type == List {
			inner := space
			if n := len(f.path.steps); n > 0 {
				inner = f.path.steps[n-1].Space
			}
			b.checkFields(d, f.Columns, inner, append(slices.Clone(place), word, i)...)
		}
	}
}

// wrong says which two things that are said of a field do not go together, and the key of one.
func (f *Field) wrong(column bool) (text, key string) {
	elements := len(f.path.steps) > 0
	switch {
	case f.Type == Enum && len(f.Values) == 0:
		return `an enum has values, as in values = ["yes", "no: it will not be"]`, "type"
	case f.Type != Enum && len(f.Values) > 0:
		return `values are for a field with type = "enum"`, "values"
	case (f.Type == List) != (len(f.Columns) > 0):
		return "a list has columns, each below a line such as [[kind.field.column]], and nothing else has", "type"
	case f.Type == List && (column || f.path.attr != "" || f.path.form || !elements):
		return "a list is a child element that is there several times, of no other list", "path"
	case f.Type == Flag && (f.path.attr != "" || f.path.form || !elements):
		return "a flag is a child element that is there or not", "path"
	case f.Type == XML && (f.path.attr != "" || f.path.form):
		return "the path of XML leads to the element that it stands in", "path"
	case (f.Type == Form) != (f.path.form && f.path.variable == ""):
		return "the type form is for the path of a form's other fields, which ends in #", "path"
	case f.Type == Form && column:
		return "a list has no forms", "type"
	case f.Languages && column:
		return "a column has no languages; a field that is no list can have them", "languages"
	case (f.Repeated || f.Languages) && (f.Type == List || f.Type == Form || f.Type == Flag):
		return "a list, a form and a flag are not repeated", "type"
	case f.Repeated && f.Languages:
		return "a field is repeated or has languages, not both", "languages"
	case f.Repeated && !elements && !f.path.form && f.Type != XML:
		return "what is repeated is a child element or a field of a form", "path"
	case f.Languages && (!elements || f.path.attr != "" || f.path.form || f.Type == XML):
		return "what has languages is the text of a child element", "path"
	case f.Fixed != "" && (f.Repeated || f.Languages || f.Type == List || f.Type == Form || f.Type == XML || f.Type == Flag):
		return "what is always the same is one text", "fixed"
	case f.Default != "" && f.Check(f.Default) != nil:
		return f.Check(f.Default).Error(), "default"
	case f.Fixed != "" && f.Check(f.Fixed) != nil:
		return f.Check(f.Fixed).Error(), "fixed"
	}
	return "", ""
}
