package iqbuilder

// Where a test here says "row N", it is that row of docs/acceptance-rows.md.

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/iqbuilder/stanza"
)

func TestDump(t *testing.T) {
	for _, c := range []struct{ name, xml, json, again string }{
		{"the page's example", page,
			`{"name":"iq","xmlns":"jabber:client","attributes":{"id":"1","to":"user@example.com","type":"get"},"children":["\n      ",{"name":"query","xmlns":"http://jabber.org/protocol/disco#info"},"\n    "]}`,
			"<iq id=\"1\" to=\"user@example.com\" type=\"get\">\n      <query xmlns=\"http://jabber.org/protocol/disco#info\"/>\n    </iq>"},
		{"prefixes, CDATA and references", "<c:iq xmlns:c='jabber:client' xmlns:p='urn:p' p:x='&lt;' xml:lang='de'><p:a>1<![CDATA[<]]>&#x9;&amp;<b xmlns=''/></p:a></c:iq>",
			`{"name":"iq","xmlns":"jabber:client","attributes":{"xml:lang":"de","{urn:p}x":"<"},"children":[{"name":"a","xmlns":"urn:p","children":["1<\t&",{"name":"b","xmlns":""}]}]}`,
			"<iq xml:lang=\"de\" xmlns:a1=\"urn:p\" a1:x=\"&lt;\"><a xmlns=\"urn:p\">1&lt;\t&amp;<b xmlns=\"\"/></a></iq>"},
		{"no IQ", "<a xmlns='urn:xmpp:sm:3' h='4'/>", `{"name":"a","xmlns":"urn:xmpp:sm:3","attributes":{"h":"4"}}`, `<a xmlns="urn:xmpp:sm:3" h="4"/>`},
	} {
		t.Run("row 58: "+c.name, func(t *testing.T) {
			dump, err := Dump(parse(t, c.xml, stanza.ClientScope()))
			if diff := cmp.Diff(c.json, string(dump)); err != nil || diff != "" {
				t.Errorf("%v %s", err, diff)
			}
			again := must(t)(Undump(dump, stanza.ClientScope()))
			if diff := cmp.Diff(c.again, again.XML()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUndumpRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": ``, "no object": `"iq"`, "an unknown key": `{"name":"iq","prefix":"x"}`, "an unknown key further down": `{"name":"iq","xmlns":"","children":[{"name":"a","colour":"red"}]}`,
		"two": `{"name":"iq","xmlns":""} {}`, "a number for a child": `{"name":"iq","xmlns":"","children":[1]}`, "no name": `{"xmlns":"x"}`,
		"a name that breaks out": `{"name":"iq><x","xmlns":"x"}`, "a name with an attribute": `{"name":"iq a='b'","xmlns":"x"}`, "a name with a prefix": `{"name":"xml:iq","xmlns":"x"}`,
		"an attribute that breaks out": `{"name":"iq","xmlns":"x","attributes":{"a='b' c":"d"}}`, "a declaration": `{"name":"iq","xmlns":"x","attributes":{"xmlns:p":"d"}}`,
		"NUL": `{"name":"iq","xmlns":"x","children":["\u0000"]}`, "too deep": `{"name":"iq","xmlns":"x"` + strings.Repeat(`,"children":[{"name":"a","xmlns":"x"`, 300) + strings.Repeat("}]", 300) + "}",
	} {
		if s, err := Undump([]byte(text), stanza.ClientScope()); err == nil {
			t.Errorf("%s becomes %s", name, s.XML())
		}
	}
}

func TestWhatIsDumpedComesBackTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := hostile.Draw(t, "text")
		iq := must(t)(Set(WithElement(stanza.Name{Space: hostile.Draw(t, "namespace"), Local: "a"}), ID("1"+text)))
		if rapid.Bool().Draw(t, "typed") {
			iq = must(t)(Parse(drawRightIQ(t), stanza.ClientScope()))
		}
		dump, err := Dump(iq)
		if err != nil {
			t.Fatal(err)
		}
		again := must(t)(Undump(dump, iq.Scope()))
		second, err := Dump(again)
		if err != nil || string(second) != string(dump) {
			t.Fatalf("%s\nbecame %s\n%v", dump, second, err)
		}
		if diff := cmp.Diff(meaningOf(tree(t, iq)), meaningOf(tree(t, again))); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestADumpIsBounded(t *testing.T) {
	long := "<p:a/><q:a/>"
	xml := "<iq xmlns:p='" + strings.Repeat("p", 100_000) + "' xmlns:q='q'>" + strings.Repeat(long, 10_000) + "</iq>"
	if dump, err := Dump(parse(t, xml, stanza.ClientScope())); err == nil {
		t.Errorf("%d bytes of XML become %d of JSON", len(xml), len(dump))
	}
	pieces := "<iq>" + strings.Repeat("<![CDATA[a]]>", 60_000) + "</iq>"
	if dump, err := Dump(parse(t, pieces, stanza.ClientScope())); err != nil || !strings.HasSuffix(string(dump), strings.Repeat("a", 60_000)+`"]}`) {
		t.Errorf("text in many pieces is not one: %v", err)
	}
}

func FuzzUndump(f *testing.F) {
	f.Add([]byte(`{"name":"iq","xmlns":"jabber:client","attributes":{"id":"1","{u}b":"c","xml:lang":"x"},"children":["a",{"name":"b","xmlns":""},"\r"]}`))
	f.Add([]byte(`{"name":"a:b","xmlns":"x"}`))
	f.Add([]byte(`{"name":"a","xmlns":"x","attributes":{"{http://www.w3.org/XML/1998/namespace}lang":"x"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Undump(data, stanza.ClientScope())
		if err != nil {
			return
		}
		dump, err := Dump(s)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := Undump(dump, stanza.ClientScope()); err != nil || again.XML() != s.XML() {
			t.Fatalf("%s: %v", dump, err)
		}
	})
}
