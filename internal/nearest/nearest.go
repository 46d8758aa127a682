// Package nearest finds the word that a misspelt one most likely means, for
// sentences that end in "did you mean …?".
package nearest

import (
	"fmt"
	"strings"
)

// MaxWord is the length in bytes from which on a text is no slip of a word; it
// keeps the search short for texts that others send.
const MaxWord = 64

// Word is the one of the known words that takes the fewest slips, "" when each
// takes more than that many. A slip is a letter too many, too few, wrong, or in
// the next one's place (optimal string alignment). The text may be in any case,
// the known words are in lower case.
func Word(text string, known []string, slips int) string {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" || len(text) > MaxWord {
		return ""
	}
	best := ""
	for _, word := range known {
		if max(len(word)-len(text), len(text)-len(word)) > slips {
			continue
		}
		if d := distance(text, word); d <= slips {
			best, slips = word, d-1
		}
	}
	return best
}

// Slips is how many are usual in a word of that length: two, more in a long one.
func Slips(word string) int { return 1 + min(len(word), 12)/3 }

func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		for j := range rows[i] {
			switch {
			case i == 0 || j == 0:
				rows[i][j] = i + j
			case a[i-1] == b[j-1]:
				rows[i][j] = rows[i-1][j-1]
			default:
				rows[i][j] = 1 + min(rows[i-1][j], rows[i][j-1], rows[i-1][j-1])
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					rows[i][j] = min(rows[i][j], 1+rows[i-2][j-2])
				}
			}
		}
	}
	return rows[len(a)][len(b)]
}

// maxListed is how many words a suggestion lists when none is near: about a line.
const maxListed = 8

// Suggestion ends a sentence about an unknown word: with the nearest known one, "; did you mean
// …?", else with some of them behind the given words, such as "known are ".
func Suggestion(word string, known []string, list string) string {
	if best := Word(word, known, Slips(word)); best != "" {
		return fmt.Sprintf("; did you mean %.60q?", best)
	}
	listed := make([]string, 0, maxListed+1)
	for _, k := range known[:min(len(known), maxListed)] {
		listed = append(listed, fmt.Sprintf("%.60s", k))
	}
	if more := len(known) - maxListed; more > 0 {
		listed = append(listed, fmt.Sprintf("%d more", more))
	}
	return "; " + list + strings.Join(listed, ", ")
}
