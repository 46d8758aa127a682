package compose

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/tui/keys"
)

// Actions that lay the text out anew. What the XML means stays.
const (
	Format   keys.Action = "format"    // each element on a line of its own, indented
	WrapTags keys.Action = "wrap-tags" // long start tags get a line for each attribute
)

// LayOut does one of the two. It is one step of undo. The error says why it cannot be, with the place;
// then the text stays as it is.
func (p *Pane) LayOut(how keys.Action) error {
	text := p.Text()
	if strings.TrimSpace(text) == "" {
		return errors.New("there is nothing to lay out")
	}
	st, findings := p.Check()
	if st == nil {
		if i := slices.IndexFunc(findings, isFatal); i >= 0 {
			return fmt.Errorf("not laid out: line %d, column %d: %s", findings[i].Line, findings[i].Column, findings[i].Text)
		}
		return errors.New("not laid out: this is no XML")
	}
	start := strings.Index(text, st.XML())
	after := st.Pretty(0)
	if how == WrapTags {
		root, err := st.Tree()
		if err != nil {
			return fmt.Errorf("not laid out: %w", err)
		}
		w := wrapper{raw: st.XML(), width: p.textWidth()}
		w.element(root)
		w.copyTo(len(w.raw))
		after = w.out.String()
	}
	return p.replace(start, start+len(st.XML()), after)
}

// leastWidth is how wide text is taken to be at least: narrower, every tag would be long.
const leastWidth = 30

// textWidth is how wide a line of the text may be to be seen whole.
func (p *Pane) textWidth() int {
	const gutter = 3
	return max(p.look.Width-gutter, leastWidth)
}

// attributeIndent is how far the attributes of a tag stand behind its line where each has one of its own.
const attributeIndent = 4

// wrapper breaks up start tags that go beyond a width. All else is copied.
type wrapper struct {
	raw    string
	copied int // of raw
	width  int
	out    strings.Builder
	line   int // where the last line of out begins
}

// copyTo copies what stands before a place.
func (w *wrapper) copyTo(pos int) {
	part := w.raw[w.copied:pos]
	if i := strings.LastIndexByte(part, '\n'); i >= 0 {
		w.line = w.out.Len() + i + 1
	}
	w.out.WriteString(part)
	w.copied = pos
}

func (w *wrapper) element(n *stanza.Node) {
	w.copyTo(n.Pos)
	if tag := w.raw[n.Pos:n.Open]; len(n.Attrs) > 1 && !strings.Contains(tag, "\n") {
		line := w.out.String()[w.line:]
		if safetext.CleanLine(line).Width()+safetext.CleanLine(tag).Width() > w.width {
			indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
			w.breakUp(n, "\n"+indent+strings.Repeat(" ", attributeIndent))
		}
	}
	w.copyTo(n.Open)
	for _, c := range n.Elements() {
		w.element(c)
	}
}

// breakUp puts a break before each attribute but the first.
func (w *wrapper) breakUp(n *stanza.Node, lineBreak string) {
	for i, a := range n.Attrs {
		if i > 0 {
			w.out.WriteString(lineBreak)
			w.line = w.out.Len() - len(lineBreak) + 1
			w.copied = a.Pos
		}
		w.copyTo(a.End)
	}
}
