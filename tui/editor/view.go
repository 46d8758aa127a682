package editor

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"

	"iqscope/themes"
)

// View is what [Editor.View] needs to know about how to draw.
type View struct {
	Theme       themes.Theme
	Focused     bool                         // shows the cursor
	LineNumbers bool                         // else the gutter is one cell, for the signs of marks
	Spans       func(line int) []themes.Span // styles within a line, ascending, without overlap; nil for plain text
	Lights      func(line int) []Light       // what is to be seen in a line, ascending, without overlap; nil for nothing
}

// scrollMargin is how many cells stay visible beside the cursor when the view moves sideways.
const scrollMargin = 4

// View draws the part round the cursor: at most as many lines as the height set, each at most as
// wide as the width set. Its cost follows what is visible, not the text.
func (e *Editor) View(v View) []string {
	gutter := e.gutterWidth(v)
	width := e.width - gutter
	if width < 1 || e.height < 1 {
		return nil
	}
	e.scroll(width)
	lines := make([]string, 0, e.height)
	for i := e.top; i < len(e.lines) && len(lines) < e.height; i++ {
		lines = append(lines, e.gutter(v, i, gutter)+e.draw(v, i, width))
	}
	return lines
}

// CursorAt is the line and the cell of the cursor in what [Editor.View] has drawn last.
func (e *Editor) CursorAt(v View) (line, cell int) {
	return e.cursor.Line - e.top, e.gutterWidth(v) + e.lines[e.cursor.Line].atCol(e.cursor.Col).cell - e.left
}

func (e *Editor) gutterWidth(v View) int {
	if !v.LineNumbers {
		return 1
	}
	return 1 + len(strconv.Itoa(len(e.lines)))
}

// scroll moves the view as little as needed to show the cursor.
func (e *Editor) scroll(width int) {
	e.top = max(0, min(e.top, e.cursor.Line, len(e.lines)-e.height))
	e.top = max(e.top, e.cursor.Line-e.height+1)
	cell := e.lines[e.cursor.Line].atCol(e.cursor.Col).cell
	margin := min(scrollMargin, width/4)
	if cell < e.left {
		e.left = max(0, cell-margin)
	}
	if cell >= e.left+width {
		e.left = cell - width + 1 + margin
	}
	if cell < width-margin {
		e.left = 0 // back to where lines start, as soon as that shows the cursor
	}
}

// gutter returns the number of a line and the sign of its worst mark.
func (e *Editor) gutter(v View, line, width int) string {
	number := ""
	if v.LineNumbers {
		number = strconv.Itoa(line + 1)
		number = v.Theme.Muted.Render(strings.Repeat(" ", width-1-len(number)) + number)
	}
	severity := unmarked
	for _, m := range e.marksOn(line) {
		severity = max(severity, m.Severity)
	}
	switch severity {
	case Error:
		return number + v.Theme.Error.Render("✗")
	case Warning:
		return number + v.Theme.Warning.Render("!")
	case Info:
		return number + v.Theme.Info.Render("i")
	}
	return number + v.Theme.Muted.Render("▏")
}

// look is how a character is drawn. Characters in a row that look the same are styled together.
type look struct {
	span     int // index into the line's spans, or -1
	mark     Severity
	light    LightKind
	selected bool
	cursor   bool
}

// painter puts together one line.
type painter struct {
	theme themes.Theme
	spans []themes.Span
	out   strings.Builder
	run   strings.Builder // text that looks as look says
	look  look
}

func (p *painter) add(text string, l look) {
	if l != p.look {
		p.flush()
		p.look = l
	}
	p.run.WriteString(text)
}

func (p *painter) flush() {
	if p.run.Len() == 0 {
		return
	}
	p.out.WriteString(p.style().Render(p.run.String()))
	p.run.Reset()
}

func (p *painter) style() lipgloss.Style {
	switch {
	case p.look.cursor:
		return p.theme.Cursor
	case p.look.selected:
		return p.theme.Selection
	}
	style := p.theme.Text
	if p.look.span >= 0 {
		style = p.spans[p.look.span].Style
	}
	switch p.look.mark {
	case Error:
		return p.theme.Error.Underline(true)
	case Warning:
		return p.theme.Warning.Underline(true)
	case Info:
		return p.look.light.style(style.Underline(true), p.theme)
	}
	return p.look.light.style(style, p.theme)
}

// draw returns the visible part of a line.
func (e *Editor) draw(v View, number, width int) string {
	l := &e.lines[number]
	p := &painter{theme: v.Theme, look: look{span: -1, mark: unmarked}}
	if v.Spans != nil {
		p.spans = v.Spans(number)
	}
	marks := e.marksOn(number)
	var lights []Light
	if v.Lights != nil {
		lights = v.Lights(number)
	}
	span := 0
	here := l.atCell(e.left)
	for here.col < len(l.text) && here.cell < e.left+width {
		c := l.at(here.col, here.cell)
		text := l.shown(here.col, c)
		how := look{
			span:     -1,
			mark:     worst(marks, here.col, c.size),
			selected: e.isSelected(number, here.col),
			cursor:   v.Focused && e.cursor == Position{number, here.col},
		}
		for len(lights) > 0 && lights[0].End <= here.col {
			lights = lights[1:]
		}
		if len(lights) > 0 && lights[0].reaches(here.col, c.size) {
			how.light = lights[0].Kind
		}
		for span < len(p.spans) && p.spans[span].End <= here.col {
			span++
		}
		if span < len(p.spans) && p.spans[span].Start <= here.col {
			how.span = span
		}
		if how.cursor && v.Theme.CursorGlyph != "" {
			text = strings.Repeat(v.Theme.CursorGlyph, c.width)
		}
		p.add(clip(text, here.cell, c.width, e.left, e.left+width), how)
		here = stop{here.col + c.size, here.cell + c.width}
		l.remember(here)
	}
	if here.col == len(l.text) && here.cell >= e.left && here.cell < e.left+width {
		e.drawEnd(p, v, number, marks)
	}
	p.flush()
	return p.out.String()
}

// drawEnd shows the end of a line as a blank, if there is something to show it for.
func (e *Editor) drawEnd(p *painter, v View, number int, marks []Mark) {
	end := len(e.lines[number].text)
	how := look{
		span:     -1,
		mark:     worst(marks, end, 1),
		selected: number < len(e.lines)-1 && e.isSelected(number, end),
		cursor:   v.Focused && e.cursor == Position{number, end},
	}
	switch {
	case how.cursor && v.Theme.CursorGlyph != "":
		p.add(v.Theme.CursorGlyph, how)
	case how.cursor || how.selected || how.mark != unmarked:
		p.add(" ", how)
	}
}

func (e *Editor) isSelected(line, col int) bool {
	from, to := e.selection()
	at := Position{line, col}
	return !at.before(from) && at.before(to)
}

// clip cuts what is drawn at a cell to the part within the view; what is left of a character cut in
// two is blank.
func clip(text string, cell, width, from, to int) string {
	if cell >= from && cell+width <= to {
		return text
	}
	left, right := max(cell, from), min(cell+width, to)
	text = ansi.Cut(text, left-cell, right-cell)
	if w := ansi.StringWidth(text); w != right-left {
		return strings.Repeat(" ", right-left)
	}
	return text
}
