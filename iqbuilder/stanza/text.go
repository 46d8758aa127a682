package stanza

import "iqscope/internal/xmlscan"

// text makes strings of pieces of the input: one for those that follow each other, as far as they are
// here, which costs less than one for each. Whoever keeps a piece keeps the string: of maxText bytes at
// most, and of not much more than there were pieces before, so that what is never asked for costs no
// more than what is.
type text struct {
	s    string
	pos  int64 // stream offset of its first byte
	used int   // bytes of it that were asked for
}

const maxText = 4 << 10

// cut returns the input from pos up to end, which lies behind all that was asked for before.
func (t *text) cut(sc *xmlscan.Scanner, pos, end int64) string {
	n := int(end - pos)
	if at := pos - t.pos; at+int64(n) <= int64(len(t.s)) {
		t.used += n
		return t.s[at : int(at)+n]
	}
	if n > maxText {
		return string(sc.Bytes(pos, end))
	}
	size := max(n, min(2*t.used, maxText))
	to := min(pos+int64(size), sc.Offset()+int64(sc.Buffered()))
	*t = text{s: string(sc.Bytes(pos, to)), pos: pos, used: n}
	return t.s[:n]
}
