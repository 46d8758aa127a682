package iqbuilder

import (
	"encoding/xml"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"iqscope/iqbuilder/stanza"
)

type answer struct {
	XMLName xml.Name `xml:"custom-xep query"`
	Node    string   `xml:"node,attr,omitempty"`
	Answer  string   `xml:"answer,omitempty"`
}

func TestAValueBecomesThePayloadAndIsReadBack(t *testing.T) {
	want := answer{Node: `a"b'c`, Answer: "1 < 2 && x\r\n]]>"}
	iq, err := Get(WithPayloadValue(want), ID("1"))
	if err != nil {
		t.Fatal(err)
	}
	if iq.Payload() != (stanza.Name{Space: "custom-xep", Local: "query"}) || !strings.Contains(iq.XML(), "<answer>") {
		t.Errorf("it is %s", iq)
	}
	var got answer
	if err := iq.Decode(&got); err != nil || got.Node != want.Node || got.Answer != want.Answer {
		t.Errorf("it is read as %+v, %v", got, err)
	}
	changed, err := Change(iq, WithPayloadValue(&answer{}), WithType(stanza.Set))
	if err != nil || changed.XML() != `<iq type="set" id="1"><query xmlns="custom-xep"></query></iq>` {
		t.Errorf("changed it is %s, %v", changed, err)
	}
}

func TestAValueThatIsNoPayloadIsRefusedAndSaysWhy(t *testing.T) {
	type none struct {
		XMLName xml.Name `xml:"query"`
	}
	type commented struct {
		XMLName xml.Name `xml:"u query"`
		Comment string   `xml:",comment"`
	}
	type raw struct {
		XMLName xml.Name `xml:"u query"`
		Inner   string   `xml:",innerxml"`
	}
	for _, c := range []struct {
		name  string
		value any
		rule  string
		says  string
	}{
		{"no namespace", none{}, RulePayloadNamespace, "XMLName"},
		{"a text", "x", RulePayloadNamespace, "XMLName"},
		{"nothing", nil, RulePayloadMissing, "nothing that could be written"},
		{"a pointer to nothing", (*answer)(nil), RulePayloadMissing, "nothing that could be written"},
		{"what cannot be written", make(chan int), RulePayloadMissing, "cannot be written as XML"},
		{"two", []answer{{}, {}}, "", "second element"},
		{"a comment", commented{Comment: "x"}, "", "comment"},
		{"broken XML of its own", raw{Inner: "</query><query>"}, "", "second element"},
		{"an error in the stream's namespace", struct {
			XMLName xml.Name `xml:"jabber:client error"`
		}{}, RulePayloadMissing, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			iq, err := Get(WithPayloadValue(c.value))
			var e *RuleError
			if !errors.As(err, &e) || c.rule != "" && e.Finding.Rule != c.rule || !strings.Contains(err.Error(), c.says) {
				t.Errorf("it is %s, %v", iq, err)
			}
		})
	}
	if _, err := Get(WithPayloadValue(nil), WithQuery("u")); err != nil {
		t.Errorf("a later option does not win: %v", err)
	}
	if _, err := Get(WithQuery("u"), WithPayloadValue(time.Now())); err == nil {
		t.Error("an earlier option wins")
	}
}

func TestAnElementIsEscaped(t *testing.T) {
	answer := NewElement("", "answer").Attr("by", `"<'&`).Attr("by", "'").Attr("xml:lang", "de").Text("1 < 2").Text(" & ]]>\r")
	query := NewElement("custom-xep", "query").Text("a").Add(answer, nil, NewElement("urn:b", "b").Add(NewElement("custom-xep", "c"))).Text("b")
	answer.Text("not in it: a copy was added")
	iq, err := Result(WithTree(query), ID("1"))
	want := `<iq type="result" id="1"><query xmlns="custom-xep">a<answer by="&apos;" xml:lang="de">1 &lt; 2 &amp; ]]&gt;&#13;</answer>` +
		`<b xmlns="urn:b"><c xmlns="custom-xep"/></b>b</query></iq>`
	if err != nil || iq.XML() != want {
		t.Errorf("it is\n%s, %v, want\n%s", iq, err, want)
	}
}

func TestAnElementThatReadsAsAnotherIsRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		e    *Element
	}{
		{"no name", NewElement("u", "")},
		{"a name that ends the tag", NewElement("u", "a/><b")},
		{"a name with an attribute", NewElement("u", "a b='c'")},
		{"an attribute's name with another one", NewElement("u", "a").Attr("b='c' d", "e")},
		{"an attribute that changes the namespace", NewElement("u", "a").Add(NewElement("", "b").Attr("xmlns", "v"))},
		{"a prefix", NewElement("u", "stream:a")},
		{"an attribute's prefix", NewElement("u", "a").Attr("stream:b", "c")},
		{"a name with a child", NewElement("u", "a").Add(NewElement("", "b><c/></b"))},
		{"what XML cannot carry", NewElement("u", "a").Text("\x00")},
		{"what is no UTF-8", NewElement("u", "a").Attr("b", "\xff")},
		{"no namespace", NewElement("", "a")},
	} {
		t.Run(c.name, func(t *testing.T) {
			var e *RuleError
			if iq, err := Get(WithTree(c.e)); !errors.As(err, &e) {
				t.Errorf("it is %s, %v", iq, err)
			}
		})
	}
	if _, err := Get(WithTree(nil)); err == nil {
		t.Error("no element is a payload")
	}
}

func TestAnElementBecomesAMessage(t *testing.T) {
	m, err := NewElement(stanza.NSClient, "message").Attr("to", "romeo@example.net").Add(NewElement("", "body").Text("<3")).Stanza()
	if err != nil || m.Kind() != stanza.Message || m.To() != "romeo@example.net" || m.Child(stanza.NSClient, "body").Text() != "<3" {
		t.Errorf("it is %s, %v", m, err)
	}
	m, err = NewElement(stanza.NSComponent, "presence").Stanza()
	if err != nil || m.Kind() != stanza.Presence || m.Scope().Content != stanza.NSComponent {
		t.Errorf("a component's is %s, %v", m, err)
	}
	for name, e := range map[string]*Element{
		"of no stream":          NewElement("jabber:server", "message"),
		"no stanza":             NewElement(stanza.NSClient, "body"),
		"an IQ without a type":  NewElement(stanza.NSClient, "iq"),
		"what reads as another": NewElement(stanza.NSClient, "message").Attr("a='b' c", "d"),
		"what XML cannot carry": NewElement(stanza.NSClient, "message").Text("\x01"),
		"nothing":               nil,
	} {
		var wrong *RuleError
		if s, err := e.Stanza(); !errors.As(err, &wrong) {
			t.Errorf("%s is %s, %v", name, s, err)
		}
	}
}

func drawElement(depth int) *rapid.Generator[*Element] {
	return rapid.Custom(func(t *rapid.T) *Element {
		name := rapid.SampledFrom([]string{"a", "b", "c-d", "e f", "g/", "h:i"})
		e := NewElement(rapid.SampledFrom([]string{"", "u", "v'\"&"}).Draw(t, "space"), name.Draw(t, "name"))
		for range rapid.IntRange(0, 2).Draw(t, "attributes") {
			e.Attr(rapid.SampledFrom([]string{"a", "b", "xml:lang", "c d"}).Draw(t, "attribute"), rapid.String().Draw(t, "value"))
		}
		for range rapid.IntRange(0, 3).Draw(t, "parts") {
			if depth == 0 || rapid.Bool().Draw(t, "is text") {
				e.Text(rapid.String().Draw(t, "text"))
			} else {
				e.Add(drawElement(depth-1).Draw(t, "child"))
			}
		}
		return e
	})
}

func TestWhatIsBuiltIsWhatIsRead(t *testing.T) {
	built := 0
	rapid.Check(t, func(t *rapid.T) {
		e := NewElement("urn:root", "root").Add(drawElement(3).Draw(t, "element"))
		iq, err := Get(WithTree(e))
		if err != nil {
			return
		}
		built++
		if again, err := stanza.Parse(iq.XML(), stanza.ClientScope()); err != nil || !e.is(again.Child("urn:root", "root"), "") {
			t.Fatalf("%s is not what was built: %v", iq, err)
		}
	})
	if built == 0 {
		t.Error("nothing was ever built: the test shows nothing")
	}
}

func TestAWordThatIsNoConditionIsRefusedWithTheNearestOne(t *testing.T) {
	_, err := Error(WithError(stanza.StanzaError{Condition: "not-alowed"}))
	if err == nil || !strings.Contains(err.Error(), `there is no condition "not-alowed"; did you mean "not-allowed"?`) {
		t.Errorf("it says %v", err)
	}
}
