// Package compare says how two stanzas differ, or two elements: what was added, what was removed, and
// which attributes and texts have changed.
//
//	change, err := compare.Stanzas(before, after)
//	for line := range change.Lines() {
//		fmt.Println(line.Kind.Mark(), line.Text)
//	}
//
// It compares what XML means and not how it is written: prefixes, the order of attributes, kinds of
// quotes, references and CDATA sections, and white space between elements are no difference. The
// order of elements is one.
//
// Elements are held against each other by what they are in full, then by their name and what
// identifies them (the attributes var, jid, node, name and id), each time in their order. What that
// costs is bounded for any input: time grows with the length of the stanzas, but for sorting.
//
// All functions are safe for concurrent use; nothing is changed.
package compare

import (
	"cmp"
	"crypto/sha256"
	"slices"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// Kind is what became of an element, an attribute or a text.
type Kind uint8

// The kinds.
const (
	Same Kind = iota
	Changed
	Added
	Removed
)

// Change is what became of an element, or of a text: then the nodes have no name. What is the same
// has no further details.
type Change struct {
	Kind Kind
	// Before and After are the nodes; Before is nil of one that was added, After of one removed.
	Before, After *stanza.Node
	// Attributes are those of a changed element that are not the same, by name. Namespace
	// declarations are never among them.
	Attributes []Attribute
	// Children are all of a changed element, those that are the same as well, in the order of both.
	Children []Change
}

// Attribute is what became of an attribute. A value that is not there is empty.
type Attribute struct {
	Kind          Kind
	Name          stanza.Name
	Before, After string
}

// Stanzas compares two stanzas. Their ids are left out, as every request has its own, and so are from
// and to where they are one of our own addresses, which may have another resource each time. The error
// says that one has no tree: a stream's own tags, and what is broken.
func Stanzas(before, after *stanza.Stanza, own ...stanza.JID) (Change, error) {
	b, err := before.Tree()
	if err != nil {
		return Change{}, err
	}
	a, err := after.Tree()
	if err != nil {
		return Change{}, err
	}
	return Nodes(content(b, own), content(a, own)), nil
}

// content is a stanza without what says nothing of it.
func content(root *stanza.Node, own []stanza.JID) *stanza.Node {
	node := *root
	node.Attrs = slices.DeleteFunc(slices.Clone(root.Attrs), func(a stanza.Attr) bool {
		switch a.Name {
		case stanza.Name{Local: "id"}:
			return true
		case stanza.Name{Local: "from"}, stanza.Name{Local: "to"}:
			jid, err := stanza.ParseJID(a.Value)
			return err == nil && slices.ContainsFunc(own, func(o stanza.JID) bool { return jid == o || jid == o.Bare() })
		}
		return false
	})
	return &node
}

// Nodes compares two elements.
func Nodes(before, after *stanza.Node) Change {
	c := comparer{}
	return c.changed(item{node: before, full: c.digest(before)}, item{node: after, full: c.digest(after)})
}

// comparer holds elements against each other.
type comparer struct {
	digests map[*stanza.Node]digest
	steps   int // of what is not linear in the length of the input, for tests
}

// digest stands for all that an element or a text means: two are the same if and only if their
// digests are, as nobody finds two texts with the same SHA-256.
type digest [sha256.Size]byte

// item is a child that counts: an element, or text that runs together.
type item struct {
	node *stanza.Node
	full digest
	like string // the same of those that may have become one another
}

// changed compares two items that are held against each other.
func (c *comparer) changed(before, after item) Change {
	out := Change{Before: before.node, After: after.node}
	if before.full == after.full {
		return out
	}
	out.Kind = Changed
	if !before.node.IsElement() || !after.node.IsElement() {
		return out
	}
	out.Attributes = attributes(before.node, after.node)
	b, a := c.items(before.node), c.items(after.node)
	at := func(kind Kind, i item) {
		ch := Change{Kind: kind}
		if kind == Added {
			ch.After = i.node
		} else {
			ch.Before = i.node
		}
		out.Children = append(out.Children, ch)
	}
	i, j := 0, 0
	for _, p := range c.match(b, a) {
		for ; i < p.before; i++ {
			at(Removed, b[i])
		}
		for ; j < p.after; j++ {
			at(Added, a[j])
		}
		out.Children = append(out.Children, c.changed(b[i], a[j]))
		i, j = i+1, j+1
	}
	for ; i < len(b); i++ {
		at(Removed, b[i])
	}
	for ; j < len(a); j++ {
		at(Added, a[j])
	}
	return out
}

// attributes are those that differ, by name.
func attributes(before, after *stanza.Node) []Attribute {
	b, a := meant(before), meant(after)
	var out []Attribute
	for len(b) > 0 || len(a) > 0 {
		order := 0
		switch {
		case len(b) == 0:
			order = 1
		case len(a) == 0:
			order = -1
		default:
			order = compareNames(b[0].Name, a[0].Name)
		}
		switch {
		case order < 0:
			out = append(out, Attribute{Kind: Removed, Name: b[0].Name, Before: b[0].Value})
			b = b[1:]
		case order > 0:
			out = append(out, Attribute{Kind: Added, Name: a[0].Name, After: a[0].Value})
			a = a[1:]
		default:
			if b[0].Value != a[0].Value {
				out = append(out, Attribute{Kind: Changed, Name: b[0].Name, Before: b[0].Value, After: a[0].Value})
			}
			b, a = b[1:], a[1:]
		}
	}
	return out
}

// meant are the attributes without the declarations of namespaces, by name.
func meant(n *stanza.Node) []stanza.Attr {
	attrs := slices.DeleteFunc(slices.Clone(n.Attrs), func(a stanza.Attr) bool {
		return a.Prefix == "xmlns" || a.Prefix == "" && a.Name.Local == "xmlns"
	})
	slices.SortFunc(attrs, func(a, b stanza.Attr) int { return compareNames(a.Name, b.Name) })
	return attrs
}

func compareNames(a, b stanza.Name) int {
	return cmp.Or(cmp.Compare(a.Space, b.Space), cmp.Compare(a.Local, b.Local))
}

// items are the children that count. Of an element with elements, white space between them does not.
func (c *comparer) items(n *stanza.Node) []item {
	var out []item
	block := n.IsBlock()
	for i := 0; i < len(n.Children); i++ {
		child := n.Children[i]
		if child.IsElement() {
			out = append(out, item{node: child, full: c.digest(child), like: likeness(child)})
			continue
		}
		if block {
			continue
		}
		text := child.Data
		for i+1 < len(n.Children) && !n.Children[i+1].IsElement() { // a CDATA section is text of its own
			i++
			text += n.Children[i].Data
		}
		if text != "" {
			joined := *child
			joined.Data = text
			out = append(out, item{node: &joined, full: sha256.Sum256([]byte("text " + text))})
		}
	}
	return out
}

// telling are the attributes that tell one element of a list from the others.
var telling = [...]string{"var", "jid", "node", "name", "id"}

// likeness is the same for elements that may have become one another.
func likeness(n *stanza.Node) string {
	var b strings.Builder
	b.WriteString(n.Name.Space + "\n" + n.Name.Local)
	for _, name := range telling {
		if value, ok := n.Attr(name); ok {
			b.WriteString("\n" + name + "=" + value)
			break // the first tells it; a name may change while the address stays
		}
	}
	return b.String()
}

// digest computes what an element means.
func (c *comparer) digest(n *stanza.Node) digest {
	if d, ok := c.digests[n]; ok {
		return d
	}
	h := sha256.New()
	write := func(texts ...string) {
		for _, text := range texts {
			var length [8]byte
			for i := range length {
				length[i] = byte(len(text) >> (8 * i))
			}
			h.Write(length[:])
			h.Write([]byte(text))
		}
	}
	write("element", n.Name.Space, n.Name.Local)
	for _, a := range meant(n) {
		write("attribute", a.Name.Space, a.Name.Local, a.Value)
	}
	for _, i := range c.items(n) {
		h.Write(i.full[:])
	}
	var d digest
	h.Sum(d[:0])
	if c.digests == nil {
		c.digests = map[*stanza.Node]digest{}
	}
	c.digests[n] = d
	return d
}
