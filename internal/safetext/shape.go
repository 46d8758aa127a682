package safetext

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

const ellipsis = "…"

// Width returns the width of the widest line, in cells, as Bubble Tea computes it.
func (t Text) Width() int {
	if plainPrefix(t.s, false) == len(t.s) {
		return len(t.s)
	}
	widest := 0
	for line := range strings.SplitSeq(t.s, "\n") {
		widest = max(widest, ansi.StringWidth(line))
	}
	return widest
}

// Truncate cuts the text to at most cells cells; a cut is shown by a "…" within them. Of several
// lines only the first is kept.
func (t Text) Truncate(cells int) Text {
	line, _, more := strings.Cut(t.s, "\n")
	if cells <= 0 {
		return Text{}
	}
	if !more {
		if len(line) <= cells { // no rune is wider than its bytes are many
			return t
		}
		return Text{ansi.Truncate(line, cells, ellipsis)}
	}
	return Text{ansi.Truncate(line, cells-1, "") + ellipsis}
}

// Pad cuts or fills the text with spaces to exactly cells cells. Of several lines only the first is
// kept.
func (t Text) Pad(cells int) Text {
	cut := t.Truncate(cells)
	if missing := cells - cut.Width(); missing > 0 {
		return Text{cut.s + strings.Repeat(" ", missing)}
	}
	return cut
}

// Lines returns the lines; an empty text has one.
func (t Text) Lines() []Text {
	lines := make([]Text, 0, 1+strings.Count(t.s, "\n"))
	for line := range strings.SplitSeq(t.s, "\n") {
		lines = append(lines, Text{line})
	}
	return lines
}

// Wrap returns the text in lines of at most cells cells, broken after a space where there is one,
// else anywhere. A character wider than cells has a line of its own.
func (t Text) Wrap(cells int) []Text {
	var lines []Text
	for line := range strings.SplitSeq(t.s, "\n") {
		for {
			cut := lineBreak(line, cells)
			lines = append(lines, Text{line[:cut]})
			if line = line[cut:]; line == "" {
				break
			}
		}
	}
	return lines
}

// lineBreak returns how many bytes of a line to put into cells cells.
func lineBreak(line string, cells int) int {
	width, space := 0, 0
	for i := 0; i < len(line); {
		cluster, w := ansi.FirstGraphemeCluster(line[i:], ansi.GraphemeWidth)
		if width += w; width > cells && i > 0 {
			if space > 0 {
				return space
			}
			return i
		}
		i += len(cluster)
		if cluster == " " {
			space = i
		}
	}
	return len(line)
}

// Concat joins texts.
func Concat(texts ...Text) Text { return Join("", texts...) }

// Join joins texts with a constant between them.
func Join(separator constant, texts ...Text) Text {
	parts := make([]string, len(texts))
	for i, t := range texts {
		parts[i] = t.s
	}
	// Cleaned once more: the end of one text and the start of the next may combine.
	return Clean(strings.Join(parts, string(separator)))
}
