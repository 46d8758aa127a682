package capture

import (
	"strings"
	"unicode/utf8"

	"iqscope/iqbuilder"
)

// place is where a byte stands, line and column counted from 1, columns in
// characters.
type place struct{ offset, line, column int }

// move goes on to a later byte.
func (p *place) move(text string, to int) {
	passed := text[p.offset:to]
	p.offset = to
	if last := strings.LastIndexByte(passed, '\n'); last >= 0 {
		p.line += strings.Count(passed, "\n")
		p.column = 1
		passed = passed[last+1:]
	}
	p.column += utf8.RuneCountInString(passed)
}

// shift gives a finding in a part that begins here its place in the whole.
func (p *place) shift(f iqbuilder.Finding) iqbuilder.Finding {
	if f.Line == 1 {
		f.Column += p.column - 1
	}
	f.Line += p.line - 1
	f.Pos, f.End = f.Pos+p.offset, f.End+p.offset
	if f.Fix != nil {
		fix := *f.Fix
		fix.Pos, fix.End = fix.Pos+p.offset, fix.End+p.offset
		f.Fix = &fix
	}
	return f
}
