package xmlscan

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// Constants for the eight bytes of a word at once. In each byte of x, (x-ones)&^x sets the high bit if
// that is 0, and (x-n*ones)&^x if it is below n: the subtraction borrows. A borrow may also set bits of
// the bytes above, so that only the lowest bit set is certain; of bytes from 0x80 on nothing is said.
const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// skipValue returns the index of the first byte from b[i] on that does not mean itself in an attribute
// value in either quotes. It looks at eight bytes at once, and asks the table where one may be such.
func skipValue(b []byte, i int) int {
	for i+8 <= len(b) {
		word := binary.LittleEndian.Uint64(b[i : i+8])
		// White space, both quotes and "&" are among the first 0x28.
		less := word ^ '<'*ones
		odd := ((word-0x28*ones)&^word | (less-ones)&^less | word) & highs
		if odd == 0 {
			i += 8
			continue
		}
		i += bits.TrailingZeros64(odd) / 8
		if class[b[i]]&plainValue == 0 {
			return i
		}
		i++
	}
	for i < len(b) && class[b[i]]&plainValue != 0 {
		i++
	}
	return i
}

// skipText is skipValue for text or CDATA sections, as the class says.
func skipText(b []byte, i int, plain byte) int {
	for i+8 <= len(b) {
		word := binary.LittleEndian.Uint64(b[i : i+8])
		less, bracket, ampersand := word^'<'*ones, word^']'*ones, word^'&'*ones
		odd := (word - ' '*ones) &^ word
		odd |= (less - ones) &^ less
		odd |= (bracket - ones) &^ bracket
		odd |= (ampersand - ones) &^ ampersand
		if odd = (odd | word) & highs; odd == 0 {
			i += 8
			continue
		}
		i += bits.TrailingZeros64(odd) / 8
		if class[b[i]]&plain == 0 {
			return i
		}
		i++
	}
	for i < len(b) && class[b[i]]&plain != 0 {
		i++
	}
	return i
}

// skipWide returns the index behind the characters of more than one byte that stand at b[i], up to the
// first that is not whole or not allowed.
func skipWide(b []byte, i int) int {
	for i < len(b) && b[i] >= utf8.RuneSelf {
		r, n := utf8.DecodeRune(b[i:])
		if n == 1 || !isChar(r) {
			break
		}
		i += n
	}
	return i
}

// continuations counts the bytes of a word that continue a character: their two highest bits are 10.
func continuations(word uint64) int { return bits.OnesCount64(word >> 7 &^ (word >> 6) & ones) }

// countChars counts the characters that begin in p: the bytes that are no UTF-8 continuation.
func countChars(p []byte) int {
	n := len(p)
	for ; len(p) >= 32; p = p[32:] {
		w0, w1 := binary.LittleEndian.Uint64(p), binary.LittleEndian.Uint64(p[8:])
		w2, w3 := binary.LittleEndian.Uint64(p[16:]), binary.LittleEndian.Uint64(p[24:])
		if (w0|w1|w2|w3)&highs != 0 {
			n -= continuations(w0) + continuations(w1) + continuations(w2) + continuations(w3)
		}
	}
	for _, c := range p {
		if c&0xC0 == 0x80 {
			n--
		}
	}
	return n
}
