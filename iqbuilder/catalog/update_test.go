package catalog

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// TestAFormAndItsTextStayInStep is: values → XML, other values into that XML → those values again,
// and what no field says is still there. Values that stay leave all bytes as they are.
func TestAFormAndItsTextStayInStep(t *testing.T) {
	const more = `<more xmlns="urn:unknown" a='1'> <b/> &amp; </more>`
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.SampledFrom(Builtin().Kinds()).Draw(t, "kind")
		before, after := drawn(t, k), drawn(t, k)
		payload, err := k.XML(before)
		if err != nil {
			t.Fatalf("%s %v: %v", k.Key, before, err)
		}
		iq, err := iqbuilder.New(k.Type, iqbuilder.WithPayload(payload), iqbuilder.To("romeo@example.org"), iqbuilder.ID("a1"))
		if err != nil {
			t.Fatalf("%s: %s: %v", k.Key, payload, err)
		}
		text := iq.XML()
		if rapid.Bool().Draw(t, "pretty") {
			text = iq.Pretty(0)
		}
		// What an XML field stands in takes everything.
		extended := rapid.Bool().Draw(t, "more") && !strings.Contains(payload, "/>") && !takesXML(k.Fields)
		if at := strings.LastIndex(text, "</"+k.Payload.Element); extended && at >= 0 {
			text = text[:at] + more + text[at:]
		} else {
			extended = false
		}
		iq = read(t, text)
		if there, _ := k.Read(iq); cmp.Diff(before, there) != "" {
			t.Skip("the text says something else already")
		}
		if got, err := k.Update(iq, before); got != text || err != nil {
			t.Fatalf("%s: without a change, the text has become\n%s\n%s\n%v", k.Key, text, got, err)
		}
		changed, err := k.Update(iq, after)
		if err != nil {
			t.Fatalf("%s: %v in %s: %v", k.Key, after, text, err)
		}
		got, err := k.Read(read(t, changed))
		if diff := cmp.Diff(after, got); diff != "" || err != nil && !extended {
			t.Fatalf("%s:\n%s\n%s\n%v\n%s", k.Key, text, changed, err, diff)
		}
		if extended && !strings.Contains(changed, more) {
			t.Fatalf("%s: what no field says is lost:\n%s\n%s", k.Key, text, changed)
		}
		back, err := k.Update(read(t, changed), before)
		if err != nil {
			t.Fatalf("%s: %v", k.Key, err)
		}
		if got, _ := k.Read(read(t, back)); cmp.Diff(before, got) != "" {
			t.Fatalf("%s: there and back again:\n%s\n%s\n%s", k.Key, text, changed, back)
		}
	})
}

// TestABlankRequestCanBeFilledIn is: what every kind begins with takes all values.
func TestABlankRequestCanBeFilledIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.SampledFrom(Builtin().Kinds()).Draw(t, "kind")
		v := drawn(t, k)
		iq := read(t, "<iq type='"+string(k.Type)+"' id='a'>"+k.Blank()+"</iq>")
		text, err := k.Update(iq, v)
		if err != nil {
			t.Fatalf("%s: %s: %v", k.Key, iq.XML(), err)
		}
		if got, err := k.Read(read(t, text)); err != nil || cmp.Diff(v, got) != "" {
			t.Fatalf("%s: %v: %s: %v", k.Key, v, text, err)
		}
	})
}

func takesXML(fields []Field) bool {
	for _, f := range fields {
		if f.Type == XML || takesXML(f.Columns) {
			return true
		}
	}
	return false
}

func read(t interface {
	Helper()
	Fatalf(string, ...any)
}, text string) *stanza.Stanza {
	t.Helper()
	s, err := stanza.Parse(text, stanza.ClientScope())
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return s
}

