package themes

import "strings"

// Glyphs are the characters that the screen is drawn with, and whether it moves. They depend on the
// terminal, not on the colours.
type Glyphs struct {
	Frame Frame
	// Bar is a cell of a bar by how full it is: from the fullest, a whole one, to the least. Void is
	// a cell with nothing in it.
	Bar  []string
	Void string
	// ASCII says that [Theme.ASCII] replaces what is no ASCII.
	ASCII bool
	// Still says that nothing moves for its own sake, and what counts down does so once a second.
	Still bool
}

// Frame is the characters of a border.
type Frame struct {
	TopLeft, TopRight, BottomLeft, BottomRight, Horizontal, Vertical string
}

var eighths = []string{"█", "▉", "▊", "▋", "▌", "▍", "▎", "▏"}

// Rounded are the glyphs for most terminals.
func Rounded() Glyphs {
	return Glyphs{Frame: Frame{"╭", "╮", "╰", "╯", "─", "│"}, Bar: eighths, Void: " "}
}

// Square are those for terminals whose font may lack round corners and narrow blocks.
func Square() Glyphs {
	return Glyphs{Frame: Frame{"┌", "┐", "└", "┘", "─", "│"}, Bar: []string{"█", "▌"}, Void: " "}
}

// StillASCII are those for screen readers and slow lines.
func StillASCII() Glyphs {
	return Glyphs{Frame: Frame{"+", "+", "+", "+", "-", "|"}, Bar: []string{"#"}, Void: ".", ASCII: true, Still: true}
}

// GlyphsFor chooses between [Rounded] and [Square] by TERM and the locale.
func GlyphsFor(env func(string) string) Glyphs {
	term := env("TERM")
	if term == "linux" || strings.HasPrefix(term, "vt") || strings.HasPrefix(term, "screen") && !isUTF8(env) {
		return Square()
	}
	return Rounded()
}

// isUTF8 reads the locale as setlocale does: the first variable that is set counts.
func isUTF8(env func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToLower(env(name)); locale != "" {
			return strings.Contains(locale, "utf-8") || strings.Contains(locale, "utf8")
		}
	}
	return false
}
