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

// A needle in ASCII is sought byte by byte, and finds what it finds character by character.
func TestBytesAreAsGoodAsCharacters(t *testing.T) {
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		n := newNeedle(rapid.StringMatching(`[aAkKsSb1 ]{1,4}`).Draw(t, "needle"))
		text := rapid.StringMatching(`[aAkKsSb1 \x{212A}\x{17F}é世]{0,12}`).Draw(t, "text")
		want := n.inRunes(text)
		if want {
			found++
		}
		if n.plain == nil || n.in(text) != want {
			t.Fatalf("%q in %q: %v, want %v", n.text, text, !want, want)
		}
	})
	if found == 0 {
		t.Error("nothing was ever found, so that this shows nothing")
	}
	for needle, text := range map[string]string{"as": "a\u017f", "ak": "a\u212a"} {
		if !newNeedle(needle).in(text) {
			t.Errorf("%s is not found in %s", needle, text)
		}
	}
}
