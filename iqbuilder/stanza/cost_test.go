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

// BenchmarkHostileAddress compares what a hostile address takes to prepare with a plain one of the
// same length, which is about what reading it takes.
func BenchmarkHostileAddress(b *testing.B) {
	const rounds = 100
	plain := strings.Repeat("a", maxPart) + "@" + strings.Repeat("a", maxPart) + "/" + strings.Repeat("a", maxPart)
	for name, text := range hostileAddresses() {
		b.Run(name, func(b *testing.B) {
			var hostile, usual time.Duration
			for b.Loop() {
				begun := time.Now()
				for range rounds {
					_, _ = ParseJID(plain)
				}
				usual += time.Since(begun)
				begun = time.Now()
				_, _ = ParseJID(text)
				hostile += time.Since(begun)
			}
			b.ReportMetric(float64(hostile)*rounds/float64(usual), "ratio")
		})
	}
}
