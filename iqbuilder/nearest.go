package iqbuilder

import "strings"

// maxWord is the length in bytes from which on a word is no slip of another.
const maxWord = 40

// nearest is the word that a misspelt one most likely means, "" for none: one
// that differs in few letters, else the only one that the text is a part of.
func nearest(text string, words []string) string {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" || len(text) > maxWord {
		return ""
	}
	best, least := "", max(1, len(text)/4)+1
	for _, w := range words {
		if d := distance(text, w); d < least {
			best, least = w, d
		}
	}
	if best != "" || len(text) < 3 {
		return best
	}
	for _, w := range words {
		if strings.Contains(w, text) {
			if best != "" {
				return ""
			}
			best = w
		}
	}
	return best
}

// distance counts the letters to be left out, put in, replaced, or swapped with
// the next one (optimal string alignment).
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
