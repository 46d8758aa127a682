package stanza

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Fault 3: case, IDN, the dot at the end, IPv6.
func TestEquivalentAddressesAreEqual(t *testing.T) {
	for _, tt := range []struct {
		name string
		same []string
		want string
	}{
		{"case of a domain", []string{"localhost", "LOCALHOST", "LocalHost"}, "localhost"},
		{"case of a local part", []string{"b@host", "B@HOST", "B@host"}, "b@host"},
		{"one dot at the end", []string{"a@host", "a@host.", "a@HOST."}, "a@host"},
		{"ideographic full stop", []string{"host.example", "host。example", "host.example。"}, "host.example"},
		{"A-label and U-label", []string{"bücher.example", "xn--bcher-kva.example", "XN--BCHER-KVA.EXAMPLE", "BÜCHER.example", "bu\u0308cher.example"}, "bücher.example"},
		{"full-width letters", []string{"abc@host", "ａｂｃ@host", "ABC@ｈｏｓｔ"}, "abc@host"},
		{"IPv6 spellings", []string{"a@[2001:db8::1]/r", "a@[2001:DB8:0:0:0:0:0:1]/r", "a@[2001:0db8::0001]/r", "a@[2001:db8::1]./r"}, "a@[2001:db8::1]/r"},
		{"IPv4 inside IPv6", []string{"[::ffff:192.0.2.1]", "[::FFFF:c000:201]"}, "[::ffff:192.0.2.1]"},
		{"IPv4 with a dot", []string{"192.0.2.1", "192.0.2.1."}, "192.0.2.1"},
		{"composed resource", []string{"a@b/é", "a@b/e\u0301"}, "a@b/é"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, s := range tt.same {
				j, err := ParseJID(s)
				if err != nil {
					t.Errorf("%q is refused: %v", s, err)
				} else if j.String() != tt.want {
					t.Errorf("%q prints as %q, want %q", s, j, tt.want)
				} else if first, _ := ParseJID(tt.same[0]); first != j {
					t.Errorf("%q and %q are different addresses", tt.same[0], s)
				}
			}
		})
	}
}

func TestDifferentAddressesAreNotEqual(t *testing.T) {
	for _, pair := range [][2]string{
		{"a@b/R", "a@b/r"},
		{"a@b", "a@b/r"},
		{"b", "a@b"},
		{"a@b", "b/a"},
		{"faß.example", "fass.example"},
		{"раураl@host", "paypal@host"},
		{"[::1]", "127.0.0.1"},
		{"a@b/x", "a@b/x "},
	} {
		x, err := ParseJID(pair[0])
		y, err2 := ParseJID(pair[1])
		if err != nil || err2 != nil {
			t.Errorf("%q: %v; %q: %v", pair[0], err, pair[1], err2)
		} else if x == y {
			t.Errorf("%q and %q are taken for one address", pair[0], pair[1])
		}
	}
}

func TestWhatIsNoAddressIsRefused(t *testing.T) {
	long := strings.Repeat("a", 1024)
	for _, tt := range []struct{ name, text string }{
		{"nothing", ""},
		{"a dot", "."},
		{"two dots", ".."},
		{"two dots at the end", "host.."},
		{"an empty label", "a..b"},
		{"a dot in front", ".a"},
		{"no domain", "a@"},
		{"no local part before the @", "@b"},
		{"no resource behind the slash", "a@b/"},
		{"no domain before the slash", "/r"},
		{"two @", "a@b@c"},
		{"blank in the local part", "a b@c"},
		{"blank in the domain", "a@b c"},
		{"blanks around", " a@b"},
		{"quote in the local part", `a"b@c`},
		{"solidus after mapping", "a／b@c"},
		{"IPv6 without brackets", "::1"},
		{"IPv4 in IPv6 without brackets", "::ffff:192.0.2.1"},
		{"IPv6 with a zone", "[fe80::1%eth0]"},
		{"IPv4 in brackets", "[192.0.2.1]"},
		{"open bracket", "[::1"},
		{"only a bracket", "["},
		{"port", "host:5222"},
		{"hyphen in front", "-a"},
		{"broken A-label", "xn--a"},
		{"control in the resource", "a@b/\x07"},
		{"8-bit control in the resource", "a@b/\u009b"},
		{"broken UTF-8", "a@b/\xff"},
		{"long local part", long + "@b"},
		{"long domain", long},
		{"long resource", "b/" + long},
		{"long beyond all parts", strings.Repeat("a.", 1<<20)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j, err := ParseJID(tt.text)
			if err == nil {
				t.Fatalf("%.40q is taken for the address %.40q", tt.text, j)
			}
			var refusal *JIDError
			if !errors.As(err, &refusal) || refusal.Address != tt.text {
				t.Errorf("the error is %#v, not a *JIDError about the text", err)
			}
			if len(err.Error()) > 1000 {
				t.Errorf("the message has %d bytes", len(err.Error()))
			}
		})
	}
}

