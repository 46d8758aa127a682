package forms

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/form"
	"iqscope/themes"
	"iqscope/tui/layout"
	"iqscope/tui/pane"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// Cells that are no text.
const (
	frame   = 2 // border above and below, and at the sides
	margin  = 1 // between the border and the text
	marker  = 2 // before a line, to tell the one that the cursor is in
	gap     = 2
	widest  = 100
	longest = 30 // label
	// mostTold is how many lines a text of the other side's may take.
	mostTold = 8
)

// drawing is the form being laid out.
type drawing struct {
	*Screen
	theme  themes.Theme
	width  int
	label  int // cells of the labels
	lines  []string
	cursor int // the line that the cursor is in
	below  int // and the last one that belongs to it
}

// Prepare lays the screen out.
func (s *Screen) Prepare(look pane.Look) {
	s.lines = nil
	width := min(look.Width, widest)
	inside, room := width-frame-2*margin, look.Height-frame
	if inside <= 2*marker || room < 3 {
		return
	}
	d := &drawing{Screen: s, theme: look.Theme, width: inside}
	d.all()
	foot := d.foot()
	body := max(1, room-len(foot))
	s.scroll(d, body)
	lines := d.lines[s.top:min(len(d.lines), s.top+body)]
	lines = append(lines[:len(lines):len(lines)], foot...)
	for i := range lines {
		lines[i] = strings.Repeat(" ", margin) + lines[i]
	}
	info := safetext.Const("esc closes")
	if more := len(d.lines) - body; more > 0 {
		info = safetext.CleanLine(words.Count(s.top*100/more) + "% · esc closes")
	}
	box := layout.Box{Title: s.title, Info: info, Focused: true}
	s.lines = box.Draw(width, len(lines)+frame, lines, look.Theme)
}

// View draws the screen in its box.
func (s *Screen) View() []string { return s.lines }

// scroll keeps what the cursor is in, and what is said below it, in sight.
func (s *Screen) scroll(d *drawing, body int) {
	if s.at.widget >= len(s.widgets) { // at the buttons, which are always seen
		s.top = max(s.top, len(d.lines)-body)
	} else {
		s.top = min(max(s.top, d.below-body+1), d.cursor)
	}
	if first := s.places(); len(first) > 0 && s.at == first[0] && d.below < body {
		s.top = 0 // with what stands above the first field
	}
	s.top = max(0, min(s.top, len(d.lines)-body))
}

func (d *drawing) all() {
	for _, n := range d.notes {
		style, mark := d.theme.Info, "· "
		switch n.Mark {
		case "warn":
			style, mark = d.theme.Warning, "! "
		case "error":
			style, mark = d.theme.Error, "✗ "
		}
		d.tell(mark, n.Text, style)
	}
	for _, text := range d.form.Instructions {
		d.tell("", text, d.theme.Muted)
	}
	if len(d.lines) > 0 && len(d.widgets) > 0 {
		d.lines = append(d.lines, "")
	}
	for _, w := range d.widgets {
		if w.Type != form.Fixed {
			d.label = max(d.label, nameOf(w).Width())
		}
	}
	d.label = min(d.label, longest, d.width/2)
	for i, w := range d.widgets {
		d.widget(i, w)
	}
}

// tell adds a text of the other side's.
func (d *drawing) tell(mark, text string, style lipgloss.Style) {
	n := 0
	for _, line := range safetext.Clean(strings.TrimSpace(text)).Lines() {
		for _, t := range line.Wrap(max(1, d.width-2)) {
			if n++; n > mostTold {
				d.lines = append(d.lines, d.theme.Muted.Render("  …"))
				return
			}
			d.lines = append(d.lines, style.Render(safetext.CleanLine(mark).String()+t.String()))
			mark = strings.Repeat(" ", utf8.RuneCountInString(mark))
		}
	}
}

func nameOf(w *widget) safetext.Text {
	name := w.Name()
	if w.Required {
		name += " *"
	}
	return safetext.CleanLine(name)
}

// widget adds the lines of a field.
func (d *drawing) widget(i int, w *widget) {
	here := i == d.at.widget
	if w.Type == form.Fixed {
		for _, text := range w.Values {
			d.tell("", text, d.theme.Info)
		}
		return
	}
	name := nameOf(w)
	if name.Width() > d.label { // which is a question, as rooms have them
		for _, t := range name.Wrap(d.width - marker) {
			r := row.New(d.width)
			r.Space(marker)
			r.Add(t, d.labelStyle(w))
			d.lines = append(d.lines, r.String())
		}
		name = safetext.Text{}
	}
	begin := len(d.lines)
	for part := range w.parts() {
		focused := here && part == d.at.part
		r, mark := row.New(d.width), d.theme.NoMarker
		if focused {
			r, mark = row.Over(d.width, d.theme.SelectedIdle), d.theme.Marker
			d.cursor = len(d.lines)
		}
		r.Column(safetext.CleanLine(mark), marker, d.theme.Text)
		r.Column(name, d.label, d.labelStyle(w))
		r.Space(gap)
		name = safetext.Text{}
		d.part(r, w, part, focused)
		d.lines = append(d.lines, r.String())
	}
	if here && begin < d.cursor && len(d.lines)-begin < 5 {
		d.cursor = begin
	}
	if w.problem != "" {
		d.say("✗ "+w.problem, d.theme.Error)
	}
	if here {
		d.say(help(w), d.theme.Hint)
		d.below = len(d.lines) - 1
	}
}

