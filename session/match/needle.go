package match

import (
	"unicode"
	"unicode/utf8"

	"iqscope/iqbuilder/stanza"
)

// needle is a text to be found whatever the case, by the search of Knuth, Morris
// and Pratt: no text makes it slower than linear, and it takes no memory.
type needle struct {
	text string // as written
	fold []rune // the text in one case
	back []int  // for each rune: how much of the needle still fits after a mismatch

	plain []byte // of a needle in ASCII: the text in one case
	wide  bool   // a character beyond ASCII differs in case alone from one of the needle's
}

// folded are the characters of ASCII in one case. What is beyond ASCII is 0, which no text has.
var folded = func() (table [256]byte) {
	for c := range utf8.RuneSelf {
		table[c] = byte(fold(rune(c)))
	}
	return table
}()

func newNeedle(text string) *needle {
	n := &needle{text: text}
	ascii := true
	for _, r := range text {
		r = fold(r)
		n.fold = append(n.fold, r)
		ascii = ascii && r < utf8.RuneSelf
		n.wide = n.wide || r == 'K' || r == 'S' // as the sign for kelvin, and the long s
	}
	if ascii {
		n.plain = []byte(string(n.fold))
	}
	n.back = make([]int, len(n.fold))
	for i, k := 1, 0; i < len(n.fold); i++ {
		for k > 0 && n.fold[i] != n.fold[k] {
			k = n.back[k-1]
		}
		if n.fold[i] == n.fold[k] {
			k++
		}
		n.back[i] = k
	}
	return n
}

// in says whether the text contains the needle.
func (n *needle) in(text string) bool {
	if len(n.fold) == 0 {
		return true
	}
	if n.plain != nil {
		return n.inBytes(text)
	}
	return n.inRunes(text)
}

// inBytes is for a needle in ASCII: it need not know what is beyond that, with two exceptions.
func (n *needle) inBytes(text string) bool {
	k := 0
	for i := 0; i < len(text); i++ {
		c := folded[text[i]]
		if c == 0 && n.wide {
			return n.inRunes(text)
		}
		for k > 0 && n.plain[k] != c {
			k = n.back[k-1]
		}
		if n.plain[k] == c {
			k++
		}
		if k == len(n.plain) {
			return true
		}
	}
	return false
}

func (n *needle) inRunes(text string) bool {
	k := 0
	for _, r := range text {
		r = fold(r)
		for k > 0 && n.fold[k] != r {
			k = n.back[k-1]
		}
		if n.fold[k] == r {
			k++
		}
		if k == len(n.fold) {
			return true
		}
	}
	return false
}

// inTree looks at every attribute and every run of text.
func (n *needle) inTree(e *stanza.Node) bool {
	if n.in(e.Data) {
		return true
	}
	for i := range e.Attrs {
		if n.in(e.Attrs[i].Value) {
			return true
		}
	}
	for _, c := range e.Children {
		if n.inTree(c) {
			return true
		}
	}
	return false
}

// fold maps the characters that differ in case alone to the smallest of them; of
// letters in ASCII that is the capital.
func fold(r rune) rune {
	if r < utf8.RuneSelf {
		if 'a' <= r && r <= 'z' {
			r -= 'a' - 'A'
		}
		return r
	}
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return least
}
