package iqbuilder

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/iqbuilder/stanza"
)

// summary is a finding with the bytes that it is about.
func summary(text string, f Finding) string {
	return fmt.Sprintf("%d:%d %v %s %q", f.Line, f.Column, f.Severity, f.Rule, text[f.Pos:f.End])
}

// conflict is a condition as it should be.
const conflict = "<conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"a right get", "<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>", nil},
		{"a right empty result", "\n<iq type='result' id='1' to='a@b'/>\n", nil},
		{"a right error", "<iq type='error' id='1'><ping xmlns='urn:xmpp:ping'/><error type='cancel'>" + conflict + "</error></iq>", nil},
		{"white space between the elements", "<iq type='get' id='1'>\n\t<ping xmlns='urn:xmpp:ping'/> \r\n</iq>", nil},
		{"nothing", "  ", []string{`1:1 error one-element "  "`}},
		{"not well-formed", "<iq type='get'\n id='é'><a>x</b></iq>", []string{`2:15 error mismatched-tag "b"`}},
		{"broken off", "<iq", []string{`1:4 error unexpected-end ""`}},
		{"a document type", "<!DOCTYPE x><iq/>", []string{`1:1 error doctype "<"`}},
		{"a second element", "<iq/>\n<iq/>", []string{`2:1 error second-root "<"`}},
		{"a message", " <message/>", []string{`1:3 error not-an-iq "message"`}},
		{"a foreign iq", "<iq xmlns='jabber:server'/>", []string{`1:12 error iq-namespace "jabber:server"`}},
		{"a foreign prefixed iq", "<x:iq xmlns:x='y'/>", []string{`1:2 error iq-namespace "x:iq"`}},
		{"no type, no id", "<iq/>", []string{`1:2 error type-missing "iq"`, `1:2 error id-missing "iq"`}},
		{"an unknown type", "<iq type='GET' id='1'><a xmlns='b'/></iq>", []string{`1:11 error type-unknown "GET"`}},
		{"an empty id", "<iq type='result'\n\tid = ''/>", []string{`2:2 warning id-empty "id = ''"`}},
		{"addresses that are none", "<iq type='result' id='1' to='a b@c' from=''/>",
			[]string{`1:30 error to-address "a b@c"`, `1:43 error from-address ""`}},
		{"a client's from", "<iq from='a@b' type='result' id='1'/>", []string{`1:5 hint from-of-a-client "from='a@b'"`}},
		{"a get of nothing", "<iq type='get' id='1'> </iq>", []string{`1:2 error payload-missing "iq"`}},
		{"a get of three things", "<iq type='get' id='1'><a xmlns='x'/><b xmlns='x'/><c xmlns='x'/></iq>",
			[]string{`1:37 error payload-many "<b xmlns='x'/>"`, `1:51 error payload-many "<c xmlns='x'/>"`}},
		{"a result of two things", "<iq type='result' id='1'><a xmlns='x'/><b xmlns='x'/></iq>", []string{`1:40 error payload-many "<b xmlns='x'/>"`}},
		{"payloads without a namespace of their own", "<iq type='get' id='1'><query/></iq>", []string{`1:24 warning payload-namespace "query"`}},
		{"a payload without any", "<iq type='get' id='1'><query xmlns=''/></iq>", []string{`1:24 warning payload-namespace "query"`}},
		{"an error without error", "<iq type='error' id='1'/>", []string{`1:2 error error-missing "iq"`}},
		{"two errors", "<iq type='error' id='1'><error type='cancel'>" + conflict + "</error><error/></iq>", []string{`1:109 error error-many "<error/>"`}},
		{"an error in a result", "<iq type='result' id='1'><error/></iq>", []string{`1:26 error error-unexpected "<error/>"`}},
		{"text between", "<iq type='get' id='1'>\n é x <a xmlns='b'/><![CDATA[y]]></iq>",
			[]string{`2:2 warning text-in-iq "é x"`, `2:20 warning text-in-iq "<![CDATA[y]]>"`}},
		{"in the order of the text", "<iq type='x' id='' to='@'>t<a/></iq>", []string{`1:11 error type-unknown "x"`, `1:14 warning id-empty "id=''"`,
			`1:24 error to-address "@"`, `1:27 warning text-in-iq "t"`, `1:29 warning payload-namespace "a"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, findings := Check(tt.text, stanza.ClientScope())
			var got []string
			for _, f := range findings {
				got = append(got, summary(tt.text, f))
				if f.Text == "" || f.Section == "" {
					t.Errorf("%s says nothing, or not where it is written down: %+v", f.Rule, f)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if s != nil && s.XML() != strings.TrimSpace(tt.text) {
				t.Errorf("the text became %q", s.XML())
			}
		})
	}
}

func TestCheckForAComponent(t *testing.T) {
	text := "<iq type='result' id='1' to='a@b'/>"
	if _, got := Check(text, stanza.ComponentScope()); len(got) != 1 || got[0].Rule != RuleFromComponent {
		t.Errorf("a component's IQ without from: %v", got)
	}
	text = "<iq type='result' id='1' to='a@b' from='echo.x'/>"
	if _, got := Check(text, stanza.ComponentScope()); len(got) != 0 {
		t.Errorf("a component's IQ with from: %v", got)
	}
	text = "<iq xmlns='jabber:client' type='result' id='1' from='echo.x'/>"
	if _, got := Check(text, stanza.ComponentScope()); len(got) != 1 || got[0].Rule != RuleIQNamespace {
		t.Errorf("a client's IQ on a component's stream: %v", got)
	}
}

func TestCheckSaysNoMoreThanAScreenful(t *testing.T) {
	text := "<iq type='result'>" + strings.Repeat("<a/>x", 50_000) + "</iq>"
	_, findings := Check(text, stanza.ClientScope())
	if len(findings) > 100 {
		t.Errorf("there are %d findings", len(findings))
	}
	if count(findings, RuleIDMissing) != 1 || count(findings, RuleText) != maxPerRule {
		t.Errorf("a missing id is not said, or text more than %d times: %v", maxPerRule, findings)
	}
}

func TestParseIsForSendingOnly(t *testing.T) {
	const typed = " <iq from='a@b' type='get' id = '1'><query/> </iq>\n"
	iq, err := Parse(typed, stanza.ClientScope())
	if err != nil || iq.XML() != strings.TrimSpace(typed) {
		t.Errorf("warnings and hints keep it from being sent, or change it: %v", err)
	}
	_, err = Parse("\n<iq type='get' id='1'/>", stanza.ClientScope())
	var refusal *RuleError
	if !errors.As(err, &refusal) {
		t.Fatalf("a get of nothing: %v", err)
	}
	if want := "2:2: a get needs one child element that says what is asked (RFC 6120 §8.2.3)"; err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// drawIQ makes an IQ with any of the faults that the rules know.
func drawIQ(t *rapid.T) string {
	part := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	open := "<iq" +
		part("type", "", " type='get'", " type='result'", " type='error'", " type='Error '", " type='bogus'") +
		part("id", "", " id='1'", "\n\tid=\"\"") +
		part("to", "", " to='a@b'", " to=''", " to='@'", " to=' xmpp:a@b'", " form='a@b'", " lang='en'") +
		part("from", "", " from='a@b'", " from=''") +
		part("namespace", "", "", " xmlns='jabber:client'", " xmlns='x'", " xml:lang='en_GB'", " xml:lang=''") +
		part("space", "", " ")
	if rapid.Bool().Draw(t, "empty") {
		return open + "/>"
	}
	var b strings.Builder
	b.WriteString(part("before", "", "\n é") + open + ">")
	for range rapid.IntRange(0, 5).Draw(t, "children") {
		b.WriteString(part("child", "<a xmlns='b'/>", "<query/>", drawError(t), "<error/>", "text", " x &amp; y\n", "<![CDATA[z]]>", "\n  ", "<c xmlns=''/>"))
	}
	return b.String() + part("close", "</iq>", "</iq >\n")
}

// drawError makes an <error/> with any of the faults that the rules know.
func drawError(t *rapid.T) string {
	part := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	const stanzas = " xmlns='" + stanza.NSStanzas + "'"
	var b strings.Builder
	b.WriteString("<error" + part("its type", "", " type='cancel'", " type='fatal'", " Type='wait'") + part("by", "", " by='@'", " by='a.b'", " code='404'") +
		part("its namespace", "", "", " xmlns='urn:x'", " xml:lang='-'") + ">")
	for range rapid.IntRange(0, 4).Draw(t, "details") {
		b.WriteString(part("detail", "<conflict"+stanzas+">x</conflict>", "<forbiden"+stanzas+"> a </forbiden>", "<conflict/>", "<conflict xmlns=''><a/></conflict>", "<text/>",
			"<text"+stanzas+">x</text>", "<text"+stanzas+" xml:lang='en_US'/>", "words", "<a xmlns='b'/>", "<a/>", "<p:conflict xmlns:p='"+stanza.NSStanzas+"'>x<y/></p:conflict>"))
	}
	return b.String() + "</error>"
}

func TestAFixRemovesItsFinding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawIQ(t)
		_, findings := Check(text, stanza.ClientScope())
		for _, f := range findings {
			if f.Fix == nil {
				continue
			}
			fixed := f.Fix.Apply(text)
			iq, after := Check(fixed, stanza.ClientScope())
			if iq == nil {
				t.Fatalf("%q is broken by %q: %q", text, f.Fix.Title, fixed)
			}
			if count(after, f.Rule) >= count(findings, f.Rule) {
				t.Fatalf("%q is still %s after %q: %q", text, f.Rule, f.Fix.Title, fixed)
			}
		}
	})
}

func count(findings []Finding, rule string) (n int) {
	for _, f := range findings {
		if f.Rule == rule {
			n++
		}
	}
	return n
}

func FuzzCheck(f *testing.F) {
	for _, s := range []string{
		"<iq/>", "<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>", "</iq><iq", "\n<iq type='é' to='@' from=''>x<error/></iq>",
		"<iq xmlns='x'/>", "<x:iq xmlns:x='x'/>", "<!DOCTYPE a>", "\xff", "é<", "<iq id='",
	} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, text string, component bool) {
		scope := stanza.ClientScope()
		if component {
			scope = stanza.ComponentScope()
		}
		s, findings := Check(text, scope)
		if s == nil && len(findings) == 0 {
			t.Fatal("neither a stanza nor a reason")
		}
		last := 0
		for _, f := range findings {
			if f.Pos < last || f.End < f.Pos || f.End > len(text) {
				t.Fatalf("%+v is not inside the text or not in its order", f)
			}
			last = f.Pos
			before := text[:f.Pos]
			line := strings.Count(before, "\n") + 1
			column := utf8.RuneCountInString(before[strings.LastIndex(before, "\n")+1:]) + 1
			if utf8.ValidString(before) && (f.Line != line || f.Column != column) {
				t.Fatalf("%+v stands at %d:%d", f, line, column)
			}
			if f.Fix != nil {
				f.Fix.Apply(text)
			}
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	text := "<iq type='get' id='1' to='romeo@example.net'>\n  <query xmlns='http://jabber.org/protocol/disco#info'/>\n</iq>"
	b.ReportAllocs()
	for b.Loop() {
		if _, findings := Check(text, stanza.ClientScope()); len(findings) != 0 {
			b.Fatal(findings)
		}
	}
}
