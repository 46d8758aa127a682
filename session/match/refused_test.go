package match

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"iqscope/iqbuilder/stanza"
)

func TestABadExpressionIsRefusedWithItsPlaceAndAHint(t *testing.T) {
	for _, c := range []struct {
		name, text string
		pos        int
		says       string // part of the message
	}{
		{"nothing", ``, 0, "a name is missing"},
		{"white space alone", `  `, 2, "a name is missing"},
		{"no value", `iq@type=`, 8, "a value is missing behind ="},
		{"an equals sign in a value", `iq@a=b=c`, 6, `write @a="b=c"`},
		{"an address without quotes", `iq@from=b@h`, 8, `write @from="b@h"`},
		{"a full address without quotes", `iq@to=b@h/r and iq`, 6, `write @to="b@h/r"`},
		{"an address in a list", `iq/roster/items@jid=b@h`, 20, `write @jid="b@h"`},
		{"a URL without quotes", `iq/disco_info@node=http://x/y`, 19, `write @node="http://x/y"`},
		{"a path as a value", `iq@a=/x`, 5, `write @a="/x"`},
		{"two equals signs", `iq@type==get`, 8, "one = too many"},
		{"less or equal", `iq@a<=5`, 5, "one = too many"},
		{"a lonely exclamation mark", `iq@a!b`, 4, "there are = != ~= < >"},
		{"a lonely tilde", `iq@a~b`, 4, "there are = != ~= < >"},
		{"no field", `iq@=x`, 3, "the name of a field"},
		{"quotes that do not end", `iq@a="x`, 5, "not closed"},
		{"a quote within a value", `iq@a=x"y"`, 6, "needs quotes"},
		{"white space before the operator", `iq@type =get`, 8, "white space stands in a path"},
		{"white space before a step", `iq /ping`, 3, "white space stands in a path"},
		{"no operator between paths", `iq message`, 3, `"and", "or" or the end`},
		{"nothing behind and", `iq and`, 6, "a name is missing"},
		{"nothing before or", `or iq`, 0, `"or" is a reserved word`},
		{"and twice", `iq and and ping`, 7, `write {*}and`},
		{"a reserved word as a step", `iq/not`, 3, `write {*}not`},
		{"not twice", `not not iq`, 4, "write not (not …)"},
		{"not alone", `not`, 3, "a name is missing"},
		{"an open parenthesis", `iq and (ping or iq`, 7, "not closed"},
		{"a closed parenthesis", `iq)`, 2, "nothing opens"},
		{"empty parentheses", `()`, 1, "a name is expected"},
		{"parentheses behind a path", `iq(ping)`, 2, `"and", "or" or the end`},
		{"a slash at the end", `iq/`, 3, "a name is missing"},
		{"three slashes", `iq///ping`, 4, "a name is expected"},
		{"two slashes at the start", `//ping`, 0, "write *//name"},
		{"a prefix", `iq/x:ping`, 4, "write {namespace}name"},
		{"a prefix before an attribute", `iq@x:y`, 4, "xml:lang"},
		{"a namespace that does not end", `iq/{urn:x`, 3, "no end"},
		{"a namespace without a name", `iq/{urn:x}`, 10, "a name is missing"},
		{"a number as a name", `iq/1`, 3, "a name is expected"},
		{"a name behind a star", `*ping`, 1, `"and", "or" or the end`},
		{"text without quotes", `~text`, 1, `write ~"text"`},
		{"an unknown direction", `iq@dir=up`, 7, "in, out"},
		{"an unknown verdict", `iq@verdict=good`, 11, "wrong-sender"},
		{"an unknown outcome", `iq@outcome!=good`, 12, "not-sent"},
		{"no address", `iq@from="@"`, 8, "not an address"},
		{"an address has no order", `iq@from<b`, 8, "= != ~="},
		{"a bare address with a resource", `iq@from.bare="b@h/r"`, 13, `write @from.bare="b@h"`},
		{"more than a domain", `iq@to.domain="b@h"`, 13, `write @to.domain="h"`},
		{"an unknown part of an address", `iq@from.resource=r`, 3, ".bare and .domain"},
		{"a direction has no order", `iq@dir<in`, 7, "= != ~="},
		{"bytes is no text", `iq@bytes~=4`, 10, "not a text"},
		{"bytes is no duration", `iq@bytes>4s`, 9, "such as 4k"},
		{"m is minutes, not a size", `iq@bytes>4m`, 9, "such as 4k"},
		{"rtt is no number", `iq@rtt>500`, 7, "such as 500ms"},
		{"no number", `iq/x@a<b`, 7, "no number, size or duration"},
		{"infinity is no number", `iq/x@a<Inf`, 7, "no number, size or duration"},
		{"text of a stanza", `message="Hi"`, 7, `write message/name="…"`},
		{"text of a stanza behind a field", `iq@id=1="x"`, 7, "needs quotes"},
		{"an address as text", `message/body=b@h`, 14, "stands behind its fields"},
		{"a field behind a text", `message/body="Hi"@x`, 17, "stands behind its fields"},
		{"no text", `message/body=`, 13, "a value is missing behind ="},
		{"a web address as text", `message/body=http://x`, 13, `write ="http://x"`},
		{"a text that is no number", `presence/priority<low`, 18, "no number, size or duration"},
		{"a priority that is no number", `presence@priority>"high"`, 18, "no number, size or duration"},
		{"an XPath without quotes", `iq and xpath(//a)`, 13, `write xpath("…")`},
		{"a mask without quotes", `mask(<iq/>)`, 5, `write mask("…")`},
		{"an XPath that is wrong", `iq and xpath("//a[0]")`, 18, "the first is [1]"},
		{"an XPath that is wrong behind a doubled quote", `xpath("//a[@b=""c""][0]")`, 21, "the first is [1]"},
		{"an XPath that ends too early", `xpath("/iq/")`, 11, "a name is expected"},
		{"a mask that is wrong", `not mask("<iq>")`, 14, "not one element"},
		{"a mask that is wrong behind a doubled quote", `mask("<a b=""c""></b>")`, 19, "not one element"},
		{"an XPath without its end", `xpath("//a"`, 11, ") is expected"},
		{"an XPath in one kind of quotes", `xpath("//a[@b="c"]")`, 15, "written twice"},
		{"an XPath with open quotes", `xpath("//a`, 6, "not closed"},
		{"an XPath of another XPath", `xpath("xpath('//a')")`, 12, "not in this part of XPath"},
		{"something behind an XPath", `xpath("//a")/b`, 12, `"and", "or" or the end`},
		{"not UTF-8", "iq/\xff", 3, "not UTF-8"},
		{"a control character", "iq\x00", 2, "control character"},
		{"too long", strings.Repeat("a", MaxText+1), MaxText, "longer than 4096 bytes"},
		{"too many steps", "iq" + strings.Repeat("/a", MaxSteps), 2*MaxSteps + 1, "more than 64 steps"},
		{"too deep", strings.Repeat("(", MaxParens+1) + "iq" + strings.Repeat(")", MaxParens+1), MaxParens, "more than 32 parentheses"},
	} {
		t.Run("row 49: "+c.name, func(t *testing.T) {
			refused(t, func() error { _, err := Compile(c.text, testKeys()); return err }, c.text, c.pos, c.says)
		})
	}
}

