// Package outline shows stanzas as an outline: a line for each tag, which can be folded away to one
// line with all that it holds, and a cursor to say which. Long lines go on below, indented, or are
// scrolled sideways.
//
// Reading a stanza and measuring its lines takes time in proportion to its length; large ones are
// read by a command ([Laid]). Everything else costs as much as what is seen: no line is put together
// or coloured before it comes into the window, so that a stanza of 100,000 elements folds, scrolls
// and is drawn as fast as a small one.
package outline

import (
	"strings"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/tui/highlight"
	"iqscope/tui/words"
)

// Section is a stanza with what stands above it.
type Section struct {
	Heading safetext.Text // empty for none
	Stanza  *stanza.Stanza
}

// document is sections in rows. It is not changed once it is made.
type document struct {
	rows   []row
	widest int // cells of the widest row, when none is broken
}

// row is what stands in one line if there is room: a start tag, an end tag, an element in which
// nothing can stand on lines of its own, or a line of words.
type row struct {
	kind   kind
	indent int
	xml    string       // the bytes of the stanza
	node   *stanza.Node // nil for words
	words  safetext.Text
	// last is, of a start tag, the row of the end tag; of all others the row itself.
	last     int
	children int // elements below a start tag
}

type kind uint8

const (
	blank kind = iota
	heading
	fault
	bytes // what has no tree, as it is
	start
	end
	whole
)

const (
	indentStep = 2
	// maxIndent bounds the indentation, as that of [stanza.Stanza.Pretty].
	maxIndent = 40
)

// read makes the rows of sections.
func read(sections []Section) *document {
	d := &document{}
	for i, s := range sections {
		if i > 0 {
			d.add(row{kind: blank})
		}
		if !s.Heading.Empty() {
			d.add(row{kind: heading, words: s.Heading})
		}
		if f := s.Stanza.Fault(); f != nil {
			d.add(row{kind: fault, words: safetext.CleanLine("✗ broken at " + f.Error())})
			d.add(row{kind: blank})
		}
		if root, err := s.Stanza.Tree(); err == nil {
			d.element(s.Stanza.XML(), root, 0)
		} else {
			for line := range strings.SplitSeq(s.Stanza.XML(), "\n") {
				d.add(row{kind: bytes, xml: line})
			}
		}
	}
	for i := range d.rows {
		d.widest = max(d.widest, d.rows[i].indent+d.rows[i].width())
	}
	return d
}

func (d *document) add(r row) {
	r.last = len(d.rows)
	d.rows = append(d.rows, r)
}

// element recurses as deep as the scanner's depth limit let the stanza nest.
func (d *document) element(xml string, n *stanza.Node, indent int) {
	if !n.IsBlock() {
		d.add(row{kind: whole, indent: indent, xml: xml, node: n})
		return
	}
	at := len(d.rows)
	d.add(row{kind: start, indent: indent, xml: xml, node: n})
	children := 0
	for _, c := range n.Children {
		if c.IsElement() {
			children++
			d.element(xml, c, min(indent+indentStep, maxIndent))
		}
	}
	d.rows[at].last, d.rows[at].children = len(d.rows), children
	d.add(row{kind: end, indent: indent, xml: xml, node: n})
}

// length is how many bytes stand in the row.
func (r *row) length() int {
	switch r.kind {
	case start:
		return r.node.Open - r.node.Pos
	case end:
		return r.node.End - r.node.Close
	case whole:
		return r.node.End - r.node.Pos
	case bytes:
		return len(r.xml)
	}
	return len(r.words.String())
}

// width is at least how many cells the row has without its indentation, and as a rule exactly that.
func (r *row) width() int {
	if n, ok := r.plainWidth(); ok {
		return n
	}
	cells := 0
	for _, p := range r.pieces() {
		cells += p.text.Width()
	}
	return cells
}

