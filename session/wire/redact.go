package wire

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// Redact hides what is a secret everywhere: it is Secrets.Redact of the zero Secrets.
func Redact(el *stanza.Stanza) (*stanza.Stanza, bool) { return Secrets{}.Redact(el) }

// Redact returns the element as it may be shown: each secret in it is replaced
// by words that say how long it was, everything else is as it stood, byte for
// byte. The bool says whether there was one; the element itself comes back if not.
func (s Secrets) Redact(el *stanza.Stanza) (*stanza.Stanza, bool) {
	if el.Kind() == stanza.Broken {
		return s.redactBroken(el)
	}
	if !s.mayHold(el) {
		return el, false
	}
	tree, err := el.Tree()
	if err != nil {
		return el, false // a tag of the stream itself
	}
	var secrets []span
	s.collect(el.XML(), tree, &secrets)
	if len(secrets) == 0 {
		return el, false
	}
	shown, err := stanza.Parse(hide(el.XML(), secrets), el.Scope())
	if err != nil {
		// The replaced text made it longer than an element may be.
		shown, err = stanza.Parse("<iqscope-hidden/>", el.Scope())
		if err != nil {
			panic("wire: a constant element does not parse: " + err.Error())
		}
	}
	return shown, true
}

// span is a range of bytes of an element.
type span struct{ pos, end int }

// collect appends the non-empty values that must not be shown, in order.
func (s Secrets) collect(xml string, n *stanza.Node, into *[]span) {
	builtin, own := secretAttribute[n.Name], s.own.attributesOf(n.Name)
	if builtin != "" || own != nil {
		addAttributes(xml, n, func(name string) bool { return name == builtin || slices.Contains(own, name) }, into)
	}
	if secretContent[n.Name] || isSecretHeader(n) || s.own.isContent(n.Name) {
		addContent(n, into)
		return
	}
	field := s.isField(n)
	for _, child := range n.Elements() {
		if field && child.Name == nameValue {
			addContent(child, into)
			continue
		}
		s.collect(xml, child, into)
	}
}

func addContent(n *stanza.Node, into *[]span) {
	if len(n.Children) > 0 {
		*into = append(*into, span{n.Children[0].Pos, n.Children[len(n.Children)-1].End})
	}
}

// addAttributes appends the values of some attributes. The scanner has passed the start tag, so it
// has nothing but names, equals signs, quoted values and white space.
func addAttributes(xml string, n *stanza.Node, secret func(name string) bool, into *[]span) {
	for at := n.Pos; at < n.Open; {
		equals := strings.IndexByte(xml[at:n.Open], '=')
		if equals < 0 {
			return
		}
		equals += at
		name := xml[at:equals]
		name = strings.TrimSpace(name)
		name = name[strings.LastIndexAny(name, " \t\r\n")+1:]
		value := equals + 1 + strings.IndexAny(xml[equals+1:n.Open], `"'`) + 1
		end := value + strings.IndexByte(xml[value:n.Open], xml[value-1])
		if end > value && secret(name) {
			*into = append(*into, span{value, end})
		}
		at = end + 1
	}
}

// hidden is what stands for a secret.
var hidden = regexp.MustCompile(`^\[\d+ bytes? hidden\]$`)

// hide replaces secrets by words that say how long they were.
func hide(xml string, secrets []span) string {
	var b strings.Builder
	at := 0
	for _, s := range secrets {
		if hidden.MatchString(xml[s.pos:s.end]) {
			continue // by an earlier reading, which knew how long it was
		}
		unit := "bytes"
		if s.end-s.pos == 1 {
			unit = "byte"
		}
		fmt.Fprintf(&b, "%s[%d %s hidden]", xml[at:s.pos], s.end-s.pos, unit)
		at = s.end
	}
	b.WriteString(xml[at:])
	return b.String()
}
