package palette

import (
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

const (
	marker = 2 // cells that tell the selected row, and that stand before the query
	gap    = 2 // cells between a title, what is said beside it, and the keys
	// leastBeside is how much of what is said beside the title must have room to be said.
	leastBeside = 8
)

// SetSize says how much room there is; the query takes the first line.
func (p *Palette) SetSize(width, height int) {
	p.width, p.rows = max(0, width), max(0, height)
	p.list.SetHeight(p.rows - 1)
}

// View draws the query and what it finds, in at most as many lines as the height.
func (p *Palette) View(theme themes.Theme) []string {
	if p.rows == 0 {
		return nil
	}
	lines := []string{p.head(theme)}
	top, rows := p.list.Window()
	selected, _ := p.list.Place()
	visible := p.found.Rows[top : top+rows]
	cells := 0
	for _, h := range visible {
		cells = max(cells, safetext.CleanLine(h.item.Keys).Width())
	}
	cells = min(cells, p.width/3)
	for i, h := range visible {
		lines = append(lines, p.line(h, cells, top+i == selected, theme))
	}
	if len(p.found.Rows) == 0 && p.rows > 1 {
		r := row.New(p.width)
		r.Space(marker)
		r.Add(safetext.Const("nothing is called like that"), theme.Muted)
		lines = append(lines, r.String())
	}
	return lines
}

// head draws the query and, where there is room, how much it finds.
func (p *Palette) head(theme themes.Theme) string {
	r := row.New(p.width)
	r.Column(safetext.Const("> "), min(marker, p.width-1), theme.Key)
	count := safetext.CleanLine(words.Count(len(p.found.Rows)) + " of " + words.Count(len(p.items)))
	room := p.width - r.Width() - gap - count.Width()
	if room < leastBeside {
		p.query.Draw(r, theme, p.width-r.Width())
		return r.String()
	}
	p.query.Draw(r, theme, room)
	r.Fill(p.width - count.Width())
	r.Add(count, theme.Muted)
	return r.String()
}

// line draws an item: its title, its name or why it cannot be done, and its keys in so many cells
// at the right.
func (p *Palette) line(h hit, cells int, selected bool, theme themes.Theme) string {
	r, mark := row.New(p.width), theme.NoMarker
	if selected {
		r, mark = row.Over(p.width, theme.Selected), theme.Marker
	}
	style := theme.Text
	if !h.item.Enabled {
		style = theme.Muted
	}
	r.Column(safetext.CleanLine(mark), marker, theme.Text)
	end := p.width
	if cells > 0 {
		end -= gap + cells
	}
	highlight(r, safetext.CleanLine(h.item.Title).Truncate(max(0, end-r.Width())), h.inTitle, style, theme)
	if room := end - r.Width() - gap; room >= leastBeside {
		r.Space(gap)
		if !h.item.Enabled {
			r.Add(safetext.CleanLine(h.item.WhyNot).Truncate(room), theme.Warning)
		} else {
			highlight(r, safetext.CleanLine(h.item.Name).Truncate(room), h.inName, theme.Muted, theme)
		}
	}
	if cells > 0 {
		r.Fill(p.width - cells)
		r.Right(safetext.CleanLine(h.item.Keys), cells, theme.Key)
	}
	return r.String()
}

// highlight appends a text, which may have been cut, with the letters at some of its bytes marked.
func highlight(r *row.Row, text safetext.Text, at []int, style lipgloss.Style, theme themes.Theme) {
	var piece strings.Builder
	marked := false
	flush := func() {
		s := style
		if marked {
			s = theme.Match
		}
		r.Add(safetext.CleanLine(piece.String()), s)
		piece.Reset()
	}
	for i, letter := range text.String() {
		if hit := slices.Contains(at, i) && letter != '…'; hit != marked {
			flush()
			marked = hit
		}
		piece.WriteRune(letter)
	}
	flush()
}
