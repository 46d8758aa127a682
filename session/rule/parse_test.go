package rule

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

const payload = `<x xmlns='urn:example:x'/>`

func TestRulesSayWhatTheirTextSays(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       Rule
	}{
		{"an error", `iq@type=get/version => error item-not-found`,
			Rule{Match: "iq@type=get/version", Do: Error, Error: stanza.StanzaError{Condition: "item-not-found"}}},
		{"a result", `iq/{urn:example:x}x => result ` + payload, Rule{Match: "iq/{urn:example:x}x", Do: Result, Payload: payload}},
		{"an empty result", `iq@type=set => result`, Rule{Match: "iq@type=set", Do: Result}},
		{"a delayed error with everything", `iq@type=set => delay 5s error wait/resource-constraint "not now" <a xmlns='b'> </a>`,
			Rule{Match: "iq@type=set", Do: Error, Delay: 5 * time.Second, Extension: "<a xmlns='b'> </a>",
				Error: stanza.StanzaError{Type: "wait", Condition: "resource-constraint", Text: "not now"}}},
		{"silence three times", `iq/ping@from.domain=example.org => 3 times silence`,
			Rule{Match: "iq/ping@from.domain=example.org", Do: Silence, Times: 3}},
		{"once", `iq => 1 time silence`, Rule{Match: "iq", Do: Silence, Times: 1}},
		{"the modifiers the other way round", `iq => delay 1m30s 2 times result`, Rule{Match: "iq", Do: Result, Times: 2, Delay: 90 * time.Second}},
		{"drop", `*@dir=out@id=x1 => drop`, Rule{Match: "*@dir=out@id=x1", Do: Drop}},
		{"no white space", `iq@type=get=>drop`, Rule{Match: "iq@type=get", Do: Drop}},
		{"much white space", "\n iq \t=>\r\n 2\ttimes\n\nerror\nforbidden\n", Rule{Match: "iq", Do: Error, Times: 2, Error: stanza.StanzaError{Condition: "forbidden"}}},
		{"no white space before quotes and elements", `iq => error forbidden'no'<a xmlns='b'/>`,
			Rule{Match: "iq", Do: Error, Error: stanza.StanzaError{Condition: "forbidden", Text: "no"}, Extension: "<a xmlns='b'/>"}},
		{"quotes in quotes", `iq => error forbidden "say \"no\" and '\\'"`,
			Rule{Match: "iq", Do: Error, Error: stanza.StanzaError{Condition: "forbidden", Text: `say "no" and '\'`}}},
		{"an arrow in quotes", `iq@id="a => b" and ~' => ' => drop`, Rule{Match: `iq@id="a => b" and ~' => '`, Do: Drop}},
		{"an XPath, a mask and a text", `xpath("//a[.=' => ']") and mask("<iq id=""a=>b""/>") and iq/x="=>"=>drop`,
			Rule{Match: `xpath("//a[.=' => ']") and mask("<iq id=""a=>b""/>") and iq/x="=>"`, Do: Drop}},
		{"an arrow and a quote in a namespace", `iq/{a=>'b}c => drop`, Rule{Match: `iq/{a=>'b}c`, Do: Drop}},
		{"a brace in a value", `iq@id={ and not{b}c => drop`, Rule{Match: `iq@id={ and not{b}c`, Do: Drop}},
		{"an arrow in the action", `iq => error forbidden "=> drop"`,
			Rule{Match: "iq", Do: Error, Error: stanza.StanzaError{Condition: "forbidden", Text: "=> drop"}}},
		{"a new address", `iq => error gone xmpp:romeo@example.net "moved"`,
			Rule{Match: "iq", Do: Error, Error: stanza.StanzaError{Condition: "gone", URI: "xmpp:romeo@example.net", Text: "moved"}}},
		{"gone without a new address", `iq => error gone "for good"`,
			Rule{Match: "iq", Do: Error, Error: stanza.StanzaError{Condition: "gone", Text: "for good"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Parse(c.text, match.BasicKeys())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if again, err := Parse(got.String(), match.BasicKeys()); again != got {
				t.Errorf("it is written %q, which is %+v, %v", got, again, err)
			}
		})
	}
}