// A refusal names the character, and how the address is written if it can be, and says nothing of
// the libraries that found it.
func TestARefusalNamesTheCharacterAndTheWayToWriteIt(t *testing.T) {
	for _, tt := range []struct{ text, says string }{
		{"a@b@localhost", `it has more than one "@"; one in the user name is written \40 there (XEP-0106): a\40b@localhost`},
		{"a@b@c@localhost/x@y", `is written \40 there (XEP-0106): a\40b\40c@localhost/x@y`},
		{"a b@localhost", `its user name has a space, which is written \20 there (XEP-0106): a\20b@localhost`},
		{"d'artagnan@localhost/x", `has the character "'", which is written \27 there (XEP-0106): d\27artagnan@localhost/x`},
		{"a b@-", `its domain has a hyphen at the edge of "-"`},
		{`a"b:c@localhost`, `: a\22b\3ac@localhost`},
		{"😀@b", `its user name has the character '😀' (U+1F600); it can have letters and digits of all scripts`},
		{"a\x07@b", "its user name has the control character U+0007;"},
		{"a\xff@b", "its user name has the byte 0xFF, which is no UTF-8"},
		{"a／b@c", `its user name has the character '／' (U+FF0F)`},
		{"a\u200bb@c", `has the character '\u200b' (U+200B)`},
		{"\u0627b@c", "its user name mixes letters that are written from right to left with others"},
		{"b c", `its domain has a space; it can have letters, digits, hyphens and dots`},
		{"b%c", `its domain has the character "%"`},
		{"b\u2028c.example", `its domain has the character '\u2028' (U+2028)`},
		{"b\xff", "its domain has the byte 0xFF, which is no UTF-8"},
		{"-a.example", `its domain has a hyphen at the edge of "-a"`},
		{"xn--a.example", `its domain has "xn--a", which begins like the ASCII form of a name in another script and is none`},
		{"ab--c.example", `hyphens as the third and fourth character of "ab--c"`},
		{"\u0627b.example", "its domain mixes letters"},
		{"host:5222", "its domain has a colon; a port stands elsewhere"},
		{"a..b", "its domain has nothing before, behind or between two dots"},
		{"a@b/\x07", "its resource has the control character U+0007, which can stand in no address"},
		{"a@b/\xff", "its resource has the byte 0xFF, which is no UTF-8"},
		{" a@b", "it has white space around it"},
		{"a@b ", "it has white space around it"},
		{"xmpp:a@b", "it is a link to an address"},
		{"@b", "it has no user name before the @"},
		{"a@b/", "it has no resource behind the slash"},
		{"a@", "it has no domain"},
		{"", "it has no domain"},
		{strings.Repeat("ü", 64) + ".example", "its domain is longer than a name can be: 63 characters between two dots"},
		{strings.Repeat("ü.", 127) + "x", "its domain is longer than a name can be"},
		{strings.Repeat("é", 512) + "@b", "a part of it is longer than 1023 bytes"},
	} {
		_, err := ParseJID(tt.text)
		if err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%.40q: %v", tt.text, err)
			continue
		}
		for _, jargon := range []string{"precis", "idna", "bidi", "localpart", "jid:"} {
			if strings.Contains(err.Error(), jargon) {
				t.Errorf("%q: %v", tt.text, err)
			}
		}
	}
}

// No refusal is in the words of a library, and each way of writing that is offered is an address.
func TestNoRefusalIsInTheWordsOfALibrary(t *testing.T) {
	gen := rapid.StringOfN(rapid.RuneFrom(jidRunes), 1, 20, -1)
	rapid.Check(t, func(t *rapid.T) {
		_, err := ParseJID(gen.Draw(t, "address"))
		var refusal *JIDError
		if !errors.As(err, &refusal) {
			return
		}
		why := refusal.Cause.Error()
		for _, jargon := range []string{"precis", "idna", "bidi", "localpart", "domainpart", "jid"} {
			if strings.Contains(why, jargon) {
				t.Fatalf("%q: %s", refusal.Address, why)
			}
		}
	})
}

// No host of DNS has an underscore in its name, but many a server on a network of its own has.
func TestAnUnderscoreInADomainIsNoObstacle(t *testing.T) {
	for text, want := range map[string]string{
		"a@my_host": "a@my_host", "A@My_Host.": "a@my_host", "_xmpp._tcp.example": "_xmpp._tcp.example",
	} {
		if j, err := ParseJID(text); err != nil || j.String() != want {
			t.Errorf("%q is %q, %v", text, j, err)
		}
	}
}

func TestDomainsInOtherScriptsAtTheLengthLimit(t *testing.T) {
	for text, ok := range map[string]bool{
		strings.Repeat("ü", 50) + ".example": true,
		strings.Repeat("a", 64) + ".example": true, // DNS has no such name, but it costs nothing
		strings.Repeat("ü", 63) + ".example": true,
		strings.Repeat("ü", 64) + ".example": false,
	} {
		if _, err := ParseJID(text); (err == nil) != ok {
			t.Errorf("%.20q…: %v", text, err)
		}
	}
}

