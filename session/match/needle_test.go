package match

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTextIsFoundWhateverTheCase(t *testing.T) {
	for _, c := range []struct {
		needle, text string
		want         bool
	}{
		{"", "", true},
		{"a", "", false},
		{"aab", "AaAb", true},
		{"abab", "abaab", false},
		{"straße", "die STRAßE", true},
		{"strasse", "straße", false}, // one character stays one
		{"kelvin", "\u212aelvin", true},
		{"\u017fo", "SO", true},
		{"ΣΑΣ", "σας", true},
		{"é", "É", true},
	} {
		if got := newNeedle(c.needle).in(c.text); got != c.want {
			t.Errorf("%q in %q: %v, want %v", c.needle, c.text, got, c.want)
		}
	}
}

func TestTheSearchFindsWhatAPlainSearchFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		needle := rapid.StringMatching(`[abAB]{0,6}`).Draw(t, "needle")
		text := rapid.StringMatching(`[abAB]{0,30}`).Draw(t, "text")
		want := strings.Contains(strings.ToLower(text), strings.ToLower(needle))
		if got := newNeedle(needle).in(text); got != want {
			t.Fatalf("%q in %q: %v, want %v", needle, text, got, want)
		}
	})
}