func (d *drawing) labelStyle(w *widget) lipgloss.Style {
	if w.problem != "" {
		return d.theme.Error
	}
	return d.theme.Title
}

// say adds what belongs to the field above.
func (d *drawing) say(text string, style lipgloss.Style) {
	indent := marker + d.label + gap
	for i, t := range safetext.CleanLine(text).Wrap(max(1, d.width-indent)) {
		if t.Empty() || i == mostTold {
			return
		}
		r := row.New(d.width)
		r.Space(indent)
		r.Add(t, style)
		d.lines = append(d.lines, r.String())
	}
}

// part draws one line of a field.
func (d *drawing) part(r *row.Row, w *widget, part int, focused bool) {
	switch w.kind() {
	case form.Boolean:
		r.Add(box(w.marked[0]), d.theme.Text)
	case form.ListMulti:
		r.Add(box(w.marked[part]), d.theme.Text)
		r.Space(1)
		r.Add(safetext.CleanLine(w.Options[part].Text()), d.theme.Text)
	case form.ListSingle:
		text := safetext.Const("–")
		if w.chosen >= 0 {
			text = safetext.CleanLine(w.Options[w.chosen].Text())
		}
		place := safetext.CleanLine(fmt.Sprintf("%d of %d", w.chosen+1, len(w.Options)))
		room := max(1, r.Left()-place.Width()-6)
		r.Add(safetext.Const("‹ "), d.theme.Muted)
		r.Add(text.Truncate(room), d.theme.Text)
		r.Add(safetext.Const(" ›  "), d.theme.Muted)
		r.Add(place, d.theme.Muted)
	case form.TextPrivate:
		n := utf8.RuneCountInString(w.lines[0].Text())
		r.Add(safetext.CleanLine(strings.Repeat("•", min(n, max(0, r.Left()-1)))), d.theme.Text)
		if focused {
			glyph := safetext.Const(" ")
			if d.theme.CursorGlyph != "" {
				glyph = safetext.CleanLine(d.theme.CursorGlyph)
			}
			r.Add(glyph, d.theme.Cursor)
		}
	default:
		if focused {
			w.lines[part].Draw(r, d.theme, r.Left())
			return
		}
		text := safetext.CleanLine(w.lines[part].Text())
		if text.Empty() {
			r.Add(safetext.Const("…"), d.theme.Muted)
			return
		}
		r.Add(text.Truncate(max(1, r.Left())), d.theme.Text)
	}
}

func box(on bool) safetext.Text {
	if on {
		return safetext.Const("[x]")
	}
	return safetext.Const("[ ]")
}

// help says how the field that the cursor is in is filled in.
func help(w *widget) string {
	how := map[form.FieldType]string{
		form.Boolean: "space turns it", form.ListSingle: "space or ← → chooses", form.ListMulti: "space marks",
		form.JIDSingle: "an address", form.JIDMulti: "addresses, a line each: enter begins another", form.TextMulti: "enter begins another line",
		form.TextPrivate: "not shown",
	}[w.kind()]
	if w.Type == form.ListMulti && w.lines != nil {
		how = "a line each: enter begins another"
	}
	if w.kind() != w.Type && len(w.Options) > 0 {
		var some []string
		for _, o := range w.Options[:min(5, len(w.Options))] {
			some = append(some, o.Value)
		}
		how = "such as " + strings.Join(some, ", ")
	}
	if w.Odd != "" {
		how = fmt.Sprintf("of the unknown type %.40s, filled in as text", w.Odd)
	}
	parts := []string{}
	for _, text := range []string{strings.TrimSpace(w.Desc), how} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, " · ")
}

// foot is what stands below the form: the buttons, or what is waited for.
func (d *drawing) foot() []string {
	line := d.theme.Border.Render(strings.Repeat("─", d.width))
	r := row.New(d.width)
	if d.Busy() {
		r.Add(d.busy, d.theme.Countdown)
		return []string{line, r.String()}
	}
	at, there := d.Button()
	for i, word := range d.buttons {
		mark, style := d.theme.NoMarker, d.theme.Text
		if there && at == i {
			mark, style = d.theme.Marker, d.theme.Selected
		}
		r.Add(safetext.CleanLine(mark), d.theme.Text)
		r.Add(safetext.CleanLine("[ "+word+" ]"), style)
		r.Space(1)
	}
	return []string{line, r.String()}
}
