package rule

import (
	"fmt"
	"unicode/utf8"
)

// SyntaxError says why a rule was refused, and where.
type SyntaxError struct {
	Text  string // the whole rule; for a *FieldError the field's text
	Pos   int    // byte offset in it of what is wrong; len(Text) for its end
	Words string // what is wrong, without a full stop
	Hint  string // what to write instead; "" when there is nothing to say
	Cause error  // such as *match.SyntaxError; nil for most
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("column %d: %s", e.Column(), e.sentence()) }

func (e *SyntaxError) sentence() string {
	if e.Hint == "" {
		return e.Words
	}
	return e.Words + "; " + e.Hint
}

func (e *SyntaxError) Unwrap() error { return e.Cause }

// Column is Pos counted in characters from 1, as an editor shows it.
func (e *SyntaxError) Column() int {
	return utf8.RuneCountInString(e.Text[:min(e.Pos, len(e.Text))]) + 1
}

// FieldError says which part of a rule is wrong, and why.
type FieldError struct {
	// Field is name, match, do, payload, type, condition, uri, text, extension,
	// delay or times: the key of a rule file.
	Field string
	SyntaxError
}

func (e *FieldError) Error() string {
	if e.Pos == 0 {
		return e.Field + ": " + e.sentence()
	}
	return e.Field + ", " + e.SyntaxError.Error()
}

// Unwrap is the *SyntaxError within.
func (e *FieldError) Unwrap() error { return &e.SyntaxError }
