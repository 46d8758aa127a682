package stanza

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/internal/xmlscan"
)

func mustParse(t interface{ Fatalf(string, ...any) }, text string) *Stanza {
	s, err := Parse(text, ClientScope())
	if err != nil {
		t.Fatalf("%.200q: %v", text, err)
	}
	return s
}

func mustTree(t interface{ Fatalf(string, ...any) }, s *Stanza) *Node {
	n, err := s.Tree()
	if err != nil {
		t.Fatalf("the tree of %.200q: %v", s.XML(), err)
	}
	return n
}

func TestParseKeepsTheBytes(t *testing.T) {
	const iq = "<iq type='get'\n  id = \"&#49;\"  ><ping xmlns='urn:xmpp:ping'></ping> </iq >"
	s := mustParse(t, " \r\n"+iq+"\t\n")
	if s.XML() != iq {
		t.Errorf("got %q", s.XML())
	}
	if s.ID() != "1" || s.Kind() != IQ || s.Type() != Get || s.Payload().Space != "urn:xmpp:ping" {
		t.Errorf("the header is wrong: %q %q", s.ID(), s.Type())
	}
}

func TestParseRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		rule       xmlscan.Rule // "" for a *ParseError
	}{
		{"nothing", "", ""},
		{"white space", " \n", ""},
		{"a declaration", "<?xml version='1.0'?><iq/>", ""},
		{"text alone", "hello", xmlscan.RuleTextOutside},
		{"two elements", "<iq/><iq/>", xmlscan.RuleSecondRoot},
		{"an end tag first", "</iq><iq>", xmlscan.RuleMismatchedTag},
		{"half an element", "<iq><a/>", xmlscan.RuleUnexpectedEnd},
		{"half a tag", "<iq id='", xmlscan.RuleUnexpectedEnd},
		{"a comment behind", "<iq/><!-- -->", xmlscan.RuleComment},
		{"a reference behind", "<iq/>&#32;", xmlscan.RuleTextOutside},
		{"an unbound prefix", "<x:iq/>", xmlscan.RuleUnboundPrefix},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Parse(tt.text, ClientScope())
			var broken *xmlscan.Error
			var parse *ParseError
			switch {
			case err == nil:
				t.Errorf("accepted as %q", s.XML())
			case tt.rule == "" && !errors.As(err, &parse):
				t.Errorf("got %#v, want a *ParseError", err)
			case tt.rule != "" && (!errors.As(err, &broken) || broken.Rule != tt.rule):
				t.Errorf("got %v, want the rule %s", err, tt.rule)
			}
		})
	}
}

func TestATreeHoldsEverything(t *testing.T) {
	s := mustParse(t, "<iq xmlns:p='urn:p' id='1'>a&amp;b<p:x p:y='&lt;' z=\"'\"/><![CDATA[<c>]]><empty></empty></iq>")
	root := mustTree(t, s)
	if root.Parent != nil || root.Name != (Name{Space: NSClient, Local: "iq"}) {
		t.Errorf("the root is %v", root.Name)
	}
	var got []string
	for _, c := range root.Children {
		got = append(got, s.XML()[c.Pos:c.End]+" → "+c.QName()+c.Data)
		if c.Parent != root {
			t.Errorf("%s has another parent", s.XML()[c.Pos:c.End])
		}
	}
	want := []string{
		"a&amp;b → a&b",
		"<p:x p:y='&lt;' z=\"'\"/> → p:x",
		"<![CDATA[<c>]]> → <c>",
		"<empty></empty> → empty",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if root.Text() != "a&b<c>" || root.Children[0].Text() != "a&b" {
		t.Errorf("the text is %q", root.Text())
	}
	x := root.Child("urn:p", "x")
	if v, ok := x.Attr("z"); !ok || v != "'" {
		t.Errorf("z is %q, %v", v, ok)
	}
	if _, ok := x.Attr("y"); ok {
		t.Error("an attribute with a namespace is found without one")
	}
	for _, a := range x.Attrs {
		if name := s.XML()[a.Pos:]; !strings.HasPrefix(name, "p:y=") && !strings.HasPrefix(name, "z=") {
			t.Errorf("an attribute stands at %q", name)
		}
	}
	if root.Child("", "x") != nil || len(root.Elements()) != 2 {
		t.Error("child elements are not found by their whole name")
	}
	if empty := root.Child(NSClient, "empty"); s.XML()[empty.Open:empty.Close] != "" || s.XML()[empty.Close:empty.End] != "</empty>" {
		t.Error("the tags of an element are not where they are")
	}
}

func TestTheTagsOfAStreamHaveNoTree(t *testing.T) {
	r, _ := newReader(clientHeader + streamEnd)
	for range 2 {
		s, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Tree(); err == nil {
			t.Errorf("%s has a tree", s.XML())
		}
		if s.Pretty(10) != s.XML() || s.Err() != nil {
			t.Errorf("%s is printed as %s", s.XML(), s.Pretty(10))
		}
	}
}

// recut puts the bytes together again from the tree's offsets alone.
func recut(b *strings.Builder, xml string, n *Node) {
	if !n.IsElement() {
		b.WriteString(xml[n.Pos:n.End])
		return
	}
	b.WriteString(xml[n.Pos:n.Open])
	for _, c := range n.Children {
		recut(b, xml, c)
	}
	b.WriteString(xml[n.Close:n.End])
}

func checkLossless(t interface{ Fatalf(string, ...any) }, s *Stanza) {
	var b strings.Builder
	recut(&b, s.XML(), mustTree(t, s))
	if b.String() != s.XML() {
		t.Fatalf("the tree of %q holds %q", s.XML(), b.String())
	}
}

func TestATreeIsLossless(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkLossless(t, mustParse(t, drawXML(t))) })
}

// drawXML makes any element that XMPP allows, in any way of writing it.
func drawXML(t *rapid.T) string {
	var b strings.Builder
	drawElement(t, &b, 4)
	return b.String()
}

func drawElement(t *rapid.T, b *strings.Builder, depth int) {
	pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	name := pick("name", "iq", "a", "stream:b", "p:c", "long-name-of-an-element")
	b.WriteString("<" + name)
	if strings.HasPrefix(name, "p:") {
		b.WriteString(pick("declaration", ` xmlns:p="urn:p"`, "\n\txmlns:p = 'urn:p&amp;q'"))
	}
	for _, attr := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{
		"id", "type", "to", "xmlns", "xml:lang", "xml:space", "xmlns:q", "stream:x",
	}), 0, 4, rapid.ID).Draw(t, "attributes") {
		value := pick("value", "v", "get", "preserve", "a&lt;b&#x20;", "\n&#10;", "é\u0301")
		b.WriteString(pick("space", " ", "\n  ") + attr + pick("equals", "=", " = ") + pick("quote", `"`+value+`"`, "'"+value+"'"))
	}
	b.WriteString(pick("before the end", "", " ", "\n"))
	if depth == 0 || rapid.IntRange(0, 3).Draw(t, "empty") == 0 {
		b.WriteString(pick("end", "/>", "></"+name+">", "></"+name+"\n>"))
		return
	}
	b.WriteString(">")
	for range rapid.IntRange(0, 4).Draw(t, "children") {
		if rapid.Bool().Draw(t, "element") {
			drawElement(t, b, depth-1)
		} else {
			b.WriteString(pick("text", " ", "\n  ", "text", " a &amp; b ", "<![CDATA[ ]]>", "<![CDATA[<x>]]>", "&#32;", "\r\n", "é ]] >"))
		}
	}
	b.WriteString("</" + name + ">")
}
