package catalog

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"iqscope/iqbuilder/stanza"
)

var somebody = []Address{{"romeo@example.org", "in the roster"}, {"juliet@example.org/balcony", "you"}}

// completed is what Complete says where | stands.
func completed(t *testing.T, text string) (all []Candidate, without string, at int) {
	t.Helper()
	before, after, ok := strings.Cut(text, "|")
	if !ok {
		t.Fatalf("%q has no |", text)
	}
	return Builtin().Complete(before+after, len(before), somebody), before + after, len(before)
}

func TestTheBestCandidateIsTaken(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a stanza":                      {"<i|", "<iq |/>"},
		"a payload":                     {"<iq type='get'><pi|</iq>", `<iq type='get'><ping xmlns="urn:xmpp:ping"/>|</iq>`},
		"one that has attributes":       {"<iq type='get'>\n  <disco#in|\n</iq>", "<iq type='get'>\n  <query xmlns=\"http://jabber.org/protocol/disco#info\"|/>\n</iq>"},
		"one with children":             {"<iq type='set'><pubs|</iq>", `<iq type='set'><pubsub xmlns="http://jabber.org/protocol/pubsub">|</pubsub></iq>`},
		"its name alone":                {"<iq type='get'><pi| xmlns='urn:xmpp:ping'/></iq>", "<iq type='get'><ping| xmlns='urn:xmpp:ping'/></iq>"},
		"a namespace by a word":         {"<iq type='get'><ping xmlns='|'/></iq>", "<iq type='get'><ping xmlns='urn:xmpp:ping|'/></iq>"},
		"a namespace typed in part":     {`<iq type="get"><query xmlns="ping|"/></iq>`, `<iq type="get"><query xmlns="urn:xmpp:ping|"/></iq>`},
		"in double quotes, not closed":  {`<iq type="get"><query xmlns="ping|`, `<iq type="get"><query xmlns="urn:xmpp:ping|`},
		"a namespace by a title":        {`<iq type="get"><query xmlns="last act|"/></iq>`, `<iq type="get"><query xmlns="jabber:iq:last|"/></iq>`},
		"a child":                       {"<iq type='set'><query xmlns='jabber:iq:roster'><it|", "<iq type='set'><query xmlns='jabber:iq:roster'><item |></item>"},
		"a text in a child":             {"<iq type='set'><query xmlns='jabber:iq:roster'><item jid='a@b'><gr|", "<iq type='set'><query xmlns='jabber:iq:roster'><item jid='a@b'><group>|</group>"},
		"a closing tag":                 {"<iq type='get'><ping xmlns='urn:xmpp:ping'></|", "<iq type='get'><ping xmlns='urn:xmpp:ping'></ping>|"},
		"a closing tag behind a text":   {"<iq><query><group>Friends|</query>", "<iq><query><group>Friends</group>|</query>"},
		"an attribute of the IQ":        {"<iq t|", `<iq type="|"`},
		"the next attribute":            {"<iq type='get' t|>", `<iq type='get' to="|">`},
		"before a value":                {"<iq ty|='get'>", "<iq type|='get'>"},
		"a type":                        {"<iq type='s|'", "<iq type='set|'"},
		"an attribute of the payload":   {"<iq type='get'><query xmlns='http://jabber.org/protocol/disco#info' n|/>", `<iq type='get'><query xmlns='http://jabber.org/protocol/disco#info' node="|"/>`},
		"a namespace that is missing":   {"<iq type='get'><query x|", `<iq type='get'><query xmlns="|"`},
		"an address":                    {"<iq to='jul|'/>", "<iq to='juliet@example.org/balcony|'/>"},
		"an address in the payload":     {"<iq type='set'><query xmlns='jabber:iq:roster'><item jid='rom|'", "<iq type='set'><query xmlns='jabber:iq:roster'><item jid='romeo@example.org|'"},
		"a value out of several":        {"<iq type='set'><query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='out|'", "<iq type='set'><query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='outcast|'"},
		"an error":                      {"<iq type='error'><e|", `<iq type='error'><error type="|"></error>`},
		"a type of error":               {"<iq type='error'><error type='mod|'", "<iq type='error'><error type='modify|'"},
		"a condition":                   {"<iq type='error'><error type='cancel'><item|", `<iq type='error'><error type='cancel'><item-not-found xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/>|`},
		"a condition by its letters":    {"<iq type='error'><error type='cancel'><fni|", `<iq type='error'><error type='cancel'><feature-not-implemented xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/>|`},
		"a form":                        {"<iq type='set'><query xmlns='urn:xmpp:mam:2'><x|", `<iq type='set'><query xmlns='urn:xmpp:mam:2'><x xmlns="jabber:x:data" type="submit">|</x>`},
		"a field of a form":             {"<iq type='set'><query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data'><f|", `<iq type='set'><query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data'><field var="|"><value></value></field>`},
		"the name of a field":           {"<iq type='set'><query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data'><field var='wi|'", "<iq type='set'><query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data'><field var='with|'"},
		"the value of a field":          {"<iq type='set'><query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data'><field var='with'><value>rom|</value>", "<iq type='set'><query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data'><field var='with'><value>romeo@example.org|</value>"},
		"behind a comment":              {"<!-- <iq> --><iq type='get'><pi|", `<!-- <iq> --><iq type='get'><ping xmlns="urn:xmpp:ping"/>|`},
		"behind what was closed wrong":  {"<iq type='get'><a><b></a><pi|", `<iq type='get'><a><b></a><ping xmlns="urn:xmpp:ping"/>|`},
		"with a prefix for the payload": {"<iq type='get'><d:query xmlns:d='http://jabber.org/protocol/disco#info' n|/>", `<iq type='get'><d:query xmlns:d='http://jabber.org/protocol/disco#info' node="|"/>`},
	} {
		t.Run(name, func(t *testing.T) {
			all, text, _ := completed(t, c.text)
			if len(all) == 0 {
				t.Fatal("nothing is offered")
			}
			one := all[0]
			if got := text[:one.Pos] + one.Insert[:one.Cursor] + "|" + one.Insert[one.Cursor:] + text[one.End:]; got != c.want {
				t.Errorf("it makes\n%s, not\n%s", got, c.want)
			}
		})
	}
}

