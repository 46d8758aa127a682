package catalog

import (
	"slices"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// attributes are the attributes that the tag at the place has not.
func (w *writing) attributes() {
	if len(w.path) == 0 {
		return
	}
	tag := w.path[len(w.path)-1]
	there := tag.attrs
	add := func(name, help string) {
		if _, twice := there[name]; twice && name != w.word() {
			return
		}
		if slices.ContainsFunc(w.all, func(c ranked) bool { return c.Label == name }) {
			return
		}
		insert := name + `="` + cursorMark + `"`
		if next := skip(w.text, w.end); next < len(w.text) && w.text[next] == '=' {
			insert = name
		}
		w.add(name, help, insert)
	}
	switch {
	case len(w.path) == 1 && tag.name.Local == "iq":
		add("type", "get, set, result or error")
		add("to", "whom it is for; the own account without it")
		add("id", "by which the answer is told from others")
		add("from", "who asks; the server puts it in")
		add("xml:lang", "the language of what people read in it")
	case !w.inIQ():
	case isError(tag) && len(w.path) == 2:
		add("type", "whether trying again helps")
		add("by", "who found the error")
	case len(w.path) > 1:
		if len(w.path) == 2 && len(w.spaces()) > 0 && tag.name.Space == stanza.NSClient {
			add("xmlns", "its namespace")
		}
		within := w.path[2:]
		for _, p := range w.places() {
			if p.path.attr == "" || len(p.steps) != len(within) || !p.leads(within) {
				continue
			}
			help := ""
			if p.field != nil {
				help = p.field.Help
			}
			add(p.path.attr, help)
		}
		if tag.name.Space == nsData {
			switch tag.name.Local {
			case "x":
				add("type", "submit, of a form that is filled in")
			case "field":
				add("var", "its name")
				add("type", "of the field, where it is not known")
			}
		}
	}
}

// word is the whole name or value that the place is in.
func (w *writing) word() string { return w.text[w.from:w.end] }

// spaces are the payloads with an element of the name in the tag at the place.
func (w *writing) spaces() []*Payload {
	local := w.path[len(w.path)-1].name.Local
	return slices.DeleteFunc(w.carried(w.iqType()), func(p *Payload) bool { return p.Element != local })
}

// attributeValues are what the attribute at the place can be.
func (w *writing) attributeValues() {
	if len(w.path) == 0 {
		return
	}
	tag := w.path[len(w.path)-1]
	switch {
	case len(w.path) == 1:
		w.stanzaValues(tag)
	case !w.inIQ():
	case isError(tag) && len(w.path) == 2 && w.attr == "type":
		for _, t := range stanza.ErrorTypes() {
			w.value(t, errorTypeHelp[t])
		}
	case w.attr == "xmlns" && len(w.path) == 2:
		w.namespaces(tag)
	case w.attr == "var" && tag.name == (stanza.Name{Space: nsData, Local: "field"}):
		w.variables()
	default:
		within := w.path[2:]
		for _, p := range w.places() {
			if p.path.attr == w.attr && len(p.steps) == len(within) && p.leads(within) {
				w.fieldValues(p)
			}
		}
		if w.attr == "type" && tag.name == (stanza.Name{Space: nsData, Local: "x"}) {
			w.value("submit", "it is filled in")
			w.value("cancel", "it is not filled in, after all")
		}
	}
}

var errorTypeHelp = map[string]string{
	"auth": "try again after logging in or getting the right", "cancel": "do not try again",
	"continue": "it was only a warning", "modify": "try again with something changed", "wait": "try again later",
}

// stanzaValues are those of the stanza's own attributes.
func (w *writing) stanzaValues(tag writtenElement) {
	switch {
	case w.attr == "to" || w.attr == "from":
		w.jids()
	case w.attr == "type" && tag.name.Local == "iq":
		w.value(string(stanza.Get), "ask for something; nothing is changed by it")
		w.value(string(stanza.Set), "have something done or changed")
		w.value(string(stanza.Result), "it was done")
		w.value(string(stanza.Error), "it was not done")
	}
}

// value adds a value as it stands between quotes, once.
func (w *writing) value(value, help string, words ...string) {
	for _, c := range w.all {
		if c.Label == value {
			return
		}
	}
	w.add(value, help, stanza.Escape(value), words...)
}

func (w *writing) jids() {
	for _, a := range w.addresses {
		w.value(a.JID, a.Help)
	}
}

// namespaces are those of payloads, first those whose element is the tag's.
func (w *writing) namespaces(tag writtenElement) {
	all := w.carried(w.iqType())
	slices.SortStableFunc(all, func(a, b *Payload) int {
		switch same := a.Element == tag.name.Local; {
		case same == (b.Element == tag.name.Local):
			return 0
		case same:
			return -1
		}
		return 1
	})
	for _, p := range all {
		help := p.described()
		if p.Element != tag.name.Local {
			help += ", of <" + p.Element + "/>"
		}
		w.value(p.Namespace, strings.TrimPrefix(help, ", "), p.Title, p.Key)
	}
}

// variables are the names of fields of the data form that the place is in.
func (w *writing) variables() {
	within := w.path[2:]
	at := slices.IndexFunc(within, func(e writtenElement) bool { return e.name == stanza.Name{Space: nsData, Local: "x"} })
	if at < 0 {
		return
	}
	for _, p := range w.places() {
		if p.path.form && p.path.variable != "" && len(p.steps) == at && p.leads(within[:at]) {
			w.value(p.path.variable, p.field.Help)
		}
	}
}

// texts are what the text of the element at the place can be.
func (w *writing) texts() {
	if len(w.path) < 2 || !w.inIQ() {
		return
	}
	within := w.path[2:]
	if n := len(within); n > 2 && within[n-1].name == (stanza.Name{Space: nsData, Local: "value"}) {
		variable := within[n-2].attrs["var"]
		for _, p := range w.places() {
			if p.path.form && p.path.variable == variable && variable != "" && len(p.steps) == n-3 && p.leads(within[:n-3]) {
				w.fieldValues(p)
			}
		}
		return
	}
	for _, p := range w.places() {
		if p.path.attr == "" && !p.path.form && len(p.steps) == len(within) && p.leads(within) {
			w.fieldValues(p)
		}
	}
}

// fieldValues are what a field can be, or a verb.
func (w *writing) fieldValues(p place) {
	f := p.field
	if f == nil {
		if p.value != "" {
			w.value(p.value, "")
		}
		return
	}
	switch {
	case f.Fixed != "":
		w.value(f.Fixed, "always")
	case f.Type == Enum:
		for _, c := range f.Choices {
			w.value(c.Value, c.Help)
		}
	case f.Type == Bool:
		w.value("true", f.Help)
		w.value("false", "")
	case f.Type == JID:
		w.jids()
	case f.Default != "":
		w.value(f.Default, "when nothing is said")
	}
}
