package report

import "iqscope/iqbuilder"

// Finding is what is wrong at one place of a file, as a line of JSON.
type Finding struct {
	File    *string `json:"file"` // null for standard input
	Line    int     `json:"line"`
	Column  int     `json:"column"` // in characters
	Level   string  `json:"level"`
	Rule    string  `json:"rule"`
	Text    string  `json:"text"`
	Section *string `json:"section"`
	Fix     *Fix    `json:"fix"` // null where there is no obvious one
}

// Fix replaces the bytes from pos to end of the whole input.
type Fix struct {
	Title string `json:"title"`
	Pos   int    `json:"pos"`
	End   int    `json:"end"`
	With  string `json:"with"`
}

// NewFinding makes the record of a finding; the file is "" for standard input.
func NewFinding(file string, f iqbuilder.Finding) Finding {
	r := Finding{
		File: orNull(file), Line: f.Line, Column: f.Column, Level: f.Severity.String(),
		Rule: f.Rule, Text: f.Text, Section: orNull(f.Section),
	}
	if f.Fix != nil {
		r.Fix = &Fix{f.Fix.Title, f.Fix.Pos, f.Fix.End, f.Fix.With}
	}
	return r
}