func TestUpdateChangesOnlyWhatItIsTold(t *testing.T) {
	for _, row := range []struct {
		name, kind, text string
		values           Values
		want             string
	}{
		{
			"an attribute, with its quotes and white space", "disco_info",
			"<iq id = 'x'\ttype='get' to='a&amp;b@c'><query  node = 'old' xmlns='http://jabber.org/protocol/disco#info' foo='1'  /></iq >",
			Values{"node": {"it's <new>"}},
			"<iq id = 'x'\ttype='get' to='a&amp;b@c'><query  node = 'it&apos;s &lt;new&gt;' xmlns='http://jabber.org/protocol/disco#info' foo='1'  /></iq >",
		},
		{
			"an attribute that was not there", "disco_info",
			"<iq type='get' id='x'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>",
			Values{"node": {"n"}},
			`<iq type='get' id='x'><query xmlns='http://jabber.org/protocol/disco#info' node="n"/></iq>`,
		},
		{
			"an attribute that goes", "disco_info",
			"<iq type='get' id='x'><query node='n'\n xmlns='http://jabber.org/protocol/disco#info'> </query></iq>",
			Values{},
			"<iq type='get' id='x'><query\n xmlns='http://jabber.org/protocol/disco#info'> </query></iq>",
		},
		{
			"elements on lines of their own", "disco_items",
			"<iq type='get' id='x'>\n  <query xmlns='http://jabber.org/protocol/disco#items'/>\n</iq>",
			Values{"max": {"5"}},
			"<iq type='get' id='x'>\n  <query xmlns='http://jabber.org/protocol/disco#items'>\n    <set xmlns=\"http://jabber.org/protocol/rsm\">\n      <max>5</max>\n    </set>\n  </query>\n</iq>",
		},
		{
			"and gone again", "disco_items",
			"<iq type='get' id='x'>\n  <query xmlns='http://jabber.org/protocol/disco#items'>\n    <set xmlns=\"http://jabber.org/protocol/rsm\">\n      <max>5</max>\n    </set>\n  </query>\n</iq>",
			Values{},
			"<iq type='get' id='x'>\n  <query xmlns='http://jabber.org/protocol/disco#items'/>\n</iq>",
		},
		{
			"a prefix", "disco_items",
			"<iq type='get' id='x'><d:query xmlns:d='http://jabber.org/protocol/disco#items'><r:set xmlns:r='http://jabber.org/protocol/rsm'><r:max>5</r:max></r:set></d:query></iq>",
			Values{"max": {"6"}, "after": {"z"}},
			"<iq type='get' id='x'><d:query xmlns:d='http://jabber.org/protocol/disco#items'><r:set xmlns:r='http://jabber.org/protocol/rsm'><r:max>6</r:max><after xmlns=\"http://jabber.org/protocol/rsm\">z</after></r:set></d:query></iq>",
		},
		{
			"one of several", "roster_set",
			"<iq type='set' id='x'><query xmlns='jabber:iq:roster'><item jid='a@b' x='1'><group>A</group><group>B</group><more/><group>C</group></item></query></iq>",
			Values{"jid": {"a@b"}, "group": {"A", "C"}},
			"<iq type='set' id='x'><query xmlns='jabber:iq:roster'><item jid='a@b' x='1'><group>A</group><more/><group>C</group></item></query></iq>",
		},
		{
			"one behind the others, and what stands behind them", "roster_set",
			"<iq type='set' id='x'><query xmlns='jabber:iq:roster'><item jid='a@b'><group>A</group><more/></item></query></iq>",
			Values{"jid": {"a@b"}, "group": {"A", "B"}},
			"<iq type='set' id='x'><query xmlns='jabber:iq:roster'><item jid='a@b'><group>A</group><group>B</group><more/></item></query></iq>",
		},
		{
			"one of several lines", "roster_set",
			"<iq type='set' id='x'>\n <query xmlns='jabber:iq:roster'>\n  <item jid='a@b'>\n   <group>A</group>\n   <group>B</group>\n  </item>\n </query>\n</iq>",
			Values{"jid": {"a@b"}, "group": {"A"}},
			"<iq type='set' id='x'>\n <query xmlns='jabber:iq:roster'>\n  <item jid='a@b'>\n   <group>A</group>\n  </item>\n </query>\n</iq>",
		},
		{
			"what comes before something else", "mam_query",
			"<iq type='set' id='x'><query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><max>5</max></set></query></iq>",
			Values{"max": {"5"}, "flip-page": {"true"}},
			"<iq type='set' id='x'><query xmlns='urn:xmpp:mam:2'><flip-page/><set xmlns='http://jabber.org/protocol/rsm'><max>5</max></set></query></iq>",
		},
		{
			"a verb that is written in another way", "command_cancel",
			"<iq type='set' id='x'><command xmlns='http://jabber.org/protocol/commands' action='canc&#101;l' node='a' sessionid='s'/></iq>",
			Values{"node": {"b"}, "sessionid": {"s"}},
			"<iq type='set' id='x'><command xmlns='http://jabber.org/protocol/commands' action='canc&#101;l' node='b' sessionid='s'/></iq>",
		},
		{
			"one before the others", "roster_set",
			"<iq type='set' id='x'><query xmlns='jabber:iq:roster'><item jid='a@b'><group>B</group></item></query></iq>",
			Values{"jid": {"a@b"}, "group": {"A", "B"}},
			"<iq type='set' id='x'><query xmlns='jabber:iq:roster'><item jid='a@b'><group>A</group><group>B</group></item></query></iq>",
		},
	} {
		k, err := Builtin().Kind(row.kind)
		if err != nil {
			t.Fatal(err)
		}
		got, err := k.Update(read(t, row.text), row.values)
		if diff := cmp.Diff(row.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", row.name, err, diff)
		}
	}
}

