package inspect

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/compare"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/themes"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// DiffMade is the event that two large replies have been compared.
type DiffMade struct {
	of    diffKey
	lines []string
}

// diffKey is what the lines of a comparison depend on.
type diffKey struct {
	before, after *stanza.Stanza // the replies
	width         int
	theme         string
}

// diff keeps the lines of the last comparison asked for.
type diff struct {
	of    diffKey
	lines []string
	busy  bool
}

// get compares the reply of a subject's request with the one before it.
func (d *diff) get(s *Subject, width int, theme themes.Theme) ([]string, tea.Cmd) {
	before, after, kept := *s.Earlier, *s.Request, s.EarlierKept
	of := diffKey{before.Reply, after.Reply, width, theme.Name}
	if d.of == of && d.lines != nil {
		return d.lines, nil
	}
	work := func() tea.Msg { return DiffMade{of, differences(before, after, kept, width, theme)} }
	if len(before.Reply.XML())+len(after.Reply.XML()) <= atOnce {
		d.accept(work().(DiffMade))
		return d.lines, nil
	}
	reading := []string{theme.Muted.Render(safetext.Const("comparing …").String())}
	if d.busy {
		return reading, nil
	}
	d.busy = true
	return reading, work
}

func (d *diff) accept(made DiffMade) { *d = diff{of: made.of, lines: made.lines} }

// differences writes what has changed from one reply to the other, each line with a mark: "-" for
// what is gone, "+" for what is new, "~" for what has changed.
func differences(before, after session.Exchange, kept bool, width int, theme themes.Theme) []string {
	w := differ{width: width, theme: theme}
	times := clock
	if kept || before.Ended.Format(time.DateOnly) != after.Ended.Format(time.DateOnly) {
		times = time.DateOnly + " " + clock
	}
	head := func(mark string, v session.Exchange, style lipgloss.Style) {
		text := v.Ended.Format(times)
		if v.ReplySeq != 0 {
			text += "  #" + words.Count(v.ReplySeq)
		}
		w.line(mark, 0, safetext.CleanLine(text), style)
	}
	head("-", before, theme.Error)
	if kept {
		w.line("", 0, safetext.Const("from the history"), theme.Muted)
	}
	head("+", after, theme.Success)
	w.lines = append(w.lines, "")
	change, err := compare.Stanzas(before.Reply, after.Reply)
	switch {
	case err != nil:
		w.line("", 0, safetext.CleanLine(words.Sentence(err.Error())), theme.Warning)
	case change.Kind == compare.Same:
		w.line("", 0, safetext.Const("Both replies say the same."), theme.Success)
	default:
		w.change(change, 0)
	}
	return w.lines
}

// differ writes changes.
type differ struct {
	width int
	theme themes.Theme
	lines []string
}

// markCell is the width of the marks.
const markCell = 2

// line adds a text at a depth, in as many lines as it takes; those after the first stand further in.
func (w *differ) line(mark string, depth int, text safetext.Text, style lipgloss.Style) {
	if len(w.lines) >= mostFields {
		if len(w.lines) == mostFields {
			w.lines = append(w.lines, w.theme.Muted.Render("… and more: see xml"))
		}
		return
	}
	indent := markCell + min(under*depth, max(0, w.width/2))
	for i, t := range text.Wrap(max(1, w.width-indent-under)) {
		r := row.New(w.width)
		if i == 0 {
			r.Add(safetext.CleanLine(mark), style)
			r.Fill(indent)
		} else {
			r.Fill(indent + under)
		}
		r.Add(t, style)
		w.lines = append(w.lines, r.String())
	}
}

// change writes what became of an element or a text, and of what is in it.
func (w *differ) change(c compare.Change, depth int) {
	switch {
	case c.Kind == compare.Added:
		w.node("+", c.After, depth, w.theme.Success)
		return
	case c.Kind == compare.Removed:
		w.node("-", c.Before, depth, w.theme.Error)
		return
	case !c.Before.IsElement():
		w.node("-", c.Before, depth, w.theme.Error)
		w.node("+", c.After, depth, w.theme.Success)
		return
	}
	mark, style := "", w.theme.Muted
	if len(c.Attributes) > 0 {
		mark, style = "~", w.theme.Warning
	}
	w.line(mark, depth, startTag(c.After, false), style)
	for _, a := range c.Attributes {
		name := a.Name.Local + "="
		switch a.Kind {
		case compare.Added:
			w.line("+", depth+2, safetext.CleanLine(name+"'"+a.After+"'"), w.theme.Success)
		case compare.Removed:
			w.line("-", depth+2, safetext.CleanLine(name+"'"+a.Before+"'"), w.theme.Error)
		default:
			w.line("~", depth+2, safetext.CleanLine(name+"'"+a.Before+"' → '"+a.After+"'"), w.theme.Warning)
		}
	}
	same := 0
	fold := func() {
		if same > 0 {
			w.line("", depth+1, safetext.CleanLine("… "+words.Count(same)+" the same"), w.theme.Muted)
		}
		same = 0
	}
	for _, child := range c.Children {
		if child.Kind == compare.Same {
			same++
			continue
		}
		fold()
		w.change(child, depth+1)
	}
	fold()
}

// node writes an element or a text as a whole.
func (w *differ) node(mark string, n *stanza.Node, depth int, style lipgloss.Style) {
	if len(w.lines) > mostFields {
		return
	}
	if !n.IsElement() {
		if text := strings.TrimSpace(n.Data); text != "" {
			w.line(mark, depth, safetext.CleanLine(text), style)
		}
		return
	}
	if len(n.Children) == 1 && !n.Children[0].IsElement() {
		w.line(mark, depth, safetext.Concat(startTag(n, true), safetext.CleanLine(n.Children[0].Data+"</"+n.Name.Local+">")), style)
		return
	}
	w.line(mark, depth, startTag(n, true), style)
	for _, c := range n.Children {
		w.node(mark, c, depth+1, style)
	}
}

// startTag writes the start of an element: its namespace where that is another one than around it,
// and all attributes, or those alone by which it is known.
func startTag(n *stanza.Node, whole bool) safetext.Text {
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
	return safetext.CleanLine(b.String() + ">")
}
