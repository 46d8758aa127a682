package layout

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Parts is what [Screen.Paint] puts together. Status, strip and footer are cut and filled to fit.
type Parts struct {
	Status string
	Strip  string
	Footer string
	Panes  map[Pane][]string // as [Box.Draw] returns them
}

// Paint puts the parts at their places. It returns exactly Height lines, each exactly Width cells,
// joined by newlines. On a screen that is TooSmall it returns a notice instead.
func (s Screen) Paint(parts Parts) string {
	if s.Mode == TooSmall {
		return s.notice()
	}
	rows := make([]string, 0, s.Height)
	rows = append(rows, Fit(parts.Status, s.Width))
	var body []strings.Builder
	for _, column := range s.columns {
		var lines []string
		for _, p := range column {
			lines = append(lines, s.fill(p, parts)...)
		}
		if body == nil {
			body = make([]strings.Builder, len(lines))
		}
		for i, line := range lines {
			body[i].WriteString(line)
		}
	}
	for i := range body {
		rows = append(rows, body[i].String())
	}
	if !s.Strip.Empty() {
		rows = append(rows, Fit(parts.Strip, s.Width))
	}
	rows = append(rows, Fit(parts.Footer, s.Width))
	return strings.Join(rows, "\n")
}

// fill returns the lines of a pane, exactly as many and as wide as its rectangle. Those of a box are.
func (s Screen) fill(p Pane, parts Parts) []string {
	r, lines := s.Pane(p), parts.Panes[p]
	if len(lines) == r.H {
		return lines
	}
	return exactly(lines, r.W, r.H)
}

func exactly(lines []string, width, height int) []string {
	out := make([]string, height)
	for i := range out {
		if i < len(lines) {
			out[i] = Fit(lines[i], width)
		} else {
			out[i] = Fit("", width)
		}
	}
	return out
}

// notice says what is wrong, as far as that fits.
func (s Screen) notice() string {
	lines := []string{"Terminal too small:", fmt.Sprintf("%d×%d,", s.Width, s.Height), fmt.Sprintf("needs %d×%d.", MinColumns, MinRows)}
	return strings.Join(exactly(lines, s.Width, s.Height), "\n")
}

// Overlay draws lines over the middle of a painted screen, such as the box of the help. What does
// not fit is cut.
func (s Screen) Overlay(painted string, lines []string) string {
	rows := exactly(strings.Split(painted, "\n"), s.Width, s.Height)
	width := 0
	for _, line := range lines {
		width = max(width, ansi.StringWidth(line))
	}
	width = min(width, s.Width)
	height := min(len(lines), s.Height)
	x, y := (s.Width-width)/2, (s.Height-height)/2
	for i := range height {
		row := rows[y+i]
		left := Fit(ansi.Truncate(row, x, ""), x)
		rows[y+i] = left + Fit(lines[i], width) + rightOf(row, x+width, s.Width)
	}
	return strings.Join(rows, "\n")
}

// rightOf returns the cells of a row from x up to width. Of a wide character that x cuts in two, a
// hole stays.
func rightOf(row string, x, width int) string {
	right := ansi.TruncateLeft(row, x, "")
	if ansi.StringWidth(right) > width-x { // it keeps such a character whole
		right = ansi.TruncateLeft(row, x+1, "")
	}
	return strings.Repeat(" ", width-x-ansi.StringWidth(right)) + right
}
