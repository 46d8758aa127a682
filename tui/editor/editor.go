// Package editor is a small editor for many lines of text, made for writing XML by hand.
//
// What is typed is what is sent: the text comes back from [Editor.Text] byte for byte, tabs
// included. Characters that would harm the terminal are kept in the text and shown by package
// safetext's marks. Only line ends are made one: a CR or CRLF that is typed or pasted becomes LF,
// since terminals send CR for every line end of a paste, whatever was copied.
//
// The editor knows no keys. The key map names actions, and [Editor.Do] takes their names; typed
// characters go to [Editor.Insert] and pasted ones to [Editor.Paste]:
//
//	if action, ok := keymap.Lookup(keys.Edit, keys.Name(msg)); ok {
//		if ed.Do(editor.Command(action)) {
//			return
//		}
//		… // send, leave, …
//	} else {
//		err = ed.Insert(keys.Text(msg))
//	}
//
// Positions are lines and bytes within the line, both from 0, always at the border of a character
// as the reader sees it (a grapheme cluster).
//
// An Editor belongs to the update loop and is not safe for concurrent use.
package editor

import (
	"fmt"
	"strings"
)

// Limits.
const (
	// MaxBytes is the longest text. It is the limit of a stanza on the wire.
	MaxBytes = 1 << 20
	// TabStop is how many cells apart the tab stops are.
	TabStop = 4
	// IndentWidth is how many spaces a level of indentation has.
	IndentWidth = 2
	// maxUndoBytes bounds what is kept for undo; the oldest steps are forgotten.
	maxUndoBytes = 8 << 20
)

// Position is a place in the text, before the byte Col of the line Line.
type Position struct {
	Line, Col int
}

func (p Position) before(q Position) bool {
	return p.Line < q.Line || p.Line == q.Line && p.Col < q.Col
}

// TooLargeError is returned when text does not fit. Nothing was changed.
type TooLargeError struct {
	Size int // bytes that the text would have had; the limit is [MaxBytes]
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the text would have %d bytes; at most %d fit", e.Size, MaxBytes)
}

// Editor is a text with a cursor. Make one with [New].
type Editor struct {
	lines    []line
	size     int    // bytes of the text
	version  uint64 // changes with the text
	joined   string // the text as of joinedAt
	joinedAt uint64

	cursor    Position
	anchor    Position // where the selection starts; the cursor is its end
	selecting bool
	goal      int // the cell that moving up and down aims at, or -1

	history history
	marks   []Mark

	width, height int
	top           int // first line of the view
	left          int // first cell of the view
}

// New returns an editor with a text; the cursor is at the start, and there is nothing to undo. Of a
// text longer than [MaxBytes] only the start is taken.
func New(text string) *Editor {
	text = text[:min(len(text), MaxBytes)]
	e := &Editor{lines: []line{{}}, goal: -1}
	e.splice(Position{}, Position{}, text)
	return e
}

// Text returns the text, byte for byte. It is kept until the text changes, so asking again is free.
func (e *Editor) Text() string {
	if e.joinedAt != e.version {
		var b strings.Builder
		b.Grow(e.size)
		for i := range e.lines {
			if i > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(e.lines[i].text)
		}
		e.joined, e.joinedAt = b.String(), e.version
	}
	return e.joined
}

// Len returns the length of the text in bytes.
func (e *Editor) Len() int { return e.size }

// Version changes whenever the text does. Whoever checks or colours the text keeps it, to see
// whether there is something to do.
func (e *Editor) Version() uint64 { return e.version }

// Lines returns the number of lines, at least 1.
func (e *Editor) Lines() int { return len(e.lines) }

// Line returns the bytes of a line, without its end; it is empty for a line that does not exist.
func (e *Editor) Line(i int) string {
	if i < 0 || i >= len(e.lines) {
		return ""
	}
	return e.lines[i].text
}

// Cursor returns where the cursor is.
func (e *Editor) Cursor() Position { return e.cursor }

// SetCursor moves the cursor, to the nearest place there is, and ends the selection.
func (e *Editor) SetCursor(p Position) { e.move(e.nearest(p), false) }

// Select selects a range; the cursor is at its end.
func (e *Editor) Select(from, to Position) {
	e.move(e.nearest(from), false)
	e.move(e.nearest(to), true)
}

// Selected returns the selected text; it is empty if nothing is selected.
func (e *Editor) Selected() string {
	from, to := e.selection()
	return e.between(from, to)
}

// SelectionStart is where the selection starts in the text; without one, where the cursor is.
func (e *Editor) SelectionStart() Position {
	from, _ := e.selection()
	return from
}

// SetSize says how large the view is, for paging and scrolling. The width includes the gutter.
func (e *Editor) SetSize(width, height int) { e.width, e.height = max(width, 0), max(height, 0) }

// selection returns the selected range; both ends are the cursor if nothing is selected.
func (e *Editor) selection() (from, to Position) {
	if !e.selecting {
		return e.cursor, e.cursor
	}
	if e.anchor.before(e.cursor) {
		return e.anchor, e.cursor
	}
	return e.cursor, e.anchor
}

// between returns the text of a range.
func (e *Editor) between(from, to Position) string {
	if from.Line == to.Line {
		return e.lines[from.Line].text[from.Col:to.Col]
	}
	var b strings.Builder
	b.WriteString(e.lines[from.Line].text[from.Col:])
	for i := from.Line + 1; i < to.Line; i++ {
		b.WriteByte('\n')
		b.WriteString(e.lines[i].text)
	}
	b.WriteByte('\n')
	b.WriteString(e.lines[to.Line].text[:to.Col])
	return b.String()
}

// nearest returns the place in the text that is nearest to p.
func (e *Editor) nearest(p Position) Position {
	if p.Line < 0 {
		return Position{}
	}
	if p.Line >= len(e.lines) {
		return e.end()
	}
	p.Col = e.lines[p.Line].border(min(max(p.Col, 0), len(e.lines[p.Line].text)))
	return p
}

// end returns the end of the text.
func (e *Editor) end() Position {
	last := len(e.lines) - 1
	return Position{last, len(e.lines[last].text)}
}
