package iqbuilder

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"iqscope/iqbuilder/stanza"
)

// Severity orders findings.
type Severity uint8

// A Fatal finding keeps an IQ from being sent the normal way: servers refuse it,
// or it is no IQ at all. A Warning is against a rule that servers do not look
// after; a Hint is about what is right but unusual.
const (
	Hint Severity = iota + 1
	Warning
	Fatal
)

// String is the word for it: hint, warning or error.
func (s Severity) String() string {
	switch s {
	case Hint:
		return "hint"
	case Warning:
		return "warning"
	case Fatal:
		return "error"
	}
	return fmt.Sprintf("severity %d", uint8(s))
}

// Finding is one thing to say about an IQ. Line and Column count from 1,
// columns in characters; Pos and End are byte offsets in the text.
type Finding struct {
	Rule         string
	Severity     Severity
	Line, Column int
	Pos, End     int
	Text         string // one sentence
	Section      string // "RFC 6120 §8.2.3"
	Fix          *Fix   // nil where there is no obvious one
}

// Fix replaces text[Pos:End] by With.
type Fix struct {
	Title    string
	Pos, End int
	With     string
}

// Apply returns the text with the fix made.
func (f *Fix) Apply(text string) string { return text[:f.Pos] + f.With + text[f.End:] }

// spaces are the characters that XML calls white space (XML 1.0 §2.3).
const spaces = " \t\r\n"

// maxPerRule bounds the findings of one rule: a screen full of the same fault
// says no more than this many.
const maxPerRule = 20

// Check reads text as typed and says what is wrong with it, in the order of the
// text. The stanza is nil when the text is not one well-formed element.
func Check(text string, scope stanza.Scope) (*stanza.Stanza, []Finding) {
	return CheckAs(text, scope, stanza.JID{})
}

// trees are made of the nodes of those before: no finding keeps any.
var trees = sync.Pool{New: func() any { return new(stanza.Trees) }}

// CheckAs is Check for whoever knows whose stream it is: a client's full JID, its
// bare one before binding, or a component's domain. It also looks whether from is
// that. The zero JID is nobody's.
func CheckAs(text string, scope stanza.Scope, own stanza.JID) (*stanza.Stanza, []Finding) {
	s, err := stanza.Parse(text, scope)
	if err != nil {
		return nil, []Finding{brokenXML(text, err)}
	}
	made := trees.Get().(*stanza.Trees)
	defer trees.Put(made)
	root, err := made.Of(s)
	if err != nil {
		return nil, []Finding{brokenXML(text, err)}
	}
	c := checker{iq: s, root: root, scope: scope, own: own, count: map[string]int{}}
	c.check()
	slices.SortStableFunc(c.findings, func(a, b Finding) int { return cmp.Compare(a.Pos, b.Pos) })
	c.place(text)
	return s, c.findings
}

// Parse is Check for whoever only wants to send: the IQ byte for byte as typed,
// or a *RuleError made of the first fatal finding.
func Parse(text string, scope stanza.Scope) (*stanza.Stanza, error) {
	s, findings := Check(text, scope)
	for _, f := range findings {
		if f.Severity == Fatal {
			return nil, &RuleError{f}
		}
	}
	return s, nil
}

// RuleError refuses an IQ. Its message is one sentence with line and column.
type RuleError struct{ Finding Finding }

func (e *RuleError) Error() string {
	f := e.Finding
	text := f.Text
	if f.Line > 0 {
		text = fmt.Sprintf("%d:%d: %s", f.Line, f.Column, text)
	}
	if f.Section != "" {
		text += " (" + f.Section + ")"
	}
	return text
}

// brokenXML makes a finding of what stanza.Parse said.
func brokenXML(text string, err error) Finding {
	f := Finding{Rule: RuleOneElement, Severity: Fatal, Text: err.Error(), Section: sections[RuleOneElement]}
	var broken *stanza.XMLError
	var parse *stanza.ParseError
	switch {
	case errors.As(err, &broken):
		f.Rule, f.Text, f.Section = string(broken.Rule), broken.Detail, broken.Condition.Section()
		f.Pos = min(int(broken.Offset), len(text))
		_, size := utf8.DecodeRuneInString(text[f.Pos:])
		f.End = f.Pos + size
	case errors.As(err, &parse):
		f.Pos, f.End = parse.Pos, parse.End
	}
	f.Line, f.Column = 1, 1
	advance(text[:f.Pos], &f.Line, &f.Column)
	return f
}

// place moves the findings from the stanza's bytes to those of the text around
// it, and counts their lines and columns.
func (c *checker) place(text string) {
	shift := len(text) - len(strings.TrimLeft(text, spaces))
	line, column, at := 1, 1, 0
	for i := range c.findings {
		f := &c.findings[i]
		f.Pos, f.End = f.Pos+shift, f.End+shift
		if f.Fix != nil {
			f.Fix.Pos, f.Fix.End = f.Fix.Pos+shift, f.Fix.End+shift
		}
		advance(text[at:f.Pos], &line, &column)
		f.Line, f.Column, at = line, column, f.Pos
	}
}

// advance moves a place over text.
func advance(text string, line, column *int) {
	if last := strings.LastIndexByte(text, '\n'); last >= 0 {
		*line += strings.Count(text, "\n")
		*column = 1
		text = text[last+1:]
	}
	*column += utf8.RuneCountInString(text)
}
