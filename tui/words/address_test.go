package words

import "testing"

func TestLettersThatPassForOthersAreShownByTheirNumbers(t *testing.T) {
	for address, want := range map[string]string{
		"":                            "",
		"juliet@example.org/balcony":  "juliet@example.org/balcony",
		"\u0430lice@example.org":      "<U+0430>lice@example.org",
		"alice@ex\u0430mple.\u043erg": "alice@ex<U+0430>mple.<U+043E>rg",
		"alice@\u0441\u043e.org":      "alice@<U+0441><U+043E>.org", // nothing but look-alikes
		"алиса@пример.рф":             "алиса@пример.рф",            // a name of its own script
		"нина@пример.рф/tеl":          "нина@пример.рф/t<U+0435>l",
		"\u03bfscar@x":                "<U+03BF>scar@x",
		"müller@x/\u202ebalcony":      "müller@x/<U+202E>balcony",
		"世界@x":                        "世界@x",
		"123@\u0430":                  "123@<U+0430>",
		"a@\x1b\u0430":                "a@␛<U+0430>",
		"\u0430\xff@x":                "<U+0430>\ufffd@x",
	} {
		if got := Address(address).String(); got != want {
			t.Errorf("%q is shown as %q, want %q", address, got, want)
		}
	}
}
