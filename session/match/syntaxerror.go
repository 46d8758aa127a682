package match

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// SyntaxError says why an expression was refused. Nothing of it was compiled.
type SyntaxError struct {
	Text    string // the whole expression
	Pos     int    // byte offset of what is wrong; len(Text) for its end
	Problem string // what is wrong, without a full stop
	Hint    string // what to write instead; "" when there is nothing to say
	Cause   error  // such as *stanza.JIDError; nil for most
}

func (e *SyntaxError) Error() string {
	message := fmt.Sprintf("column %d: %s", e.Column(), e.Problem)
	if e.Cause != nil {
		message += ": " + e.Cause.Error()
	}
	if e.Hint != "" {
		message += "; " + e.Hint
	}
	return message
}

func (e *SyntaxError) Unwrap() error { return e.Cause }

// Column is Pos counted in characters from 1, as an editor shows it.
func (e *SyntaxError) Column() int {
	return utf8.RuneCountInString(e.Text[:min(e.Pos, len(e.Text))]) + 1
}

// maxShown is how much of a text a message quotes, in bytes.
const maxShown = 80

// shown quotes a text for a message, cut to a line.
func shown(s string) string {
	if len(s) <= maxShown {
		return strconv.Quote(s)
	}
	cut := maxShown
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strconv.Quote(s[:cut] + "…")
}