func TestUpdateTakesWhatIsWrongButNoBrokenXML(t *testing.T) {
	items, _ := Builtin().Kind("disco_items")
	iq := read(t, "<iq type='get' id='x'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>")
	if got, err := items.Update(iq, Values{"max": {"many"}}); err != nil || !strings.Contains(got, "<max>many</max>") {
		t.Errorf("a value that is none of its type makes %s, %v", got, err)
	}
	private, err := Builtin().Kind("private_set")
	if err != nil {
		t.Fatal(err)
	}
	store := read(t, "<iq type='set' id='x'><query xmlns='jabber:iq:private'><a xmlns='b'/></query></iq>")
	var bad *FieldError
	for _, row := range []struct {
		kind   *Kind
		iq     *stanza.Stanza
		values Values
	}{
		{items, iq, Values{"max": {"\x01"}}},
		{items, iq, Values{"nothing": {"x"}}},
		{private, store, Values{private.Fields[0].Name: {"<a xmlns='b'/></query><evil/><query>"}}},
	} {
		if got, err := row.kind.Update(row.iq, row.values); !errors.As(err, &bad) {
			t.Errorf("%v makes %s, %v", row.values, got, err)
		}
	}
	if _, err := items.Update(store, Values{}); err == nil {
		t.Error("a request of another kind is changed")
	}
}

// FuzzUpdate is: what a request says, put into it, changes no byte; and nothing that is put into it
// makes another stanza of it.
func FuzzUpdate(f *testing.F) {
	for _, k := range Builtin().Kinds() {
		f.Add("<iq type='"+string(k.Type)+"' id='a'>\n  "+k.Blank()+"\n</iq>", "x", "]]>&<\"'")
	}
	f.Add("<iq type='set'><q:query xmlns:q='jabber:iq:roster' xmlns='a'><q:item jid='x'><![CDATA[y]]></q:item></q:query>text</iq>", "group", "")
	f.Fuzz(func(t *testing.T, text, name, value string) {
		s, err := stanza.Parse(text, stanza.ClientScope())
		if err != nil {
			return
		}
		for _, k := range Builtin().KindsOf(s) {
			v, _ := k.Read(s)
			if got, err := k.Update(s, v); err != nil || got != s.XML() {
				t.Errorf("%s: unchanged, the text becomes %q, %v", k.Key, got, err)
			}
			for i := range k.Fields {
				if f := &k.Fields[i]; f.Type != List && f.Type != Form && f.Fixed == "" {
					v[f.Name] = []string{value}
				}
			}
			v[name] = []string{value}
			got, err := k.Update(s, v)
			if err != nil {
				continue
			}
			changed, err := stanza.Parse(got, stanza.ClientScope())
			if err != nil || changed.Payload() != s.Payload() || changed.Payloads() != s.Payloads() || changed.Type() != s.Type() || changed.ID() != s.ID() {
				t.Errorf("%s: it becomes %q, %v", k.Key, got, err)
			}
		}
	})
}
