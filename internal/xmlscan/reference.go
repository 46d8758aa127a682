package xmlscan

import "unicode/utf8"

// reference is a reference that is being scanned, in text or in a value.
type reference struct {
	state  referenceState
	at     int64 // offset of the "&"
	char   rune  // the value of the digits so far
	digits bool  // there were digits
}

type referenceState uint8

const (
	refNone    referenceState = iota
	refName                   // behind "&", or in a name
	refNumber                 // behind "&#"
	refDecimal                // in decimal digits
	refHex                    // behind "&#x"
)

// entities are the five that XML itself declares (§4.6), each with the ";".
var entities = [...]struct {
	name string
	char byte
}{{"amp;", '&'}, {"lt;", '<'}, {"gt;", '>'}, {"quot;", '"'}, {"apos;", '\''}}

// beginReference begins a reference with the "&" at buf[i].
func (s *Scanner) beginReference(i int) {
	s.ref = reference{state: refName, at: s.offset(i)}
}

// scanReference scans on in a reference. When that is complete, it returns the
// index behind it and again.
func (s *Scanner) scanReference(b []byte, i int) (int, result) {
	at := s.index(s.ref.at)
	for ; i < len(b); i++ {
		c := b[i]
		switch s.ref.state {
		case refName:
			name := b[at+1 : i+1]
			if len(name) == 1 && c == '#' {
				s.ref.state = refNumber
				continue
			}
			known, complete := entity(name)
			switch {
			case complete:
				s.ref.state = refNone
				return i + 1, again
			case known:
			case class[c]&nameStart != 0, c >= 0x80, len(name) > 1 && (c == ';' || c == ':' || class[c]&nameChar != 0):
				return i, s.fail(RuleEntity, at, "XMPP allows no entities but &amp; &lt; &gt; &quot; and &apos;")
			default:
				return i, s.fail(RuleReference, at, "\"&\" does not begin a complete reference; write \"&amp;\"")
			}
		case refNumber:
			if c == 'x' {
				s.ref.state = refHex
				continue
			}
			s.ref.state = refDecimal
			fallthrough
		default:
			if c == ';' && s.ref.digits {
				if !isChar(s.ref.char) {
					return i, s.fail(RuleCharacterReference, at, "the character U+%04X is not allowed in XML", s.ref.char)
				}
				s.ref.state = refNone
				return i + 1, again
			}
			digit, base := digitOf(c), rune(10)
			if s.ref.state == refHex {
				base = 16
			}
			if digit < 0 || digit >= base {
				return i, s.fail(RuleReference, at, "a character reference must be digits between \"&#\" and \";\"")
			}
			s.ref.digits = true
			s.ref.char = s.ref.char*base + digit
			if s.ref.char > utf8.MaxRune {
				return i, s.fail(RuleCharacterReference, at, "the character reference is beyond U+10FFFF")
			}
		}
	}
	return i, more
}

// entity tells whether name begins one of the five entities, and whether it is
// one, ";" included.
func entity(name []byte) (known, complete bool) {
	for _, e := range entities {
		if len(name) <= len(e.name) && string(name) == e.name[:len(name)] {
			return true, len(name) == len(e.name)
		}
	}
	return false, false
}

// plainEntity returns the length of the entity reference that b begins with, 0 if it is none, if it is
// not whole or if it may be longer than a token can be.
func (s *Scanner) plainEntity(b []byte) int {
	for i := range entities {
		name := entities[i].name
		if n := 1 + len(name); n <= len(b) && string(b[1:n]) == name && int64(n) <= s.limits.ElementBytes {
			return n
		}
	}
	return 0
}

// digitOf returns the value of a hexadecimal digit, or -1.
func digitOf(c byte) rune {
	switch {
	case c >= '0' && c <= '9':
		return rune(c - '0')
	case c >= 'a' && c <= 'f':
		return rune(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return rune(c-'A') + 10
	default:
		return -1
	}
}
