package picker

import (
	"strings"

	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/catalog"
	"iqscope/themes"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

const (
	marker = 2 // cells that tell the selected row, and that stand before the query
	gap    = 2 // cells between columns
	// besideWidth is the width from which on what is known of a choice stands beside the list, and
	// not below it.
	besideWidth = 96
	keyColumn   = 24 // cells of a key; longer ones are cut
	leastAbout  = 4  // lines that are worth to say something in
)

// SetSize says how much room there is; the query takes the first line.
func (p *Picker) SetSize(width, height int) {
	p.width, p.rows = max(0, width), max(0, height)
	p.list.SetHeight(p.listRows())
}

func (p *Picker) beside() bool { return p.width >= besideWidth }

// listRows is how many lines the list has.
func (p *Picker) listRows() int {
	rows := max(0, p.rows-1)
	if about := p.rows / 2; !p.beside() && about > leastAbout {
		rows -= about
	}
	return rows
}

// View draws the query, what it finds, and what is known of the selected one, in exactly as many
// lines as the height.
func (p *Picker) View(theme themes.Theme) []string {
	if p.rows == 0 || p.width == 0 {
		return nil
	}
	width := p.width
	if p.beside() {
		width = p.width * 11 / 20
	}
	lines := p.listLines(theme, width)
	var about []string
	if choice, ok := p.Selected(); ok {
		place, _ := p.list.Place()
		about = aboutLines(choice, p.found.Rows[place], theme, p.width-width-1)
		if !p.beside() {
			about = aboutLines(choice, p.found.Rows[place], theme, p.width-1)
		}
	}
	all := []string{p.head(theme)}
	if p.beside() {
		for i, line := range lines {
			if i < len(about) {
				line += " " + about[i]
			}
			all = append(all, line)
		}
		return all
	}
	all = append(all, lines...)
	room := p.rows - len(all)
	if room <= leastAbout {
		return append(all, make([]string, room)...)
	}
	all = append(all, theme.Border.Render(strings.Repeat("─", p.width)))
	for i := range room - 1 {
		line := ""
		if i < len(about) {
			line = " " + about[i]
		}
		all = append(all, line)
	}
	return all
}

// head draws the query and, where there is room, how much it finds.
func (p *Picker) head(theme themes.Theme) string {
	r := row.New(p.width)
	r.Column(safetext.Const("> "), min(marker, p.width-1), theme.Key)
	count := safetext.CleanLine(words.Count(len(p.found.Rows)) + " of " + words.Count(len(p.subjects)))
	room := p.width - r.Width() - gap - count.Width()
	if room < 2*marker {
		p.query.Draw(r, theme, p.width-r.Width())
		return r.String()
	}
	p.query.Draw(r, theme, room)
	r.Fill(p.width - count.Width())
	r.Add(count, theme.Muted)
	return r.String()
}

// listLines draws what is found, as many lines as the list has.
func (p *Picker) listLines(theme themes.Theme, width int) []string {
	top, rows := p.list.Window()
	selected, _ := p.list.Place()
	query := strings.Fields(strings.ToLower(p.Query()))
	lines := make([]string, 0, p.listRows())
	for i, h := range p.found.Rows[top : top+rows] {
		lines = append(lines, h.line(query, top+i == selected, width, theme))
	}
	if len(p.found.Rows) == 0 && p.listRows() > 0 {
		r := row.Over(width, lipgloss.NewStyle())
		r.Space(marker)
		r.Add(safetext.Const("no request is called like that; what is typed by hand is sent all the same"), theme.Muted)
		lines = append(lines, r.String())
	}
	for len(lines) < p.listRows() {
		lines = append(lines, strings.Repeat(" ", width))
	}
	return lines
}

// line draws a choice: its marks, its key, what it does, and its document.
func (h hit) line(query []string, selected bool, width int, theme themes.Theme) string {
	r, mark := row.Over(width, lipgloss.NewStyle()), theme.NoMarker
	if selected {
		r, mark = row.Over(width, theme.Selected), theme.Marker
	}
	key, title, document := h.choice.Template.Name, "your template", ""
	style := theme.Text
	sign, signStyle := safetext.Const("★"), theme.Info
	if k := h.choice.Kind; k != nil {
		key, title, document = k.Key, k.Title, k.Document
		switch {
		case h.support == Unsupported:
			sign, signStyle, style = safetext.Const("✗"), theme.Muted, theme.Muted
		case k.Danger != "":
			sign, signStyle = safetext.Const("!"), theme.Warning
		case k.SupersededBy != "":
			sign, signStyle, style = safetext.Const("~"), theme.Muted, theme.Muted
		case h.support == Supported:
			sign, signStyle = safetext.Const("✓"), theme.Success
		default:
			sign = safetext.Const(" ")
		}
	}
	r.Column(safetext.CleanLine(mark), marker, theme.Text)
	r.Column(sign, 2, signStyle)
	end := width
	if width > 2*keyColumn {
		end -= gap + len("XEP-0000")
	}
	keyText := safetext.CleanLine(key)
	lit(r, keyText.Truncate(min(keyColumn, end-r.Width())), query, style, theme)
	r.Fill(min(marker+2+keyColumn+1, end))
	lit(r, safetext.CleanLine(title).Truncate(max(0, end-r.Width())), query, theme.Muted, theme)
	if end < width {
		r.Fill(end + gap)
		r.Add(safetext.CleanLine(document), theme.Muted)
	}
	return r.String()
}

// lit appends a text with the words of a query marked.
func lit(r *row.Row, text safetext.Text, query []string, style lipgloss.Style, theme themes.Theme) {
	plain := text.String()
	small := strings.ToLower(plain)
	marked := make([]bool, len(plain)+1)
	if len(small) == len(plain) { // else bytes are not where they were
		for _, word := range query {
			if i := strings.Index(small, word); i >= 0 {
				for j := range len(word) {
					marked[i+j] = true
				}
			} else {
				for _, i := range scatter(small, word) {
					marked[i] = true
				}
			}
		}
	}
	from := 0
	for i := range plain {
		if marked[i] != marked[from] {
			r.Add(safetext.CleanLine(plain[from:i]), styled(marked[from], style, theme))
			from = i
		}
	}
	r.Add(safetext.CleanLine(plain[from:]), styled(marked[from], style, theme))
}

func styled(marked bool, style lipgloss.Style, theme themes.Theme) lipgloss.Style {
	if marked {
		return theme.Match
	}
	return style
}

// aboutLines say what is known of a choice.
func aboutLines(c Choice, h hit, theme themes.Theme, width int) []string {
	var lines []string
	say := func(text string, style lipgloss.Style) {
		for _, t := range safetext.CleanLine(text).Wrap(max(1, width)) {
			r := row.New(width)
			r.Add(t, style)
			lines = append(lines, r.String())
		}
	}
	k := c.Kind
	if k == nil {
		say("Your template "+c.Template.Name, theme.Title)
		for line := range strings.SplitSeq(c.Template.Text, "\n") {
			r := row.New(width)
			r.Add(safetext.CleanLine(line).Truncate(max(0, width)), theme.Text)
			lines = append(lines, r.String())
		}
		return lines
	}
	say(k.Title, theme.Title)
	if k.Danger != "" {
		say("! "+k.Danger, theme.Warning)
	}
	if k.SupersededBy != "" {
		say("~ There is a newer way: "+k.SupersededBy+".", theme.Warning)
	}
	switch {
	case h.support == Unsupported:
		say("✗ "+h.why+".", theme.Warning)
	case h.support == Supported:
		say("✓ "+h.why+".", theme.Success)
	}
	if k.Help != "" {
		say(k.Help, theme.Text)
	}
	say(facts(k), theme.Muted)
	fields := askedFields(k)
	if len(fields) == 0 {
		say("There is nothing to fill in.", theme.Muted)
	}
	for _, f := range fields {
		name, what := f.Name, string(f.Type)
		if f.Required && f.Default == "" {
			name += " *"
		}
		if f.Help != "" {
			what += ": " + f.Help
		}
		r := row.New(width)
		r.Add(safetext.CleanLine(name).Truncate(max(0, width)), theme.Key)
		r.Space(1)
		r.Add(safetext.CleanLine(what).Truncate(max(0, width-r.Width())), theme.Muted)
		lines = append(lines, r.String())
	}
	return lines
}

func askedFields(k *catalog.Kind) []*catalog.Field {
	var all []*catalog.Field
	for i := range k.Fields {
		if k.Fields[i].Fixed == "" {
			all = append(all, &k.Fields[i])
		}
	}
	return all
}

// facts is what a kind is in a line: its document, type and payload, and whom to ask.
func facts(k *catalog.Kind) string {
	parts := []string{string(k.Type) + " " + k.Payload.Element + " " + k.Payload.Namespace}
	if k.Document != "" {
		about := k.Document + " " + k.Source.Title
		if k.Status != "" {
			about += " (" + k.Status + ")"
		}
		parts = append([]string{about}, parts...)
	}
	if len(k.To) > 0 {
		parts = append(parts, "to: "+strings.Join(k.To, ", "))
	}
	if k.Service != "" {
		parts = append(parts, "a service is "+k.Service)
	}
	return strings.Join(parts, " · ")
}