func TestABadXPathIsRefusedWithItsPlaceAndAHint(t *testing.T) {
	for _, c := range []struct {
		name, text string
		pos        int
		says       string
	}{
		{"nothing", ``, 0, "a name is expected"},
		{"a slash alone", `/`, 1, "a name is expected"},
		{"an attribute as a step", `iq/@id`, 3, "[@a]"},
		{"a dot as a step", `./iq`, 0, "[.='text']"},
		{"a function", `iq/text()`, 7, "not in this part of XPath"},
		{"an axis", `iq/child::x`, 8, "not in this part of XPath"},
		{"a prefix", `iq/x:y`, 4, "write {namespace}name"},
		{"an attribute's prefix", `iq[@x:y]`, 5, "write @{namespace}name"},
		{"the zeroth", `iq/x[0]`, 5, "the first is [1]"},
		{"a number beyond all", `iq/x[99999999999999999999]`, 5, "the first is [1]"},
		{"no quotes", `iq[@a=b]`, 6, "such as 'v'"},
		{"open quotes", `iq[@a='b]`, 6, "not closed"},
		{"an open bracket", `iq[@a`, 5, "] is expected"},
		{"two conditions", `iq[@a and @b]`, 6, "not in this part"},
		{"a child's text", `iq[x='y']`, 4, "not in this part"},
		{"a comparison", `iq[@a<'b']`, 5, "] is expected"},
		{"something behind it", `iq | x`, 3, "/, // or ["},
		{"too many steps", "/iq" + strings.Repeat("/a", MaxSteps), 2*MaxSteps + 2, "more than 64 steps"},
	} {
		t.Run("row 49: "+c.name, func(t *testing.T) {
			refused(t, func() error { _, err := XPath(c.text); return err }, c.text, c.pos, c.says)
		})
	}
}

