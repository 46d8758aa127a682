package xmlscan

import "unicode/utf8"

// What an ASCII byte may be. Bytes from 0x80 on have no class: they are decoded.
const (
	nameStart  byte = 1 << iota // begins a name; a colon does not, it parts names
	nameChar                    // continues a name
	plainText                   // means itself in text
	plainCDATA                  // means itself in a CDATA section
	plainValue                  // means itself in an attribute value, in either quotes
	space                       // white space
)

var class = func() (t [256]byte) {
	for c := 0x20; c < 0x80; c++ {
		t[c] = plainText | plainCDATA | plainValue
	}
	t['\t'] = plainText | plainCDATA | space
	t['\n'] = plainText | plainCDATA | space
	t['\r'] = space
	t[' '] |= space
	t['<'] = plainCDATA
	t['&'] = plainCDATA
	t[']'] = plainValue
	t['"'] &^= plainValue
	t['\''] &^= plainValue
	for c := 'a'; c <= 'z'; c++ {
		t[c] |= nameStart | nameChar
		t[c-'a'+'A'] |= nameStart | nameChar
	}
	t['_'] |= nameStart | nameChar
	for _, c := range "-.0123456789" {
		t[c] |= nameChar
	}
	return t
}()

func isSpace(c byte) bool { return class[c]&space != 0 }

// isChar tells XML's Char (§2.2).
func isChar(r rune) bool {
	switch {
	case r < 0x20:
		return r == '\t' || r == '\n' || r == '\r'
	case r < 0xD800:
		return true
	case r < 0xE000:
		return false
	default:
		return r <= utf8.MaxRune && r != 0xFFFE && r != 0xFFFF
	}
}

// isNameStart tells XML's NameStartChar (§2.3) beyond ASCII.
func isNameStart(r rune) bool {
	switch {
	case r < 0x300:
		return r >= 0xC0 && r != 0xD7 && r != 0xF7
	case r < 0x2000:
		return r >= 0x370 && r != 0x37E
	case r < 0x3001:
		return r == 0x200C || r == 0x200D || r >= 0x2070 && r <= 0x218F || r >= 0x2C00 && r <= 0x2FEF
	case r < 0x10000:
		return r <= 0xD7FF || r >= 0xF900 && r <= 0xFDCF || r >= 0xFDF0 && r <= 0xFFFD
	default:
		return r <= 0xEFFFF
	}
}

// isNameChar tells XML's NameChar (§2.3) beyond ASCII.
func isNameChar(r rune) bool {
	return isNameStart(r) || r == 0xB7 || r >= 0x300 && r <= 0x36F || r == 0x203F || r == 0x2040
}

// char decodes the character at b[i], which is not ASCII. A length of 0 says
// that it is not complete yet, but could become one: the first byte that makes
// it impossible is reported at once.
func (s *Scanner) char(b []byte, i int) (r rune, n int, res result) {
	if !utf8.FullRune(b[i:]) {
		return 0, 0, more
	}
	r, n = utf8.DecodeRune(b[i:])
	if r == utf8.RuneError && n == 1 {
		return 0, 0, s.fail(RuleUTF8, i, "the byte 0x%02X does not begin a valid UTF-8 character", b[i])
	}
	if !isChar(r) {
		return 0, 0, s.fail(RuleCharacter, i, "the character U+%04X is not allowed in XML", r)
	}
	return r, n, again
}

// illegal reports the control character at b[i].
func (s *Scanner) illegal(b []byte, i int) result {
	return s.fail(RuleCharacter, i, "the character U+%04X is not allowed in XML", b[i])
}
