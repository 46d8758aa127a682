package stanza

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/internal/xmlscan"
)

// facts are all that a stanza says without its tree.
type facts struct {
	XML, ID, From, To, Lang string
	HasID, HasError         bool
	Type                    Type
	Kind                    Kind
	Name, Payload           Name
	Payloads                int
	Scope                   Scope
	Fault                   *XMLError
}

func factsOf(s *Stanza) facts {
	return facts{
		XML: s.XML(), ID: s.ID(), From: s.From(), To: s.To(), Lang: s.Lang(), HasID: s.HasID(), HasError: s.HasError(),
		Type: s.Type(), Kind: s.Kind(), Name: s.Name(), Payload: s.Payload(), Payloads: s.Payloads(), Scope: s.Scope(), Fault: s.Fault(),
	}
}

// drawHeader draws a stanza whose attributes stand in any order and are written in any way.
func drawHeader(t *rapid.T) string {
	value := rapid.OneOf(
		rapid.StringMatching(`[a-z@./ ]{0,12}`),
		rapid.StringMatching(`([a-z]|&amp;|&#65;|&lt;|é|\t){0,6}`),
		rapid.Map(rapid.IntRange(0, 70_000), func(n int) string { return strings.Repeat("x", n) }),
	)
	names := rapid.Permutation([]string{"id", "type", "from", "to", "xml:lang", "p:id", "xmlns:p", "other"}).Draw(t, "order")
	var b strings.Builder
	name := rapid.SampledFrom([]string{"iq", "message", "x:iq", "presence"}).Draw(t, "name")
	b.WriteString("<" + name + " xmlns:x='jabber:client' xmlns:p='urn:p'")
	for _, a := range names {
		if a == "xmlns:p" || rapid.IntRange(0, 3).Draw(t, "has "+a) == 0 {
			continue
		}
		quote := rapid.SampledFrom([]string{"'", `"`}).Draw(t, "quote")
		gap := rapid.SampledFrom([]string{" ", "\n  "}).Draw(t, "gap")
		b.WriteString(gap + a + strings.TrimPrefix(gap, " ") + "=" + quote + value.Draw(t, a) + quote)
	}
	end := rapid.SampledFrom([]string{"/>", " />", "></" + name + " >", "><a xmlns='urn:a' id='b'/><error/><x id='c'/></" + name + ">"}).Draw(t, "end")
	b.WriteString(end)
	return b.String()
}

func TestAStanzaWithAnotherIDIsWhatParseMakesOfIt(t *testing.T) {
	scopes := []Scope{ClientScope(), ComponentScope(), {Namespaces: Namespaces{Default: NSClient}, Content: NSClient, Lang: "de"}}
	rapid.Check(t, func(t *rapid.T) {
		xml := drawHeader(t)
		s, err := Parse(xml, rapid.SampledFrom(scopes).Draw(t, "scope"))
		if err != nil {
			t.Fatalf("%.200q: %v", xml, err)
		}
		before := factsOf(s)
		id := rapid.OneOf(rapid.StringMatching(`[a-z0-9]{0,14}`), rapid.StringOf(rapid.RuneFrom([]rune("a <&>'\"\n\té€😀")))).Draw(t, "id")
		got, err := s.WithID(id)
		if err != nil {
			t.Fatalf("%.200q with the id %q: %v", xml, id, err)
		}
		want, err := Parse(got.XML(), s.Scope())
		if err != nil {
			t.Fatalf("with the id %q it became %.200q: %v", id, got.XML(), err)
		}
		if diff := cmp.Diff(factsOf(want), factsOf(got)); diff != "" {
			t.Errorf("it is not what its bytes say: %s", diff)
		}
		if diff := cmp.Diff(before, factsOf(s)); diff != "" {
			t.Errorf("the stanza itself has changed: %s", diff)
		}
		after := factsOf(got)
		if after.ID != id || !after.HasID {
			t.Errorf("the id is %q, want %q", after.ID, id)
		}
		after.ID, after.HasID, after.XML = before.ID, before.HasID, before.XML
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("more than the id has changed: %s", diff)
		}
		if a, b := withoutID(t, s), withoutID(t, got); a != b {
			t.Errorf("other bytes have changed:\n%.300q\n%.300q", a, b)
		}
		again, err := got.WithID(before.ID)
		if err != nil || before.HasID && factsOf(again).ID != before.ID {
			t.Errorf("and back it is %v, %v", again, err)
		}
	})
}

