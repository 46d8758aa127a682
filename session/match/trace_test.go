package match

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

// spelt draws an element as a peer may write it: with prefixes, references, white space.
func spelt(depth int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		var b strings.Builder
		name := rapid.SampledFrom([]string{"a", "b", "p:a", "p:b", "item-not-found"}).Draw(t, "name")
		b.WriteString("<" + name)
		if strings.HasPrefix(name, "p:") {
			b.WriteString(" xmlns:p='urn:x'")
		}
		for _, attr := range []string{"k", "jid", "xml:lang"} {
			if rapid.IntRange(0, 2).Draw(t, attr) == 0 {
				b.WriteString("\n" + attr + " = \"" + rapid.SampledFrom([]string{"one", "&#111;ne", "o&#x6e;e", "t\nwo", "t wo", "a&amp;b", "", "other"}).Draw(t, "value") + `"`)
			}
		}
		b.WriteString(" >")
		for range rapid.IntRange(0, 2).Draw(t, "parts") {
			b.WriteString(rapid.SampledFrom([]string{"one", "<![CDATA[on]]>e", "&#x6f;ne", "x"}).Draw(t, "text"))
			if depth > 0 {
				b.WriteString(spelt(depth-1).Draw(t, "child"))
			}
		}
		b.WriteString("</" + name + ">")
		return b.String()
	})
}

