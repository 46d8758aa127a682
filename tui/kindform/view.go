package kindform

import (
	"slices"
	"strings"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/catalog"
	"iqscope/tui/editor"
	"iqscope/tui/pane"
	"iqscope/tui/row"
)

const (
	marker     = 2
	leastLabel = 8
	mostLabel  = 24
	detailRows = 5 // about the input that has the focus
	leastRows  = 3 // of inputs, before anything is said of them
)

// Draw draws the form in exactly as many lines as there is room for: what it is, the inputs, and what
// there is to say of the one that has the focus.
func (f *Form) Draw(look pane.Look) []string {
	if look.Height < 1 || look.Width < 1 {
		return nil
	}
	var lines, detail []string
	if look.Height > leastRows {
		lines = append(lines, f.head(look))
	}
	if room := look.Height - len(lines) - leastRows; room > 0 {
		detail = f.detail(look)
		detail = detail[:min(len(detail), room, detailRows)]
	}
	rows := look.Height - len(lines) - len(detail)
	// What is said of an input changes with it; the inputs above stay where they are.
	if spare := look.Height - len(lines) - leastRows; spare > 0 {
		rows = min(rows, look.Height-len(lines)-min(spare, detailRows))
	}
	rows = max(1, rows)
	f.top = max(0, min(f.top, f.at, len(f.inputs)-rows))
	f.top = max(f.top, f.at-rows+1)
	width := f.labelWidth(look.Width)
	for i := f.top; i < min(f.top+rows, len(f.inputs)); i++ {
		lines = append(lines, f.line(i, width, look))
	}
	lines = append(lines, detail...)
	for len(lines) < look.Height {
		lines = append(lines, "")
	}
	return lines[:look.Height]
}

// head says what is filled in, and how much of it is out of sight.
func (f *Form) head(look pane.Look) string {
	t := look.Theme
	r := row.New(look.Width)
	r.Space(1)
	if f.stale != "" {
		r.Add(safetext.CleanLine("✗ not in step: "+f.stale), t.Error)
		return r.String()
	}
	if f.problem != "" {
		r.Add(safetext.CleanLine("✗ "+f.problem), t.Error)
		return r.String()
	}
	r.Add(safetext.CleanLine(f.kind.Title), t.Title)
	if f.kind.Document != "" {
		r.Add(safetext.CleanLine(" · "+f.kind.Document), t.Muted)
	}
	switch {
	case f.kind.Danger != "":
		r.Add(safetext.CleanLine(" ! "+f.kind.Danger), t.Warning)
	case f.kind.SupersededBy != "":
		r.Add(safetext.CleanLine(" ~ there is a newer way: "+f.kind.SupersededBy), t.Warning)
	case f.rest != "":
		r.Add(safetext.CleanLine(" · "+f.rest+"; it stays"), t.Info)
	}
	return r.String()
}

func (f *Form) labelWidth(width int) int {
	most := leastLabel
	for _, in := range f.inputs {
		most = max(most, safetext.CleanLine(in.label()).Width()+2)
	}
	return min(most, mostLabel, max(leastLabel, width/2))
}

// line draws an input: whether something is wrong with it, its name, and its value.
func (f *Form) line(i, labelWidth int, look pane.Look) string {
	in, t := f.inputs[i], look.Theme
	focused := i == f.at
	r := row.New(look.Width)
	mark := t.NoMarker
	if focused {
		mark = t.Marker
	}
	r.Column(safetext.CleanLine(mark), marker, t.Text)
	label := in.label()
	if in.required() || in.field == nil && NeedsAddress(f.kind) {
		label += " *"
	}
	style := t.Key
	if in.last || in.adds {
		style = t.Muted
	}
	r.Column(safetext.CleanLine(label), labelWidth, style)
	if f.errs[in] != "" && (in.value != "" || in.given) {
		r.Column(safetext.Const("✗"), marker, t.Error)
	} else {
		r.Space(marker)
	}
	switch {
	case focused && look.Editing && !(in.field != nil && in.field.Secret):
		f.editor.SetSize(r.Left(), 1)
		return r.String() + strings.Join(f.editor.View(editor.View{Theme: t, Focused: true}), "")
	case in.given && in.value == "":
		r.Add(safetext.Const(" (empty)"), t.Muted)
	case in.field != nil && in.field.Secret:
		r.Add(safetext.CleanLine(" "+strings.Repeat("•", len([]rune(in.value)))), t.Text)
		if focused && look.Editing {
			r.Add(safetext.CleanLine(cursor(look)), t.Cursor)
		}
	case in.value != "":
		r.Add(safetext.CleanLine(" "+in.value), t.Text)
	case in.adds:
		r.Add(safetext.CleanLine(" "+addHint(in.field)), t.Muted)
	case in.field != nil && in.field.Default != "":
		r.Add(safetext.CleanLine(" "+in.field.Default+" if nothing is given"), t.Muted)
	}
	return r.String()
}

