package commandline

import (
	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/row"
)

// marker is how many cells tell the chosen candidate.
const marker = 2

// View draws the line at the bottom and above it, where there is room, what is wrong with it or
// else what it may become; at most so many lines as the height.
func (l *Line) View(theme themes.Theme, width, height int) []string {
	width = max(0, width)
	if height <= 0 {
		return nil
	}
	var lines []string
	if !l.problem.Empty() {
		lines = l.said(theme, width, height-1)
	} else {
		lines = l.offered(theme, width, height-1)
	}
	r := row.New(width)
	r.Column(safetext.Const(":"), min(1, width-1), theme.Key)
	l.field.Draw(r, theme, width-r.Width())
	return append(lines, r.String())
}

// said are the first lines of what is wrong.
func (l *Line) said(theme themes.Theme, width, height int) []string {
	var lines []string
	for _, text := range l.problem.Wrap(max(1, width-1)) {
		if len(lines) == height {
			break
		}
		r := row.New(width)
		r.Space(1)
		r.Add(text, theme.Error)
		lines = append(lines, r.String())
	}
	return lines
}

// offered are the candidates round the one that is chosen.
func (l *Line) offered(theme themes.Theme, width, height int) []string {
	var lines []string
	first := max(0, min(l.chosen-height/2, len(l.candidates)-height))
	for i := first; i < min(first+height, len(l.candidates)); i++ {
		c := l.candidates[i]
		r, mark := row.New(width), theme.NoMarker
		if i == l.chosen {
			r, mark = row.Over(width, theme.Selected), theme.Marker
		}
		r.Column(safetext.CleanLine(mark), marker, theme.Text)
		r.Add(safetext.CleanLine(c.label), theme.Text)
		r.Space(1)
		r.Add(safetext.CleanLine(c.hint), theme.Muted)
		lines = append(lines, r.String())
	}
	return lines
}
