// Package row puts a line of the screen together from pieces of safe text, each with a style and,
// if it is a column, a width.
//
//	r := row.New(width)                // or row.Over(width, theme.Selected) for the selected row
//	r.Column(id, 8, theme.Text)
//	r.Space(1)
//	r.Add(payload, theme.Muted)
//	line := r.String()
//
// It takes nothing but [safetext.Text], which keeps control characters off the screen. A row never
// gets wider than it may be.
package row

import (
	"strings"

	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
)

// Row is a line that is being put together.
type Row struct {
	b            strings.Builder
	width, limit int
	under        *lipgloss.Style
}

// New returns an empty row that becomes at most limit cells wide.
func New(limit int) *Row { return &Row{limit: limit} }

// Over returns a row on top of a style that fills it to exactly limit cells: what the pieces' own
// styles leave open, the background most of all, is that style's.
func Over(limit int, under lipgloss.Style) *Row { return &Row{limit: limit, under: &under} }

// Add appends text at its own width.
func (r *Row) Add(text safetext.Text, style lipgloss.Style) {
	r.write(text, text.Width(), style)
}

// Column appends text cut or filled to a width.
func (r *Row) Column(text safetext.Text, width int, style lipgloss.Style) {
	if width > 0 {
		r.write(text.Pad(width), width, style)
	}
}

// Right appends text cut or filled to a width, at the right end of it.
func (r *Row) Right(text safetext.Text, width int, style lipgloss.Style) {
	text = text.Truncate(max(width, 0))
	r.Space(width - text.Width())
	r.Add(text, style)
}

// Space appends n spaces.
func (r *Row) Space(n int) {
	n = min(n, r.limit-r.width)
	if n <= 0 {
		return
	}
	spaces := strings.Repeat(" ", n)
	if r.under != nil {
		spaces = r.under.Render(spaces)
	}
	r.b.WriteString(spaces)
	r.width += n
}

// Fill appends spaces up to column, counted from 0, so that what follows starts there.
func (r *Row) Fill(column int) { r.Space(column - r.width) }

// Append appends a row that was put together apart, to know its width. It must fit.
func (r *Row) Append(other *Row) {
	r.b.WriteString(other.b.String())
	r.width += other.width
}

// Left is how many cells there are still room for.
func (r *Row) Left() int { return r.limit - r.width }

// Width is how many cells the row has so far.
func (r *Row) Width() int { return r.width }

func (r *Row) write(text safetext.Text, width int, style lipgloss.Style) {
	if left := r.limit - r.width; width > left {
		text = text.Truncate(max(left, 0))
		width = text.Width()
	}
	if width == 0 {
		return
	}
	if r.under != nil {
		if r.under.GetReverse() { // it would make grounds of the pieces' colours
			style = style.UnsetForeground().UnsetBackground()
		}
		style = style.Inherit(*r.under)
	}
	r.b.WriteString(style.Render(text.String()))
	r.width += width
}

// String returns the row.
func (r *Row) String() string {
	if r.under != nil {
		r.Fill(r.limit)
	}
	return r.b.String()
}
