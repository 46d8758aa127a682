package match

import (
	"errors"
	"strings"
)

// notation is xpath("…") or mask("…") as a term of the path language.
type notation struct {
	of node
	at span
}

// notations compile what stands in the quotes of a term that is called so.
var notations = []struct {
	word    string
	compile func(text string) (node, error)
}{
	{"xpath", compileXPath},
	{"mask", compileMask},
}

// notation reads such a term; ok says that one stands here. An element that has one of these names
// is not followed by a parenthesis.
func (p *parser) notation(only string) (n node, ok bool, err error) {
	for _, kind := range notations {
		if !p.has(kind.word+"(") || only != "" && only != kind.word {
			continue
		}
		from := p.pos
		p.take(kind.word + "(")
		p.skipSpace()
		quotes := p.pos
		if !p.has(`"`) && !p.has("'") {
			return nil, true, p.fail("what "+kind.word+" is to read needs quotes", "write "+kind.word+`("…")`)
		}
		text, err := p.quoted()
		if err != nil {
			return nil, true, err
		}
		p.skipSpace()
		if !p.take(")") {
			return nil, true, p.fail(") is expected here", "a quote within the text is written twice")
		}
		of, err := kind.compile(text)
		if err != nil {
			return nil, true, p.within(quotes, text, err)
		}
		return &notation{of, p.since(from)}, true, nil
	}
	return nil, false, nil
}

// within moves an error's place from a quoted text to the text that it stands in.
func (c *cursor) within(quotes int, quoted string, err error) error {
	var bad *SyntaxError
	if !errors.As(err, &bad) {
		return err
	}
	moved := *bad
	moved.Text = c.text
	before := quoted[:min(bad.Pos, len(quoted))]
	moved.Pos = quotes + 1 + len(before) + strings.Count(before, c.text[quotes:quotes+1])
	return &moved
}

// alone reads a text that is such a term and nothing else, as String prints it; ok says that it
// begins like one.
func alone(word, text string) (x *Expr, ok bool, err error) {
	p := &parser{cursor: cursor{text: text}}
	p.skipSpace()
	n, ok, err := p.notation(word)
	if !ok || err != nil {
		return nil, ok, err
	}
	if p.skipSpace(); !p.ended() {
		return nil, true, p.leftOver()
	}
	return &Expr{n}, true, nil
}

func (n *notation) match(v view) bool        { return n.of.match(v) }
func (n *notation) write(b *strings.Builder) { n.of.write(b) }

// why points at the whole term: the part that fails is a part of what stands in the quotes.
func (n *notation) why(v view) Reason {
	inner := n.of.why(v)
	return n.at.reason(inner.Step, inner.Words)
}

func writeNotation(b *strings.Builder, word, text string) {
	b.WriteString(word + "(")
	writeQuoted(b, text, '"')
	b.WriteByte(')')
}
