package match

import (
	"fmt"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// Compile reads an expression of the stanza path language. Step names are looked
// up in keys, which may be nil, and then among BasicKeys. The error is a *SyntaxError.
func Compile(text string, keys Keys) (*Expr, error) {
	if err := checkText(text); err != nil {
		return nil, err
	}
	p := &parser{cursor: cursor{text: text}, keys: keys}
	n, err := p.expr()
	if err != nil {
		return nil, err
	}
	if !p.ended() {
		return nil, p.leftOver()
	}
	return &Expr{n}, nil
}

// payload is what a key stands for.
func (p *parser) payload(key string) (Payload, bool) {
	if p.keys != nil {
		if known, ok := p.keys.Payload(key); ok {
			return known, true
		}
	}
	return basicKeys.Payload(key)
}

// MustCompile is Compile for a text that is part of the program: it panics when
// the text is refused.
func MustCompile(text string, keys Keys) *Expr {
	x, err := Compile(text, keys)
	if err != nil {
		panic("match: " + text + ": " + err.Error())
	}
	return x
}

// parser reads the path language.
type parser struct {
	cursor
	keys   Keys
	parens int
}

// The words that cannot be step names without a namespace.
var reserved = map[string]bool{"and": true, "or": true, "not": true}

// word is the reserved word that stands here, or "".
func (p *parser) word() string {
	w := p.rest()[:nameLen(p.rest())]
	if reserved[w] {
		return w
	}
	return ""
}

func (p *parser) expr() (node, error) {
	var or []node
	for {
		n, err := p.conjunction()
		if err != nil {
			return nil, err
		}
		or = append(or, n)
		if p.word() != "or" {
			return join(false, or), nil
		}
		p.take("or")
	}
}

func (p *parser) conjunction() (node, error) {
	var and []node
	for {
		n, err := p.term()
		if err != nil {
			return nil, err
		}
		and = append(and, n)
		p.skipSpace()
		if p.word() != "and" {
			return join(true, and), nil
		}
		p.take("and")
	}
}

func (p *parser) term() (node, error) {
	p.skipSpace()
	from := p.pos
	if p.word() != "not" {
		return p.unit()
	}
	p.take("not")
	p.skipSpace()
	if p.word() == "not" {
		return nil, p.fail(`"not" stands twice`, "write not (not …), or neither")
	}
	n, err := p.unit()
	if err != nil {
		return nil, err
	}
	return &negation{of: n, at: p.since(from)}, nil
}

// unit is a path, a text, an XPath, a mask, or an expression in parentheses.
func (p *parser) unit() (node, error) {
	from := p.pos
	switch {
	case p.take("("):
		return p.group(from)
	case p.take("~"):
		if !p.has(`"`) && !p.has("'") {
			return nil, p.fail("the text to search for needs quotes", `write ~"text"`)
		}
		text, err := p.quoted()
		if err != nil {
			return nil, err
		}
		return &fullText{needle: newNeedle(text), at: p.since(from)}, nil
	}
	if n, ok, err := p.notation(""); ok {
		return n, err
	}
	return p.path()
}

func (p *parser) group(from int) (node, error) {
	if p.parens == MaxParens {
		return nil, p.failAt(from, fmt.Sprintf("more than %d parentheses stand within each other", MaxParens), "")
	}
	p.parens++
	n, err := p.expr()
	if err != nil {
		return nil, err
	}
	p.parens--
	p.skipSpace()
	if !p.take(")") {
		if p.ended() {
			return nil, p.failAt(from, "this parenthesis is not closed", "")
		}
		return nil, p.leftOver()
	}
	return n, nil
}

// leftOver says what is wrong with what stands behind a whole term.
func (p *parser) leftOver() error {
	c := p.rest()[:1]
	afterSpace := p.pos > 0 && strings.Contains(spaces, p.text[p.pos-1:p.pos])
	switch {
	case c == ")":
		return p.fail("nothing opens this parenthesis", "")
	case afterSpace && strings.Contains("/@=!<>", c):
		return p.fail("white space stands in a path", "write the path without it; a value with spaces needs quotes")
	case c == ":":
		return p.fail("a prefix says nothing here", "write {namespace}name")
	}
	return p.fail(`"and", "or" or the end is expected here`, "")
}

func (p *parser) path() (node, error) {
	from := p.pos
	if p.has("//") {
		return nil, p.fail("a path begins with the stanza", "write *//name to look at any depth")
	}
	p.take("/")
	out := &path{}
	scope := &Payload{} // whose list keys count
	for anywhere := false; ; {
		if len(out.steps) == MaxSteps {
			return nil, p.fail(fmt.Sprintf("the path has more than %d steps", MaxSteps), "")
		}
		if err := p.step(out, anywhere, &scope); err != nil {
			return nil, err
		}
		switch {
		case p.take("//"):
			anywhere = true
		case p.take("/"):
			anywhere = false
		default:
			out.at = p.since(from)
			out.prepare()
			return out, nil
		}
	}
}

// step reads one step. Scope is the payload whose list keys count, and the
// step's own afterwards when it is a payload.
func (p *parser) step(out *path, anywhere bool, scope **Payload) error {
	from := p.pos
	first := len(out.steps) == 0
	test, known, err := p.nameTest(first, **scope)
	if err != nil {
		return err
	}
	if known.Name.Local != "" {
		*scope = &known
	}
	if first {
		out.start = startOf(test, known)
	}
	s := step{anywhere: anywhere, test: test}
	if first && test.kind != stanza.Element {
		known.Fields = stanzaFields[test.kind]
	}
	if known.Name.Local == "" && len(out.steps) <= 1 && !anywhere {
		s.doubt = doubtfulName(test, len(out.steps), p.keys)
	}
	for p.has("@") {
		own := first && out.start != atPayload
		f, err := p.predicate(own, known)
		if err != nil {
			return err
		}
		f.doubt = f.doubtful(test, own, known)
		s.preds = append(s.preds, f)
	}
	if t, err := p.elementText(test); err != nil {
		return err
	} else if t != nil {
		if last := len(s.preds) - 1; last >= 0 {
			s.preds[last].(*field).quoted = true
		}
		s.preds = append(s.preds, t)
	}
	s.at = p.since(from)
	out.steps = append(out.steps, s)
	return nil
}

// startOf says what a first step may be.
func startOf(test nameTest, known Payload) start {
	switch {
	case test.kind != stanza.Element || test.text == "*":
		return atStanza
	case known.Name.Local != "":
		return atPayload
	}
	return atEither
}

// nameTest reads a step's name, and the payload that it is the key of.
func (p *parser) nameTest(first bool, scope Payload) (nameTest, Payload, error) {
	fail := func(err error) (nameTest, Payload, error) { return nameTest{}, Payload{}, err }
	ns, spaced, err := p.space()
	if err != nil {
		return fail(err)
	}
	from := p.pos
	if p.take("*") {
		if spaced {
			return spacedName(ns, "*"), Payload{}, nil
		}
		return anyName(), Payload{}, nil
	}
	word := p.word()
	name := p.name()
	switch {
	case name == "" && p.ended():
		return fail(p.fail("a name is missing at the end", ""))
	case name == "":
		return fail(p.fail("a name is expected here", ""))
	case p.has(":"):
		return fail(p.fail("a prefix says nothing here", "write {namespace}name"))
	case spaced:
		return spacedName(ns, name), Payload{}, nil
	case word != "":
		return fail(p.failAt(from, fmt.Sprintf("%q is a reserved word", word), "write {*}"+word+" for an element of that name"))
	}
	if kind, ok := stanzaKinds[name]; first && ok {
		return nameTest{text: name, kind: kind}, Payload{}, nil
	}
	known, ok := p.payload(name)
	if !ok {
		known, ok = scope.Lists[name]
	}
	if ok {
		return nameTest{text: name, name: known.Name}, known, nil
	}
	return bareName(name), Payload{}, nil
}
