package catalog

import (
	"slices"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// children are the elements that can stand at the place. Before stands before their names: < where it
// is not typed yet.
func (w *writing) children(before string) {
	switch {
	case len(w.open) == 0:
		if w.from == 0 || strings.Trim(w.text[:w.from], spaceChars+"<") == "" {
			w.element(before, stanza.Name{Local: "iq"}, "a request, or its answer", tagParts{attrs: true})
			w.element(before, stanza.Name{Local: "message"}, "something that is pushed to somebody", tagParts{attrs: true})
			w.element(before, stanza.Name{Local: "presence"}, "who is available", tagParts{attrs: true})
		}
	case !w.inIQ():
	case len(w.path) == 1:
		w.payloads(before)
	case isError(w.path[1]):
		if len(w.path) == 2 {
			w.conditions(before)
		}
	default:
		w.inPayload(before)
	}
}

// jabberSpaces begins the namespaces of most of the older documents.
const jabberSpaces = "http://jabber.org/protocol/"

// tagParts is what an element has.
type tagParts struct{ attrs, content bool }

// element adds an element by its name. Its namespace is declared unless it has none.
func (w *writing) element(before string, name stanza.Name, help string, parts tagParts, words ...string) {
	label, insert := name.Local, before+name.Local
	if name.Space != "" {
		label += " " + strings.TrimPrefix(name.Space, jabberSpaces) // which says nothing, and takes room
	}
	if w.goesOn() {
		w.add(label, help, insert, words...)
		return
	}
	if name.Space != "" {
		insert += ` xmlns="` + stanza.Escape(name.Space) + `"`
	}
	switch {
	case parts.content && parts.attrs && name.Space == "":
		insert += " " + cursorMark + "></" + name.Local + ">"
	case parts.content:
		insert += ">" + cursorMark + "</" + name.Local + ">"
	case parts.attrs && name.Space != "":
		insert += cursorMark + "/>"
	case parts.attrs:
		insert += " " + cursorMark + "/>"
	default:
		insert += "/>"
	}
	w.add(label, help, insert, words...)
}

// goesOn says whether the tag at the place has more behind its name.
func (w *writing) goesOn() bool {
	if w.spot != inName {
		return false
	}
	line, _, _ := strings.Cut(w.text[w.end:], "\n")
	line = strings.TrimLeft(line, " \t\r")
	return line != "" && line[0] != '<'
}

// payloads are what an IQ of its type can carry.
func (w *writing) payloads(before string) {
	t := w.iqType()
	if t == stanza.Error || t == "" {
		insert := before + "error"
		if !w.goesOn() {
			insert += ` type="` + cursorMark + `"></error>`
		}
		w.add("error", "why it was not done", insert)
	}
	for _, p := range w.carried(t) {
		if _, ok := fit(w.typed, p.Element+" "+strings.TrimPrefix(p.Namespace, jabberSpaces), []string{p.Key, p.Title}); !ok {
			continue // which costs less than to look what is in it
		}
		w.element(before, p.Name(), p.described(), w.catalog.parts(p, t), p.Key, p.Title)
	}
}

// described says in a few words where a payload comes from.
func (p *Payload) described() string { return strings.TrimSpace(p.Document + " " + p.Title) }

// carried are the payloads that IQs of a type carry, those of settled documents first, each by key.
func (w *writing) carried(t stanza.Type) []*Payload {
	wanted := map[*Payload]bool{}
	for _, k := range w.catalog.kinds {
		if t != stanza.Result && (k.Type == t || t != stanza.Get && t != stanza.Set) {
			wanted[k.Payload] = true
		}
		if t == stanza.Result && w.catalog.payloads[k.Result] != nil {
			wanted[w.catalog.payloads[k.Result]] = true
		}
	}
	all := make([]*Payload, 0, len(wanted))
	for p := range wanted {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b *Payload) int {
		if a.Settled() != b.Settled() {
			return settledFirst(a.Source)
		}
		return strings.Compare(a.Key, b.Key)
	})
	return all
}

// parts says whether anything goes into a payload.
func (c *Catalog) parts(p *Payload, t stanza.Type) tagParts {
	var parts tagParts
	c.eachPlace(p, t, func(at place) {
		if len(at.steps) > 0 || at.path.form || at.path.attr == "" {
			parts.content = true
		} else {
			parts.attrs = true
		}
	})
	return parts
}

// place is where something stands in a payload.
type place struct {
	steps []stanza.Name
	path  path
	field *Field // nil for a verb
	value string // of a verb
}

// eachPlace calls a function for every place that is known in a payload of an IQ of that type.
func (c *Catalog) eachPlace(p *Payload, t stanza.Type, fn func(place)) {
	fields := func(all []Field) {
		for i := range all {
			f := &all[i]
			fn(place{f.path.steps, f.path, f, ""})
			for j := range f.Columns {
				column := &f.Columns[j]
				fn(place{slices.Concat(f.path.steps, column.path.steps), column.path, column, ""})
			}
		}
	}
	if t != stanza.Get && t != stanza.Set {
		fields(p.Fields)
	}
	if t == stanza.Result {
		return
	}
	for _, k := range c.carrying[p.Key] {
		if k.Type == t || t != stanza.Get && t != stanza.Set {
			if k.Verb != "" {
				fn(place{k.verb.at.steps, k.verb.at, nil, k.verb.value})
			}
			fields(k.Fields)
		}
	}
}

