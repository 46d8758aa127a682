package outline

import (
	"strings"

	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/highlight"
)

// Draw returns the lines of the window, each at most as wide as it, and which of them has the cursor.
// Where a line goes on beyond an edge, there is "…".
func (v *View) Draw(theme themes.Theme, colours *highlight.Highlighter) (lines []string, cursor int) {
	if v.lay == nil {
		return nil, -1
	}
	place := v.rowOf(v.top)
	for at := v.top; at < min(v.top+v.height, v.Len()); place++ {
		i := v.shown[place]
		r := &v.doc.rows[i]
		row := v.lay.lines(v.doc, i, v.folded[i])
		for _, l := range row[min(at-v.starts[place], len(row)):] {
			if len(lines) == v.height {
				break
			}
			lines = append(lines, v.draw(l, r.kind, theme, colours))
		}
		at = v.starts[place+1]
	}
	return lines, v.cursor - v.top
}

// draw draws what is seen of a line.
func (v *View) draw(l line, k kind, theme themes.Theme, colours *highlight.Highlighter) string {
	from := v.from()
	cells := l.indent
	for _, s := range l.pieces {
		cells += s.cells
	}
	to := from + v.width
	edges := v.width > 2
	before, behind := edges && from > 0 && cells > 0, edges && cells > to
	var b strings.Builder
	if before {
		from++
		b.WriteString(theme.Muted.Render("…"))
	}
	if behind {
		to--
	}
	if n := min(l.indent, to) - from; n > 0 && len(l.pieces) > 0 {
		b.WriteString(strings.Repeat(" ", n))
	}
	at := l.indent
	for _, s := range l.pieces {
		if at >= to {
			break
		}
		if at+s.cells > from {
			b.WriteString(paint(part(s, from-at, to-at), s.part, k, theme, colours))
		}
		at += s.cells
	}
	if behind {
		b.WriteString(theme.Muted.Render("…"))
	}
	return b.String()
}

// part is the cells of a span from one up to another. A wide character that an edge cuts in two is
// left out.
func part(s span, from, to int) safetext.Text {
	text := s.text
	if from > 0 {
		n, cells := highlight.Fit(text, from)
		text = text[n:]
		if cells < from && text != "" {
			text = " " + text[len(highlight.First(text)):]
		}
		to -= from
	}
	n, _ := highlight.Fit(text, to)
	return safetext.CleanLine(text[:n])
}

func paint(text safetext.Text, p highlight.Part, k kind, theme themes.Theme, colours *highlight.Highlighter) string {
	switch k {
	case heading:
		return theme.Title.Render(text.String())
	case fault:
		return theme.Error.Render(text.String())
	}
	return colours.Paint(p, text)
}
