package editor

import (
	"cmp"
	"slices"
)

// Severity is how bad a finding is.
type Severity int

// The severities.
const (
	Info Severity = iota
	Warning
	Error
)

// Mark underlines a part of one line, and puts a sign into the gutter: a finding of a check.
type Mark struct {
	Line, Col int // from 0; Col in bytes
	Len       int // bytes; 0 marks the character at Col
	Severity  Severity
}

// SetMarks replaces all marks. They do not move with the text: set them anew after each change.
// Marks outside the text do no harm.
func (e *Editor) SetMarks(marks []Mark) {
	e.marks = slices.Clone(marks)
	slices.SortStableFunc(e.marks, func(a, b Mark) int { return cmp.Compare(a.Line, b.Line) })
}

// marksOn returns the marks of a line.
func (e *Editor) marksOn(line int) []Mark {
	byLine := func(m Mark, line int) int { return cmp.Compare(m.Line, line) }
	from, _ := slices.BinarySearchFunc(e.marks, line, byLine)
	to, _ := slices.BinarySearchFunc(e.marks, line+1, byLine)
	return e.marks[from:to]
}

// unmarked is the severity of what has no mark.
const unmarked Severity = -1

// worst returns the severity of the worst mark that covers a character.
func worst(marks []Mark, col, size int) Severity {
	severity := unmarked
	for _, m := range marks {
		if m.Col < col+size && col < m.Col+max(m.Len, 1) {
			severity = max(severity, m.Severity)
		}
	}
	return severity
}
