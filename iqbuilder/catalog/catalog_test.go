package catalog

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/stricttoml"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

func TestEveryBuiltInKindIsCovered(t *testing.T) {
	titles := map[string]string{}
	for _, k := range Builtin().Kinds() {
		if !k.Covered() || !k.Builtin {
			t.Errorf("%s is a skeleton, or not built in", k.Key)
		}
		if other := titles[k.Title]; other != "" {
			t.Errorf("%s and %s have one title", k.Key, other)
		}
		titles[k.Title] = k.Key
		if slices.Contains(k.To, "service") && k.Service == "" && k.Payload.Feature == "" && k.Payload.Namespace != "jabber:iq:last" {
			t.Errorf("%s: nothing tells which services can be asked", k.Key)
		}
		for _, text := range []string{k.Help, k.Danger, k.Payload.About} {
			if text != "" && !strings.HasSuffix(text, ".") {
				t.Errorf("%s: %q is no sentence", k.Key, text)
			}
		}
		for _, f := range k.Fields {
			if (strings.Contains(f.Name, "password") || f.Name == "secret") != f.Secret {
				t.Errorf("%s: whether %s is secret is not said", k.Key, f.Name)
			}
		}
	}
	for _, key := range []string{"unregister", "roster_remove", "pubsub_delete", "pubsub_purge", "muc_destroy", "muc_set_affiliation"} {
		if k, err := Builtin().Kind(key); err != nil || k.Danger == "" {
			t.Errorf("%s warns of nothing (%v)", key, err)
		}
	}
}

// TestTheCatalogueAgreesWithTheChecks holds it against what iqscope check knows of namespaces: by a
// table those that are met most, by the catalogue the others. What is superseded may be what is
// checked for.
func TestTheCatalogueAgreesWithTheChecks(t *testing.T) {
	for _, k := range Builtin().Kinds() {
		if k.SupersededBy == "" && !slices.ContainsFunc(iqbuilder.KnownIn(k.Payload.Namespace), func(known iqbuilder.Known) bool {
			return known.Name == k.Payload.Name() && (k.Type == stanza.Get && known.Get || k.Type == stanza.Set && known.Set)
		}) {
			t.Errorf("%s: iqbuilder knows no %s of {%s}%s", k.Key, k.Type, k.Payload.Namespace, k.Payload.Element)
		}
	}
}

// least are values for what has to be given.
func least(k *Kind) Values {
	v := Values{}
	given := map[string]bool{} // of what excludes each other
	for _, f := range k.Fields {
		if !f.asked() || given[f.Exclusive] {
			continue
		}
		given[f.Exclusive] = f.Exclusive != ""
		switch f.Type {
		case List:
			taken := map[string]bool{}
			for _, c := range f.Columns {
				if c.Required && !taken[c.Exclusive] {
					taken[c.Exclusive] = c.Exclusive != ""
					v[f.Name+"[1]."+c.Name] = []string{sample(&c)}
				}
			}
		case Form:
			v[f.Name+"[a]"] = []string{"b"}
		default:
			v[f.Name] = []string{sample(&f)}
		}
	}
	return v
}

func sample(f *Field) string {
	switch f.Type {
	case JID:
		return "romeo@example.org"
	case Uint:
		return "1"
	case Bool, Flag:
		return "true"
	case DateTime:
		return "2026-01-31T12:00:00Z"
	case Base64:
		return "YQ=="
	case Enum:
		return f.Choices[0].Value
	case Lang:
		return "en"
	case URI:
		return "https://example.org/"
	case XML:
		return `<a xmlns="urn:example"/>`
	}
	return "a"
}

func TestEveryBuiltInKindMakesOneRequestThatIsFoundAgain(t *testing.T) {
	for _, k := range Builtin().Kinds() {
		payload, err := k.XML(least(k))
		if err != nil {
			t.Errorf("%s: %v", k.Key, err)
			continue
		}
		iq, err := iqbuilder.New(k.Type, iqbuilder.WithPayload(payload))
		if err != nil {
			t.Errorf("%s: %s: %v", k.Key, payload, err)
			continue
		}
		if _, findings := iqbuilder.Check(iq.XML(), stanza.ClientScope()); len(findings) > 0 && k.SupersededBy == "" || iq.Payloads() != 1 {
			t.Errorf("%s: %s: %d payloads, %v", k.Key, payload, iq.Payloads(), findings)
		}
		kinds := Builtin().KindsOf(iq)
		want := 0
		switch k.Key {
		case "muc_self_ping", "muc_rooms", "muc_register_get", // only the target says more than another kind's
			"register_form", "search_form", // or the form
			"privacy_remove", "avatar_remove": // or what is not there
			want = 1
		}
		if at := slices.Index(kinds, k); at != want {
			t.Errorf("%s: %s is found at %d, want %d", k.Key, payload, at, want)
		}
	}
}

