package demo

import (
	"strings"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

// address is what a stanza's start tag is changed to. An empty field takes the
// attribute away.
type address struct{ to, from, typ string }

// readdress returns a stanza's XML with other addresses and another type, for a
// stream of the given scope. All else stays as it was written; what the stanza
// inherited from its own stream is declared on it, so that it means the same on
// the other (RFC 6120 §4.8.3, §8.1.5).
func readdress(st *stanza.Stanza, a address, into stanza.Scope) (string, error) {
	root, err := st.Tree()
	if err != nil {
		return "", err
	}
	xml := st.Cut(root, into)
	added := len(xml) - (root.End - root.Pos) // declarations, behind the name
	var b strings.Builder
	b.WriteString(xml[:len("<")+len(root.QName())+added])
	hasLang := false
	for _, attr := range root.Attrs {
		switch attr.Name {
		case stanza.Name{Local: "to"}, stanza.Name{Local: "from"}, stanza.Name{Local: "type"}:
			continue
		case stanza.Name{Space: xmlscan.NSXML, Local: "lang"}:
			hasLang = true
		}
		b.WriteString(" " + xml[attr.Pos+added:attr.End+added])
	}
	b.WriteString(attribute("type", a.typ) + attribute("to", a.to) + attribute("from", a.from))
	if !hasLang && st.Lang() != into.Lang {
		b.WriteString(attribute("xml:lang", st.Lang()))
	}
	if root.Open == root.End {
		b.WriteString("/>")
	} else {
		b.WriteString(">" + xml[root.Open+added:])
	}
	return b.String(), nil
}

// attribute writes one, "" when it has no value.
func attribute(name, value string) string {
	if value == "" {
		return ""
	}
	return " " + name + "='" + stanza.Escape(value) + "'"
}

// errorXML writes the error of a message or presence (RFC 6120 §8.3.2).
func errorXML(e *stanza.StanzaError) string {
	rest := ""
	if e.Text != "" {
		rest = "<text xmlns='" + stanza.NSStanzas + "' xml:lang='en'>" + stanza.Escape(e.Text) + "</text>"
	}
	if e.Application.Local != "" {
		rest += "<" + e.Application.Local + attribute("xmlns", e.Application.Space) + "/>"
	}
	return "<error type='" + e.Type + "'><" + e.Condition + " xmlns='" + stanza.NSStanzas + "'/>" + rest + "</error>"
}

// element writes one with text in it, "" when there is no text.
func element(name, text string) string {
	if text == "" {
		return ""
	}
	return "<" + name + ">" + stanza.Escape(text) + "</" + name + ">"
}
