package match

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// checkText refuses what no notation allows.
func checkText(text string) error {
	fail := func(pos int, problem string) error {
		return &SyntaxError{Text: text, Pos: pos, Problem: problem}
	}
	if len(text) > MaxText {
		return fail(MaxText, fmt.Sprintf("this is longer than %d bytes", MaxText))
	}
	for i, r := range text {
		if r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD") {
			return fail(i, "this is not UTF-8")
		}
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' {
			return fail(i, "a control character cannot stand in a stanza")
		}
	}
	return nil
}

// cursor is a place in a text.
type cursor struct {
	text string
	pos  int
}

const spaces = " \t\r\n"

func (c *cursor) rest() string { return c.text[c.pos:] }
func (c *cursor) ended() bool  { return c.pos == len(c.text) }

func (c *cursor) skipSpace() {
	c.pos = len(c.text) - len(strings.TrimLeft(c.rest(), spaces))
}

func (c *cursor) has(prefix string) bool { return strings.HasPrefix(c.rest(), prefix) }

// take goes behind the prefix when it stands here.
func (c *cursor) take(prefix string) bool {
	if !c.has(prefix) {
		return false
	}
	c.pos += len(prefix)
	return true
}

// name takes the name that stands here, "" when there is none.
func (c *cursor) name() string {
	n := nameLen(c.rest())
	c.pos += n
	return c.text[c.pos-n : c.pos]
}

// since is the span from a place to here.
func (c *cursor) since(pos int) span { return span{text: c.text, pos: pos, end: c.pos} }

func (c *cursor) failAt(pos int, problem, hint string) *SyntaxError {
	return &SyntaxError{Text: c.text, Pos: pos, Problem: problem, Hint: hint}
}

func (c *cursor) fail(problem, hint string) *SyntaxError { return c.failAt(c.pos, problem, hint) }

// space takes {ns}; ok says that one stands here.
func (c *cursor) space() (ns string, ok bool, err error) {
	if !c.has("{") {
		return "", false, nil
	}
	end := strings.IndexByte(c.rest(), '}')
	if end < 0 {
		return "", false, c.fail("the namespace has no end", "write {namespace}name")
	}
	ns = c.rest()[1:end]
	c.pos += end + 1
	return ns, true, nil
}

// quoted takes a quoted text, whose opening quote stands here. A quote within it is written twice.
func (c *cursor) quoted() (string, error) {
	rest := c.rest()
	quote, text := rest[:1], ""
	for at := 1; ; {
		end := strings.Index(rest[at:], quote)
		if end < 0 {
			return "", c.fail("the quotes are not closed", "")
		}
		text += rest[at : at+end]
		at += end + 1
		if !strings.HasPrefix(rest[at:], quote) {
			c.pos += at
			return text, nil
		}
		text += quote
		at++
	}
}
