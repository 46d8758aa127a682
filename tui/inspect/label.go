package inspect

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/form"
	"iqscope/iqbuilder/stanza"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// Cells of what is labelled.
const (
	widestName   = 24 // of a field
	widestColumn = 40 // of a table, while there is room for all
	leastColumn  = 6
	columnGap    = 2
	maxColumns   = 12 // of a table; whoever has more is read as xml
	measuredRows = 200
)

// hidden stands for a secret.
var hidden = safetext.Const("•••")

// labels writes what a stanza says by the names that the catalogue has for it; what it has none for
// stands below as a tree. It reports false when the catalogue has no name for any of it.
func (d *describer) labels(l *catalog.Labelled) bool {
	if l == nil {
		return false
	}
	if l.Wrong != "" {
		d.paragraph("! "+words.Sentence(l.Wrong), d.theme.Warning)
		d.blank()
	}
	if l.Payload == nil || len(l.Parts) == 0 {
		return false
	}
	title := l.Payload.Key
	if l.Payload.Document != "" {
		title += "  " + l.Payload.Document + " " + l.Payload.Title
	}
	d.paragraph(title, d.theme.Title)
	name := 0
	for _, p := range l.Parts {
		if p.Rows == nil && p.Form == nil {
			name = max(name, labelOf(p).Width())
		}
	}
	d.name = min(name, widestName) + columnGap
	for _, p := range l.Parts {
		switch {
		case d.full():
			return true
		case p.Form != nil:
			d.form(p.Form)
		case p.Rows != nil:
			d.rows(p)
		default:
			d.values(p)
		}
	}
	d.rest(l.Rest)
	return true
}

func labelOf(p catalog.Part) safetext.Text {
	name := p.Field.Name
	if p.Lang != "" {
		name += " (" + p.Lang + ")"
	}
	return safetext.CleanLine(name).Truncate(widestName)
}

// values writes a field with a line for each of its values.
func (d *describer) values(p catalog.Part) {
	label := labelOf(p)
	if p.Field.Type == catalog.Flag {
		d.pair(label, safetext.Const("yes"), d.theme.Text, safetext.Text{})
		return
	}
	for _, value := range p.Values {
		text := safetext.Clean(value)
		if p.Field.Secret {
			text = hidden
		}
		help := ""
		for _, c := range p.Field.Choices {
			if c.Value == value {
				help = c.Help
			}
		}
		d.pair(label, text, d.theme.Text, safetext.CleanLine(help))
		label = safetext.Text{}
	}
}

// pair writes a label and what it says, with a remark behind it if there is room.
func (d *describer) pair(label, value safetext.Text, style lipgloss.Style, remark safetext.Text) {
	var lines []safetext.Text
	for _, line := range value.Lines() {
		lines = append(lines, line.Wrap(max(1, d.width-d.name-margin))...)
	}
	for i, t := range lines {
		if d.full() {
			return
		}
		r := row.New(d.width)
		if i == 0 {
			r.Add(label, d.theme.Muted)
		}
		r.Fill(d.name)
		r.Add(t, style)
		if !remark.Empty() && r.Left() > remark.Width()+columnGap {
			r.Space(columnGap)
			r.Add(remark, d.theme.Muted)
		}
		d.lines = append(d.lines, r.String())
	}
}

// rows writes a list as a table.
func (d *describer) rows(p catalog.Part) {
	d.blank()
	d.heading(safetext.CleanLine(p.Field.Name), len(p.Rows))
	var names []safetext.Text
	var secret []bool
	for _, c := range p.Field.Columns {
		names, secret = append(names, safetext.CleanLine(c.Name)), append(secret, c.Secret)
	}
	d.table(names, secret, p.Rows)
	d.blank()
}

// heading names what follows, and says how many there are.
func (d *describer) heading(name safetext.Text, count int) {
	r := row.New(d.width)
	r.Add(name, d.theme.Title)
	r.Space(columnGap)
	r.Add(safetext.CleanLine(words.Count(count)), d.theme.Muted)
	d.lines = append(d.lines, r.String())
}