// places are those in the payload that the place is in.
func (w *writing) places() []place {
	if len(w.path) < 2 || !w.inIQ() {
		return nil
	}
	p := w.catalog.PayloadNamed(w.path[1].name)
	if p == nil {
		return nil
	}
	var all []place
	w.catalog.eachPlace(p, w.iqType(), func(at place) { all = append(all, at) })
	return all
}

// leads says whether a place is below the elements that lie within the payload.
func (p place) leads(within []writtenElement) bool {
	if len(p.steps) < len(within) {
		return false
	}
	for i, e := range within {
		if e.name != p.steps[i] {
			return false
		}
	}
	return true
}

// inPayload are the elements that can stand in an element of a known payload.
func (w *writing) inPayload(before string) {
	within := w.path[2:]
	last := w.path[len(w.path)-1].name
	type child struct {
		name  stanza.Name
		help  string
		parts tagParts
	}
	var all []*child
	find := func(name stanza.Name) *child {
		for _, c := range all {
			if c.name == name {
				return c
			}
		}
		c := &child{name: name}
		all = append(all, c)
		return c
	}
	form := stanza.Name{Space: nsData, Local: "x"}
	inForm := slices.IndexFunc(within, func(e writtenElement) bool { return e.name == form })
	for _, p := range w.places() {
		switch {
		case inForm >= 0:
			if !p.path.form || len(p.steps) != inForm || !p.leads(within[:inForm]) {
				continue
			}
			switch depth := len(within) - inForm; {
			case depth == 1:
				find(stanza.Name{Space: nsData, Local: "field"}).parts = tagParts{true, true}
			case depth == 2 && last.Local == "field":
				find(stanza.Name{Space: nsData, Local: "value"}).parts.content = true
			}
		case !p.leads(within):
		case len(p.steps) == len(within):
			if p.path.form {
				find(form).parts = tagParts{true, true}
			}
		default:
			c := find(p.steps[len(within)])
			here := len(p.steps) == len(within)+1
			switch {
			case !here || p.path.form:
				c.parts.content = true
			case p.path.attr != "":
				c.parts.attrs = true
			case p.field != nil && p.field.Type != Flag && p.field.Type != List:
				c.parts.content = true
			}
			if here && p.path.attr == "" && p.field != nil && c.help == "" {
				c.help = p.field.Help
			}
		}
	}
	for _, c := range all {
		name := c.name
		if name.Space == last.Space && name.Space != "" {
			name.Space = "" // it is inherited
		}
		if c.name == form && !w.goesOn() {
			w.add("x "+nsData, "a data form (XEP-0004)", before+`x xmlns="`+nsData+`" type="submit">`+cursorMark+"</x>")
			continue
		}
		if c.name.Space == nsData && c.name.Local == "field" && !w.goesOn() {
			w.add("field", "a field of the form", before+`field var="`+cursorMark+`"><value></value></field>`)
			continue
		}
		w.element(before, name, c.help, c.parts)
	}
}

// conditions are the conditions of an error; those that are usual for the payload come first.
func (w *writing) conditions(before string) {
	usual := map[string]string{}
	for _, p := range w.siblings() {
		for _, k := range w.catalog.carrying[p.Key] {
			for _, f := range k.Failures {
				if usual[f.Condition] == "" {
					usual[f.Condition] = "usual here"
					if f.Remedy != "" {
						usual[f.Condition] += ": " + f.Remedy
					}
				}
			}
		}
	}
	conditions := stanza.Conditions()
	slices.SortStableFunc(conditions, func(a, b string) int {
		switch {
		case (usual[a] != "") == (usual[b] != ""):
			return 0
		case usual[a] != "":
			return -1
		}
		return 1
	})
	for _, condition := range conditions {
		help := usual[condition]
		if help == "" {
			help = "type " + strings.Join(stanza.UsualTypes(condition), " or ")
		}
		insert := before + condition
		if !w.goesOn() {
			insert += ` xmlns="` + stanza.NSStanzas + `"/>`
		}
		w.add(condition, help, insert)
	}
	w.element(before, stanza.Name{Space: stanza.NSStanzas, Local: "text"}, "for people to read", tagParts{content: true})
}

// siblings are the payloads known of the elements before an <error/>, which repeat the request.
func (w *writing) siblings() []*Payload {
	var all []*Payload
	if len(w.open) < 2 {
		return nil
	}
	for _, space := range strings.Split(w.text[w.open[0].nameEnd:w.open[1].name], "xmlns=")[1:] {
		if space == "" {
			continue
		}
		space, _, _ = strings.Cut(space[1:], space[:1])
		for _, p := range w.catalog.payloads {
			if p.Namespace == space {
				all = append(all, p)
			}
		}
		if len(all) > 0 {
			return all
		}
	}
	return nil
}

// settledFirst orders a document that is settled before one that is not.
func settledFirst(s Source) int {
	if s.Settled() {
		return -1
	}
	return 1
}