func TestNothingIsOfferedWhereNothingFits(t *testing.T) {
	for _, text := range []string{
		"<!-- <iq |", "<iq id='|'/>", "<iq type='get'|", "<iq type=|", "<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>|", "hello |",
		"<message><x|", "<iq type='get'><query xmlns='urn:example:unknown'><x|", "<iq type='get' /|>", "<![CDATA[<|",
	} {
		if all, _, _ := completed(t, text); len(all) > 0 {
			t.Errorf("%s: %+v is offered", text, all[0])
		}
	}
}

func TestAllElementsOfANameAreOffered(t *testing.T) {
	all, _, _ := completed(t, "<iq type='get'><que|</iq>")
	for _, space := range []string{"http://jabber.org/protocol/disco#info", "http://jabber.org/protocol/disco#items", "jabber:iq:roster", "jabber:iq:version"} {
		i := slices.IndexFunc(all, func(c Candidate) bool { return c.Label == "query "+strings.TrimPrefix(space, jabberSpaces) })
		if i < 0 || all[i].Help == "" {
			t.Errorf("<query/> of %s is not offered, or not with its document", space)
		}
	}
	if all, _, _ := completed(t, "<iq type='get'><block|"); slices.ContainsFunc(all, func(c Candidate) bool { return strings.HasPrefix(c.Label, "block ") }) {
		t.Error("what only a set carries is offered in a get")
	}
}

func TestUsualErrorsComeFirst(t *testing.T) {
	all, _, _ := completed(t, "<iq type='error'><query xmlns='http://jabber.org/protocol/disco#info'/><error type='cancel'><|")
	if len(all) < len(stanza.Conditions()) || all[0].Label != "item-not-found" || !strings.HasPrefix(all[0].Help, "usual here: ") {
		t.Errorf("the first of %d is %+v", len(all), all[0])
	}
}

// TestWhatKindsMakeIsOffered writes requests of every kind, and asks at every name in them.
func TestWhatKindsMakeIsOffered(t *testing.T) {
	for _, k := range Builtin().Kinds() {
		for seed := range 4 {
			text := "<iq type='" + string(k.Type) + "' id='1'>" + rapid.Custom(func(t *rapid.T) string {
				rapid.Bool().Draw(t, "so that kinds without fields draw something")
				payload, err := k.XML(drawn(t, k))
				if err != nil {
					t.Skip(err)
				}
				return payload
			}).Example(seed) + "</iq>"
			request := parsed(t, text)
			root, _ := request.Tree()
			var walk func(n *stanza.Node)
			walk = func(n *stanza.Node) {
				if n.Name.Space == "urn:example" { // which is no kind's
					return
				}
				offered(t, k, text, n.Pos+2, n.Name.Local)
				for i := range n.Attrs {
					if a := &n.Attrs[i]; !declares(a) && a.Name.Space == "" {
						offered(t, k, text, a.Pos+1, a.Name.Local)
					}
				}
				for _, child := range n.Elements() {
					walk(child)
				}
			}
			walk(root.Elements()[0])
		}
	}
}

// offered wants a name to be offered behind its first letter, whatever follows.
func offered(t *testing.T, k *Kind, text string, offset int, name string) {
	for _, text := range []string{text, text[:offset]} {
		if !slices.ContainsFunc(Builtin().Complete(text, offset, nil), func(c Candidate) bool {
			return strings.HasPrefix(c.Insert, name) && c.Pos == offset-1
		}) {
			t.Errorf("%s: %s is not offered in %s|", k.Key, name, text[:offset])
		}
	}
}

func FuzzComplete(f *testing.F) {
	for _, seed := range []string{
		"<iq type='get'><query xmlns='jabber:iq:roster'><item jid='", "</", "<a b", "<a b=c d='<e", "<!--", "<iq><![CDATA[x]]></iq", "<iq type='error'><error><", "<a:b xmlns:a='urn:x'><a:c", "\xff<iq t\x00='",
		"<iq type='set'><query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data'><field var='with'><value>", "<é ü='ö",
	} {
		f.Add(seed, len(seed))
	}
	f.Fuzz(func(t *testing.T, text string, offset int) {
		for _, c := range Builtin().Complete(text, offset, somebody) {
			if c.Pos < 0 || c.Pos > offset || c.End < offset || c.End > len(text) || c.Cursor < 0 || c.Cursor > len(c.Insert) {
				t.Fatalf("%+v at %d of %q", c, offset, text)
			}
			if utf8.ValidString(text) && !utf8.ValidString(text[:c.Pos]+c.Insert+text[c.End:]) || c.Label == "" || strings.ContainsRune(c.Insert, 0) {
				t.Fatalf("%+v spoils %q", c, text)
			}
		}
	})
}

func BenchmarkComplete(b *testing.B) {
	c := Builtin()
	for name, text := range map[string]string{
		"element":   "<iq type='get'><q",
		"all":       "<iq><",
		"namespace": "<iq type='get'><query xmlns='pi",
		"child":     "<iq type='set'><query xmlns='jabber:iq:roster'><i",
		"hostile":   strings.Repeat("<a b='", 20_000),
		"deep":      strings.Repeat("<a>", 100_000) + "<",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				c.Complete(text, len(text), nil)
			}
		})
	}
}
