package rule

import (
	"fmt"
	"strings"
)

// maxListed is how many words a hint lists when none is near: about a line.
const maxListed = 8

// suggest is a hint for an unknown word: the nearest known one, else some of them.
func suggest[Word ~string](word string, known []Word) string {
	// A typo changes a letter or two; more of a long word.
	best, near := Word(""), 2+min(len(word), 12)/3
	for _, k := range known {
		if d := distance(strings.ToLower(word), string(k), near); d < near {
			best, near = k, d
		}
	}
	if best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return "known are " + list(known)
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

// distance is how many letters must be added, taken away or changed to make b of
// a (Levenshtein); anything from the limit on is the limit.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			changed := diagonal
			if a[i] != b[j] {
				changed++
			}
			diagonal = row[j+1]
			row[j+1] = min(changed, row[j]+1, row[j+1]+1)
		}
	}
	return min(row[len(b)], limit)
}
