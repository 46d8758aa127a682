package inspect

import (
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/themes"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// Limits.
const (
	// atOnce is the longest stanza whose tree is read within the update loop (about a millisecond).
	atOnce = 16 << 10
	// mostFields is how many lines the tree may have; what is beyond is told in a last line.
	mostFields = 20_000
)

// FieldsRead is the event that a large stanza's fields have been read.
type FieldsRead struct {
	number uint64
	width  int
	theme  string
	lines  []string
}

// fields keeps the lines of the last stanza asked for.
type fields struct {
	number uint64
	width  int
	theme  string
	lines  []string
	busy   bool
}

func (f *fields) get(s *Subject, kinds func() *catalog.Catalog, width int, theme themes.Theme) ([]string, tea.Cmd) {
	if f.number == s.Number && f.width == width && f.theme == theme.Name {
		return f.lines, nil
	}
	if len(s.Entry.Stanza.XML()) <= atOnce {
		f.accept(FieldsRead{s.Number, width, theme.Name, describe(s, kinds, width, theme)})
		return f.lines, nil
	}
	if f.busy {
		return nil, nil
	}
	f.busy = true
	subject := *s
	return nil, func() tea.Msg {
		return FieldsRead{subject.Number, width, theme.Name, describe(&subject, kinds, width, theme)}
	}
}

func (f *fields) accept(read FieldsRead) {
	*f = fields{number: read.number, width: read.width, theme: read.theme, lines: read.lines}
}

// nameCell is the width of the names of the stanza's own fields.
const nameCell = 10

// describe writes a stanza as fields: first its header, then its payload by the names that the
// catalogue has for it, and as an indented tree where it has none.
func describe(s *Subject, kinds func() *catalog.Catalog, width int, theme themes.Theme) []string {
	d := describer{width: width, theme: theme}
	st := s.Entry.Stanza
	if fault := st.Fault(); fault != nil {
		d.field("broken", safetext.CleanLine(fault.Error()))
	}
	d.header(st)
	root, err := st.Tree()
	if err != nil {
		return d.lines // a stream's tags have no tree, nor has what is broken
	}
	if d.labels(label(kinds, s)) {
		return d.lines
	}
	for _, child := range root.Children {
		d.node(child, 0)
	}
	return d.lines
}

type describer struct {
	theme themes.Theme
	width int
	name  int // where the values of labelled fields begin
	lines []string
}

func (d *describer) header(st *stanza.Stanza) {
	d.field("stanza", safetext.CleanLine(st.Name().Local))
	switch st.Kind() {
	case stanza.IQ, stanza.Message, stanza.Presence, stanza.Broken:
	default:
		d.field("namespace", safetext.CleanLine(st.Name().Space))
		return
	}
	d.field("type", safetext.CleanLine(string(st.Type())))
	if st.HasID() {
		d.field("id", safetext.CleanLine(st.ID()))
	}
	d.field("from", words.Address(st.From()))
	d.field("to", words.Address(st.To()))
	d.field("lang", safetext.CleanLine(st.Lang()))
	if e := st.Err(); e != nil {
		d.field("error", safetext.CleanLine(e.Condition+", type "+e.Type))
		d.field("text", safetext.CleanLine(e.Text))
		d.field("by", safetext.CleanLine(e.By))
		d.field("uri", safetext.CleanLine(e.URI))
		if e.Application != (stanza.Name{}) {
			d.field("also", expanded(e.Application))
		}
	}
	d.field("bytes", safetext.CleanLine(words.Count(len(st.XML()))))
	d.lines = append(d.lines, "")
}

// field adds a field unless it is empty.
func (d *describer) field(name string, value safetext.Text) {
	if value.Empty() {
		return
	}
	for i, t := range value.Wrap(max(1, d.width-nameCell-margin)) {
		r := row.New(d.width)
		if i == 0 {
			r.Add(safetext.CleanLine(name), d.theme.Muted)
		}
		r.Fill(nameCell)
		r.Add(t, d.theme.Text)
		d.lines = append(d.lines, r.String())
	}
}

// deepest is how far the tree is indented; deeper elements stand at the same column.
const deepest = 20

// node adds an element with its attributes and children, or a piece of text.
func (d *describer) node(n *stanza.Node, depth int) {
	if len(d.lines) > mostFields {
		return
	}
	if len(d.lines) == mostFields {
		d.lines = append(d.lines, d.theme.Muted.Render("… and more: see xml"))
		return
	}
	r := row.New(d.width)
	r.Space(2 * min(depth, deepest))
	if n.Name.Local == "" {
		text := strings.TrimSpace(n.Data)
		if text == "" {
			return
		}
		r.Add(safetext.CleanLine(quoted(text)), d.theme.Info)
		d.lines = append(d.lines, r.String())
		return
	}
	r.Add(safetext.CleanLine(n.Name.Local), d.theme.Title)
	if n.Parent == nil || n.Parent.Name.Space != n.Name.Space {
		r.Space(1)
		r.Add(safetext.CleanLine("{"+n.Name.Space+"}"), d.theme.Muted)
	}
	for _, a := range n.Attrs {
		if a.Prefix == "xmlns" || a.Prefix == "" && a.Name.Local == "xmlns" {
			continue
		}
		r.Space(2)
		r.Add(safetext.CleanLine(a.Name.Local+"="), d.theme.Muted)
		r.Add(safetext.CleanLine(quoted(a.Value)), d.theme.Text)
	}
	children := n.Children
	if len(children) == 1 && children[0].Name.Local == "" {
		r.Space(2)
		r.Add(safetext.CleanLine(quoted(strings.TrimSpace(children[0].Data))), d.theme.Info)
		children = nil
	}
	d.lines = append(d.lines, r.String())
	for _, child := range children {
		d.node(child, depth+1)
	}
}

// quoted puts a value into quotes if one could not see where it ends.
func quoted(value string) string {
	if value == "" || strings.ContainsAny(value, " \t\n\r=\"") {
		return strconv.Quote(value)
	}
	return value
}

// expanded writes a name with its namespace.
func expanded(n stanza.Name) safetext.Text {
	return safetext.CleanLine("{" + n.Space + "}" + n.Local)
}