// withoutID is the XML with nothing where the id stands.
func withoutID(t interface{ Fatalf(string, ...any) }, s *Stanza) string {
	for _, a := range mustTree(t, s).Attrs {
		if a.Name == (Name{Local: "id"}) {
			return strings.TrimRight(s.XML()[:a.Pos], " \n") + s.XML()[a.End:]
		}
	}
	return s.XML()
}

func TestAnotherIDIsWrittenWhereTheOldOneStood(t *testing.T) {
	for _, row := range []struct{ xml, id, want string }{
		{`<iq type="get" id='1'  to="a@b"><q xmlns='urn:q' id='1'/></iq>`, "q7", `<iq type="get" id='q7'  to="a@b"><q xmlns='urn:q' id='1'/></iq>`},
		{`<iq/>`, "q7", `<iq id="q7"/>`},
		{`<iq type='get' ><q/></iq>`, "q7", `<iq type='get' id="q7" ><q/></iq>`},
		{`<iq id=''/>`, `'"<&`, `<iq id='&apos;&quot;&lt;&amp;'/>`},
		{`<iq id='&#65;b' to='&#65;'/>`, "", `<iq id='' to='&#65;'/>`},
		{`<p:iq xmlns:p='jabber:client' p:id='x'/>`, "1", `<p:iq xmlns:p='jabber:client' p:id='x' id="1"/>`},
	} {
		s, err := mustParse(t, row.xml).WithID(row.id)
		if err != nil || s.XML() != row.want {
			t.Errorf("%s with the id %q is %v, want %s (%v)", row.xml, row.id, s, row.want, err)
		}
	}
}

func TestAnIDThatXMLCannotCarryIsRefused(t *testing.T) {
	for _, id := range []string{"a\x00", "\x1b[31m", "\xff", "\ufffe"} {
		s, err := mustParse(t, "<iq id='1'/>").WithID(id)
		var broken *xmlscan.Error
		if !errors.As(err, &broken) {
			t.Errorf("with the id %q it is %v, %v", id, s, err)
		}
	}
	tag, _ := newReader(clientHeader + streamEnd)
	head, _ := tag.Next()
	for what, s := range map[string]*Stanza{
		"a stream's tag": head, "a broken one": NewBroken("<iq id='1'", XMLError{Rule: xmlscan.RuleUnexpectedEnd, Offset: 5}, ClientScope()),
	} {
		var none *ParseError
		if got, err := s.WithID("2"); !errors.As(err, &none) {
			t.Errorf("%s with another id is %v, %v", what, got, err)
		}
	}
}

func TestAnIDThatMakesAStanzaTooLongIsRefused(t *testing.T) {
	const limit = 1 << 20
	whole := func(n int) string {
		head, tail := "<message id='1'><body>", "</body></message>"
		return head + strings.Repeat("x", n-len(head)-len(tail)) + tail
	}
	for over := range 2 {
		_, err := mustParse(t, whole(limit-1)).WithID(fmt.Sprint(10 * (1 + 9*over)))
		var broken *xmlscan.Error
		if over == 0 && err != nil || over == 1 && (!errors.As(err, &broken) || broken.Rule != xmlscan.RuleSizeLimit) {
			t.Errorf("%d bytes over the limit: %v", over, err)
		}
	}
}

func BenchmarkWithID(b *testing.B) {
	for _, row := range []struct{ name, xml string }{
		{"small", "<iq type='get' id='q7f2a9' to='romeo@example.net'><ping xmlns='urn:xmpp:ping'/></iq>"}, {"1.3kB", discoReply},
	} {
		s := mustParse(b, row.xml)
		b.Run(row.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.WithID("0123456789abc")
			}
		})
		b.Run(row.name+", parsed", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Parse(row.xml, ClientScope())
			}
		})
	}
}
