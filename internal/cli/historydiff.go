package cli

import (
	"fmt"
	"slices"
	"strings"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/compare"
	"iqscope/iqbuilder/stanza"
)

// content is a stanza of an entry as it is compared: without its id and without our own address, which
// are others each time and say nothing.
func content(st *stanza.Stanza, account string) (*stanza.Node, error) {
	root, err := st.Tree()
	if err != nil {
		return nil, err
	}
	own, _ := stanza.ParseJID(account)
	node := *root
	node.Attrs = slices.DeleteFunc(slices.Clone(root.Attrs), func(a stanza.Attr) bool {
		if a.Name.Space != "" {
			return false
		}
		switch a.Name.Local {
		case "id":
			return true
		case "from", "to":
			jid, err := stanza.ParseJID(a.Value)
			return err == nil && !own.IsZero() && (jid == own || jid == own.Bare())
		}
		return false
	})
	return &node, nil
}

// differences are the lines that say how two elements differ, each with a mark: "-" for what is gone,
// "+" for what is new, "~" for what has changed. There is none if they say the same.
func differences(before, after *stanza.Node) []string {
	change := compare.Nodes(before, after)
	if change.Kind == compare.Same {
		return nil
	}
	var d differ
	d.change(change, 0)
	return d.lines
}

type differ struct{ lines []string }

func (d *differ) line(mark string, depth int, text string) {
	d.lines = append(d.lines, strings.TrimRight(fmt.Sprintf("%-2s%s%s", mark, strings.Repeat("  ", depth), safetext.CleanLine(text)), " "))
}

// change writes what became of an element or a text, and of what is in it.
func (d *differ) change(c compare.Change, depth int) {
	switch {
	case c.Kind == compare.Added:
		d.node("+", c.After, depth)
		return
	case c.Kind == compare.Removed:
		d.node("-", c.Before, depth)
		return
	case !c.Before.IsElement():
		d.node("-", c.Before, depth)
		d.node("+", c.After, depth)
		return
	}
	mark := ""
	if len(c.Attributes) > 0 {
		mark = "~"
	}
	d.line(mark, depth, startTag(c.After, false))
	for _, a := range c.Attributes {
		switch a.Kind {
		case compare.Added:
			d.line("+", depth+2, fmt.Sprintf("%s='%s'", a.Name.Local, a.After))
		case compare.Removed:
			d.line("-", depth+2, fmt.Sprintf("%s='%s'", a.Name.Local, a.Before))
		default:
			d.line("~", depth+2, fmt.Sprintf("%s='%s' → '%s'", a.Name.Local, a.Before, a.After))
		}
	}
	same := 0
	fold := func() {
		if same > 0 {
			d.line("", depth+1, fmt.Sprintf("… %d the same", same))
		}
		same = 0
	}
	for _, child := range c.Children {
		if child.Kind == compare.Same {
			same++
			continue
		}
		fold()
		d.change(child, depth+1)
	}
	fold()
}

// node writes an element or a text as a whole.
func (d *differ) node(mark string, n *stanza.Node, depth int) {
	switch {
	case !n.IsElement():
		if text := strings.TrimSpace(n.Data); text != "" {
			d.line(mark, depth, text)
		}
		return
	case len(n.Children) == 1 && !n.Children[0].IsElement():
		d.line(mark, depth, startTag(n, true)+n.Children[0].Data+"</"+n.Name.Local+">")
		return
	}
	d.line(mark, depth, startTag(n, true))
	for _, c := range n.Children {
		d.node(mark, c, depth+1)
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
