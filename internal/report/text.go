package report

import "unicode/utf8"

const (
	null      = "null"
	hexDigits = "0123456789abcdef"
)

// appendTextOrNull appends a text as JSON has it, null for nil.
func appendTextOrNull(dst []byte, text *string) []byte {
	if text == nil {
		return append(dst, null...)
	}
	return appendText(dst, *text)
}

// appendText appends a text in quotes, as encoding/json writes it when it leaves HTML alone: what is no
// UTF-8 becomes U+FFFD, and the two line ends that JavaScript does not take in a text are escaped.
func appendText(dst []byte, text string) []byte {
	dst = append(dst, '"')
	done := 0 // up to where it is appended
	for i := 0; i < len(text); {
		b := text[i]
		if escapes[b] == 0 {
			i++
			continue
		}
		size := 1
		if b < utf8.RuneSelf {
			dst = appendEscape(append(dst, text[done:i]...), b)
			done = i + 1
		} else {
			var r rune
			r, size = utf8.DecodeRuneInString(text[i:])
			switch {
			case r == utf8.RuneError && size == 1:
				dst = append(append(dst, text[done:i]...), `\ufffd`...)
				done = i + size
			case r == '\u2028' || r == '\u2029':
				dst = append(append(dst, text[done:i]...), `\u202`...)
				dst = append(dst, hexDigits[r&0xf])
				done = i + size
			}
		}
		i += size
	}
	return append(append(dst, text[done:]...), '"')
}

// escapes has for each byte what follows its backslash, u for what has no letter, and nothing for
// what stands as it is. Beyond ASCII the whole character decides.
var escapes = func() (all [256]byte) {
	for b := range all {
		if b < ' ' || b >= utf8.RuneSelf {
			all[b] = 'u'
		}
	}
	for b, letter := range map[byte]byte{'"': '"', '\\': '\\', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't'} {
		all[b] = letter
	}
	return all
}()

func appendEscape(dst []byte, b byte) []byte {
	dst = append(dst, '\\', escapes[b])
	if escapes[b] == 'u' {
		dst = append(dst, '0', '0', hexDigits[b>>4], hexDigits[b&0xf])
	}
	return dst
}