// TestWhatTheBytesDoNotHoldIsNotInTheTree holds many expressions against stanzas in any spelling,
// with the look into the bytes and without it.
func TestWhatTheBytesDoNotHoldIsNotInTheTree(t *testing.T) {
	var all []*Expr
	for _, text := range []string{
		`iq/a@k=one`, `iq//b@k=one`, `iq//a@jid`, `iq//*@k="t wo"`, `iq//*@k="a&b"`, `iq//b@k!=one`, `iq//{urn:x}a@k=other`, `iq/a/b@k=one`, `a/b@jid=one`, `iq//a@xml:lang=one`,
		`iq@k=one/a`, `iq@error=item-not-found`, `iq//a="one"`, `*//b@k~=N`, `b@k=one/a`, `iq//p`,
	} {
		all = append(all, compile(t, text))
	}
	for _, text := range []string{`//a[@k='one']`, `//b[@jid]/a`, `/iq/*[a]`, `//*[@k!='one'][b]`, `//b[.='one']`, `//a[2]`, `//a[*]`, `//a[{urn:x}*]`, `//*[@xml:lang='one']`} {
		all = append(all, mustXPath(t, text))
	}
	for _, text := range []string{`<iq><a k='one'/></iq>`, `<iq><x:b xmlns:x='urn:x' jid='other'/></iq>`, `<iq k='t wo'><b/></iq>`} {
		all = append(all, mustMask(t, text))
	}
	fits := make([]int, len(all))
	one := func(t *rapid.T) {
		xml := "<iq type='error' id='1' k='" + rapid.SampledFrom([]string{"one", "&#111;ne", "t\nwo"}).Draw(t, "own") + "'>" +
			spelt(2).Draw(t, "payload") + "<error>" + spelt(0).Draw(t, "condition") + spelt(0).Draw(t, "more") + "</error></iq>"
		if rapid.Bool().Draw(t, "condition") {
			xml = strings.Replace(xml, "<error>", "<error><q:item-not-found xmlns:q='"+stanza.NSStanzas+"'/>", 1)
		}
		s := xmpptest.Stanza(t, xml)
		subject, passing := NewSubject(Facts{Stanza: s}), new(Passing)
		passing.Is(Facts{Stanza: s})
		for i, x := range all {
			want := (&Expr{traceless(x.root)}).Match(subject)
			if want {
				fits[i]++
			}
			if got := x.Match(subject); got != want {
				t.Fatalf("%s on %s: %v, want %v", x, xml, got, want)
			}
			if got := x.Match(passing); got != want {
				t.Fatalf("%s on %s, which passes: %v, want %v", x, xml, got, want)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		for range 30 {
			one(t)
		}
	})
	for i, n := range fits {
		if n == 0 && !testing.Short() && all[i].String() != "iq//p" {
			t.Errorf("%s has never fitted, so that this shows nothing of it", all[i])
		}
	}
}

// traceless is an expression that looks into trees alone.
func traceless(n node) node {
	switch n := n.(type) {
	case *path:
		without := *n
		without.trace = trace{}
		return &without
	case *mask:
		without := *n
		without.trace = trace{}
		return &without
	case *notation:
		without := *n
		without.of = traceless(n.of)
		return &without
	}
	panic(fmt.Sprintf("a %T", n))
}

// What may be written in several ways is found in each of them.
func TestWhatIsWrittenOtherwiseIsFound(t *testing.T) {
	for _, row := range []struct{ expression, xml string }{
		{`iq/custom_xep@mood=happy`, `<iq><query xmlns='custom-xep'><mood>ha<![CDATA[pp]]>y</mood></query></iq>`},
		{`b@error=one`, `<iq type='error'><b error='one'/><error/></iq>`},
		{`iq@error=gone`, `<iq type='error'><error><g:gone xmlns:g='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`},
		{`iq/a@k=one`, `<iq><a k='o&#110;e'/></iq>`},
		{`iq/a@k="o e"`, "<iq><a k='o\ne'/></iq>"},
	} {
		if !compile(t, row.expression).Match(subjectOf(t, row.xml)) {
			t.Errorf("%s does not find %s", row.expression, row.xml)
		}
	}
}

// What is not in the bytes costs no tree.
func TestNoTreeIsMadeInVain(t *testing.T) {
	const roster = `<iq type='result' id='1'><query xmlns='jabber:iq:roster'><item jid='romeo@x' name='identity'/></query></iq>`
	for _, x := range []*Expr{
		compile(t, `iq//identity`), compile(t, `iq//item@jid="juliet@x"`), compile(t, `iq//item@ask`), mustXPath(t, `//item[@jid='nurse@x']`),
		mustXPath(t, `//query[group]`), mustMask(t, `<iq><query xmlns='jabber:iq:roster'><item jid='nurse@x'/></query></iq>`),
	} {
		s := &counted{Subject: subjectOf(t, roster)}
		if x.Match(s) || s.trees > 0 {
			t.Errorf("%s takes %d trees", x, s.trees)
		}
	}
}

// A subject that is told of many stanzas says of each what one of its own would, and nothing of the
// one before.
func TestWhatPassesIsSeenAsItIs(t *testing.T) {
	var p Passing
	for _, xml := range []string{customGet, pingGet, `<iq from='a@b/c' to='no address@'/>`, `<iq/>`, "", `<iq from='x@y'>t<a k='1'>u</a></iq>`, customGet} {
		f := Facts{Dir: stanza.In, Note: xml}
		if xml != "" {
			f.Stanza = xmpptest.Stanza(t, xml)
		}
		p.Is(f)
		own := NewSubject(f)
		if *p.Facts() != f || p.From() != own.From() || p.To() != own.To() {
			t.Errorf("of %s it says %+v, %s, %s", xml, p.Facts(), p.From(), p.To())
		}
		if got, want := p.Tree(), own.Tree(); (got == nil) != (want == nil) || got != nil && (shape(got) != shape(want) || p.Tree() != got) {
			t.Errorf("of %s the tree is\n%s, want\n%s", xml, shape(got), shape(want))
		}
	}
}

// shape is all that a tree says.
func shape(n *stanza.Node) string {
	text := fmt.Sprint(n.Name, n.Prefix, n.Data, n.CDATA, n.Ref, n.Pos, n.End, n.Open, n.Close, len(n.Children))
	for _, a := range n.Attrs {
		text += fmt.Sprint(a)
	}
	for _, c := range n.Children {
		if c.Parent != n {
			text += "a stranger: "
		}
		text += "(" + shape(c) + ")"
	}
	return text
}
