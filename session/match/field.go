package match

import (
	"slices"
	"strings"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

// operator is what a predicate does with a field.
type operator string

// Without an operator the field has to be there.
const (
	isThere  operator = ""
	equals   operator = "="
	differs  operator = "!="
	contains operator = "~="
	less     operator = "<"
	greater  operator = ">"
)

// field is @name, with an operator and a value or without.
type field struct {
	name   string
	op     operator
	value  string
	quoted bool // always written in quotes: an operator stands behind it
	at     span

	attr  stanza.Name
	child stanza.Name // of a declared field: the child that has it as text; jabber:client is any stream's
	own   ownField    // on a step that may be the stanza
	doubt string      // see Doubt

	amount amount     // of < and >, and of any on bytes and rtt
	jid    stanza.JID // of = and != on from and to
	needle *needle    // of ~=
}

// attrName is the attribute that a field of this name is.
func attrName(name string) stanza.Name {
	if name == "xml:lang" {
		return stanza.Name{Space: xmlscan.NSXML, Local: "lang"}
	}
	return stanza.Name{Local: name}
}

func (f *field) where() span { return f.at }

func (f *field) onHeader(v view) decision {
	switch {
	case f.own == noOwn:
		return undecided
	case f.own == ownError:
		if has := hasError(v.Stanza); !has || f.op == isThere {
			return decide(has)
		}
		return undecided
	}
	return decide(f.ownHolds(v))
}

func (f *field) holds(v view, n *stanza.Node, root bool) bool {
	if root && f.own == ownError {
		condition, ok := errorCondition(v, n)
		return ok && f.text(condition)
	}
	if root && f.own != noOwn {
		return f.ownHolds(v)
	}
	for i := range n.Attrs {
		if n.Attrs[i].Name == f.attr && f.text(n.Attrs[i].Value) {
			return true
		}
	}
	child := f.childOf(v)
	if child.Local == "" {
		return false
	}
	for _, c := range n.Children {
		if c.Name == child && f.text(c.Text()) {
			return true
		}
	}
	return false
}

// childOf is the name of the child that has the field as text. That of a stanza's own is in the
// namespace of its stream.
func (f *field) childOf(v view) stanza.Name {
	child := f.child
	if child.Space == stanza.NSClient {
		child.Space = v.Stanza.Scope().Content
	}
	return child
}

// text holds a value that is there against the field's own.
func (f *field) text(value string) bool {
	switch f.op {
	case equals:
		return value == f.value
	case differs:
		return value != f.value
	case contains:
		return f.needle.in(value)
	case less, greater:
		a, ok := parseAmount(value)
		return ok && a.duration == f.amount.duration && f.number(a.n)
	}
	return true
}

// number holds a number, or seconds, that is there against the field's amount.
func (f *field) number(n float64) bool {
	switch f.op {
	case equals:
		return n == f.amount.n
	case differs:
		return n != f.amount.n
	case less:
		return n < f.amount.n
	case greater:
		return n > f.amount.n
	}
	return true
}

// write puts quotes around what the parser takes for an address that lacks them,
// too, whatever stands behind it.
func (f *field) write(b *strings.Builder) {
	b.WriteString("@" + f.name)
	if f.op != isThere {
		f.writeValue(b)
	}
}

func (f *field) writeValue(b *strings.Builder) {
	b.WriteString(string(f.op))
	if !f.quoted && isBare(f.value) && !slices.Contains(addressFields, f.name) && !strings.HasSuffix(f.value, ":") {
		b.WriteString(f.value)
	} else {
		writeQuoted(b, f.value, '"')
	}
}
