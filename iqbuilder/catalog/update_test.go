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
