package match

import (
	"strings"

	"iqscope/iqbuilder/stanza"
)

// elementText is an operator and a value right behind a step's name and fields: what the element
// itself says, without its children.
type elementText struct{ field }

// elementText reads it; nil when none stands here.
func (p *parser) elementText(test nameTest) (*elementText, error) {
	from := p.pos
	t := &elementText{}
	if t.op = p.operator(); t.op == isThere {
		return nil, nil
	}
	if test.kind != stanza.Element {
		return nil, p.failAt(from, "this stanza has no text of its own", "write "+test.text+"/name"+string(t.op)+`"…" for that of a child`)
	}
	value := p.pos
	if err := p.value(&t.field); err != nil {
		return nil, err
	}
	t.at = p.since(from)
	if p.has("@") {
		return nil, p.fail("the text of an element stands behind its fields", "a text with @ needs quotes")
	}
	return t, p.check(&t.field, value)
}

func (t *elementText) onHeader(view) decision { return undecided }

func (t *elementText) holds(_ view, n *stanza.Node, _ bool) bool { return t.text(n.Text()) }

func (t *elementText) fails(_ view, n *stanza.Node, _ bool) string {
	if n == nil {
		return "it has no text"
	}
	return "its text is " + shown(n.Text())
}

func (t *elementText) write(b *strings.Builder) { t.writeValue(b) }
