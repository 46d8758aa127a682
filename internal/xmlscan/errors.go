package xmlscan

import "fmt"

// Error says which rule was broken and where. Detail never holds the input's
// bytes unquoted.
type Error struct {
	Rule      Rule
	Condition Condition
	// Offset counts bytes from the start of the input, over all documents since
	// New or Reset, and is always that of a character's first byte. Line and
	// Column start at 1; a line ends with a line feed; Column counts characters,
	// not bytes.
	Offset       int64
	Line, Column int
	Detail       string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%d:%d: %s (%s)", e.Line, e.Column, e.Detail, e.Rule)
}

// fail records that a rule is broken at buf[i]. From now on Next returns it.
func (s *Scanner) fail(rule Rule, i int, format string, args ...any) result {
	i = s.charStart(i)
	line, column := s.Position(s.offset(i))
	s.err = &Error{
		Rule:      rule,
		Condition: rule.Condition(),
		Offset:    s.offset(i),
		Line:      line,
		Column:    column,
		Detail:    fmt.Sprintf(format, args...),
	}
	return failed
}

// quote shows a piece of the input in a message: quoted, and cut when long.
func quote[T string | []byte](piece T) string {
	const most = 40
	runes := []rune(string(piece[:min(len(piece), 4*most)]))
	if len(piece) <= 4*most && len(runes) <= most {
		return fmt.Sprintf("%+q", string(runes))
	}
	return fmt.Sprintf("%+q…", string(runes[:min(len(runes), most)]))
}
