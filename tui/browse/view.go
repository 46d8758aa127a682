package browse

import (
	"strings"

	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/layout"
	"iqscope/tui/pane"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// Cells that are no text.
const (
	frame  = 2 // border above and below, and at the sides
	margin = 1 // between the border and the text
	indent = 2 // of rows under their heading
	gap    = 2 // between two columns
	// leastSecond is how many cells the second column keeps.
	leastSecond = 28
	widest      = 132
	// detailRows is how many lines tell all of the selected row.
	detailRows = 3
	// maxShown is how much of a text is laid out: no screen is larger.
	maxShown = 2000
)

// Prepare lays the screen out.
func (s *Screen) Prepare(look pane.Look) {
	s.lines = nil
	s.width = min(look.Width, widest)
	inside, room := s.width-frame-2*margin, look.Height-frame
	if inside <= 0 || room <= 0 {
		return
	}
	details := detailRows
	if room < 3*detailRows {
		details = 0
	}
	rows := max(1, room-details)
	s.list.SetHeight(rows)
	if s.selectedID().sort == heading {
		s.skip(1)
	}
	at, _ := s.list.Place()
	top, n := s.list.Window()
	s.share(s.shown.Rows[top:top+n], inside)
	for i := range n {
		s.lines = append(s.lines, s.row(s.shown.Rows[top+i], top+i == at, inside, look.Theme))
	}
	for len(s.lines) < rows {
		s.lines = append(s.lines, "")
	}
	if details > 0 {
		s.lines = append(s.lines, s.details(inside, look.Theme)...)
	}
	s.lines = s.lines[:min(len(s.lines), room)]
	s.info = s.place(at)
	s.title = s.crumbs(max(inside/2, inside-s.info.Width()-titleFrame))
}

// titleFrame is how many cells of the upper border are neither title nor info, "Discover" counted.
const titleFrame = 14

// place says which of the rows is selected, and when all that was told.
func (s *Screen) place(at int) safetext.Text {
	var parts []string
	if n := len(s.shown.Rows); n > 0 {
		parts = append(parts, words.Count(at+1)+" of "+words.Count(n))
	}
	if s.filter != "" {
		parts = append(parts, "filter "+s.filter)
	}
	if told := s.page.Infos.At; !told.IsZero() && s.page.Infos.Err == nil && s.Place().Feature == "" {
		text := "told at " + told.Format("15:04:05")
		if s.page.Shared {
			text += " by another with the same capabilities"
		}
		parts = append(parts, text)
	}
	return line(strings.Join(parts, " · "))
}

// share says how wide the first column is of the rows in sight: as wide as they need, as far as that
// leaves the second one enough to be told.
func (s *Screen) share(rows []Row, width int) {
	left := width - indent - gap
	s.column = 0
	for _, r := range rows {
		if first, second := s.cells(r); r.sort > remark && second != "" {
			s.column = max(s.column, line(first).Width())
		}
	}
	s.column = max(left/3, min(s.column, max(left/2, left-leastSecond)))
}

// View draws the screen in its box.
func (s *Screen) View() []string {
	if len(s.lines) == 0 {
		return nil
	}
	inside := make([]string, len(s.lines))
	for i, line := range s.lines {
		inside[i] = " " + line
	}
	box := layout.Box{Title: s.title, Info: s.info, Focused: true}
	return box.Draw(s.width, len(inside)+frame, inside, s.theme)
}

// crumbs is the way that led here; where there is little room, its end.
func (s *Screen) crumbs(room int) safetext.Text {
	const arrow = " › "
	text := safetext.Text{}
	for i := len(s.trail) - 1; i >= 0; i-- {
		name := line(s.name(i))
		if text.Empty() {
			text = name
			continue
		}
		if name.Width()+len(arrow)+text.Width() > room {
			text = safetext.Concat(safetext.Const("… › "), text)
			break
		}
		text = safetext.Concat(name, safetext.Const(arrow), text)
	}
	return safetext.Concat(safetext.Const("Discover "), text)
}

// name is what a place is called among those of the way: what it does not share with the one before.
func (s *Screen) name(i int) string {
	p := s.trail[i].Place
	switch {
	case p.Feature != "":
		return p.Feature
	case p.Node == "":
		if p.JID == "" {
			return "your account"
		}
		return p.JID
	case i > 0 && s.trail[i-1].JID == p.JID:
		return p.Node
	}
	return p.JID + " " + p.Node
}

// line is remote text for one line, as much of it as a screen can hold.
func line(text string) safetext.Text {
	if len(text) > maxShown {
		text = strings.ToValidUTF8(text[:maxShown], "") + "…"
	}
	return safetext.CleanLine(text)
}

// cells are the two columns of a row.
func (s *Screen) cells(r Row) (first, second string) {
	p := &s.page
	switch r.sort {
	case identity:
		id := p.Info.Identities[r.place]
		second = id.Name
		if id.Lang != "" {
			second += " (" + id.Lang + ")"
		}
		return id.Category + "/" + id.Type, second
	case feature:
		f := p.Info.Features[r.place]
		if m, ok := p.Meanings.Of(f); ok {
			second = strings.TrimSpace(m.Document + " " + m.Title)
		}
		return f, second
	case field:
		f := p.Info.Forms[r.form].Fields[r.place]
		first = f.Label
		if first == "" {
			first = f.Var
		}
		return first, strings.Join(f.Values, ", ")
	case item:
		i := p.Items.List[r.place]
		switch {
		case i.Node == "":
			return i.JID, i.Name
		case i.JID == p.JID:
			return i.Node, i.Name
		}
		return i.JID + " " + i.Node, i.Name
	case kind:
		k := p.Kinds[r.place]
		return k.Key, k.Title
	}
	return r.text, ""
}

// searched is what a filter looks into.
func (s *Screen) searched(r Row) string {
	first, second := s.cells(r)
	return first + " " + second
}

// row draws one line.
func (s *Screen) row(r Row, selected bool, width int, theme themes.Theme) string {
	s.theme = theme
	out := row.New(width)
	style := theme.Text
	if selected {
		out, style = row.Over(width, theme.Selected), theme.Selected
	}
	mark := theme.NoMarker
	if selected {
		mark = theme.Marker
	}
	first, second := s.cells(r)
	switch r.sort {
	case heading:
		out.Add(line(first), pick(selected, style, theme.Title))
		return out.String()
	case remark:
		out.Add(line(mark), style)
		out.Add(line(first), pick(selected, style, remarkStyle(r, theme)))
		return out.String()
	}
	out.Add(line(mark), style)
	if second == "" {
		out.Add(line(first), style)
		return out.String()
	}
	out.Column(line(first), s.column, style)
	out.Space(gap)
	out.Add(line(second), pick(selected, style, theme.Muted))
	return out.String()
}

func remarkStyle(r Row, theme themes.Theme) lipgloss.Style {
	if r.wrong {
		return theme.Error
	}
	return theme.Muted
}

func pick(selected bool, a, b lipgloss.Style) lipgloss.Style {
	if selected {
		return a
	}
	return b
}

// details tells all of the selected row, in so many lines.
func (s *Screen) details(width int, theme themes.Theme) []string {
	lines := []string{theme.Border.Render(strings.Repeat("─", width))}
	add := func(text safetext.Text, style lipgloss.Style) {
		for _, t := range text.Wrap(width) {
			if len(lines) < detailRows {
				lines = append(lines, style.Render(t.String()))
			}
		}
	}
	at, ok := s.list.Place()
	if ok {
		r := s.shown.Rows[at]
		first, _ := s.cells(r)
		switch r.sort {
		case feature:
			m, _ := s.page.Meanings.Of(first)
			add(line(first), theme.Text)
			if m.About != "" {
				add(line(m.About), theme.Muted)
			}
		case item:
			i := s.page.Items.List[r.place]
			text := i.JID
			if i.Node != "" {
				text += " node " + i.Node
			}
			add(line(text), theme.Text)
			add(line(i.Name), theme.Muted)
		case kind:
			add(line(s.page.Kinds[r.place].Help), theme.Muted)
		case heading:
		default:
			add(line(s.searched(r)), theme.Text)
		}
	}
	for len(lines) < detailRows {
		lines = append(lines, "")
	}
	return lines
}
