package match

import (
	"strconv"
	"strings"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

// attribute is [@a], [@a='v'] or [@a!='v'].
type attribute struct {
	name  stanza.Name
	op    operator // isThere, equals or differs
	value string
	at    span
}

func (a *attribute) onHeader(view) decision { return undecided }
func (a *attribute) where() span            { return a.at }

func (a *attribute) holds(_ view, n *stanza.Node, _ bool) bool {
	value, ok := a.of(n)
	return ok && (a.op == isThere || (value == a.value) == (a.op == equals))
}

func (a *attribute) of(n *stanza.Node) (string, bool) {
	for i := range n.Attrs {
		if n.Attrs[i].Name == a.name {
			return n.Attrs[i].Value, true
		}
	}
	return "", false
}

func (a *attribute) fails(_ view, n *stanza.Node, _ bool) string {
	if n != nil {
		if value, ok := a.of(n); ok {
			return a.text() + " is " + shown(value)
		}
	}
	return a.text() + " is not there"
}

func (a *attribute) text() string {
	switch a.name.Space {
	case "":
		return "@" + a.name.Local
	case xmlscan.NSXML:
		if a.name.Local == "lang" {
			return "@xml:lang"
		}
	}
	return "@{" + a.name.Space + "}" + a.name.Local
}

func (a *attribute) write(b *strings.Builder) {
	b.WriteString("[" + a.text() + string(a.op))
	if a.op != isThere {
		writeQuoted(b, a.value, '\'')
	}
	b.WriteByte(']')
}

// position is [n], counted from 1, or [last()] for n = 0. It needs the siblings,
// so path.choose asks it instead of holds.
type position struct {
	n  int
	at span
}

func (p *position) onHeader(view) decision                { return undecided }
func (p *position) holds(view, *stanza.Node, bool) bool   { return false }
func (p *position) where() span                           { return p.at }
func (p *position) fails(view, *stanza.Node, bool) string { return "there are not so many" }

// of is the one that is meant, or none.
func (p *position) of(candidates []*stanza.Node) []*stanza.Node {
	i := p.n - 1
	if p.n == 0 {
		i = len(candidates) - 1
	}
	if i < 0 || i >= len(candidates) {
		return nil
	}
	return candidates[i : i+1]
}

func (p *position) write(b *strings.Builder) {
	if p.n == 0 {
		b.WriteString("[last()]")
		return
	}
	b.WriteString("[" + strconv.Itoa(p.n) + "]")
}

// ownText is [.='text'].
type ownText struct {
	text string
	at   span
}

func (t *ownText) onHeader(view) decision { return undecided }
func (t *ownText) where() span            { return t.at }

func (t *ownText) holds(_ view, n *stanza.Node, _ bool) bool {
	rest, ok := t.after(n, t.text)
	return ok && rest == ""
}

// after takes the element's text off the front of the wanted one. It stops at
// the first difference, so that a large element costs little.
func (t *ownText) after(n *stanza.Node, want string) (rest string, ok bool) {
	if !n.IsElement() {
		return strings.CutPrefix(want, n.Data)
	}
	for _, c := range n.Children {
		if want, ok = t.after(c, want); !ok {
			return "", false
		}
	}
	return want, true
}

func (t *ownText) fails(_ view, n *stanza.Node, _ bool) string {
	if n == nil {
		return "it has no text"
	}
	return "its text is " + shown(n.Text())
}

func (t *ownText) write(b *strings.Builder) {
	b.WriteString("[.=")
	writeQuoted(b, t.text, '\'')
	b.WriteByte(']')
}

// hasChild is [child].
type hasChild struct {
	test nameTest
	at   span
}

func (h *hasChild) onHeader(view) decision { return undecided }
func (h *hasChild) where() span            { return h.at }

func (h *hasChild) holds(_ view, n *stanza.Node, _ bool) bool {
	for _, c := range n.Children {
		if c.IsElement() && h.test.fits(c.Name) {
			return true
		}
	}
	return false
}

func (h *hasChild) fails(view, *stanza.Node, bool) string {
	return "it has no child " + h.test.text
}

func (h *hasChild) write(b *strings.Builder) { b.WriteString("[" + h.test.text + "]") }