func TestRulesAreWrittenAsTheyAreTyped(t *testing.T) {
	for _, text := range []string{
		`iq@type=get/version => error item-not-found`,
		`iq/{urn:example:x}x => result <x xmlns='urn:example:x'/>`,
		`iq@type=set => 1 time delay 5s error wait/resource-constraint "not \"now\"" <x xmlns='urn:example:x'/>`,
		`iq/ping => 3 times silence`,
		`*@dir=out@id=x1 => drop`,
		`iq => error redirect xmpp:a@b`,
	} {
		r, err := Parse(text, match.BasicKeys())
		if err != nil || r.String() != text {
			t.Errorf("%s\nis %s, %v", text, r, err)
		}
	}
}

func TestABadRuleIsRefusedWithItsPlaceAndAHint(t *testing.T) {
	for _, c := range []struct {
		name, text string
		at         string // what the place begins with; "" for the end
		says       string // the end of the message
	}{
		{"nothing", ``, ``, "the => is missing; write MATCH => ACTION, where the action is one of result, error, silence, drop"},
		{"no arrow", `iq drop`, ``, "the => is missing; write MATCH => ACTION, where the action is one of result, error, silence, drop"},
		{"no match", ` => drop`, `=>`, "the match is missing; write * for every stanza"},
		{"open quotes", `iq@id="x => drop`, `"x`, `the " that belongs to this " is missing; write MATCH => ACTION`},
		{"an open namespace", `iq/{urn:x => drop`, `{urn`, `the } that belongs to this { is missing; write MATCH => ACTION`},
		{"an address without quotes", `  iq@from=b@h => drop`, `b@h`, `an address needs quotes; write @from="b@h"`},
		{"no address", `iq@from="@" => drop`, `"@"`, `"@" is not an address: it has no user name before the @`},
		{"no value", `iq@type= => drop`, ` => drop`, `a value is missing behind =; an empty one is written ""`},
		{"no action", `iq => `, ``, "an action is missing; write result, error, silence, drop"},
		{"an unknown action", `iq => resutl`, `resutl`, `there is no action "resutl"; did you mean "result"?`},
		{"an action far off", `iq => 3 times reply`, `reply`, `there is no action "reply"; known are result, error, silence, drop`},
		{"an unknown condition", `iq => error item-not-fuond`, `item-not-fuond`, `there is no condition "item-not-fuond"; did you mean "item-not-found"?`},
		{"a condition far off", `iq => error xyz`, `xyz`, `there is no condition "xyz"; known are bad-request, conflict, feature-not-implemented, forbidden, gone, internal-server-error, item-not-found, jid-malformed, 15 more`},
		{"no condition", `iq => error "text"`, `"text"`, "an error needs a condition; such as item-not-found"},
		{"a type alone", `iq => error wait`, `wait`, "wait is a type of errors, not a condition; write wait/CONDITION"},
		{"an unknown type", `iq => error wiat/gone`, `wiat/`, `there is no type "wiat" of errors; did you mean "wait"?`},
		{"an unknown condition behind a type", `iq => error wait/gnoe`, `gnoe`, `there is no condition "gnoe"; did you mean "gone"?`},
		{"no type before the slash", `iq => error /gone`, `/gone`, "the error's type is missing before the /; write auth, cancel, continue, modify, wait"},
		{"a text without quotes", `iq => error forbidden not now`, `not now`, `what an error says needs quotes, and its extension is an element; "times" and "delay" stand before the action`},
		{"open quotes of a text", `iq => error forbidden "no`, `"no`, "the quotes are not closed"},
		{"an unknown escape", `iq => error forbidden "a\n"`, `\n`, `a \ stands before a quote or another \ only; write \\`},
		{"a text that XML cannot carry", "iq => error forbidden \"a\x00\"", "\"a", "the character U+0000 is not allowed in XML"},
		{"an address that XML cannot carry", "iq => error gone a\x00", "a\x00", "the character U+0000 is not allowed in XML"},
		{"an extension that is not well-formed", `iq => error forbidden <a xmlns='b'>`, ``, "exactly one element of well-formed XML belongs here"},
		{"an extension without a namespace", `iq => error forbidden <a/>`, `<a/>`, `an application condition needs a namespace of its own; write <a xmlns="…"/>`},
		{"two extensions", `iq => error forbidden <a xmlns='b'/><c/>`, `<c/>`, "exactly one element of well-formed XML belongs here"},
		{"a payload that is not well-formed", `iq => result  <a xmlns='b'></c>`, `c>`, "exactly one element of well-formed XML belongs here"},
		{"a payload that is text", `iq => result x`, `x`, `an element is all that can stand behind result; "times" and "delay" stand before the action`},
		{"text behind the payload", `iq => result <a xmlns='b'/> x`, `x`, "exactly one element of well-formed XML belongs here"},
		{"an XML declaration", `iq => result <?xml version='1.0'?><a xmlns='b'/>`, `<?xml`, "exactly one element of well-formed XML belongs here"},
		{"an error as a result", `iq => result <error type='cancel'/>`, `<error`, `an <error/> makes no result; write "error CONDITION"`},
		{"a component's error as a result", `iq => result <error xmlns='jabber:component:accept'/>`, `<error`, `an <error/> makes no result; write "error CONDITION"`},
		{"no times", `iq => 0 times drop`, `0 times`, "a rule acts once at least; switch it off, or write 1 time ACTION"},
		{"less than no times", `iq => -3 times drop`, `-3 times`, "a rule acts once at least; switch it off, or write 1 time ACTION"},
		{"half a time", `iq => 1.5 times drop`, `1.5`, `"1.5" is no number; write 3 times ACTION`},
		{"too many times", `iq => 99999999999999999999 times drop`, `9999`, `"99999999999999999999" is no number; write 3 times ACTION`},
		{"a number alone", `iq => 3 drop`, `drop`, `"times" is expected behind the number; write 3 times ACTION`},
		{"times twice", `iq => 3 times 4 times drop`, `4 times`, "the number of times stands twice"},
		{"a delay without a unit", `iq => delay 5 result`, `5 result`, "the unit of the delay is missing; write delay 5s"},
		{"a delay that is none", `iq => delay soon result`, `soon`, `"soon" is no duration; write delay 500ms, 5s or 1m30s`},
		{"a negative delay", `iq => delay -5s result`, `-5s`, "a delay is longer than nothing; leave it out to answer at once"},
		{"no delay", `iq => delay`, ``, `"" is no duration; write delay 500ms, 5s or 1m30s`},
		{"a delay twice", `iq => delay 5s delay 6s result`, `delay 6s`, "a delay stands here twice"},
		{"a delayed drop", `iq => delay 5s drop`, `delay 5s`, "with drop there is nothing to delay; delay a result or an error"},
		{"delayed silence", `iq => delay 5s silence`, `delay 5s`, "with silence there is nothing to delay; delay a result or an error"},
		{"a modifier behind the action", `iq => silence 3 times`, `3 times`, `nothing stands behind silence; "times" and "delay" stand before the action`},
		{"drop with a payload", `iq => drop <a/>`, `<a/>`, `nothing stands behind drop; "times" and "delay" stand before the action`},
		{"a payload too long", `iq => result <a>` + strings.Repeat("é", MaxContent) + `</a>`, "", "this is longer than 65536 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse(c.text, match.BasicKeys())
			var e *SyntaxError
			if !errors.As(err, &e) || e.Text != c.text || !strings.HasSuffix(err.Error(), c.says) {
				t.Fatalf("got  %.300v\nwant %s", err, c.says)
			}
			if at := c.text[e.Pos:]; len(c.text) < MaxContent && (!strings.HasPrefix(at, c.at) || c.at == "" && at != "") {
				t.Errorf("the place is at %q: %v", at, err)
			}
		})
	}
}

func TestTheMatchsOwnErrorIsTheCause(t *testing.T) {
	_, err := Parse(` é and iq@from=b@h => drop`, match.BasicKeys())
	var e *match.SyntaxError
	if !errors.As(err, &e) || e.Text != "é and iq@from=b@h" {
		t.Errorf("the cause is %v", e)
	}
	if !strings.HasPrefix(err.Error(), "column 16: ") { // in characters
		t.Errorf("the error is %v", err)
	}
}
