package iqbuilder

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"iqscope/iqbuilder/stanza"
)

func must(t interface{ Fatal(...any) }) func(*stanza.Stanza, error) *stanza.Stanza {
	return func(s *stanza.Stanza, err error) *stanza.Stanza {
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

func parse(t interface{ Fatal(...any) }, text string, scope stanza.Scope) *stanza.Stanza {
	return must(t)(stanza.Parse(text, scope))
}

// meaning is a tree without the way it was written.
type meaning struct {
	Name     stanza.Name
	Attrs    map[string]string
	Text     string
	Children []meaning
}

func meaningOf(n *stanza.Node) meaning {
	m := meaning{Name: n.Name, Attrs: map[string]string{}, Text: strings.TrimSpace(n.Text())}
	for _, a := range n.Attrs {
		if a.Prefix == "" && a.Name.Space == "" {
			m.Attrs[a.Name.Local] = a.Value
		}
	}
	for _, c := range n.Elements() {
		m.Children = append(m.Children, meaningOf(c))
	}
	return m
}

func tree(t interface{ Fatal(...any) }, s *stanza.Stanza) *stanza.Node {
	n, err := s.Tree()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestBuild(t *testing.T) {
	const stanzas = ` xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"`
	request := parse(t, `<iq type="get" id="q&amp;1" from="romeo@x/phone"><p:a xmlns:p="urn:a"/></iq>`, stanza.ClientScope())
	asked := parse(t, `<iq type="set" id="7" from="romeo@x" to="echo@bots.x"><a xmlns="b"/></iq>`, stanza.ComponentScope())
	for _, tt := range []struct {
		name string
		typ  stanza.Type
		opts []Option
		want string
	}{
		{"any element", stanza.Set, []Option{ID("1"), WithElement(stanza.Name{Space: "urn:a&b", Local: "x"})},
			`<iq type="set" id="1"><x xmlns="urn:a&amp;b"/></iq>`},
		{"raw payload as written", stanza.Set, []Option{ID("1"), WithPayload("\n<x xmlns='a' >&#65;</x >\n")},
			`<iq type="set" id="1"><x xmlns='a' >&#65;</x ></iq>`},
		{"later options win", stanza.Get, []Option{ID("1"), To("a@b"), To("c@d"), ID("2"), WithQuery("x"), WithElement(stanza.Name{Space: "y", Local: "z"})},
			`<iq to="c@d" type="get" id="2"><z xmlns="y"/></iq>`},
		{"an attribute removed again", stanza.Result, []Option{ID("1"), To("a@b"), To("")}, `<iq type="result" id="1"/>`},
		{"a result with payload", stanza.Result, []Option{ID("1"), WithQuery("x")}, `<iq type="result" id="1"><query xmlns="x"/></iq>`},
		{"a component's", stanza.Result, []Option{ID("1"), ForComponent(), From("echo.x")}, `<iq from="echo.x" type="result" id="1"/>`},
		{"escaped id", stanza.Result, []Option{ID(`<"'&>`)}, `<iq type="result" id="&lt;&quot;&apos;&amp;&gt;"/>`},
		{"error defaults", stanza.Error, []Option{ID("1")},
			`<iq type="error" id="1"><error type="cancel"><feature-not-implemented` + stanzas + `/></error></iq>`},
		{"error with everything", stanza.Error, []Option{ID("1"), WithError(stanza.StanzaError{Type: "modify", Condition: "redirect", Text: "a<b", Lang: "en",
			By: "host", URI: "xmpp:a@b", Application: stanza.Name{Space: "urn:app", Local: "busy"}})},
			`<iq type="error" id="1"><error by="host" type="modify"><redirect` + stanzas + `>xmpp:a@b</redirect>` +
				`<text` + stanzas + ` xml:lang="en">a&lt;b</text><busy xmlns="urn:app"/></error></iq>`},
		{"error as raw payload", stanza.Error, []Option{ID("1"), WithPayload("<error type='wait'/>")}, `<iq type="error" id="1"><error type='wait'/></iq>`},
		{"an error as raw payload in the place of another", stanza.Error, []Option{ID("1"), WithError(stanza.StanzaError{Condition: "gone"}), WithPayload("<error type='wait'/>")},
			`<iq type="error" id="1"><error type='wait'/></iq>`},
		{"reply", stanza.Result, []Option{InReplyTo(request)}, `<iq to="romeo@x/phone" type="result" id="q&amp;1"/>`},
		{"a component's reply", stanza.Result, []Option{InReplyTo(asked)}, `<iq to="romeo@x" from="echo@bots.x" type="result" id="7"/>`},
		{"error with the original", stanza.Error, []Option{InReplyTo(request), WithOriginal()},
			`<iq to="romeo@x/phone" type="error" id="q&amp;1"><p:a xmlns:p="urn:a"/>` +
				`<error type="cancel"><feature-not-implemented` + stanzas + `/></error></iq>`},
		{"reply to a request without id", stanza.Result, []Option{InReplyTo(parse(t, "<iq type='get' from='a@b'/>", stanza.ClientScope()))}, `<iq to="a@b" type="result"/>`},
		{"reply to an empty id", stanza.Result, []Option{InReplyTo(parse(t, "<iq type='get' id=''/>", stanza.ClientScope()))}, `<iq type="result" id=""/>`},
		{"reply to an address that is none", stanza.Result, []Option{InReplyTo(parse(t, "<iq type='get' id='1' from='a b@c'/>", stanza.ClientScope()))},
			`<iq to="a b@c" type="result" id="1"/>`},
		{"a component's reply from an address that is none", stanza.Result,
			[]Option{InReplyTo(parse(t, "<iq type='get' id='1' from='a@b' to='my_bot.x'/>", stanza.ComponentScope()))},
			`<iq to="a@b" from="my_bot.x" type="result" id="1"/>`},
		{"the original in a result", stanza.Result, []Option{InReplyTo(asked), WithOriginal()},
			`<iq to="romeo@x" from="echo@bots.x" type="result" id="7"><a xmlns="b"/></iq>`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			iq := must(t)(New(tt.typ, tt.opts...))
			if iq.XML() != tt.want {
				t.Errorf("got  %s\nwant %s", iq.XML(), tt.want)
			}
		})
	}
}

func TestBuildRefuses(t *testing.T) {
	request := parse(t, "<iq type='get' from='a b@c'/>", stanza.ClientScope())
	failure := func(e stanza.StanzaError) []Option { return []Option{WithError(e)} }
	for _, tt := range []struct {
		name string
		typ  stanza.Type
		opts []Option
		rule string
	}{
		{"no type", "", nil, RuleTypeUnknown},
		{"an unknown type", "gets", []Option{WithQuery("x")}, RuleTypeUnknown},
		{"a type that breaks out", `get" x="`, []Option{WithQuery("x")}, RuleTypeUnknown},
		{"a get of nothing", stanza.Get, nil, RulePayloadMissing},
		{"no id", stanza.Get, []Option{WithQuery("x"), ID("")}, RuleIDMissing},
		{"no id in a reply to one that had", stanza.Result, []Option{InReplyTo(parse(t, "<iq id='1'/>", stanza.ClientScope())), ID("")}, RuleIDMissing},
		{"to nobody", stanza.Get, []Option{WithQuery("x"), To("a b@c")}, RuleToAddress},
		{"another bad to in a reply", stanza.Result, []Option{InReplyTo(request), To("x y@z")}, RuleToAddress},
		{"from nobody", stanza.Get, []Option{WithQuery("x"), From("@")}, RuleFromAddress},
		{"two payloads", stanza.Get, []Option{WithPayload("<a xmlns='x'/><b xmlns='x'/>")}, "second-root"},
		{"a payload that breaks out", stanza.Get, []Option{WithPayload("<a xmlns='x'/></iq><iq/>")}, "mismatched-tag"},
		{"half a payload", stanza.Get, []Option{WithPayload("<a>")}, "unexpected-end"},
		{"a comment", stanza.Get, []Option{WithPayload("<!-- --><a/>")}, "comment"},
		{"a declaration", stanza.Get, []Option{WithPayload("<?xml version='1.0'?><a/>")}, RuleOneElement},
		{"blank payload", stanza.Get, []Option{WithPayload(" ")}, RuleOneElement},
		{"an error as the payload of a get", stanza.Get, []Option{WithPayload("<error/>")}, RulePayloadMissing},
		{"an element that is no name", stanza.Get, []Option{WithElement(stanza.Name{Space: "x", Local: "a b='c'"})}, RuleElementName},
		{"an element with a prefix", stanza.Get, []Option{WithElement(stanza.Name{Space: "x", Local: "xml:a"})}, RuleElementName},
		{"NUL in an id", stanza.Get, []Option{WithQuery("x"), ID("\x00")}, "illegal-character"},
		{"NUL in a namespace", stanza.Get, []Option{WithQuery("\x00")}, "illegal-character"},
		{"no UTF-8", stanza.Get, []Option{WithQuery("x"), ID("\xff")}, "invalid-utf8"},
		{"an error in a get", stanza.Get, append(failure(stanza.StanzaError{}), WithQuery("x")), RuleErrorUnexpected},
		{"an unknown error type", stanza.Error, failure(stanza.StanzaError{Type: "fatal"}), RuleErrorContent},
		{"an unknown condition", stanza.Error, failure(stanza.StanzaError{Condition: "text"}), RuleErrorContent},
		{"an address of another condition", stanza.Error, failure(stanza.StanzaError{Condition: "conflict", URI: "x"}), RuleErrorContent},
		{"by nobody", stanza.Error, failure(stanza.StanzaError{By: "a b@c"}), RuleErrorContent},
		{"application condition without namespace", stanza.Error, failure(stanza.StanzaError{Application: stanza.Name{Local: "a"}}), RuleErrorContent},
		{"application condition that is a standard one", stanza.Error, failure(stanza.StanzaError{Application: stanza.Name{Space: stanza.NSStanzas, Local: "a"}}), RuleErrorContent},
		{"application condition that is no name", stanza.Error, failure(stanza.StanzaError{Application: stanza.Name{Space: "x", Local: "a b='c'"}}), RuleErrorContent},
	} {
		t.Run(tt.name, func(t *testing.T) {
			iq, err := New(tt.typ, tt.opts...)
			var refusal *RuleError
			if !errors.As(err, &refusal) {
				t.Fatalf("got %v, %v", iq, err)
			}
			if refusal.Finding.Rule != tt.rule {
				t.Errorf("refused by %s (%v), want %s", refusal.Finding.Rule, err, tt.rule)
			}
		})
	}
}

func TestTypesHaveTheirBuilders(t *testing.T) {
	for typ, build := range map[stanza.Type]func(...Option) (*stanza.Stanza, error){
		stanza.Get: Get, stanza.Set: Set, stanza.Result: Result, stanza.Error: Error,
	} {
		if iq := must(t)(build(WithQuery("x"))); iq.Type() != typ || iq.From() != "" || iq.To() != "" || iq.ID() == "" {
			t.Errorf("the builder of %s gives %s", typ, iq.XML())
		}
	}
}

// hostile draws text of everything that XML can carry and a builder can get wrong.
var hostile = rapid.StringOf(rapid.RuneFrom([]rune("ab\"'<>&;]\t\n\r #xé\u0085\u009b\u2028\U0001F600{}/=")))

func TestValuesComeBackAsTheyWere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id, ns := hostile.Draw(t, "id"), hostile.Draw(t, "namespace")
		e := stanza.StanzaError{Type: "wait", Condition: "conflict", Text: hostile.Draw(t, "text")}
		if id == "" {
			id = "1"
		}
		iq, err := Error(ID(id), WithQuery(ns), WithError(e))
		if err != nil {
			t.Fatal(err)
		}
		if iq.ID() != id || iq.Payload() != (stanza.Name{Space: ns, Local: "query"}) || *iq.Err() != e {
			t.Fatalf("%q, %q, %q became %s", id, ns, e.Text, iq.XML())
		}
	})
}

// An id is one of 32 characters in each of its places, each as likely as the others.
func TestIDsAreOfAllCharactersInEachPlace(t *testing.T) {
	const n = 32 * 1000
	var count [13][256]int
	seen := map[string]bool{}
	for range n {
		id := NewID()
		if len(id) != 13 || seen[id] {
			t.Fatalf("%q was there, or has another length", id)
		}
		seen[id] = true
		for i := range len(id) {
			count[i][id[i]]++
		}
	}
	for place := range count {
		for c, times := range count[place] {
			allowed := c >= 'a' && c <= 'z' || c >= '2' && c <= '7'
			// 1,000 are expected, with a deviation of 31.
			if allowed && (times < 700 || times > 1300) || !allowed && times > 0 {
				t.Errorf("%q is there %d times in place %d", rune(c), times, place)
			}
		}
	}
}

func BenchmarkNewID(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		NewID()
	}
}

func BenchmarkGet(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Get(WithQuery(stanza.NSDiscoInfo), To("user@example.com")); err != nil {
			b.Fatal(err)
		}
	}
}
