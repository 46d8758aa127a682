package safetext

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// MaxClusterRunes is how many runes of one grapheme cluster are shown. Real words seldom need more
// than four.
const MaxClusterRunes = 8

// Clean makes text safe and keeps its newlines. Use it for what is shown in several lines.
func Clean(s string) Text { return clean(s, true) }

// CleanLine makes text safe for one line: a newline is shown as ␊.
func CleanLine(s string) Text { return clean(s, false) }

func clean(s string, keepNewlines bool) Text {
	n := plainPrefix(s, keepNewlines)
	if n == len(s) {
		return Text{s}
	}
	c := cleaner{keepNewlines: keepNewlines}
	c.out.Grow(len(s) + len(s)/4)
	if n > 0 {
		n-- // the next rune may combine with the last plain one
	}
	c.out.WriteString(s[:n])
	for s = s[n:]; s != ""; {
		if s[0] < utf8.RuneSelf && (len(s) == 1 || s[1] < utf8.RuneSelf) {
			c.ascii(s[0])
			s = s[1:]
			continue
		}
		cluster, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		c.cluster(cluster)
		s = s[len(cluster):]
	}
	return Text{c.out.String()}
}

// plainPrefix returns the length of the start of s that is printable ASCII.
func plainPrefix(s string, newlines bool) int {
	for i := 0; i < len(s); i++ {
		if b := s[i]; (b < ' ' || b > '~') && (b != '\n' || !newlines) {
			return i
		}
	}
	return len(s)
}

type cleaner struct {
	out          strings.Builder
	keepNewlines bool
	// joined is how many runes are in the cluster that is being written; 0 if the next rune has
	// nothing to combine with.
	joined int
}

// ascii writes one ASCII character that nothing follows to combine with it.
func (c *cleaner) ascii(b byte) {
	switch {
	case b == '\n' && c.keepNewlines:
		c.out.WriteByte('\n')
	case b < ' ':
		c.out.WriteRune('\u2400' + rune(b))
	case b == 0x7f:
		c.out.WriteRune('\u2421')
	default:
		c.out.WriteByte(b)
	}
}

// cluster writes what a reader sees as one character.
func (c *cleaner) cluster(s string) {
	c.joined = 0
	dropped := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			c.code("<0x%02X>", rune(s[i]))
		case r < ' ' || r == 0x7f:
			c.ascii(byte(r))
			c.joined = 0
		case !visible(r):
			c.code("<U+%04X>", r)
		case c.joined == 0 && joins(r), c.joined > 0 && ansi.StringWidth(string(r)) > 0:
			c.code("<U+%04X>", r)
		case c.joined == MaxClusterRunes:
			dropped++
		default:
			c.out.WriteRune(r)
			c.joined++
		}
		i += size
	}
	if dropped > 0 {
		fmt.Fprintf(&c.out, "<+%d>", dropped)
	}
}

func (c *cleaner) code(format string, value rune) {
	fmt.Fprintf(&c.out, format, value)
	c.joined = 0
}

// visible reports whether a rune is shown as it is.
func visible(r rune) bool {
	return unicode.IsPrint(r) && !unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector, hidden)
}

// hidden are runes that are printable, but look like nothing, or change the width of a neighbour in
// a text that is put beside this one.
var hidden = &unicode.RangeTable{
	R16: []unicode.Range16{
		// Letters that join the next character (Grapheme_Cluster_Break=Prepend).
		{Lo: 0x0D4E, Hi: 0x0D4E, Stride: 1},
		{Lo: 0x2800, Hi: 0x2800, Stride: 1}, // Braille blank
	},
	R32: []unicode.Range32{
		{Lo: 0x111C2, Hi: 0x111C3, Stride: 1}, // Prepend, as all up to 11F02
		{Lo: 0x1193F, Hi: 0x11941, Stride: 2},
		{Lo: 0x11A3A, Hi: 0x11A3A, Stride: 1},
		{Lo: 0x11A84, Hi: 0x11A89, Stride: 1},
		{Lo: 0x11D46, Hi: 0x11D46, Stride: 1},
		{Lo: 0x11F02, Hi: 0x11F02, Stride: 1},
		{Lo: 0x1F1E6, Hi: 0x1F1FF, Stride: 1}, // flag letters: two cells in pairs, one or two alone
		{Lo: 0x1F3FB, Hi: 0x1F3FF, Stride: 1}, // emoji modifiers
	},
}

// joins reports whether a rune combines with the one before it.
func joins(r rune) bool {
	switch r {
	case 0x0E33, 0x0EB3, 0xFF9E, 0xFF9F: // letters with Grapheme_Cluster_Break SpacingMark or Extend
		return true
	}
	return unicode.IsMark(r)
}
