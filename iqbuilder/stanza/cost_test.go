package stanza

import (
	"strings"
	"testing"
	"time"
)

// hostileAddresses are as long as they may be, and made of what costs most to prepare.
func hostileAddresses() map[string]string {
	fit := func(s string) string { return strings.Repeat(s, maxPart/len(s)) }
	label := func(s string) string { return strings.Repeat(s, 30/len([]rune(s))) }
	domain := func(s string) string { return strings.Repeat(label(s)+".", 3) + label(s) }
	all := map[string]string{}
	for name, s := range map[string]string{
		"full width": "Ａ", "upper case": "Ж", "marks": "e\u0301\u0327", "right to left": "ا",
		"syllables in pieces": "\u1112\u1161\u11ab", "four bytes": "𐐀", "marks alone": "\u0301\u0327", "emoji": "🐎",
	} {
		all[name] = fit(s) + "@example.com/" + fit(s)
		all[name+", in the domain"] = domain(s)
		all[name+", in a domain that is too long"] = fit(s)
	}
	all["ASCII in upper case"] = fit("A") + "@" + fit("A") + "/" + fit("a")
	all["A-labels"] = domain("xn--e1aybc")
	all["A-labels that are too long"] = "xn--" + strings.Repeat("a", maxPart-4)
	return all
}

// No address costs much more than another one of its length. What one of them
// takes is compared with plain ones of the same length, which is about what reading them takes.
func TestNoAddressCostsMuchMoreThanAnother(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	cost := func(text string) time.Duration {
		least := time.Hour
		for range 20 {
			begun := time.Now()
			for range 10 {
				_, _ = ParseJID(text)
			}
			least = min(least, time.Since(begun)/10)
		}
		return least
	}
	plain := cost(strings.Repeat("a", maxPart) + "@" + strings.Repeat("a", maxPart) + "/" + strings.Repeat("a", maxPart))
	for name, text := range hostileAddresses() {
		limit := time.Duration(400) // marks that are to be put in order cost most
		if strings.Contains(name, "domain") || strings.Contains(name, "A-label") {
			limit = 50
		}
		if got := cost(text); got > limit*plain {
			t.Errorf("%s: %v, where a plain address takes %v", name, got, plain)
		}
	}
}
