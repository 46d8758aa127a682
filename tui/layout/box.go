package layout

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"iqscope/internal/safetext"
	"iqscope/themes"
)

// Box is a frame with a title:
//
//	╭┤ 3 Log ├───────── 312 of 4,096 ╮
//	│ …                              │
//	╰────────────────────────────────╯
//
// The title of the focused one is set into the frame, so that it is found without colours.
type Box struct {
	Digit   int           // the key that switches to the pane; 0 shows none
	Title   safetext.Text // on the left; cut last
	Info    safetext.Text // on the right; left out if it does not fit
	Focused bool
}

// Draw frames lines into exactly height lines of exactly width cells. Lines may hold styles; they
// are cut and filled. A box that is too small for a frame, below 2 by 2, is left blank.
func (b Box) Draw(width, height int, lines []string, theme themes.Theme) []string {
	if width < 2 || height < 2 {
		return blank(width, height)
	}
	f, border := theme.Glyphs.Frame, theme.Border
	if b.Focused {
		border = theme.BorderFocused
	}
	inside := width - 2
	side := border.Render(f.Vertical)
	out := make([]string, 0, height)
	out = append(out, border.Render(f.TopLeft)+b.top(f, inside, theme)+border.Render(f.TopRight))
	for i := range height - 2 {
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		out = append(out, side+Fit(line, inside)+side)
	}
	return append(out, border.Render(f.BottomLeft+strings.Repeat(f.Horizontal, inside)+f.BottomRight))
}

// top returns the upper border between the corners: the title on the left, the info on the right
// as far as there is room for it.
func (b Box) top(f themes.Frame, width int, theme themes.Theme) string {
	border, heading, before, after := theme.Border, theme.Title, f.Horizontal, f.Horizontal
	if b.Focused {
		border, heading, before, after = theme.BorderFocused, theme.BorderFocused, titleLeft, titleRight
	}
	title := safetext.CleanLine(b.Title.String())
	if b.Digit != 0 {
		title = safetext.CleanLine(strconv.Itoa(b.Digit) + " " + title.String())
	}
	if title.Empty() || width < 5 {
		return border.Render(strings.Repeat(f.Horizontal, width))
	}
	title = title.Truncate(width - 4)
	left := border.Render(before) + heading.Render(" "+title.String()+" ") + border.Render(after)
	room := width - title.Width() - 4
	info := safetext.CleanLine(b.Info.String())
	if most := room - 3; info.Width() > most && most >= leastInfo {
		info = info.Truncate(most)
	}
	if info.Empty() || info.Width()+3 > room {
		return left + border.Render(strings.Repeat(f.Horizontal, room))
	}
	return left + border.Render(strings.Repeat(f.Horizontal, room-info.Width()-2)) + theme.Muted.Render(" "+info.String()+" ")
}

// titleLeft and titleRight set the focused title into the frame.
const titleLeft, titleRight = "┤", "├"

// leastInfo is how many cells of an info are worth showing.
const leastInfo = 8

// Fit cuts or fills a line to exactly width cells; a cut is shown by "…". Styles that it holds are
// ended at its end. Of several lines the first is taken.
func Fit(line string, width int) string {
	if width <= 0 {
		return ""
	}
	line, _, _ = strings.Cut(line, "\n")
	cells := ansi.StringWidth(line)
	if cells > width {
		line = ansi.Truncate(line, width, "…")
		cells = ansi.StringWidth(line) // one less if a wide character did not fit
	}
	if endsStyled(line) {
		line += ansi.ResetStyle
	}
	return line + strings.Repeat(" ", width-cells)
}

// endsStyled reports whether a style is still on at the end of a line.
func endsStyled(line string) bool {
	i := strings.LastIndexByte(line, '\x1b')
	return i >= 0 && !strings.HasPrefix(line[i:], "\x1b[0m") && !strings.HasPrefix(line[i:], ansi.ResetStyle)
}

func blank(width, height int) []string {
	lines := make([]string, max(height, 0))
	for i := range lines {
		lines[i] = strings.Repeat(" ", max(width, 0))
	}
	return lines
}
