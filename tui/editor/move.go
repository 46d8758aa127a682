package editor

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// move puts the cursor somewhere, and selects what it passes or ends the selection.
func (e *Editor) move(to Position, selecting bool) {
	if selecting && !e.selecting {
		e.anchor = e.cursor
	}
	e.cursor, e.selecting, e.goal = to, selecting, -1
	e.history.sealed = true
	if e.selecting && e.anchor == e.cursor {
		e.selecting = false
	}
}

// vertically moves the cursor by lines and keeps to the cell it came from, also over lines that are
// shorter.
func (e *Editor) vertically(lines int, selecting bool) {
	goal := e.goal
	if goal < 0 {
		goal = e.lines[e.cursor.Line].atCol(e.cursor.Col).cell
	}
	to := e.cursor
	switch to.Line += lines; {
	case to.Line < 0:
		to = Position{}
	case to.Line >= len(e.lines):
		to = e.end()
	default:
		to.Col = e.lines[to.Line].atCell(goal).col
	}
	e.move(to, selecting)
	e.goal = goal
}

func (e *Editor) page() int { return max(e.height-1, 1) }

func (e *Editor) leftOf(p Position) Position {
	switch {
	case p.Col > 0:
		p.Col = e.lines[p.Line].prev(p.Col)
	case p.Line > 0:
		p.Line--
		p.Col = len(e.lines[p.Line].text)
	}
	return p
}

func (e *Editor) rightOf(p Position) Position {
	switch {
	case p.Col < len(e.lines[p.Line].text):
		p.Col = e.lines[p.Line].next(p.Col)
	case p.Line < len(e.lines)-1:
		p = Position{Line: p.Line + 1}
	}
	return p
}

// class tells apart what a movement by words stops at.
func class(r rune) int {
	switch {
	case unicode.IsSpace(r):
		return 0
	case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r), r == '_', r == '-':
		return 1
	}
	return 2
}

// wordLeft returns the start of the word before p; at the start of a line, the end of the line
// before.
func (e *Editor) wordLeft(p Position) Position {
	if p.Col == 0 {
		return e.leftOf(p)
	}
	text := strings.TrimRightFunc(e.lines[p.Line].text[:p.Col], unicode.IsSpace)
	word := class(lastRune(text))
	p.Col = len(strings.TrimRightFunc(text, func(r rune) bool { return class(r) == word }))
	p.Col = e.lines[p.Line].atCol(p.Col).col
	return p
}

// wordRight returns the end of the word after p; at the end of a line, the start of the next.
func (e *Editor) wordRight(p Position) Position {
	text := e.lines[p.Line].text
	if p.Col == len(text) {
		return e.rightOf(p)
	}
	rest := strings.TrimLeftFunc(text[p.Col:], unicode.IsSpace)
	r, _ := utf8.DecodeRuneInString(rest)
	word := class(r)
	rest = strings.TrimLeftFunc(rest, func(r rune) bool { return class(r) == word })
	p.Col = e.lines[p.Line].border(len(text) - len(rest))
	return p
}

// lineStart returns the first character of the line that is no space, or the start of the line if p
// is there.
func (e *Editor) lineStart(p Position) Position {
	text := e.lines[p.Line].text
	first := e.lines[p.Line].border(len(text) - len(strings.TrimLeft(text, " \t")))
	if p.Col == first {
		first = 0
	}
	return Position{p.Line, first}
}

func (e *Editor) lineEnd(p Position) Position {
	return Position{p.Line, len(e.lines[p.Line].text)}
}

// killEnd returns the end of the line, or the start of the next one if p is there.
func (e *Editor) killEnd(p Position) Position {
	if p == e.lineEnd(p) {
		return e.rightOf(p)
	}
	return e.lineEnd(p)
}

// killStart returns the start of the line.
func (e *Editor) killStart(p Position) Position { return Position{Line: p.Line} }
