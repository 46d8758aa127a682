package xmlscan

import (
	"bytes"
	"unicode/utf8"
)

// AppendValue appends an attribute's value, references replaced and white
// space normalized (XML 1.0 §3.3.3).
func (s *Scanner) AppendValue(dst []byte, a Attr) []byte {
	raw := s.Bytes(a.ValPos, a.ValEnd)
	if !a.Ref {
		return append(dst, raw...)
	}
	return appendDecoded(dst, raw, true)
}

// AppendText appends a Text token's characters, references replaced, CDATA
// brackets removed, line ends normalized (XML 1.0 §2.11).
func (s *Scanner) AppendText(dst []byte, t *Token) []byte {
	raw := s.Bytes(t.Pos, t.End)
	if t.CDATA {
		raw = bytes.TrimSuffix(bytes.TrimPrefix(raw, []byte(cdataOpen)), []byte("]]>"))
	}
	switch {
	case !t.Ref:
		return append(dst, raw...)
	case t.CDATA:
		return appendLines(dst, raw)
	default:
		return appendDecoded(dst, raw, false)
	}
}

// appendDecoded appends scanned text or a scanned value. In a value, white
// space becomes a space; a referenced one stays what it is.
func appendDecoded(dst, raw []byte, value bool) []byte {
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		switch {
		case c == '&':
			end := i + bytes.IndexByte(raw[i:], ';')
			dst = appendReference(dst, string(raw[i+1:end+1]))
			i = end
		case c == '\r' && i+1 < len(raw) && raw[i+1] == '\n':
			// The line feed stands for both.
		case value && isSpace(c):
			dst = append(dst, ' ')
		case c == '\r':
			dst = append(dst, '\n')
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// appendLines appends raw with its line ends normalized.
func appendLines(dst, raw []byte) []byte {
	for i, c := range raw {
		switch {
		case c != '\r':
			dst = append(dst, c)
		case i+1 == len(raw) || raw[i+1] != '\n':
			dst = append(dst, '\n')
		}
	}
	return dst
}

// appendReference appends the character of a scanned reference, given without
// its "&".
func appendReference(dst []byte, ref string) []byte {
	for _, e := range entities {
		if ref == e.name {
			return append(dst, e.char)
		}
	}
	digits, base := ref[1:len(ref)-1], rune(10)
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	var r rune
	for _, c := range []byte(digits) {
		r = r*base + digitOf(c)
	}
	return utf8.AppendRune(dst, r)
}
