package stanza

import (
	"strings"
	"testing"

	"mellium.im/xmpp/jid"
	"pgregory.net/rapid"
)

// What is taken for plain is what the slow way, the library's preparation, leaves as it is.
func TestPlainPartsOfAnAddressNeedNoPreparation(t *testing.T) {
	gen := rapid.StringOfN(rapid.RuneFrom([]rune("abz09-._ AZ@/\"&'<>:[]~\x7f\x1fé")), 1, 12, -1)
	for c := range 256 {
		checkPlain(t, string([]byte{byte(c)}))
		checkPlain(t, "a"+string([]byte{byte(c)})+"a")
	}
	rapid.Check(t, func(t *rapid.T) { checkPlain(t, gen.Draw(t, "part")) })
}

func checkPlain(t interface{ Errorf(string, ...any) }, part string) {
	if isPlainLocal(part) {
		if j, err := (jid.JID{}).WithLocal(part); err != nil || j.Localpart() != part {
			t.Errorf("the user name %q becomes %q, %v", part, j.Localpart(), err)
		}
	}
	if isPlainResource(part) {
		if j, err := (jid.JID{}).WithResource(part); err != nil || j.Resourcepart() != part {
			t.Errorf("the resource %q becomes %q, %v", part, j.Resourcepart(), err)
		}
	}
	if isPlainDomain(part) && !hasUnderscore(part) { // which the library does not take
		if j, err := (jid.JID{}).WithDomain(part); err != nil || j.Domainpart() != part {
			t.Errorf("the domain %q becomes %q, %v", part, j.Domainpart(), err)
		}
	}
}

func hasUnderscore(s string) bool {
	for _, c := range s {
		if c == '_' {
			return true
		}
	}
	return false
}

// The quick way to an address and the slow one agree wherever the quick one is taken.
func TestAPlainAddressIsWhatItsPartsAre(t *testing.T) {
	gen := rapid.OneOf(
		rapid.StringMatching(`([a-z0-9.@/ :-]{0,8}@)?[a-z0-9._@-]{0,10}(/[a-zA-Z0-9 /@]{0,6})?`),
		rapid.Map(rapid.IntRange(maxPart-2, maxPart+2), func(n int) string { return strings.Repeat("a", n) + "/b" }),
	)
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Draw(t, "address")
		j, plain := plainJID(s)
		if !plain {
			return
		}
		if want, err := parseJID(s); err != nil || j != want || j.String() != s {
			t.Errorf("%q is taken for %#v, and is %#v, %v", s, j, want, err)
		}
	})
	for _, s := range []string{"juliet@capulet.example/balcony", "capulet.example", "a@b", "b/c", "b/c/d@e"} {
		if _, plain := plainJID(s); !plain {
			t.Errorf("%s takes the slow way", s)
		}
	}
	for _, s := range []string{"", "@b", "a@", "b/", "a@b/", "/c", "a@@b", "A@b", "a@b."} {
		if _, plain := plainJID(s); plain {
			t.Errorf("%s is taken as it is", s)
		}
	}
}

func TestTheUsualAddressesArePlain(t *testing.T) {
	for _, s := range []string{"juliet", "example.com", "a-b.c_d.x1"} {
		if !isPlainLocal(s) || !isPlainDomain(s) || !isPlainResource(s) {
			t.Errorf("%q takes the slow way", s)
		}
	}
	for _, s := range []string{"A", "a b", "a@b", "é"} {
		if isPlainLocal(s) || isPlainDomain(s) {
			t.Errorf("%q is taken as it is", s)
		}
	}
	for _, s := range []string{"", ".", "-", "a.", "a-", ".a", "-a", "a..b", "a--b", "a.-b", "a-.b"} {
		if isPlainDomain(s) {
			t.Errorf("the domain %q is taken as it is", s)
		}
	}
}