func TestPartsAtTheLengthLimit(t *testing.T) {
	part := strings.Repeat("a", 1023)
	if _, err := ParseJID(part + "@" + part + "/" + part); err != nil {
		t.Error(err)
	}
	if _, err := ParseJID(part + "a@" + part + "/" + part); err == nil {
		t.Error("a local part of 1024 bytes is accepted")
	}
}

func TestPartsOfAnAddress(t *testing.T) {
	j, err := ParseJID("Juliet@Capulet.example/Balcony/2@x")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ what, got, want string }{
		{"local", j.Local(), "juliet"},
		{"domain", j.Domain(), "capulet.example"},
		{"resource", j.Resource(), "Balcony/2@x"},
		{"bare", j.Bare().String(), "juliet@capulet.example"},
		{"host", j.Host().String(), "capulet.example"},
		{"zero", JID{}.String(), ""},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.what, tt.got, tt.want)
		}
	}
	if j.IsBare() || !j.Bare().IsBare() || j.IsZero() || !(JID{}).IsZero() {
		t.Error("IsBare or IsZero is wrong")
	}
	other, err := j.Bare().WithResource("Balcony/2@x")
	if err != nil || other != j {
		t.Errorf("bare with its resource: %q, %v", other, err)
	}
	if bare, err := j.WithResource(""); err != nil || bare != j.Bare() {
		t.Errorf("an empty resource gives %q, %v", bare, err)
	}
	if _, err := j.WithResource("\x00"); err == nil {
		t.Error("a NUL is accepted as a resource")
	}
}

func TestPlainAddressesCostNothing(t *testing.T) {
	text := "juliet.capulet@xmpp-1.capulet.example/balcony 7f/x"
	if n := testing.AllocsPerRun(100, func() { ParseJID(text) }); n != 0 {
		t.Errorf("parsing a plain address allocates %v times", n)
	}
}

// Characters that mean something to one of the steps of preparation.
var jidRunes = []rune("abzAZ019-_.@/:[]%\"&'<> ~\u007f\u0000éÉßẞσςΣıİſ。．－＠／ａＡ\u0301\u00ad\u200d\u200cא١xn")

func TestTheQuickPathAgreesWithTheSlow(t *testing.T) {
	parts := []struct {
		name  string
		plain func(string) bool
		once  func(string) (string, error)
	}{
		{"local", isPlainLocal, prepareLocal},
		{"domain", isPlainDomain, prepareDomain},
		{"resource", isPlainResource, prepareResource},
	}
	gen := rapid.OneOf(
		rapid.StringOfN(rapid.RuneFrom(jidRunes), 1, 12, -1),
		rapid.StringMatching(`[a-z0-9.-]{1,12}`),
		rapid.StringMatching(`[ -~]{1,8}`),
		rapid.StringMatching(`(xn--)?[a-z0-9-]{1,6}(\.(xn--)?[a-z0-9-]{1,6}){0,2}`),
	)
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Draw(t, "part")
		for _, p := range parts {
			if !p.plain(s) {
				continue
			}
			if slow, err := p.once(s); err != nil || slow != s {
				t.Fatalf("%s %q: the quick path leaves it, the slow one gives %q, %v", p.name, s, slow, err)
			}
		}
	})
}

func checkJID(t interface{ Fatalf(string, ...any) }, s string) {
	j, err := ParseJID(s)
	if err != nil {
		return
	}
	again, err := ParseJID(j.String())
	if err != nil || again != j {
		t.Fatalf("%q prints as %q, which parses as %q, %v", s, j, again, err)
	}
	if j.IsZero() || j.Domain() == "" {
		t.Fatalf("%q is accepted without a domain", s)
	}
}

func TestWhatAnAddressPrintsParsesToItself(t *testing.T) {
	gen := rapid.StringOfN(rapid.RuneFrom(jidRunes), 1, 20, -1)
	rapid.Check(t, func(t *rapid.T) { checkJID(t, gen.Draw(t, "address")) })
}

func FuzzParseJID(f *testing.F) {
	for _, s := range []string{"a@b/c", "..", "host。", "[::1]", "xn--bcher-kva.example", "ẞ@y", "a@b/\u0085", "A@B."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkJID(t, s) })
}

func BenchmarkParseJID(b *testing.B) {
	for _, bb := range []struct{ name, text string }{
		{"plain", "juliet@capulet.example/balcony"},
		{"upper case", "Juliet@Capulet.example/balcony"},
		{"hostile", strings.Repeat("e\u0301\u0327", 200) + "@" + strings.Repeat("ü", 30) + "/" + strings.Repeat("e\u0301\u0327", 200)},
		{"too long", strings.Repeat("é", 500) + "@" + strings.Repeat("ü.", 340) + "a/" + strings.Repeat("é", 500)},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ParseJID(bb.text)
			}
		})
	}
}