func cursor(look pane.Look) string {
	if glyph := look.Theme.CursorGlyph; glyph != "" {
		return glyph
	}
	return " "
}

// detail says what the input with the focus is for, what is wrong with it, and what may be put in.
func (f *Form) detail(look pane.Look) []string {
	in, t := f.inputs[f.at], look.Theme
	width := max(1, look.Width-2)
	lines := []string{t.Border.Render(strings.Repeat("─", look.Width))}
	add := func(r *row.Row) { lines = append(lines, r.String()) }
	if err := f.errs[in]; err != "" {
		r := row.New(look.Width)
		r.Space(1)
		r.Add(safetext.CleanLine("✗ "+err), t.Error)
		add(r)
	}
	if len(f.offers.all) > 0 {
		lines = append(lines, f.offered(look))
	}
	for i, text := range safetext.CleanLine(f.about(in)).Wrap(width) {
		if i > 1 {
			break
		}
		r := row.New(look.Width)
		r.Space(1)
		r.Add(text, t.Hint)
		add(r)
	}
	return lines
}

// offered are the values that may be put in, from the one that was on.
func (f *Form) offered(look pane.Look) string {
	t := look.Theme
	r := row.New(look.Width)
	r.Space(1)
	if key := look.KeyOf(Offer); key != "" {
		r.Add(safetext.CleanLine(key+" "), t.Key)
	}
	from := 0
	if f.offers.chosen > 2 {
		from = f.offers.chosen - 2
	}
	for i, value := range f.offers.all[from:] {
		style := t.Muted
		if from+i == f.offers.chosen {
			style = t.Match
		}
		text := safetext.CleanLine(value)
		if i > 0 {
			if r.Left() < 3+min(text.Width(), leastLabel) {
				r.Add(safetext.Const(" …"), t.Muted)
				break
			}
			r.Add(safetext.Const(" · "), t.Border)
		}
		r.Add(text.Truncate(max(1, r.Left()-2)), style)
	}
	return r.String()
}

// about says what an input is for, and how it is filled in.
func (f *Form) about(in *input) string {
	if in.field == nil {
		return f.aboutAddress()
	}
	parts := []string{string(in.field.Type)}
	if in.field.Help != "" {
		parts[0] += ": " + in.field.Help
	}
	i := slices.IndexFunc(in.field.Choices, func(c catalog.Choice) bool { return c.Value == in.value && c.Help != "" })
	switch {
	case in.adds:
		parts = append(parts, "type "+addHint(in.field))
	case i >= 0:
		parts = append(parts, in.value+": "+in.field.Choices[i].Help)
	case in.turns():
		parts = append(parts, "space goes through the values")
	case in.field.Repeated || in.list != nil:
		parts = append(parts, "there may be several")
	}
	return strings.Join(parts, " · ")
}

func (f *Form) aboutAddress() string {
	text := f.kind.Help
	if len(f.kind.To) > 0 {
		text = "Asked of " + targets(f.kind) + ". " + text
	}
	return text
}

// Lines is how many lines it takes to show the whole form.
func (f *Form) Lines() int { return 1 + len(f.inputs) + detailRows }
