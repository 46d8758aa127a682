package compose

import (
	"iqscope/iqbuilder"
	"iqscope/tui/editor"
)

// position turns a byte offset in the text into a place in the editor.
func (p *Pane) position(offset int) editor.Position {
	for i := range p.editor.Lines() {
		length := len(p.editor.Line(i))
		if offset <= length {
			return editor.Position{Line: i, Col: max(offset, 0)}
		}
		offset -= length + 1
	}
	last := p.editor.Lines() - 1
	return editor.Position{Line: last, Col: len(p.editor.Line(last))}
}

// offset is the other way round.
func (p *Pane) offset(at editor.Position) int {
	n := at.Col
	for i := range at.Line {
		n += len(p.editor.Line(i)) + 1
	}
	return n
}

// mostMarks is how many findings are underlined.
const mostMarks = 50

// marks are the findings as the editor underlines them.
func (p *Pane) marks() []editor.Mark {
	if p.empty() {
		return nil // that is no mistake
	}
	var marks []editor.Mark
	for _, f := range p.checked.findings[:min(mostMarks, len(p.checked.findings))] {
		at := p.position(f.Pos)
		length := max(0, min(f.End-f.Pos, len(p.editor.Line(at.Line))-at.Col))
		marks = append(marks, editor.Mark{Line: at.Line, Col: at.Col, Len: length, Severity: severity(f.Severity)})
	}
	return marks
}

func severity(s iqbuilder.Severity) editor.Severity {
	switch s {
	case iqbuilder.Fatal:
		return editor.Error
	case iqbuilder.Warning:
		return editor.Warning
	}
	return editor.Info
}
