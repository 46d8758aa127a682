package match

import (
	"errors"
	"strings"
	"testing"

	"iqscope/iqbuilder/stanza"
)

func fuzzStanzas(t testing.TB) []Subject {
	var subjects []Subject
	for _, xml := range []string{customGet, items, failed, message, forwarded, ack, twoKids, badFrom,
		"<iq>" + strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100) + strings.Repeat("<b/>", 100) + "</iq>"} {
		subjects = append(subjects, subjectOf(t, xml))
	}
	return append(subjects, NewSubject(Facts{Note: "a note"}))
}

// holdTo compiles a text, and asks of what is accepted that its canonical text
// means the same; of what is refused that the place lies within.
func holdTo(t *testing.T, subjects []Subject, text string, compile func(string) (*Expr, error)) {
	x, err := compile(text)
	if err != nil {
		var e *SyntaxError
		if !errors.As(err, &e) || e.Pos < 0 || e.Pos > len(text) || e.Problem == "" {
			t.Fatalf("%q: %#v", text, err)
		}
		return
	}
	again, err := Compile(x.String(), testKeys())
	if err != nil || again.String() != x.String() {
		if len(x.String()) > MaxText { // braces and quotes may make it longer
			return
		}
		t.Fatalf("%q is written %q: %v", text, x, err)
	}
	for _, s := range subjects {
		want := x.Match(s)
		why := x.Why(s)
		if again.Match(s) != want || why.OK != want || !want && (why.Words == "" || why.Pos > why.End || why.End > len(why.Text)) {
			t.Fatalf("%q: %v, written %q: %v, because %+v", text, want, again, again.Match(s), why)
		}
	}
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{
		`iq/custom_xep`, `iq@type=get/custom_xep`, `iq and not iq/ping`, `iq@from="b@h/r"`, `iq@from=b@h`, `iq@a=b=c`, `iq@type=`,
		`not (message or {*}ping) and ~"x"`, `*//{urn:x}*@a~='q"'@b<4k@c>500ms//item`, `a@h@xml:lang=de`, `((((iq`, `*@bytes>4k@rtt<1s@dir=in`,
		`iq/disco_items/items@name!=x or r`, `{}x@from.bare=h`, `message/body="Hi"`, `message@body~=x/body!=y`, `presence@show=xa@priority<0`, `iq/*//a>4k`, `*@a="both "" and '"`,
		`xpath("/iq//entry[@n='2']") and not mask('<iq type="get"/>')`, `xpath('//a[.=''x"'']')`, `mask("<a b=""c"" d='e'/>") or mask( "<a/>" )`, `iq@from="h"@id@to!=h@id=x`, `*@a="u:"//x`,
	} {
		f.Add(seed)
	}
	keys := testKeys()
	subjects := fuzzStanzas(f)
	f.Fuzz(func(t *testing.T, text string) {
		holdTo(t, subjects, text, func(s string) (*Expr, error) { return Compile(s, keys) })
	})
}

func FuzzXPath(f *testing.F) {
	for _, seed := range []string{
		`/iq//entry[@n='2'][1]/note[.='second']`, `//*[last()]`, `iq[@xml:lang][error]`, `/{jabber:client}iq[2]`, `//a//a//a//b[@a!="x"]`,
		`//a[1]//a[last()]`, `/iq[`, `iq[@{u}a]`,
	} {
		f.Add(seed)
	}
	subjects := fuzzStanzas(f)
	f.Fuzz(func(t *testing.T, text string) { holdTo(t, subjects, text, XPath) })
}

func FuzzMask(f *testing.F) {
	for _, seed := range []string{
		`<iq/>`, `<iq type='get'><query xmlns='custom-xep'><entry/><entry n='2'/></query></iq>`, `<iq><a/><a><a/></a><b/></iq>`, `<message>x</message>`,
		`<iq type='error'><error type='cancel'/></iq>`, `<iq`,
	} {
		f.Add(seed, customGet)
	}
	subjects := fuzzStanzas(f)
	f.Fuzz(func(t *testing.T, text, xml string) {
		all := subjects
		if s, err := stanza.Parse(xml, stanza.ClientScope()); err == nil {
			all = append(all[:len(all):len(all)], NewSubject(Facts{Stanza: s}))
		}
		holdTo(t, all, text, Mask)
	})
}