func TestABadMaskIsRefusedWithItsPlace(t *testing.T) {
	for _, c := range []struct {
		name, text string
		pos        int
		says       string
	}{
		{"nothing", ``, 0, "there is no element"},
		{"not well-formed", `<iq><x></iq>`, 9, "not one element"},
		{"a doctype", `<!DOCTYPE iq><iq/>`, 0, "not one element"},
		{"two elements", `<iq/><iq/>`, 5, "not one element"},
		{"too many elements", `<iq>` + strings.Repeat(`<a/>`, MaxMaskElements) + `</iq>`, 4 + 4*(MaxMaskElements-1), "more than 64 elements"},
	} {
		t.Run("row 49: "+c.name, func(t *testing.T) {
			refused(t, func() error { _, err := Mask(c.text); return err }, c.text, c.pos, c.says)
		})
	}
}

func refused(t *testing.T, try func() error, text string, pos int, says string) {
	t.Helper()
	var e *SyntaxError
	if err := try(); !errors.As(err, &e) {
		t.Fatalf("%s: %v, want a *SyntaxError", text, err)
	}
	if e.Pos != pos || !strings.Contains(e.Error(), says) {
		t.Errorf("%s: at byte %d: %v; want byte %d and %q", text, e.Pos, e, pos, says)
	}
}

func TestLimitsAreWithinReach(t *testing.T) {
	for name, text := range map[string]string{
		"text":        `~"` + strings.Repeat("a", MaxText-3) + `"`,
		"steps":       "iq" + strings.Repeat("/a", MaxSteps-1),
		"parentheses": strings.Repeat("(", MaxParens) + "iq" + strings.Repeat(")", MaxParens),
	} {
		if _, err := Compile(text, nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Mask(`<iq>` + strings.Repeat(`<a/>`, MaxMaskElements-1) + `</iq>`); err != nil {
		t.Error(err)
	}
}

func TestTheCauseOfARefusalCanBeAskedFor(t *testing.T) {
	_, err := Compile(`iq@from="@"`, nil)
	var jid *stanza.JIDError
	if !errors.As(err, &jid) {
		t.Errorf("%v does not wrap a *JIDError", err)
	}
}

func TestAPlaceIsShownInCharacters(t *testing.T) {
	_, err := Compile(`grüße or`, nil)
	var e *SyntaxError
	if !errors.As(err, &e) || e.Pos != 10 || e.Column() != 9 || !strings.HasPrefix(fmt.Sprint(err), "column 9: ") {
		t.Errorf("%v", err)
	}
}
