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
}

func newNeedle(text string) *needle {
	n := &needle{text: text}
	for _, r := range text {
		n.fold = append(n.fold, fold(r))
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
