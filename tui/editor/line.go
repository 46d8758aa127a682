package editor

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"iqscope/internal/safetext"
)

// line is one line of the text. To find out which cell a byte is drawn in, the line is read from
// its start; so that a very long line need not be read again for every key and frame, stops
// remember places that were passed.
type line struct {
	text  string
	stops *[]stop // ascending; nil for none
}

// stop is the start of a character: its byte and its cell.
type stop struct {
	col, cell int
}

// stopEvery is how many bytes apart stops are at least: a screen or two of text.
const stopEvery = 512

// cluster is one character as the reader sees it.
type cluster struct {
	size  int // bytes
	width int // cells; at least 1
}

// at measures the character at a byte, which is drawn in a cell.
func (l *line) at(col, cell int) cluster {
	b := l.text[col]
	switch {
	case b == '\t':
		return cluster{1, TabStop - cell%TabStop}
	case b < ' ' || b == 0x7f: // shown by its picture
		return cluster{1, 1}
	case b < utf8.RuneSelf && (col+1 == len(l.text) || l.text[col+1] < utf8.RuneSelf):
		return cluster{1, 1}
	}
	s, width := ansi.FirstGraphemeCluster(l.text[col:], ansi.GraphemeWidth)
	if r, size := utf8.DecodeRuneInString(s); size < len(s) || !plainLetter(r) {
		width = max(1, safetext.CleanLine(s).Width())
	}
	return cluster{len(s), width}
}

// plainLetter says that a letter is surely drawn as it is, so that nobody needs to ask safetext, which
// takes four times as long. Other scripts have letters that are not seen, or join others.
func plainLetter(r rune) bool {
	return unicode.IsLetter(r) && unicode.In(r, unicode.Han, unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Hiragana)
}

// shown returns what is drawn for the character at a byte.
func (l *line) shown(col int, c cluster) string {
	s := l.text[col : col+c.size]
	if s == "\t" {
		return strings.Repeat(" ", c.width)
	}
	return safetext.CleanLine(s).String()
}

// walk goes from the start of the line, or a stop, over characters as long as until says no of
// where the next one starts and where it ends. It returns the place it came to.
func (l *line) walk(from stop, until func(here, next stop) bool) stop {
	here := from
	for here.col < len(l.text) {
		c := l.at(here.col, here.cell)
		next := stop{here.col + c.size, here.cell + c.width}
		if until(here, next) {
			break
		}
		here = next
		l.remember(here)
	}
	return here
}

// remember keeps a place for later, if the last one kept is far enough before it.
func (l *line) remember(s stop) {
	last := 0
	if l.stops != nil {
		last = (*l.stops)[len(*l.stops)-1].col
	}
	if s.col < last+stopEvery {
		return
	}
	if l.stops == nil {
		l.stops = new([]stop)
	}
	*l.stops = append(*l.stops, s)
}

// last returns the last stop for which ok holds, or the start of the line.
func (l *line) last(ok func(stop) bool) stop {
	if l.stops == nil {
		return stop{}
	}
	i := sort.Search(len(*l.stops), func(i int) bool { return !ok((*l.stops)[i]) })
	if i == 0 {
		return stop{}
	}
	return (*l.stops)[i-1]
}

// atCol returns the character that holds a byte, or the end of the line.
func (l *line) atCol(col int) stop {
	from := l.last(func(s stop) bool { return s.col <= col })
	return l.walk(from, func(_, next stop) bool { return next.col > col })
}

// atCell returns the character that is drawn in a cell, or the end of the line.
func (l *line) atCell(cell int) stop {
	from := l.last(func(s stop) bool { return s.cell <= cell })
	return l.walk(from, func(_, next stop) bool { return next.cell > cell })
}

// border returns col if a character starts there, else the end of the character that it is within.
func (l *line) border(col int) int {
	s := l.atCol(col)
	if s.col < col {
		return s.col + l.at(s.col, s.cell).size
	}
	return s.col
}

// next returns where the character after the one at col starts.
func (l *line) next(col int) int {
	return col + l.at(col, l.atCol(col).cell).size
}

// prev returns where the character before col starts. Col must be greater than 0.
func (l *line) prev(col int) int { return l.atCol(col - 1).col }

// keep returns the stops that still hold for a text that begins as this one does up to col.
func (l *line) keep(col int) *[]stop {
	if l.stops == nil {
		return nil
	}
	// Where a character ends depends on the rune after it, and a rune has up to four bytes.
	n := sort.Search(len(*l.stops), func(i int) bool { return (*l.stops)[i].col+utf8.UTFMax > col })
	if n == 0 {
		return nil
	}
	kept := (*l.stops)[:n:n]
	return &kept
}
