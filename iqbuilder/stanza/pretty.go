package stanza

import (
	"strings"
	"unicode/utf8"

	"iqscope/internal/xmlscan"
)

const (
	indentStep = 2
	// maxIndent bounds the indentation in columns: half of an 80-column line.
	// Without it a stanza of 1 MiB, nested deeply, would print as 100 MiB.
	maxIndent = 40
)

// Pretty returns the XML indented by two spaces a level, for reading. Text
// content stays as it is: an element with text in it is not broken up. A start
// tag longer than width (0: no limit), in characters, has its attributes on
// lines of their own. Prefixes, quotes, references and the order of attributes
// stay as written; only white space between elements and inside tags changes.
func (s *Stanza) Pretty(width int) string {
	root, err := s.Tree()
	if err != nil {
		return s.raw // a stream's own tag, or broken
	}
	p := printer{raw: s.raw, width: width}
	p.element(root, 0)
	return p.out.String()
}

type printer struct {
	raw   string
	width int
	out   strings.Builder
}

// element recurses as deep as the scanner's depth limit let the stanza nest.
func (p *printer) element(n *Node, indent int) {
	p.startTag(n, indent)
	if !n.IsBlock() {
		p.out.WriteString(p.raw[n.Open:n.End])
		return
	}
	inner := min(indent+indentStep, maxIndent)
	for _, c := range n.Children {
		if c.IsElement() {
			p.line(inner)
			p.element(c, inner)
		}
	}
	p.line(indent)
	p.out.WriteString("</" + n.QName() + ">")
}

func (p *printer) startTag(n *Node, indent int) {
	end := ">"
	if p.raw[n.Open-2] == '/' {
		end = "/>"
	}
	length := indent + len("<") + utf8.RuneCountInString(n.QName()) + len(end)
	for _, a := range n.Attrs {
		length += len(" ") + utf8.RuneCountInString(p.raw[a.Pos:a.End])
	}
	wrap := p.width > 0 && length > p.width && len(n.Attrs) > 1

	p.out.WriteString("<" + n.QName())
	for _, a := range n.Attrs {
		if wrap {
			p.line(indent + 2*indentStep)
		} else {
			p.out.WriteByte(' ')
		}
		p.out.WriteString(p.raw[a.Pos:a.End])
	}
	p.out.WriteString(end)
}

func (p *printer) line(indent int) {
	p.out.WriteByte('\n')
	for range indent {
		p.out.WriteByte(' ')
	}
}

// IsBlock says that the element's children may stand on lines of their own:
// there are elements, and nothing else but white space that nobody asked to
// keep. White space written as a reference or in a CDATA section was written on
// purpose.
func (n *Node) IsBlock() bool {
	for _, a := range n.Attrs {
		if a.Name == (Name{Space: xmlscan.NSXML, Local: "space"}) && a.Value == "preserve" {
			return false
		}
	}
	hasElement := false
	for _, c := range n.Children {
		if c.IsElement() {
			hasElement = true
		} else if c.CDATA || c.Ref || strings.Trim(c.Data, spaces) != "" {
			return false
		}
	}
	return hasElement
}
