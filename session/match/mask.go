package match

import (
	"errors"
	"fmt"
	"strings"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

// Mask compiles an XML mask: one element, as it would stand in a client's
// stream. A stanza fits when its tag is the mask's, every attribute of the mask
// is there with that value, every child of the mask is matched by a child of its
// own, different for each, and the text is equal where both have some (white
// space around it aside). What else the stanza holds does not matter.
//
// A mask in jabber:client fits the stanzas of a component's stream too. The
// error is a *SyntaxError.
//
// It also reads mask("…"), which is what String prints, and a term of the path language.
func Mask(text string) (*Expr, error) {
	if err := checkText(text); err != nil {
		return nil, err
	}
	if x, ok, err := alone("mask", text); ok {
		return x, err
	}
	n, err := compileMask(text)
	if err != nil {
		return nil, err
	}
	return &Expr{n}, nil
}

func compileMask(text string) (node, error) {
	s, err := stanza.Parse(text, stanza.ClientScope())
	if err != nil {
		return nil, maskError(text, err)
	}
	tree, err := s.Tree()
	if err != nil {
		return nil, maskError(text, err)
	}
	m := &mask{text: s.XML()}
	if m.root, err = m.compile(tree); err != nil {
		return nil, err
	}
	m.trace.mask(m.root)
	return m, nil
}

func maskError(text string, err error) error {
	e := &SyntaxError{Text: text, Problem: "this is not one element", Cause: err}
	var xml *xmlscan.Error
	var one *stanza.ParseError
	switch {
	case errors.As(err, &xml):
		e.Pos = int(xml.Offset)
	case errors.As(err, &one):
		e.Pos = one.Pos
	}
	return e
}

// mask is a tree of what has to be there.
type mask struct {
	text  string
	root  *maskElement
	count int
	trace trace
}

type maskElement struct {
	name     stanza.Name
	attrs    []stanza.Attr // without namespace declarations
	text     string        // trimmed; "" when there is none
	children []*maskElement
	at       span
}

func (m *mask) compile(n *stanza.Node) (*maskElement, error) {
	e := &maskElement{
		name: n.Name, text: strings.Trim(n.Text(), spaces),
		at: span{text: m.text, pos: n.Pos, end: n.End},
	}
	if m.count++; m.count > MaxMaskElements {
		return nil, &SyntaxError{Text: m.text, Pos: n.Pos, Problem: fmt.Sprintf("the mask has more than %d elements", MaxMaskElements)}
	}
	for _, a := range n.Attrs {
		if a.Name.Space != xmlscan.NSXMLNS {
			e.attrs = append(e.attrs, a)
		}
	}
	for _, c := range n.Elements() {
		child, err := m.compile(c)
		if err != nil {
			return nil, err
		}
		e.children = append(e.children, child)
	}
	return e, nil
}

func (m *mask) match(v view) bool {
	s := v.Stanza
	if s == nil || !m.root.named(s.Name(), s.Scope().Content) {
		return false
	}
	for i := range m.root.attrs {
		a := &m.root.attrs[i]
		if a.Name == (stanza.Name{Local: "type"}) && a.Value != string(s.Type()) ||
			a.Name == (stanza.Name{Local: "id"}) && a.Value != s.ID() {
			return false
		}
	}
	if !m.trace.in(s) {
		return false
	}
	tree := v.subject.Tree()
	return tree != nil && m.root.fits(tree, s.Scope().Content)
}

func (m *mask) write(b *strings.Builder) { writeNotation(b, "mask", m.text) }

// named says that the tag is the mask's; a stream's content namespace counts as
// a client's.
func (e *maskElement) named(n stanza.Name, content string) bool {
	return e.name.Local == n.Local &&
		(e.name.Space == n.Space || e.name.Space == stanza.NSClient && n.Space == content)
}

// fits compares everything. Each pair of a mask's and a stanza's element is
// compared once at most, so the cost is bounded by the product of both sizes.
func (e *maskElement) fits(n *stanza.Node, content string) bool {
	return e.fitsAlone(n, content) && e.unmatched(n, content) == nil
}

// fitsAlone compares everything but the children.
func (e *maskElement) fitsAlone(n *stanza.Node, content string) bool {
	if !e.named(n.Name, content) {
		return false
	}
	for i := range e.attrs {
		if !hasAttr(n, &e.attrs[i]) {
			return false
		}
	}
	if e.text == "" {
		return true
	}
	text := strings.Trim(n.Text(), spaces)
	return text == "" || text == e.text
}

func hasAttr(n *stanza.Node, want *stanza.Attr) bool {
	for i := range n.Attrs {
		if n.Attrs[i].Name == want.Name {
			return n.Attrs[i].Value == want.Value
		}
	}
	return false
}

// unmatched pairs every child of the mask with an element of its own, by
// augmenting paths (Kuhn's bipartite matching), and returns the first child for
// which there is none, or nil. A child that fits as many elements as the mask
// has children always finds a free one; so that many are enough to look at.
func (e *maskElement) unmatched(n *stanza.Node, content string) *maskElement {
	if len(e.children) == 0 {
		return nil
	}
	candidates := make([][]*stanza.Node, len(e.children))
	for i, child := range e.children {
		for _, c := range n.Children {
			if len(candidates[i]) == len(e.children) {
				break
			}
			if c.IsElement() && child.fits(c, content) {
				candidates[i] = append(candidates[i], c)
			}
		}
	}
	taken := make(map[*stanza.Node]int) // by which child of the mask
	for i := range e.children {
		if !augment(i, candidates, taken, make(map[*stanza.Node]bool)) {
			return e.children[i]
		}
	}
	return nil
}

// augment finds an element for child i of the mask, moving others to other
// elements where that makes room.
func augment(i int, candidates [][]*stanza.Node, taken map[*stanza.Node]int, tried map[*stanza.Node]bool) bool {
	for _, c := range candidates[i] {
		if tried[c] {
			continue
		}
		tried[c] = true
		if other, ok := taken[c]; !ok || augment(other, candidates, taken, tried) {
			taken[c] = i
			return true
		}
	}
	return false
}

func (m *mask) why(v view) Reason {
	if v.Stanza == nil {
		return m.root.at.reason(m.text, "this is a note, not a stanza")
	}
	tree := v.subject.Tree()
	content := v.Stanza.Scope().Content
	switch {
	case tree == nil || !m.root.named(tree.Name, content):
		return m.root.reason("it is " + shown(v.Stanza.Name().Local) + ", not " + m.root.name.Local)
	case !m.root.fitsAlone(tree, content):
		return m.root.reason(m.root.difference(tree))
	}
	failing, parent := m.root.deepest(tree, content)
	return failing.reason(failing.absence(parent, content))
}

// deepest goes down as long as there is one place only that a child of the mask
// can mean, to the child that finds no element in parent.
func (e *maskElement) deepest(n *stanza.Node, content string) (failing *maskElement, parent *stanza.Node) {
	child := e.unmatched(n, content)
	var alone []*stanza.Node
	for _, c := range n.Children {
		if c.IsElement() && child.fitsAlone(c, content) {
			alone = append(alone, c)
		}
	}
	if len(alone) == 1 && child.unmatched(alone[0], content) != nil {
		return child.deepest(alone[0], content)
	}
	return child, n
}

// absence says why the parent has no element for the mask's.
func (e *maskElement) absence(parent *stanza.Node, content string) string {
	var named []*stanza.Node
	for _, c := range parent.Children {
		switch {
		case !c.IsElement():
		case e.fits(c, content):
			return "every element that fits it is needed for another part of the mask"
		case e.named(c.Name, content):
			named = append(named, c)
		}
	}
	switch {
	case len(named) == 0:
		return "there is no such element in " + shown(parent.Name.Local)
	case len(named) == 1 && !e.fitsAlone(named[0], content):
		return e.difference(named[0])
	}
	return fmt.Sprintf("none of the elements of this name in %s fits", shown(parent.Name.Local))
}

// difference names an attribute or the text that differs.
func (e *maskElement) difference(n *stanza.Node) string {
	for i := range e.attrs {
		a := &e.attrs[i]
		if hasAttr(n, a) {
			continue
		}
		for j := range n.Attrs {
			if n.Attrs[j].Name == a.Name {
				return "@" + a.Name.Local + " is " + shown(n.Attrs[j].Value)
			}
		}
		return "@" + a.Name.Local + " is not there"
	}
	return "its text is " + shown(n.Text())
}

func (e *maskElement) reason(words string) Reason {
	return e.at.reason(e.at.text[e.at.pos:e.at.end], words)
}
