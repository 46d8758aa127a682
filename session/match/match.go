// Package match decides which stanzas a filter, a handler or a responder
// means. It is one language everywhere: the log's filter, a handler's matcher,
// a responder's match, watch --filter, and the search in the history.
//
//	keys := match.BasicKeys()
//	keys["custom_xep"] = match.Payload{Name: stanza.Name{Space: "custom-xep", Local: "query"}}
//	x, err := match.Compile("iq@type=get/custom_xep", keys)
//	if err != nil {
//		return err // *SyntaxError: where, why, and what to write instead
//	}
//	if x.Match(subject) { … }
//
// # The stanza path language
//
//	expr     = term *( ("and" / "or") term )            ; "and" binds closer
//	term     = ["not"] ( path / "(" expr ")" / text / notation )
//	path     = ["/"] step *( ("/" / "//") step )
//	step     = [ "{" ns "}" ] ( name / "*" ) *predicate [ operator value ]
//	predicate= "@" field [ operator value ]
//	operator = "=" / "!=" / "~=" / "<" / ">"
//	value    = 1*barechar / quoted
//	barechar = any but white space and / @ = ! ~ < > ( ) " '
//	quoted   = '"' *(any but '"', or '""') '"' / "'" *(any but "'", or "''") "'"
//	text     = "~" quoted
//	notation = ( "xpath" / "mask" ) "(" quoted ")"
//
// The first step is the stanza: iq, message, presence, broken for what arrived broken, or * for any
// element of the stream. A payload's key there (custom_xep) means any stanza that carries it as a
// child; {ns}name, and a name that is no key, mean the element itself (features, r,
// {urn:xmpp:sm:3}a) or any stanza that carries it.
//
// A later step is a payload's key, a list key of the payload before it, or an
// element's local name in any namespace; {ns}name holds to the namespace, and
// {*}name forces the local name where a key is in the way. "//" is any depth.
//
// A field is an attribute, or the text of a child that the payload declares as a field. Declared
// fields and list keys belong to a payload's key: behind custom_xep there are @mood and /entries,
// behind {custom-xep}query, which is the same element, there are attributes and the names of
// elements alone. A message has the fields subject, body and thread, a presence show, status and
// priority (RFC 6121 §4.7.2, §5.2). On the stanza's own step some fields have a meaning of their
// own: type, id, from, to (prepared addresses; from.bare, from.domain, to.bare and to.domain their
// parts), dir (in, out), verdict, outcome, bytes, rtt, and error (the condition). A field without
// an operator is there; != needs it to be there; ~= contains, whatever the case; < and > compare
// numbers, sizes (4k is 4096; also M and G) and durations (500ms). Of several elements any one that
// fits is enough. An operator right behind a step compares the text of its element, without that of
// its children: message/body="Hi". ~"text" looks at the whole stanza, whatever the case. Within
// quotes, the same quote is written twice.
//
// Two slips that the grammar alone would read as something else are refused, and
// the quoted form is shown: an address without quotes (from=b@h; likewise to, by
// and jid), and a web address without them (node=http://…).
//
// XPath and Mask compile two other notations, which are terms of this one, too, as xpath("//item")
// and mask("<iq type='set'/>"). And, Or and Not combine all.
//
// Everything is checked when it is compiled, within MaxText and the other
// limits; matching never fails, and its cost grows with the stanza's size times
// the number of steps, not faster. What the header decides costs no tree and no
// memory; the rest shares the subject's one tree. An Expr does not change and is
// safe for concurrent use.
package match

import "strings"

// Limits of an expression. They hold the work of one match to the stanza's size
// times 64 for every term, and a typed filter is far from all of them.
const (
	MaxText         = 4 << 10 // bytes of an expression, an XPath or a mask
	MaxSteps        = 64      // steps of one path: the bits of a word
	MaxParens       = 32      // parentheses within each other
	MaxMaskElements = 64      // elements of a mask
)

// Expr is a compiled expression.
type Expr struct{ root node }

// node is one part of an expression.
type node interface {
	match(view) bool
	// why says what fails; it is asked only when match has said no.
	why(view) Reason
	write(*strings.Builder)
}

// view is the subject with its facts at hand.
type view struct {
	*Facts
	subject Subject
}

// Match says whether the subject is meant.
func (x *Expr) Match(s Subject) bool { return x.root.match(view{s.Facts(), s}) }

// String is the canonical text, which Compile reads as the same expression when it is given the
// same keys, as long as it is not longer than MaxText. An XPath is a term xpath("…") in it, and a
// mask is mask("…").
func (x *Expr) String() string {
	var b strings.Builder
	x.root.write(&b)
	return b.String()
}

// And fits what all of them fit; without any, everything.
func And(all ...*Expr) *Expr { return &Expr{join(true, roots(all))} }

// Or fits what one of them fits; without any, nothing.
func Or(any ...*Expr) *Expr { return &Expr{join(false, roots(any))} }

// Not fits what x does not fit.
func Not(x *Expr) *Expr { return &Expr{&negation{of: x.root}} }

func roots(exprs []*Expr) []node {
	nodes := make([]node, len(exprs))
	for i, x := range exprs {
		nodes[i] = x.root
	}
	return nodes
}

// list is a row of terms joined by "and" or by "or".
type list struct {
	and   bool
	terms []node
}

// join makes a list flat, so that its text has no needless parentheses.
func join(and bool, terms []node) node {
	switch len(terms) {
	case 0: // "* or not *" is everything, "* and not *" nothing
		star := &path{steps: []step{{test: anyName()}}}
		return &list{and: !and, terms: []node{star, &negation{of: star}}}
	case 1:
		return terms[0]
	}
	l := &list{and: and}
	for _, t := range terms {
		if inner, ok := t.(*list); ok && inner.and == and {
			l.terms = append(l.terms, inner.terms...)
		} else {
			l.terms = append(l.terms, t)
		}
	}
	return l
}

func (l *list) match(v view) bool {
	for _, t := range l.terms {
		if t.match(v) != l.and {
			return !l.and
		}
	}
	return l.and
}

func (l *list) word() string {
	if l.and {
		return " and "
	}
	return " or "
}

func (l *list) write(b *strings.Builder) {
	for i, t := range l.terms {
		if i > 0 {
			b.WriteString(l.word())
		}
		_, isList := t.(*list)
		writeTerm(b, t, l.and && isList)
	}
}

// negation is "not" before a term.
type negation struct {
	of node
	at span
}

func (n *negation) match(v view) bool { return !n.of.match(v) }

func (n *negation) write(b *strings.Builder) {
	b.WriteString("not ")
	switch n.of.(type) {
	case *list, *negation:
		writeTerm(b, n.of, true)
	default:
		writeTerm(b, n.of, false)
	}
}

func writeTerm(b *strings.Builder, t node, parens bool) {
	if parens {
		b.WriteByte('(')
		defer b.WriteByte(')')
	}
	t.write(b)
}

// fullText is ~"text".
type fullText struct {
	needle *needle
	at     span
}

func (t *fullText) match(v view) bool {
	if t.needle.in(v.Note) {
		return true
	}
	if v.Stanza == nil {
		return false
	}
	raw := v.Stanza.XML()
	if t.needle.in(raw) {
		return true
	}
	// What is written with references or as CDATA is searched as it is meant.
	if !strings.Contains(raw, "&") && !strings.Contains(raw, "<![CDATA[") {
		return false
	}
	tree := v.subject.Tree()
	return tree != nil && t.needle.inTree(tree)
}

func (t *fullText) write(b *strings.Builder) {
	b.WriteByte('~')
	writeQuoted(b, t.needle.text, '"')
}