// table writes rows below their headings. Columns that are empty in all rows are left out, and the
// widest ones give way until all fit.
func (d *describer) table(names []safetext.Text, secret []bool, rows [][]string) {
	widths := make([]int, min(len(names), maxColumns))
	for _, cells := range rows[:min(len(rows), measuredRows)] {
		for i := range widths {
			if cells[i] != "" {
				widths[i] = max(widths[i], names[i].Width(), min(d.cell(cells[i], secret[i]).Width(), widestColumn))
			}
		}
	}
	for i := range widths { // what stands further down has a column, too
		for _, cells := range rows[min(len(rows), measuredRows):] {
			if widths[i] > 0 {
				break
			}
			if cells[i] != "" {
				widths[i] = max(names[i].Width(), leastColumn)
			}
		}
	}
	for d.overfull(widths) {
		widest := 0
		for i, w := range widths {
			if w > widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= leastColumn {
			break
		}
		widths[widest]--
	}
	line := func(cell func(int) safetext.Text, style lipgloss.Style) {
		r := row.New(d.width)
		r.Space(under)
		for i, w := range widths {
			if w > 0 {
				r.Column(cell(i), w, style)
				r.Space(columnGap)
			}
		}
		d.lines = append(d.lines, r.String())
	}
	line(func(i int) safetext.Text { return names[i] }, d.theme.Muted)
	for i, cells := range rows {
		if len(d.lines) >= mostFields {
			d.more(len(rows) - i)
			return
		}
		line(func(i int) safetext.Text { return d.cell(cells[i], secret[i]) }, d.theme.Text)
	}
}

func (d *describer) cell(value string, secret bool) safetext.Text {
	if secret && value != "" {
		return hidden
	}
	return safetext.CleanLine(strings.ReplaceAll(value, "\n", ", ")).Truncate(widestColumn * 2)
}

func (d *describer) overfull(widths []int) bool {
	sum := under
	for _, w := range widths {
		if w > 0 {
			sum += w + columnGap
		}
	}
	return sum > d.width
}

// form writes a data form.
func (d *describer) form(f *form.Form) {
	d.blank()
	title := "form"
	if f.Title != "" {
		title = "form: " + f.Title
	}
	if f.Type != form.Fill {
		title += " (" + string(f.Type) + ")"
	}
	d.paragraph(title, d.theme.Title)
	if about := f.About(); about != "" {
		d.paragraph("about "+about, d.theme.Muted)
	}
	for _, text := range f.Instructions {
		d.paragraph(text, d.theme.Info)
	}
	before := d.name
	d.name = columnGap
	for i := range f.Fields {
		if f.Fields[i].Type != form.Fixed && f.Fields[i].Var != form.TypeVar {
			d.name = max(d.name, min(safetext.CleanLine(f.Fields[i].Name()).Width(), widestName)+columnGap)
		}
	}
	for i := range f.Fields {
		if d.full() {
			return
		}
		d.formField(f, &f.Fields[i])
	}
	d.name = before
	if columns, rows := f.Rows(); len(rows) > 0 {
		var names []safetext.Text
		secret := make([]bool, len(columns))
		for i := range columns {
			names = append(names, safetext.CleanLine(columns[i].Name()))
			secret[i] = columns[i].Type == form.TextPrivate
		}
		d.heading(safetext.Const("items"), len(rows))
		d.table(names, secret, rows)
	}
	d.blank()
}

func (d *describer) formField(f *form.Form, field *form.Field) {
	label := safetext.CleanLine(field.Name()).Truncate(widestName)
	var remarks []string
	if field.Required {
		remarks = append(remarks, "required")
	}
	if field.Odd != "" {
		remarks = append(remarks, fmt.Sprintf("of the unknown type %.40s", field.Odd))
	}
	if f.Type == form.Fill && len(field.Options) > 0 {
		remarks = append(remarks, "one of "+words.Count(len(field.Options)))
		if field.Type == form.ListMulti {
			remarks[len(remarks)-1] = "any of " + words.Count(len(field.Options))
		}
	}
	remark := safetext.CleanLine(strings.Join(remarks, ", "))
	switch {
	case field.Var == form.TypeVar:
	case field.Type == form.Fixed:
		for _, text := range field.Values {
			d.paragraph(text, d.theme.Info)
		}
	case field.Type == form.TextPrivate && strings.Join(field.Values, "") != "":
		d.pair(label, hidden, d.theme.Text, remark)
	case len(field.Values) == 0:
		d.pair(label, safetext.Const("–"), d.theme.Muted, remark)
	default:
		for _, value := range field.Values {
			text := safetext.Clean(value)
			switch {
			case field.Type == form.Boolean && form.True(value):
				text = safetext.Const("yes")
			case field.Type == form.Boolean:
				text = safetext.Const("no")
			}
			for _, o := range field.Options {
				if o.Value == value && o.Text() != value {
					text = safetext.CleanLine(o.Text() + " (" + value + ")")
				}
			}
			d.pair(label, text, d.theme.Text, remark)
			label, remark = safetext.Text{}, safetext.Text{}
		}
	}
}

// rest writes what no field says.
func (d *describer) rest(rest []catalog.Rest) {
	if len(rest) == 0 {
		return
	}
	d.blank()
	d.paragraph("not known to the catalogue", d.theme.Title)
	for i, part := range rest {
		if d.full() {
			d.more(len(rest) - i)
			return
		}
		if part.Node != nil {
			d.node(part.Node, 1)
			continue
		}
		r := row.New(d.width)
		r.Space(under)
		r.Add(safetext.CleanLine(part.Path+"  "), d.theme.Muted)
		r.Add(safetext.CleanLine(quoted(part.Value)), d.theme.Text)
		d.lines = append(d.lines, r.String())
	}
}

func (d *describer) paragraph(text string, style lipgloss.Style) {
	for _, t := range safetext.CleanLine(text).Wrap(max(1, d.width-margin)) {
		d.lines = append(d.lines, style.Render(t.String()))
	}
}

// blank puts one empty line between two things.
func (d *describer) blank() {
	if n := len(d.lines); n > 0 && d.lines[n-1] != "" {
		d.lines = append(d.lines, "")
	}
}

func (d *describer) full() bool { return len(d.lines) >= mostFields }

// more says that there is more than is shown.
func (d *describer) more(n int) {
	d.lines = append(d.lines, d.theme.Muted.Render("… and "+words.Count(n)+" more: see xml"))
}

// label names what the subject says, by the catalogue.
func label(kinds func() *catalog.Catalog, s *Subject) *catalog.Labelled {
	var request *stanza.Stanza
	if s.Request != nil && s.Entry.Stanza.IsReply() {
		request = s.Request.Stanza
	}
	return kinds().Label(request, s.Entry.Stanza)
}
