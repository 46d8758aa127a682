package rule

import (
	"fmt"
	"strings"

	"iqscope/internal/nearest"
)

// maxListed is how many words a hint lists when none is near: about a line.
const maxListed = 8

// suggest is a hint for an unknown word: the nearest known one, else some of them.
func suggest[Word ~string](word string, known []Word) string {
	words := make([]string, len(known))
	for i, k := range known {
		words[i] = string(k)
	}
	if best := nearest.Word(word, words, nearest.Slips(word)); best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return "known are " + list(words)
}

func list[Word ~string](words []Word) string {
	var b strings.Builder
	for i, w := range words[:min(len(words), maxListed)] {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(w))
	}
	if more := len(words) - maxListed; more > 0 {
		fmt.Fprintf(&b, ", %d more", more)
	}
	return b.String()
}
