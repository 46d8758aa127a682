package editor

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// SetText replaces the text. It can be undone. The cursor goes to the start.
func (e *Editor) SetText(text string) error {
	if err := e.change(Position{}, e.end(), text, replacing); err != nil {
		return err
	}
	e.move(Position{}, false)
	return nil
}

// Insert types text at the cursor, in place of the selection. What is typed in a row is undone
// together, word by word.
func (e *Editor) Insert(text string) error {
	if text == "" {
		return nil
	}
	from, to := e.selection()
	return e.change(from, to, normaliseLineEnds(text), typing)
}

// Paste inserts text at the cursor, in place of the selection, as one step of undo and without
// indenting it. It never does anything else, whatever the text holds.
func (e *Editor) Paste(text string) error {
	if text == "" {
		return nil
	}
	from, to := e.selection()
	return e.change(from, to, normaliseLineEnds(text), replacing)
}

func normaliseLineEnds(text string) string {
	if !strings.Contains(text, "\r") {
		return text
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
}

// change replaces a range, remembers how to undo that, and puts the cursor behind the new text. What
// is remembered is a copy: a part of a string, even an empty one, would keep all of it in memory.
func (e *Editor) change(from, to Position, text string, kind kind) error {
	removed := e.between(from, to)
	if size := e.size - len(removed) + len(text); size > MaxBytes {
		return &TooLargeError{Size: size}
	}
	if removed == "" && text == "" {
		return nil
	}
	e.history.add(step{
		kind: kind, at: from, removed: strings.Clone(removed), inserted: strings.Clone(text),
		cursor: e.cursor, anchor: e.anchor, selecting: e.selecting,
	})
	e.place(e.splice(from, to, text))
	return nil
}

// splice replaces a range and returns the end of the new text. Each line has bytes of its own, so that
// one that stays does not keep in memory whatever it came with.
func (e *Editor) splice(from, to Position, text string) Position {
	removed := to.Col - from.Col
	if to.Line > from.Line {
		removed = len(e.lines[from.Line].text) - from.Col + to.Col + 1
		for i := from.Line + 1; i < to.Line; i++ {
			removed += len(e.lines[i].text) + 1
		}
	}
	first := &e.lines[from.Line]
	kept := first.keep(from.Col)
	head, tail := first.text[:from.Col], e.lines[to.Line].text[to.Col:]

	parts := strings.Split(text, "\n")
	lines := make([]line, len(parts))
	for i, p := range parts {
		before, behind := "", ""
		if i == 0 {
			before = head
		}
		if i == len(parts)-1 {
			behind = tail
		}
		lines[i].text = joined(before, p, behind)
	}
	lines[0].stops = kept
	e.lines = slices.Replace(e.lines, from.Line, to.Line+1, lines...)
	e.size += len(text) - removed
	e.version++
	return after(from, text)
}

// joined returns a new string of three.
func joined(a, b, c string) string {
	var s strings.Builder
	s.Grow(len(a) + len(b) + len(c))
	s.WriteString(a)
	s.WriteString(b)
	s.WriteString(c)
	return s.String()
}

// place puts the cursor where an edit ended. What was inserted may have joined the character after
// it.
func (e *Editor) place(p Position) {
	e.cursor, e.selecting, e.goal = e.nearest(p), false, -1
}

// newLine breaks the line and indents the new one as the old one is.
func (e *Editor) newLine() error {
	from, to := e.selection()
	before := e.lines[from.Line].text[:from.Col]
	indent := before[:len(before)-len(strings.TrimLeft(before, " \t"))]
	return e.change(from, to, "\n"+indent, replacing)
}

// indent fills with spaces up to the next level.
func (e *Editor) indent() error {
	from, to := e.selection()
	cell := e.lines[from.Line].atCol(from.Col).cell
	return e.change(from, to, strings.Repeat(" ", IndentWidth-cell%IndentWidth), typing)
}

// remove deletes the selection, or else what lies between the cursor and where a movement leads.
func (e *Editor) remove(to func(Position) Position, kind kind) error {
	from, end := e.selection()
	if !e.selecting {
		if end = to(from); end.before(from) {
			from, end = end, from
		}
	}
	return e.change(from, end, "", kind)
}

// lastRune returns the last rune of a text.
func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}
