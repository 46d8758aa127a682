package match

import (
	"fmt"
	"slices"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// notBare are the characters that a value without quotes cannot hold.
const notBare = spaces + `/@=!~<>()"'`

func isBare(value string) bool { return value != "" && !strings.ContainsAny(value, notBare) }

// predicate reads @field with its operator and value. Own says that the step may
// be the stanza itself.
func (p *parser) predicate(own bool, known Payload) (*field, error) {
	from := p.pos
	p.take("@")
	f := &field{}
	if f.name = p.name(); f.name == "xml" && p.take(":lang") {
		f.name = "xml:lang"
	}
	if f.name == "" {
		return nil, p.fail("the name of a field is expected behind @", "")
	}
	f.attr, f.child = attrName(f.name), known.Fields[f.name]
	if own {
		f.own = ownFields[f.name]
		if f.own == noOwn && (strings.HasPrefix(f.name, "from.") || strings.HasPrefix(f.name, "to.")) {
			return nil, p.failAt(from+1, fmt.Sprintf("an address has no part of the name %s", f.name), "the parts are .bare and .domain")
		}
	}
	if f.op = p.operator(); f.op == isThere {
		if p.has(":") {
			return nil, p.fail("a prefix says nothing here", "xml:lang is the only attribute with one")
		}
		if p.has("!") || p.has("~") {
			return nil, p.fail("no operator is written like this", "there are = != ~= < >")
		}
		f.at = p.since(from)
		return f, nil
	}
	valuePos := p.pos
	if err := p.value(f); err != nil {
		return nil, err
	}
	f.at = p.since(from)
	return f, p.check(f, valuePos)
}

// operator takes the one that stands here; isThere when there is none.
func (p *parser) operator() operator {
	for _, op := range []operator{differs, contains, equals, less, greater} {
		if p.take(string(op)) {
			return op
		}
	}
	return isThere
}

// value reads a field's value, in quotes or bare.
func (p *parser) value(f *field) (err error) {
	from := p.pos
	if p.has(`"`) || p.has("'") {
		f.value, err = p.quoted()
		return err
	}
	n := strings.IndexAny(p.rest(), notBare)
	if n < 0 {
		n = len(p.rest())
	}
	f.value = p.rest()[:n]
	p.pos += n
	needsQuotes := func(pos int, problem string) error {
		name := ""
		if f.name != "" {
			name = "@" + f.name
		}
		return p.failAt(pos, problem, "write "+name+string(f.op)+p.quotedForm(from))
	}
	switch {
	case n == 0 && p.has("="):
		return p.fail("there is one = too many", "the operators are = != ~= < >")
	case n == 0 && !p.has("/"):
		return p.fail(fmt.Sprintf("a value is missing behind %s", f.op), "an empty one is written \"\"")
	case n == 0:
		return needsQuotes(from, "a value with / needs quotes")
	case slices.Contains(addressFields, f.name) && p.has("@") && !p.atComparison():
		return needsQuotes(from, "an address needs quotes")
	case p.has("//") && strings.HasSuffix(f.value, ":"):
		return needsQuotes(from, "an address of the web needs quotes")
	case !p.ended() && strings.Contains(`=!~<>("'`, p.rest()[:1]):
		return needsQuotes(p.pos, "a value with "+p.rest()[:1]+" needs quotes")
	}
	return nil
}

// addressFields are the fields in which b@h is one value and not, as elsewhere, b
// and the presence of a field h.
var addressFields = []string{"jid", "by", "from", "from.bare", "from.domain", "to", "to.bare", "to.domain"}

// atComparison says that @field with an operator stands here, as no address does.
func (p *parser) atComparison() bool {
	rest := p.rest()[1:]
	rest = rest[nameLen(rest):]
	return rest != "" && strings.Contains("=!~<>", rest[:1])
}

// quotedForm is what was probably meant as the value from here on.
func (p *parser) quotedForm(from int) string {
	meant := p.text[from:]
	if end := strings.IndexAny(meant, spaces+")"); end >= 0 {
		meant = meant[:end]
	}
	meant = strings.Trim(meant, `"'`)
	var b strings.Builder
	writeQuoted(&b, meant, '"')
	return b.String()
}

// check holds the value against the field's own rules, and prepares it for
// matching.
func (p *parser) check(f *field, pos int) error {
	orders := f.op == less || f.op == greater
	if f.op == contains {
		f.needle = newNeedle(f.value)
	}
	switch {
	case f.own.isAddress():
		return p.checkAddress(f, pos, orders)
	case f.own == ownDir && !orders && f.op != contains:
		return p.oneOf(f, pos, directions)
	case f.own == ownVerdict && !orders && f.op != contains:
		return p.oneOf(f, pos, verdicts)
	case f.own == ownOutcome && !orders && f.op != contains:
		return p.oneOf(f, pos, outcomes)
	case f.own == ownBytes || f.own == ownRTT:
		return p.checkAmount(f, pos)
	case orders && (f.own == ownDir || f.own == ownVerdict || f.own == ownOutcome || f.own == ownError || f.own == ownType):
		return p.failAt(pos, fmt.Sprintf("@%s has no greater and less", f.name), "there are = != ~=")
	case orders:
		var ok bool
		if f.amount, ok = parseAmount(f.value); !ok {
			return p.failAt(pos, fmt.Sprintf("%s is no number, size or duration", shown(f.value)), "such as 12, 4k or 500ms")
		}
	}
	return nil
}

func (p *parser) checkAddress(f *field, pos int, orders bool) error {
	switch {
	case orders:
		return p.failAt(pos, "an address has no greater and less", "there are = != ~=")
	case f.op == contains:
		return nil
	}
	var err error
	if f.jid, err = stanza.ParseJID(f.value); err != nil {
		return &SyntaxError{Text: p.text, Pos: pos, Problem: "this would never fit", Cause: err}
	}
	switch {
	case strings.HasSuffix(f.name, ".bare") && !f.jid.IsBare():
		return p.failAt(pos, "a bare address has no resource", fmt.Sprintf("write @%s%s%q", f.name, f.op, f.jid.Bare()))
	case strings.HasSuffix(f.name, ".domain") && f.jid != f.jid.Host():
		return p.failAt(pos, "this is more than a domain", fmt.Sprintf("write @%s%s%q", f.name, f.op, f.jid.Domain()))
	}
	return nil
}

func (p *parser) checkAmount(f *field, pos int) error {
	example, unit := "4k", "a number of bytes, or a size"
	if f.own == ownRTT {
		example, unit = "500ms", "a duration"
	}
	if f.op == contains {
		return p.failAt(pos, fmt.Sprintf("@%s is %s, not a text", f.name, unit), "there are = != < >")
	}
	var ok bool
	if f.amount, ok = parseAmount(f.value); !ok || f.amount.duration != (f.own == ownRTT) {
		return p.failAt(pos, fmt.Sprintf("@%s is %s, which %s is not", f.name, unit, shown(f.value)), "such as "+example)
	}
	return nil
}

// The closed lists (spec: outcomes and verdicts are the same words everywhere).
var (
	directions = []string{"in", "out"}
	verdicts   = wordsOf(stanza.Verdicts())
	outcomes   = wordsOf(stanza.Outcomes())
)

func wordsOf[W ~string](list []W) (words []string) {
	for _, w := range list {
		words = append(words, string(w))
	}
	return words
}

func (p *parser) oneOf(f *field, pos int, words []string) error {
	if slices.Contains(words, f.value) {
		return nil
	}
	return p.failAt(pos, fmt.Sprintf("@%s is never %s", f.name, shown(f.value)), "it is one of "+strings.Join(words, ", "))
}
