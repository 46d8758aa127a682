package painter

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// cell is what stands in a column: a character, and the sequences that style it.
type cell struct{ text, style string }

// shortGap is how many cells that stay are written again rather than gone over: about as long as the
// sequence that goes over them.
const shortGap = 8

// changes writes what makes one screen of another; nil for one that is not known. Screens of other
// sizes are written whole.
func changes(b *bytes.Buffer, old, lines []string) {
	for y, line := range lines {
		switch {
		case len(old) != len(lines):
			whole(b, y, line)
		case old[y] != line:
			changed(b, y, old[y], line)
		}
	}
}

// whole writes a line from its first column on.
func whole(b *bytes.Buffer, y int, line string) {
	b.WriteString(ansi.CursorPosition(1, y+1))
	b.WriteString(line)
	if strings.ContainsRune(line, ansi.ESC) {
		b.WriteString(ansi.ResetStyle)
	}
}

// changed writes the cells of a line that are not as they were. Where terminals do not agree how
// wide a character is, it writes all of them: then no column is known for sure.
func changed(b *bytes.Buffer, y int, old, line string) {
	before, sure := cells(old)
	after, surely := cells(line)
	if !sure || !surely || len(before) != len(after) {
		whole(b, y, line)
		return
	}
	for x := 0; x < len(after); {
		if before[x] == after[x] {
			x++
			continue
		}
		end := x + 1 // of what is written
		for i := end; i < len(after) && i < end+shortGap; i++ {
			if before[i] != after[i] {
				end = i + 1
			}
		}
		b.WriteString(ansi.CursorPosition(x+1, y+1))
		write(b, after[x:end])
		x = end
	}
}

// write writes cells, and ends their styles.
func write(b *bytes.Buffer, row []cell) {
	style := ""
	for _, c := range row {
		if c.style != style {
			if style != "" {
				b.WriteString(ansi.ResetStyle)
			}
			b.WriteString(c.style)
			style = c.style
		}
		b.WriteString(c.text)
	}
	if style != "" {
		b.WriteString(ansi.ResetStyle)
	}
}

// cells takes a line apart. It is not sure of its columns where a character is not one that is one
// cell wide everywhere.
func cells(line string) (row []cell, sure bool) {
	style := ""
	for state := byte(0); line != ""; {
		seq, width, n, next := ansi.DecodeSequence(line, state, nil)
		state, line = next, line[n:]
		switch {
		case strings.HasPrefix(seq, "\x1b[") && strings.HasSuffix(seq, "m"):
			if style += seq; seq == ansi.ResetStyle || seq == "\x1b[0m" {
				style = ""
			}
		case width == 1 && usual(seq):
			row = append(row, cell{seq, style})
		default:
			return nil, false
		}
	}
	return row, true
}

// usual says that a character is one cell wide wherever the screen's own frames are: Latin, Greek and
// Cyrillic letters, and the signs that the screen is drawn with.
func usual(text string) bool {
	r, size := utf8.DecodeRuneInString(text)
	switch {
	case size != len(text):
		return false
	case r < 0x20, r >= 0x7f && r < 0xa0, r == 0xad:
		return false
	case r < 0x300, r >= 0x370 && r < 0x483, r >= 0x48a && r < 0x530:
		return true
	}
	return r >= 0x2010 && r < 0x2027 || r >= 0x2190 && r < 0x2200 || r >= 0x2500 && r < 0x2600 || r >= 0x2713 && r < 0x2718
}