// plainWidth is the width of a row without control characters or letters beyond ASCII: a cell for
// each byte, but for white space between attributes that is written as one.
func (r *row) plainWidth() (cells int, ok bool) {
	if r.kind <= fault {
		return r.words.Width(), true
	}
	text := r.xml
	switch r.kind {
	case start:
		text = text[r.node.Pos:r.node.Open]
	case end:
		text = text[r.node.Close:r.node.End]
	case whole:
		text = text[r.node.Pos:r.node.End]
	}
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return 0, false
		}
	}
	return len(text), true
}

// piece is some text of a row.
type piece struct {
	text  safetext.Text
	part  highlight.Part
	first bool // of an attribute: a tag that is too long is broken before it
}

// pieces are what the row is made of, in order, line breaks in its text as "\n" of their own.
func (r *row) pieces() []piece {
	c := cutter{xml: r.xml}
	switch r.kind {
	case start:
		c.startTag(r.node)
	case end:
		c.add(r.node.Close, r.node.End, highlight.Tag)
	case whole:
		c.element(r.node)
	case bytes:
		c.add(0, len(r.xml), highlight.Text)
	default:
		c.pieces = append(c.pieces, piece{text: r.words})
	}
	return c.pieces
}

// folded are the pieces of the row when what it holds is folded away: its start tag, and what stands
// for the rest.
func (r *row) folded() (tag, rest []piece) {
	c := cutter{xml: r.xml}
	c.startTag(r.node)
	tag, c.pieces = c.pieces, nil
	what := words.Count(r.children) + " children"
	switch {
	case r.kind == whole:
		what = words.Plural(r.node.Close-r.node.Open, "byte")
	case r.children == 1:
		what = "1 child"
	}
	c.pieces = append(c.pieces, piece{text: safetext.CleanLine("… " + what)})
	c.add(r.node.Close, r.node.End, highlight.Tag)
	return tag, c.pieces
}

// cutter cuts a stanza's bytes into pieces.
type cutter struct {
	xml    string
	pieces []piece
}

func (c *cutter) add(from, to int, part highlight.Part) {
	if from < to {
		c.pieces = append(c.pieces, piece{text: safetext.CleanLine(c.xml[from:to]), part: part})
	}
}

// startTag adds a start tag, with one space for what stands between attributes.
func (c *cutter) startTag(n *stanza.Node) {
	c.add(n.Pos, n.Pos+len("<")+len(n.QName()), highlight.Tag)
	for _, a := range n.Attrs {
		c.pieces = append(c.pieces, piece{text: safetext.Const(" "), first: true})
		name := a.Pos + strings.IndexAny(c.xml[a.Pos:a.ValPos], "= \t\r\n")
		c.add(a.Pos, name, highlight.Attribute)
		c.add(name, a.ValPos-1, highlight.Equals)
		c.text(a.ValPos-1, a.End, highlight.Value)
	}
	tail := n.Open - 1
	if c.xml[tail-1] == '/' {
		tail--
	}
	c.add(tail, n.Open, highlight.Tag)
}

// element adds an element that stays in one row, with all that is in it.
func (c *cutter) element(n *stanza.Node) {
	c.startTag(n)
	for _, child := range n.Children {
		if child.IsElement() {
			c.element(child)
		} else {
			c.text(child.Pos, child.End, highlight.Text)
		}
	}
	c.add(n.Close, n.End, highlight.Tag)
}

// text adds text or a value, its references apart, and its newlines as pieces of their own.
func (c *cutter) text(from, to int, part highlight.Part) {
	at := from
	for at < to {
		i := strings.IndexAny(c.xml[at:to], "&\n")
		if i < 0 {
			break
		}
		i += at
		if c.xml[i] == '\n' {
			c.add(from, i, part)
			c.pieces = append(c.pieces, piece{text: newline, part: part})
			from, at = i+1, i+1
			continue
		}
		length := strings.IndexByte(c.xml[i:min(to, i+longestReference)], ';')
		if length < 0 { // in a CDATA section it is no reference
			at = i + 1
			continue
		}
		c.add(from, i, part)
		from, at = i+length+1, i+length+1
		c.add(i, from, highlight.Entity)
	}
	c.add(from, to, part)
}

// longestReference is "&#x10FFFF;" with some zeros in it.
const longestReference = 16

var newline = safetext.Clean("\n")
