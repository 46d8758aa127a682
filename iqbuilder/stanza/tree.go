package stanza

import (
	"errors"
	"io"
	"strings"

	"iqscope/internal/xmlscan"
)

// Node is an element, or character data when Name is zero.
//
// A tree loses nothing: what it does not hold itself, such as the kind of
// quotes, is found in the stanza's XML at its offsets. All offsets count bytes
// from the start of the XML.
type Node struct {
	Name     Name
	Prefix   string
	Attrs    []Attr
	Children []*Node
	// Data is the character data of a text node, references replaced.
	Data  string
	CDATA bool
	// Ref says that the text node holds references or carriage returns, so
	// that its data differs from its bytes.
	Ref bool
	// Pos and End are the byte offsets in the stanza's XML.
	Pos, End int
	// Open is the offset behind an element's start tag, Close that of its end
	// tag. Of an empty-element tag both are End.
	Open, Close int
	Parent      *Node
}

// Attr is one attribute; namespace declarations are among them.
type Attr struct {
	Name   Name
	Prefix string
	Value  string
	// Pos is the byte offset of its name in the stanza's XML, End that behind
	// the closing quote; ValPos and ValEnd enclose the value as written.
	Pos, End       int
	ValPos, ValEnd int
}

// Attr returns the value of the attribute without a namespace.
func (n *Node) Attr(local string) (string, bool) {
	if n == nil {
		return "", false
	}
	for i := range n.Attrs {
		if n.Attrs[i].Name == (Name{Local: local}) {
			return n.Attrs[i].Value, true
		}
	}
	return "", false
}

// Lang is the element's own xml:lang; what it inherits when it has none.
func (n *Node) Lang(inherited string) string {
	if n == nil {
		return inherited
	}
	for i := range n.Attrs {
		if n.Attrs[i].Name == (Name{Space: xmlscan.NSXML, Local: "lang"}) {
			return n.Attrs[i].Value
		}
	}
	return inherited
}

// IsElement tells an element from character data.
func (n *Node) IsElement() bool { return n != nil && n.Name != Name{} }

// QName is the element's name as written.
func (n *Node) QName() string {
	if n == nil {
		return ""
	}
	return qname(n.Prefix, n.Name)
}

func qname(prefix string, name Name) string {
	if prefix == "" {
		return name.Local
	}
	return prefix + ":" + name.Local
}

// Elements returns the child elements.
func (n *Node) Elements() []*Node {
	if n == nil {
		return nil
	}
	var out []*Node
	for _, c := range n.Children {
		if c.IsElement() {
			out = append(out, c)
		}
	}
	return out
}

// Child returns the first child element of that name, or nil, whose methods all say that there is
// nothing: what a peer left out is no reason to crash.
func (n *Node) Child(space, local string) *Node {
	if n == nil {
		return nil
	}
	for _, c := range n.Children {
		if c.IsElement() && c.Name == (Name{Space: space, Local: local}) {
			return c
		}
	}
	return nil
}

// Text joins the node's own character data, children's not included.
func (n *Node) Text() string {
	if n == nil {
		return ""
	}
	if !n.IsElement() {
		return n.Data
	}
	var b strings.Builder
	for _, c := range n.Children {
		b.WriteString(c.Data)
	}
	return b.String()
}

// Tree parses the element tree. It is not kept: hold on to it.
//
// It fails only on a stream's own tags and on what is broken, which are no elements, with
// a *ParseError: the XML was checked when the stanza was made.
func (s *Stanza) Tree() (*Node, error) { return s.tree(nil) }

// tree makes the tree of nodes that come from t.
func (s *Stanza) tree(t *Trees) (*Node, error) {
	if err := s.noElement("has no tree"); err != nil {
		return nil, err
	}
	// The bytes were within the limits once; these may have been wider ones
	// than the scanner's defaults.
	sc := scan(s.raw, xmlscan.Limits{Depth: -1, Attrs: -1, ElementBytes: -1}, *s.shape.scope)
	defer rest(sc)
	var root, at *Node
	for {
		tok, err := sc.Next()
		if err == io.EOF || errors.Is(err, xmlscan.ErrMore) {
			if err := sc.Close(); err != nil {
				return nil, err
			}
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		switch tok.Kind {
		case xmlscan.Start:
			n := t.element(sc, tok, s.raw)
			n.Parent = at
			if at == nil {
				root = n
			} else {
				at.Children = append(at.Children, n)
			}
			at = n
		case xmlscan.End:
			at.End, at.Close = int(tok.End), int(tok.Pos)
			at = at.Parent
		case xmlscan.Text:
			if at != nil {
				at.Children = append(at.Children, t.text(sc, tok, s.raw, at))
			}
		}
	}
}

// noElement says of what is none that it lacks something; nil for an element.
func (s *Stanza) noElement(lacks string) error {
	switch s.kind {
	case StreamOpen, StreamClose:
		return &ParseError{Detail: "a stream's own tag " + lacks}
	case Broken:
		return &ParseError{Detail: "a broken element " + lacks}
	}
	return nil
}

// Trees makes trees for who looks at many stanzas and keeps none of their trees: each is made of the
// nodes of the one before. The zero value is ready. It is not safe for concurrent use.
type Trees struct {
	nodes []*Node
	used  int
}

// mostNodes is how many nodes are kept for the next tree.
const mostNodes = 10_000

// Of is [Stanza.Tree], whose result is good until the next call.
func (t *Trees) Of(s *Stanza) (*Node, error) {
	if len(t.nodes) > mostNodes {
		t.nodes = nil
	}
	t.used = 0
	return s.tree(t)
}

// node is an empty node; of a nil t, a new one.
func (t *Trees) node() *Node {
	if t == nil {
		return &Node{}
	}
	if t.used == len(t.nodes) {
		t.nodes = append(t.nodes, &Node{})
	}
	n := t.nodes[t.used]
	t.used++
	*n = Node{Attrs: n.Attrs[:0], Children: n.Children[:0]}
	return n
}

func (t *Trees) element(sc *xmlscan.Scanner, tok *xmlscan.Token, raw string) *Node {
	n := t.node()
	n.Name, n.Prefix, n.Pos, n.Open = tok.Name, tok.Prefix, int(tok.Pos), int(tok.End)
	if len(tok.Attr) > cap(n.Attrs) {
		n.Attrs = make([]Attr, 0, len(tok.Attr))
	}
	for _, a := range tok.Attr {
		value := raw[a.ValPos:a.ValEnd]
		if a.Ref {
			value = string(sc.AppendValue(nil, a))
		}
		n.Attrs = append(n.Attrs, Attr{
			Name: a.Name, Prefix: a.Prefix, Value: value,
			Pos: int(a.Pos), End: int(a.End), ValPos: int(a.ValPos), ValEnd: int(a.ValEnd),
		})
	}
	return n
}

// text is character data, as one node for each run and each CDATA section.
func (t *Trees) text(sc *xmlscan.Scanner, tok *xmlscan.Token, raw string, parent *Node) *Node {
	n := t.node()
	n.Data = raw[tok.Pos:tok.End]
	if tok.CDATA || tok.Ref {
		n.Data = string(sc.AppendText(nil, tok))
	}
	n.CDATA, n.Ref, n.Parent = tok.CDATA, tok.Ref, parent
	n.Pos, n.End = int(tok.Pos), int(tok.End)
	return n
}