func parsed(t *testing.T, xml string) *stanza.Stanza {
	t.Helper()
	s, err := stanza.Parse(xml, stanza.ClientScope())
	if err != nil {
		t.Fatalf("%s: %v", xml, err)
	}
	return s
}

func kind(t *testing.T, key string) *Kind {
	t.Helper()
	k, err := Builtin().Kind(key)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestValuesBecomeXML(t *testing.T) {
	const config = `<x xmlns="jabber:x:data" type="submit"><field var="FORM_TYPE" type="hidden"><value>`
	for _, row := range []struct {
		kind     string
		settings []string
		want     string
	}{
		{"ping", nil, `<ping xmlns="urn:xmpp:ping"/>`},
		{"disco_info", []string{"node=a<b"}, `<query xmlns="http://jabber.org/protocol/disco#info" node="a&lt;b"/>`},
		{"disco_info", []string{"node="}, `<query xmlns="http://jabber.org/protocol/disco#info" node=""/>`},
		{"command_list", nil, `<query xmlns="http://jabber.org/protocol/disco#items" node="http://jabber.org/protocol/commands"/>`},
		{"roster_set", []string{"group=A", "jid=a@b", "group=B"}, `<query xmlns="jabber:iq:roster"><item jid="a@b"><group>A</group><group>B</group></item></query>`},
		{"roster_remove", []string{"jid=a@b"}, `<query xmlns="jabber:iq:roster"><item subscription="remove" jid="a@b"/></query>`},
		{"block", []string{"jid=a@b", "jid=c"}, `<block xmlns="urn:xmpp:blocking"><item jid="a@b"/><item jid="c"/></block>`},
		{"unregister", nil, `<query xmlns="jabber:iq:register"><remove/></query>`},
		{"private_get", []string{"content=<a xmlns='urn:a'><b/></a>"}, `<query xmlns="jabber:iq:private"><a xmlns='urn:a'><b/></a></query>`},
		{"mam_query", nil, `<query xmlns="urn:xmpp:mam:2"/>`},
		{"mam_query", []string{"before=", "max=5", "flip-page=true"}, `<query xmlns="urn:xmpp:mam:2"><flip-page/><set xmlns="http://jabber.org/protocol/rsm"><max>5</max><before/></set></query>`},
		{"mam_query", []string{"flip-page=false", "ids=1", "ids=2"}, `<query xmlns="urn:xmpp:mam:2">` + config + `urn:xmpp:mam:2</value></field><field var="ids"><value>1</value><value>2</value></field></x></query>`},
		{"command_execute", []string{"node=n", "form[a=b]=c=d", "lang=de"},
			`<command xmlns="http://jabber.org/protocol/commands" action="execute" node="n" xml:lang="de"><x xmlns="jabber:x:data" type="submit"><field var="a=b"><value>c=d</value></field></x></command>`},
		{"muc_config_cancel", nil, `<query xmlns="http://jabber.org/protocol/muc#owner"><x xmlns="jabber:x:data" type="cancel"/></query>`},
		{"muc_config_set", nil, `<query xmlns="http://jabber.org/protocol/muc#owner">` + config + `http://jabber.org/protocol/muc#roomconfig</value></field></x></query>`},
		{"pubsub_owner_affiliations_set", []string{"node=n", "affiliation[2].jid=c@d", "affiliation[2].affiliation=none", "affiliation.jid=a@b", "affiliation.affiliation=owner"},
			`<pubsub xmlns="http://jabber.org/protocol/pubsub#owner"><affiliations node="n"><affiliation jid="a@b" affiliation="owner"/><affiliation jid="c@d" affiliation="none"/></affiliations></pubsub>`},
		{"bookmarks", nil, `<pubsub xmlns="http://jabber.org/protocol/pubsub"><items node="urn:xmpp:bookmarks:1"/></pubsub>`},
	} {
		k, v := kind(t, row.kind), Values{}
		for _, setting := range row.settings {
			if err := k.Set(v, setting); err != nil {
				t.Errorf("%s %s: %v", row.kind, setting, err)
			}
		}
		if got, err := k.XML(v); got != row.want || err != nil {
			t.Errorf("%s %q:\n got %s (%v)\nwant %s", row.kind, row.settings, got, err, row.want)
		}
	}
	k := kind(t, "bookmark_set")
	if got, err := k.XML(Values{"room": {"a@b"}}); err != nil || !strings.Contains(got, `<conference xmlns="urn:xmpp:bookmarks:1" autojoin="false"/>`) ||
		strings.Count(got, "<field ") != 5 || !strings.Contains(got, `type="submit"><field var="FORM_TYPE" type="hidden">`) {
		t.Errorf("what is required by default is not there: %s, %v", got, err)
	}
}

func TestValuesThatAreNotRightAreRefused(t *testing.T) {
	for _, row := range []struct{ kind, settings, want string }{
		{"ping", "x=1", "ping: x: there is no such field, nor any other"},
		{"disco_info", "noed=x", `there is no such field; did you mean "node"?`},
		{"disco_info", "node", "a field is set by its name, = and the value"},
		{"disco_info", "node[1]=x", "this field takes no brackets"},
		{"disco_info", "node=1 node=2", "this field has one value, not 2"},
		{"roster_set", "name=x", "jid: this field is required"},
		{"roster_set", "jid=@", "roster_set: jid: "},
		{"block", "", "jid: this field is required"},
		{"upload_slot", "filename=a size=-1", `size: "-1" is no whole number from 0 on`},
		{"upload_slot", "filename=a size=18446744073709551616", "is no whole number"},
		{"upload_slot", "filename=a size=+1", "is no whole number"},
		{"mam_query", "start=yesterday", `"yesterday" is no time such as 2026-01-31T12:00:00Z (XEP-0082)`},
		{"mam_query", "start=2026-02-30T12:00:00Z", "is no time"},
		{"mam_query", "start=2026-02-03T12:00:00", "is no time"},
		{"mam_query", "after=1 before=2", "before: this excludes after, which is given, too"},
		{"mam_query", "flip-page=yes", "is neither true, for being there, nor false"},
		{"mam_query", "form-type=x", `this is always "urn:xmpp:mam:2"`},
		{"pubsub_retract", "node=n id=1 notify=yes", "neither true nor false"},
		{"vcard_set", "photo=a!", "is not base64"},
		{"vcard_set", "photo=YQ== photo-uri=https://a/", "this excludes photo"},
		{"vcard_set", "photo-uri=//a", "is no address such as"},
		{"command_execute", "node=n lang=_", "is no language"},
		{"command_execute", "node=n form=x", "this is a form: say which field of it, as in form[FIELD]"},
		{"command_execute", "node=n form[a.b", "a field is set by its name"},
		{"command_execute", "node=n form[a].b=c", "this is a form"},
		{"muc_set_role", "nick=a role=visitr", `there is no "visitr"; did you mean "visitor"?`},
		{"muc_set_role", "nick=a\x01 role=none", "the values make no XML"},
		{"private_set", "content=<a>", "this is not one element of XML"},
		{"private_set", "content=<a/>", "the element needs a namespace of its own"},
		{"pubsub_owner_affiliations_set", "node=n affiliation=a", "this is a list: say which row and column, as in affiliation[1].jid"},
		{"pubsub_owner_affiliations_set", "node=n affiliation[0].jid=a", "rows are numbers from 1 to 10000"},
		{"pubsub_owner_affiliations_set", "node=n affiliation[10001].jid=a", "rows are numbers from 1 to 10000"},
		{"pubsub_owner_affiliations_set", "node=n affiliation[01].jid=a", "rows are numbers"},
		{"pubsub_owner_affiliations_set", "node=n affiliation[1].jdi=a", `did you mean "jid"?`},
		{"pubsub_owner_affiliations_set", "node=n affiliation[1].jid=a", "affiliation[1].affiliation: this column is required"},
		{"pubsub_owner_affiliations_set", "node=n affiliation[2].jid=a affiliation[2].affiliation=none", "row 1 is missing"},
		{"joap_add", "attribute.name=a attribute.value=b attribute.int=1", "attribute[1].int: this excludes value, which is given, too"},
	} {
		k, v := kind(t, row.kind), Values{}
		var err error
		for setting := range strings.FieldsSeq(row.settings) {
			if err == nil {
				err = k.Set(v, setting)
			}
		}
		xml := ""
		if err == nil {
			xml, err = k.XML(v)
		}
		if err == nil || !strings.Contains(err.Error(), row.want) || xml != "" {
			t.Errorf("%s %s: got %q, %v; want %q", row.kind, row.settings, xml, err, row.want)
		}
		if one, ok := errors.AsType[*FieldError](err); err != nil && (!ok || one.Kind != row.kind) {
			t.Errorf("%s %s: %v names no field", row.kind, row.settings, err)
		}
	}
}

func TestAnswersAreReadByName(t *testing.T) {
	for _, row := range []struct {
		payload, xml string
		want         Values
	}{
		{"version", `<query xmlns='jabber:iq:version'><name>a</name><version> 1 </version></query>`, Values{"name": {"a"}, "version": {" 1 "}}},
		{"last", `<query xmlns='jabber:iq:last' seconds='9'>gone</query>`, Values{"seconds": {"9"}, "status": {"gone"}}},
		{"roster", "<query xmlns='jabber:iq:roster' ver='1'>\n<item jid='a@b'/>\n<item jid='c@d' name='C'><group>1</group><group/></item>\n</query>",
			Values{"ver": {"1"}, "item[1].jid": {"a@b"}, "item[2].jid": {"c@d"}, "item[2].name": {"C"}, "item[2].group": {"1", ""}}},
		{"disco_info", `<query xmlns='http://jabber.org/protocol/disco#info'><identity category='a' type='b' xml:lang='de'/><feature var='1'/><feature var='2'/></query>`,
			Values{"identity[1].category": {"a"}, "identity[1].type": {"b"}, "identity[1].lang": {"de"}, "feature": {"1", "2"}}},
		{"command", `<command xmlns='http://jabber.org/protocol/commands' node='n' status='executing'><actions execute='next'><next/></actions><note type='info'>x</note></command>`,
			Values{"node": {"n"}, "status": {"executing"}, "execute": {"next"}, "next": {"true"}, "note[1].type": {"info"}, "note[1].text": {"x"}}},
		{"mam_prefs", `<prefs xmlns='urn:xmpp:mam:2' default='roster'><always><jid>a@b</jid></always><never/></prefs>`,
			Values{"default": {"roster"}, "always": {"a@b"}}},
		{"privacy", `<query xmlns='jabber:iq:privacy'><active/><default name='a'/><list name='a'/><list name='b'/></query>`,
			Values{"default": {"a"}, "list": {"a", "b"}}},
		{"upload_slot", `<slot xmlns='urn:xmpp:http:upload:0'><put url='u:1'><header name='A'>b</header></put><get url='u:2'/></slot>`,
			Values{"put": {"u:1"}, "header[1].name": {"A"}, "header[1].value": {"b"}, "get": {"u:2"}}},
		{"pubsub", `<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='n'><item id='1'><a xmlns='urn:a'>x</a></item><item id='2'/></items></pubsub>`,
			Values{"items-node": {"n"}, "item[1].id": {"1"}, "item[1].content": {"<a xmlns='urn:a'>x</a>"}, "item[2].id": {"2"}}},
	} {
		p := Builtin().Payload(row.payload)
		xml := "<iq type='result' id='1'>" + row.xml + "</iq>"
		got, err := p.Read(parsed(t, xml))
		if diff := cmp.Diff(row.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", row.payload, err, diff)
		}
		if Builtin().PayloadNamed(p.Name()) != p {
			t.Errorf("{%s}%s is not found by its name", p.Namespace, p.Element)
		}
	}
	if v, err := Builtin().Payload("version").Read(parsed(t, "<iq type='result' id='1'/>")); err == nil || v != nil {
		t.Errorf("an empty result is read as %v", v)
	}
}

func TestWhatNoFieldSaysIsTold(t *testing.T) {
	for _, row := range []struct{ kind, xml, want, where string }{
		{"ping", "<ping xmlns='urn:xmpp:ping' x='1'/>", "an attribute x", "x='1'"},
		{"ping", "<ping xmlns='urn:xmpp:ping'>hm</ping>", "a text in <ping/>", "hm"},
		{"ping", "<ping xmlns='urn:xmpp:ping'><a/></ping>", "an element <a/>", "<a/>"},
		{"ping", "<ping xmlns='urn:xmpp:ping'/><b/>", "a second payload <b/>", "<b/>"},
		{"roster_set", "<query xmlns='jabber:iq:roster'><item jid='a'/><item jid='b'/></query>", "an element <item/>", "<item jid='b'/>"},
		{"roster_set", "<query xmlns='jabber:iq:roster'><item jid='a'><group>x<b/></group></item></query>", "an element <b/>", "<b/>"},
		{"private_get", "<query xmlns='jabber:iq:private'><a xmlns='a'/><b xmlns='b'/></query>", "an element <b/>", "<b xmlns='b'/>"},
		{"unregister", "<query xmlns='jabber:iq:register'><remove>x</remove></query>", "a text in <remove/>", "x"},
		{"mam_prefs_set", "<prefs xmlns='urn:xmpp:mam:2' default='roster'><never/></prefs>", "an element <never/>", "<never/>"}, // it would be lost
		{"mam_query", "<query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' type='form'><field var='with'><value>a</value></field></x></query>", "an attribute type", "type='form'"},
		{"mam_query", "<query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data'><field var='other'><value>a</value></field></x></query>", "an element <x/>", ""},
		{"mam_query", "<query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data'><field var='with'><value>a</value><value>b</value></field></x></query>", "an element <x/>", ""},
		{"command_execute", "<command xmlns='http://jabber.org/protocol/commands' node='n' action='execute'><x xmlns='jabber:x:data'><field var='a'><value>1</value></field><field var='a'><value>2</value></field></x></command>", "an element <field/>", "<field var='a'><value>2</value></field>"},
	} {
		k := kind(t, row.kind)
		s := parsed(t, fmt.Sprintf("<iq type='%s' id='1'>%s</iq>", k.Type, row.xml))
		before := s.XML()
		_, err := k.Read(s)
		rest, ok := errors.AsType[*RestError](err)
		if !ok || !strings.Contains(rest.Text, row.want) {
			t.Errorf("%s: got %v, want %q", row.xml, err, row.want)
		} else if got := s.XML()[rest.Pos:rest.End]; row.where != "" && got != row.where {
			t.Errorf("%s: the place is that of %q, want %q", row.xml, got, row.where)
		}
		if s.XML() != before {
			t.Errorf("reading changed %s", before)
		}
	}
	for _, xml := range []string{"<iq type='set' id='1'><ping xmlns='urn:xmpp:ping'/></iq>", "<iq type='get' id='1'/>", "<message><ping xmlns='urn:xmpp:ping'/></message>"} {
		if _, err := kind(t, "ping").Read(parsed(t, xml)); err == nil {
			t.Errorf("%s is read as a ping", xml)
		}
	}
	if _, err := kind(t, "command_next").Read(parsed(t, "<iq type='set' id='1'><command xmlns='http://jabber.org/protocol/commands' node='n' action='prev' sessionid='1'/></iq>")); err == nil {
		t.Error("a step back is read as one forth")
	}
}

func TestMistakesAreToldWithTheirPlace(t *testing.T) {
	const payload = "[[payload]]\nkey = 'a'\nelement = 'a'\nnamespace = 'urn:a'\n"
	const start = payload + "[[kind]]\nkey = 'k'\ntitle = 'K'\ntype = 'get'\npayload = 'a'\n" // 9 lines
	field := func(text string) string { return start + "[[kind.field]]\nname = 'f'\n" + text }
	for _, row := range []struct{ name, text, want string }{
		{"an unknown key", start + "titel = 'x'", `f.toml:10:1: there is no key "titel"; did you mean "title"?`},
		{"an unknown target", start + "to = ['sever']", `f.toml:10:7: to: there is no "sever"; did you mean "server"?`},
		{"an unknown datatype", field("type = 'jdi'"), `f.toml:12:8: type: there is no "jdi"; did you mean "jid"?`},
		{"an unknown payload", strings.Replace(start, "payload = 'a'", "payload = 'pnig'", 1), `f.toml:9:1: there is no payload "pnig"; did you mean "ping"?`},
		{"no type", strings.Replace(start, "type = 'get'\n", "", 1), "f.toml:5:3: a request kind has a type, get or set"},
		{"no title", strings.Replace(start, "title = 'K'\n", "", 1), "f.toml:5:3: a request kind has a title"},
		{"a bad key", strings.Replace(start, "'k'", "'K k'", 1), "f.toml:6:1: a key is made of small letters"},
		{"a key that is taken", strings.Replace(start, "'k'", "'ping'", 1), `f.toml:6:1: the key ping is taken by "Ping" of XEP-0199; take another, or say replace = true`},
		{"a key that is an alias", strings.Replace(start, "'k'", "'commands'", 1), "f.toml:6:1: the key commands is taken: it is another word for command_list"},
		{"an alias that is taken", start + "aliases = ['mam']", "f.toml:10:1: the alias mam is taken by another kind"},
		{"a payload's key that is taken", strings.Replace(start, "key = 'a'", "key = 'ping'", 1), "f.toml:2:1: the key ping is taken by {urn:xmpp:ping}ping of XEP-0199"},
		{"an element that is known", strings.NewReplacer("element = 'a'", "element = 'ping'", "urn:a", "urn:xmpp:ping").Replace(start), "f.toml:3:1: {urn:xmpp:ping}ping is known already, as ping of XEP-0199"},
		{"a bad element", strings.Replace(start, "element = 'a'", "element = 'a b'", 1), `f.toml:3:1: "a b" is no name of an element`},
		{"the stream's namespace", strings.Replace(start, "urn:a", "jabber:client", 1), "f.toml:4:1: a payload has a namespace of its own"},
		{"a bad path", field("path = 'a//b'"), `f.toml:12:1: the path "a//b" has nothing between`},
		{"no path", field(""), `f.toml:10:8: a field has a path`},
		{"a bad attribute", field("path = '@'"), `f.toml:12:1: behind @ stands an attribute's name`},
		{"an open brace", field("path = '{urn:b'"), "f.toml:12:1: a namespace stands between braces"},
		{"a path twice", field("path = 'x'\n[[kind.field]]\nname = 'g'\npath = 'x'"), "f.toml:15:1: another field has this path: f"},
		{"a name twice", field("path = 'x'\n[[kind.field]]\nname = 'f'\npath = 'y'"), "f.toml:14:1: the name f is taken by another field"},
		{"a bad name", field("path = 'x'\n[[kind.field]]\nname = 'F'\npath = 'y'"), "f.toml:14:1: a field's name is made of small letters"},
		{"an enum without values", field("path = 'x'\ntype = 'enum'"), "an enum has values"},
		{"values of a text", field("path = 'x'\nvalues = ['a']"), `f.toml:13:1: values are for a field with type = "enum"`},
		{"a list without columns", field("path = 'x'\ntype = 'list'"), "f.toml:13:1: a list has columns"},
		{"a list in a list", field("path = 'x'\ntype = 'list'\n[[kind.field.column]]\nname = 'a'\npath = 'b'\ntype = 'list'\n[[kind.field.column.column]]\nname = 'c'\npath = 'd'"), "f.toml:16:1: a list is a child element"},
		{"a bad column", field("path = 'x'\ntype = 'list'\n[[kind.field.column]]\nname = 'a'\npath = '@'"), "f.toml:16:1: behind @ stands an attribute's name"},
		{"a flag in an attribute", field("path = '@x'\ntype = 'flag'"), "f.toml:12:1: a flag is a child element"},
		{"XML in an attribute", field("path = '@x'\ntype = 'xml'"), "f.toml:12:1: the path of XML leads to"},
		{"a form of no form", field("path = 'x'\ntype = 'form'"), "f.toml:12:1: the type form is for"},
		{"a form's rest as text", field("path = '#'"), "f.toml:12:1: the type form is for"},
		{"a repeated flag", field("path = 'x'\ntype = 'flag'\nrepeated = true"), "f.toml:13:1: a list, a form and a flag are not repeated"},
		{"a repeated attribute", field("path = '@x'\nrepeated = true"), "f.toml:12:1: what is repeated is a child element"},
		{"a language of an attribute", field("path = 'a/@x'\nlanguages = true"), "f.toml:12:1: what has languages is the text"},
		{"languages and repeated", field("path = 'a'\nlanguages = true\nrepeated = true"), "f.toml:13:1: a field is repeated or has languages"},
		{"a bad default", field("path = 'a'\ntype = 'uint'\ndefault = 'x'"), `f.toml:14:1: "x" is no whole number`},
		{"a bad fixed value", field("path = 'a'\ntype = 'uint'\nfixed = 'x'"), `f.toml:14:1: "x" is no whole number`},
		{"a fixed list", field("path = 'a'\nrepeated = true\nfixed = 'x'"), "f.toml:14:1: what is always the same is one text"},
		{"a bad verb", start + "verb = 'a=b'", "f.toml:10:1: a verb is a child element"},
		{"fields and none", field("path = 'a'\n") + "\n[[kind]]\nkey='l'\ntitle='L'\ntype='get'\npayload='a'\nno_fields=true\npaged=true", "f.toml:19:1: no_fields says that there are none"},
		{"a result that is none", start + "result = 'pong'", `f.toml:10:1: there is no payload "pong"; a result is empty or a payload`},
		{"a next that is none", start + "next = ['ping',\n 'pong']", `f.toml:11:2: there is no request kind "pong"`},
		{"a successor that is none", start + "superseded_by = 'pong'", `f.toml:10:1: there is no request kind "pong"`},
		{"a condition that is none", start + "errors = ['item-not-fuond/cancel']", "f.toml:10:11: "},
		{"an error's type that is none", start + "errors = ['gone/cancle: x']", `f.toml:10:11: "cancle" is no type of an error; did you mean "cancel"?`},
		{"a newer format", "version = 2\nx = 1", "f.toml: the file is for a newer iqscope"},
	} {
		t.Run(row.name, func(t *testing.T) {
			c, err := Builtin().With(File{"f.toml", []byte(row.text)})
			if err == nil || !strings.Contains(err.Error(), row.want) || c != nil {
				t.Errorf("got %v, want %q", err, row.want)
			}
			if all, ok := errors.AsType[stricttoml.Problems](err); !ok || len(all) > 2 {
				t.Errorf("one mistake makes %d: %v", len(all), err)
			}
		})
	}
}

func TestKindsOfOnesOwn(t *testing.T) {
	const text = `
[[payload]]
key = "custom_xep"
element = "query"
namespace = "custom-xep"
[[payload.field]]
name = "answer"
path = "answer"
[[kind]]
key = "custom_ask"
title = "Ask"
type = "get"
payload = "custom_xep"
[[kind.field]]
name = "desc"
path = "desc"
languages = true
[[kind.field]]
name = "one"
path = "one"
required = true
exclusive = "which"
[[kind.field]]
name = "two"
path = "two"
required = true
exclusive = "which"
`
	mine, err := Builtin().With(File{"mine.toml", []byte(text)})
	if err != nil {
		t.Fatal(err)
	}
	k, err := mine.Kind("custom_ask")
	if err != nil || k.Covered() || k.Builtin || k.Link() != "" {
		t.Fatalf("got %+v, %v", k, err)
	}
	v := Values{"desc": {"a"}, "desc[de]": {"b"}, "two": {""}}
	xml, err := k.XML(v)
	if want := `<query xmlns="custom-xep"><desc>a</desc><desc xml:lang="de">b</desc><two/></query>`; xml != want || err != nil {
		t.Errorf("got %s, %v", xml, err)
	}
	iq := parsed(t, "<iq type='get' id='1'>"+xml+"</iq>")
	if got, err := k.Read(iq); err != nil || cmp.Diff(v, got) != "" {
		t.Errorf("got %v, %v", got, err)
	}
	if kinds := mine.KindsOf(iq); len(kinds) != 1 || kinds[0] != k {
		t.Errorf("got %v", kinds)
	}
	if _, err := k.XML(Values{}); err == nil || !strings.Contains(err.Error(), "one: one of these is required: one, two") {
		t.Errorf("got %v", err)
	}
	if _, err := Builtin().Kind("custom_ask"); err == nil {
		t.Error("what is added changes the built-in catalogue")
	}
	_, err = mine.With(File{"again.toml", []byte(text)})
	if err == nil || strings.Count(err.Error(), "again.toml:") != 2 {
		t.Errorf("the clashes are %v", err)
	}

	replaced, err := Builtin().With(File{"f.toml", []byte("[[kind]]\nkey = 'vcard_get'\ntitle = 'Mine'\ntype = 'get'\npayload = 'vcard'\nreplace = true")})
	if err != nil {
		t.Fatal(err)
	}
	if k, err := replaced.Kind("vcard_get"); err != nil || k.Title != "Mine" {
		t.Errorf("got %+v, %v", k, err)
	}
	if _, err := replaced.Kind("vcard"); err == nil {
		t.Error("the alias of a kind that was replaced is still there")
	}
}

func TestAKindIsFoundByKeyAndAlias(t *testing.T) {
	for word, key := range map[string]string{"ping": "ping", "vcard": "vcard_get", "commands": "command_list"} {
		if k := kind(t, word); k.Key != key {
			t.Errorf("%s is %s", word, k.Key)
		}
	}
	if _, err := Builtin().Kind("disco_inof"); err == nil || err.Error() != `there is no request kind "disco_inof"; did you mean "disco_info"?` {
		t.Errorf("got %v", err)
	}
	if got := kind(t, "roster_get").Link(); got != "https://www.rfc-editor.org/rfc/rfc6121#section-2.1.3" {
		t.Errorf("the link is %s", got)
	}
	if got := kind(t, "ping").Link(); got != "https://xmpp.org/extensions/xep-0199.html#c2s" {
		t.Errorf("the link is %s", got)
	}
	for key, verb := range map[string]string{"ping": "", "pubsub_publish": "publish", "command_cancel": "cancel", "muc_roles": "role", "roster_remove": "remove"} {
		if got := kind(t, key).VerbWord(); got != verb {
			t.Errorf("the verb of %s is %q, want %q", key, got, verb)
		}
	}
}

func TestCoverageIsCounted(t *testing.T) {
	mine, err := Builtin().With(File{"f.toml", []byte("[[payload]]\nkey = 'a'\nelement = 'a'\nnamespace = 'urn:a'\n[[kind]]\nkey = 'k'\ntitle = 'K'\ntype = 'get'\npayload = 'a'")})
	if err != nil {
		t.Fatal(err)
	}
	const pubsub = "http://jabber.org/protocol/pubsub\tpubsub\t"
	list, err := ReadRequests(strings.NewReader("group\ttype\tns\tlocal\tverb\r\n" +
		"B\tget\turn:a\ta\t\r\n\nA\tget\turn:xmpp:ping\tping\nA\tset\turn:xmpp:ping\tping\nA\tset\t" + pubsub + "publish\nA\tset\t" + pubsub + "nothing\nA\tset\t" + pubsub + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Count{{"A", 5, 3, 0, 2}, {"B", 1, 0, 1, 0}}
	if diff := cmp.Diff(want, mine.Coverage(list)); diff != "" {
		t.Error(diff)
	}
	for text, want := range map[string]string{
		"":                              "the list is empty",
		"get\turn:a\ta":                 "line 1 names no column type",
		"type\tns\tlocal\nresult\ta\tb": `line 2: the type is get or set, not "result"`,
		"type\tns\tlocal\nget\t\tb":     "line 2: the namespace is missing",
		"1\tresult\tpubsub\tcreate":     `line 1: the type is get or set, not "result"`,
		"1\tjingle\ta\n1\tjingle":       "line 2: a list of verbs has lines of a count, a type",
		"1\tset\tpubsub\tcreate\tx":     "line 1: a list of verbs has lines of a count, a type",
		"type\tns\tlocal\n" + strings.Repeat("x", maxLine+1): "a line is longer than 65536 bytes",
	} {
		if _, err := ReadRequests(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: got %v, want %q", text, err, want)
		}
	}
}

// TestVerbsAreCounted is with lists that have a count where others have the columns' names.
func TestVerbsAreCounted(t *testing.T) {
	mine, err := Builtin().With(File{"f.toml", []byte("[[payload]]\nkey = 'a'\nelement = 'a'\nnamespace = 'urn:a'\n" +
		"[[kind]]\nkey = 'k'\ntitle = 'K'\ntype = 'get'\npayload = 'a'\nverb = 'b'")})
	if err != nil {
		t.Fatal(err)
	}
	for row, want := range map[string]Count{
		"1\tset\tpubsub\tpublish":                                 {Covered: 1},
		"1\tget\tpubsub\tpublish":                                 {Missing: 1}, // another type
		"1\tset\tpubsub\tpublish+publish-options":                 {Covered: 1},
		"1\tset\tpubsub\tpublish+nothing":                         {Missing: 1},
		"1\tset\tpubsub#owner\tpurge":                             {Covered: 1},
		"1\tset\tpubsub\tpurge":                                   {Missing: 1}, // only in the other namespace
		"1\tset\tpubsub#owner\tpublish":                           {Missing: 1},
		"1\tset\tpubsub#owner\tsubscriptions+subscription":        {Covered: 1},
		"46\tjingle\tsession-initiate":                            {Covered: 1},
		"1\tjingle\tsession-initiate-so":                          {Missing: 1},
		"1\tjingle\tNone":                                         {Covered: 1}, // there is a kind for all else
		"1\tset\tpubsub\tNone":                                    {Missing: 1},
		"1\tget\ta\tb":                                            {Skeleton: 1},
		"7\ta\tb\n\n1\tset\tpubsub\tpublish\n1\tset\tpubsub\tx\n": {Covered: 1, Skeleton: 1, Missing: 1},
	} {
		list, err := ReadRequests(strings.NewReader(row))
		if err != nil {
			t.Errorf("%q: %v", row, err)
			continue
		}
		want.Requests = want.Covered + want.Skeleton + want.Missing
		if diff := cmp.Diff([]Count{want}, mine.Coverage(list)); diff != "" {
			t.Errorf("%q: %s", row, diff)
		}
	}
}
