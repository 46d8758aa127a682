package iqbuilder

import (
	"strings"

	"iqscope/internal/nearest"
)

// likely is the word that a misspelt one most likely means, "" for none: one
// that differs in few letters, else the only one that the text is a part of.
func likely(text string, words []string) string {
	best := nearest.Word(text, words, max(1, len(text)/4))
	if text = strings.ToLower(strings.TrimSpace(text)); best != "" || len(text) < 3 {
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
