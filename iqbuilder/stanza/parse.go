package stanza

import (
	"errors"
	"io"
	"strings"
	"sync"

	"iqscope/internal/xmlscan"
)

// ParseError says that a text is right XML, but not one element alone.
type ParseError struct {
	// Pos and End are the byte offsets of what is wrong.
	Pos, End int
	Detail   string // one sentence
}

func (e *ParseError) Error() string { return e.Detail }

// spaces are the characters that XML calls white space (XML 1.0 §2.3).
const spaces = " \t\r\n"

// scanners are kept for the next text: making one costs more than scanning a
// small stanza.
var scanners = sync.Pool{New: func() any { return new(xmlscan.Scanner) }}

// scan hands a text to a scanner, which goes back by rest.
func scan(text string, limits xmlscan.Limits, scope Scope) *xmlscan.Scanner {
	sc := scanners.Get().(*xmlscan.Scanner)
	sc.Reset(limits, scope.Namespaces)
	io.WriteString(sc, text)
	return sc
}

// rest lets go of a large text's buffer, and keeps the scanner.
func rest(sc *xmlscan.Scanner) {
	sc.Release(sc.Offset())
	scanners.Put(sc)
}

// Parse reads text that is exactly one element, white space around it allowed
// and kept out of XML. Errors are *XMLError, or *ParseError when the XML is
// right but not one element.
func Parse(text string, scope Scope) (*Stanza, error) { return ParseWithin(text, scope, Limits{}) }

// ParseWithin is Parse with other limits than the default ones, for what came from a stream that had
// those.
func ParseWithin(text string, scope Scope, limits Limits) (*Stanza, error) {
	if strings.Trim(text, spaces) == "" {
		return nil, &ParseError{End: len(text), Detail: "there is no element"}
	}
	sc := scan(text, limits, scope)
	defer rest(sc)
	var h header
	var end int64
	for {
		tok, err := sc.Next()
		if err == io.EOF || errors.Is(err, xmlscan.ErrMore) {
			if err := sc.Close(); err != nil {
				return nil, err
			}
			raw := text[h.start:end]
			return h.stanza(raw, kindOf(h.name, scope.Content), scope), nil
		}
		if err != nil {
			return nil, err
		}
		switch {
		case tok.Kind == xmlscan.Decl:
			return nil, &ParseError{Pos: int(tok.Pos), End: int(tok.End),
				Detail: "an XML declaration stands before a stream, not before a stanza"}
		case tok.Kind == xmlscan.Start && tok.Depth == 1:
			h.open(sc, tok, tok.Pos)
		case tok.Kind == xmlscan.Start && tok.Depth == 2:
			h.child(tok.Name, scope.Content)
		case tok.Kind == xmlscan.End && tok.Depth == 1:
			end = tok.End
		}
	}
}
