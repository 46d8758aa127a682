package history

import (
	"strconv"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// hidden is what replaces a secret that a text quotes.
const hidden = "[hidden]"

// redactor hides the secrets of one entry: in stanzas by what they are, in the texts about them by
// the values that were found in the stanzas.
type redactor struct {
	redact func(*stanza.Stanza) (*stanza.Stanza, bool)
	values []string
}

// stanza hides what is secret in a stanza of which somebody may have hidden something already; st
// may be nil. found says that there is, or was, a secret.
func (r *redactor) stanza(st, shown *stanza.Stanza) (safe *stanza.Stanza, found bool) {
	if st == nil {
		return nil, false
	}
	if shown == nil {
		shown = st
	}
	safe, found = r.redact(shown)
	if found = found || shown != st && shown.XML() != st.XML(); found {
		own, _ := r.redact(st)
		for _, v := range append(values(st.XML(), safe.XML()), values(st.XML(), own.XML())...) {
			r.values = append(r.values, v)
			if meant := unescaped(v); meant != "" && meant != v {
				r.values = append(r.values, meant)
			}
		}
	}
	return safe, found
}

// text hides the values that were found, and what is secret in a piece of XML.
func (r *redactor) text(text string) string {
	for _, v := range r.values {
		text = strings.ReplaceAll(text, v, hidden)
	}
	if strings.Contains(text, "<") {
		if safe, found := r.redact(stanza.Unparsed(text, stanza.ClientScope())); found {
			return safe.XML()
		}
	}
	return text
}

// values are what was hidden of a text: what stands there in place of "[12 bytes hidden]".
func values(xml, safe string) (found []string) {
	for xml != "" && safe != "" {
		if xml[0] == safe[0] && !strings.HasPrefix(safe, "[") {
			xml, safe = xml[1:], safe[1:]
			continue
		}
		mark, rest, _ := strings.Cut(safe, " hidden]")
		number, _, _ := strings.Cut(strings.TrimPrefix(mark, "["), " ")
		n, err := strconv.Atoi(number)
		switch {
		case err == nil && 0 < n && n <= len(xml) && !strings.HasPrefix(xml, mark):
			found = append(found, xml[:n])
			xml, safe = xml[n:], rest
		case xml[0] == safe[0]:
			xml, safe = xml[1:], safe[1:]
		default:
			return found // it was replaced as a whole
		}
	}
	return found
}

// unescaped is what a piece of XML means as a text; "" if it is none.
func unescaped(xml string) string {
	if !strings.ContainsAny(xml, "&<") {
		return xml
	}
	st, err := stanza.Parse("<x>"+xml+"</x>", stanza.ClientScope())
	if err != nil {
		return ""
	}
	tree, err := st.Tree()
	if err != nil {
		return ""
	}
	return tree.Text()
}
