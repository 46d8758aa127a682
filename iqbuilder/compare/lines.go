package compare

import (
	"iter"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// Line is one line of what has changed, for people.
type Line struct {
	// Kind is Added, Removed or Changed; Same is a line that only says where, or how much is the same.
	Kind  Kind
	Depth int    // how deep it is; attributes stand two deeper than their element
	Text  string // quotes remote text, and may have line ends
	// Rest is how many elements and texts in a row, left out here, are the same; Text is empty then.
	Rest int
}

// Mark is the sign of a line: "+", "-", "~", or none for what is the same.
func (k Kind) Mark() string {
	switch k {
	case Added:
		return "+"
	case Removed:
		return "-"
	case Changed:
		return "~"
	}
	return ""
}

// Lines write what has changed, in the order of both. There is none if all is the same.
func (c Change) Lines() iter.Seq[Line] {
	return func(yield func(Line) bool) {
		if c.Kind != Same {
			w := writer{yield: yield}
			w.change(c, 0)
		}
	}
}

// writer writes lines until nobody wants more.
type writer struct {
	yield func(Line) bool
	over  bool
}

func (w *writer) line(kind Kind, depth int, text string) {
	w.give(Line{Kind: kind, Depth: depth, Text: text})
}

func (w *writer) give(l Line) { w.over = w.over || !w.yield(l) }

// change writes what became of an element or a text, and of what is in it.
func (w *writer) change(c Change, depth int) {
	switch {
	case c.Kind == Added:
		w.node(Added, c.After, depth)
		return
	case c.Kind == Removed:
		w.node(Removed, c.Before, depth)
		return
	case !c.Before.IsElement():
		w.node(Removed, c.Before, depth)
		w.node(Added, c.After, depth)
		return
	}
	kind := Same
	if len(c.Attributes) > 0 {
		kind = Changed
	}
	w.line(kind, depth, startTag(c.After, false))
	for _, a := range c.Attributes {
		text := a.Name.Local + "='" + a.Before + a.After + "'"
		if a.Kind == Changed {
			text = a.Name.Local + "='" + a.Before + "' → '" + a.After + "'"
		}
		w.line(a.Kind, depth+2, text)
	}
	same := 0
	fold := func() {
		if same > 0 {
			w.give(Line{Depth: depth + 1, Rest: same})
		}
		same = 0
	}
	for _, child := range c.Children {
		if w.over {
			return
		}
		if child.Kind == Same {
			same++
			continue
		}
		fold()
		w.change(child, depth+1)
	}
	fold()
}

// node writes an element or a text as a whole.
func (w *writer) node(kind Kind, n *stanza.Node, depth int) {
	switch {
	case w.over:
		return
	case !n.IsElement():
		if text := strings.TrimSpace(n.Data); text != "" {
			w.line(kind, depth, text)
		}
		return
	case len(n.Children) == 1 && !n.Children[0].IsElement():
		w.line(kind, depth, startTag(n, true)+n.Children[0].Data+"</"+n.Name.Local+">")
		return
	}
	w.line(kind, depth, startTag(n, true))
	for _, c := range n.Children {
		w.node(kind, c, depth+1)
	}
}

// startTag is the start of an element: its namespace where that is another one than around it, and
// all attributes, or those alone by which it is known.
func startTag(n *stanza.Node, whole bool) string {
	var b strings.Builder
	b.WriteString("<" + n.Name.Local)
	if n.Parent != nil && n.Parent.Name.Space != n.Name.Space {
		b.WriteString(" xmlns='" + n.Name.Space + "'")
	}
	for _, a := range n.Attrs {
		known := a.Prefix == "" && (a.Name.Local == "var" || a.Name.Local == "jid" || a.Name.Local == "node")
		if a.Prefix == "xmlns" || a.Prefix == "" && a.Name.Local == "xmlns" || !whole && !known {
			continue
		}
		b.WriteString(" " + a.Name.Local + "='" + a.Value + "'")
	}
	if len(n.Children) == 0 {
		b.WriteString("/")
	}
	return b.String() + ">"
}
