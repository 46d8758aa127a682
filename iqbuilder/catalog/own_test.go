package catalog

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/stricttoml"
)

// own is the kind k of a file with the payload {urn:a}a, a kind k of it, and what is given.
func own(t *testing.T, rest string) *Kind {
	t.Helper()
	c, err := Builtin().With(File{"f.toml", []byte("[[payload]]\nkey = 'a'\nelement = 'a'\nnamespace = 'urn:a'\n" +
		"[[kind]]\nkey = 'k'\ntitle = 'K'\ntype = 'set'\npayload = 'a'\n" + rest)})
	if err != nil {
		t.Fatal(err)
	}
	k, err := c.Kind("k")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestFieldsThatNoBuiltInKindHas(t *testing.T) {
	const rows = "[[kind.field]]\nname = 'row'\npath = '{urn:b}row'\ntype = 'list'\n" +
		"[[kind.field.column]]\nname = 'x'\npath = 'x'\n[[kind.field.column]]\nname = 'sort'\npath = '@sort'\nrequired = true\nfixed = 's'\n"
	for _, row := range []struct {
		name, rest string
		values     Values
		want       string
	}{
		{"a default of what is not required", "[[kind.field]]\nname = 'x'\npath = '@x'\ndefault = '1'", Values{}, `<a xmlns="urn:a"/>`},
		{"a list in another namespace, a column that is fixed", rows, Values{"row[1].x": {"1"}}, `<a xmlns="urn:a"><row xmlns="urn:b" sort="s"><x>1</x></row></a>`},
		{"a form of a type of its own", "verb = '{jabber:x:data}x/@type=cancel'\n[[kind.field]]\nname = 'x'\npath = '#x'", Values{"x": {"1"}},
			`<a xmlns="urn:a"><x xmlns="jabber:x:data" type="cancel"><field var="x"><value>1</value></field></x></a>`},
		{"text beside XML", "[[kind.field]]\nname = 'text'\npath = '.'\n[[kind.field]]\nname = 'xml'\npath = '.'\ntype = 'xml'", Values{"text": {"t"}, "xml": {"<b xmlns='b'/>"}},
			`<a xmlns="urn:a">t<b xmlns='b'/></a>`},
	} {
		k := own(t, row.rest)
		xml, err := k.XML(row.values)
		if xml != row.want || err != nil {
			t.Errorf("%s: got %s, %v, want %s", row.name, xml, err, row.want)
			continue
		}
		if got, err := k.Read(parsed(t, "<iq type='set' id='1'>"+xml+"</iq>")); err != nil || cmp.Diff(row.values, got) != "" {
			t.Errorf("%s: read is %v, %v", row.name, got, err)
		}
	}
}

func TestWhatIsReadIsWhatIsSaid(t *testing.T) {
	for _, row := range []struct {
		name, rest, xml string
		want            Values
		more            string
	}{
		{"a language twice", "[[kind.field]]\nname = 'x'\npath = 'x'\nlanguages = true", "<x xml:lang='de'>1</x><x xml:lang='de'>2</x>", Values{"x[de]": {"1"}}, "<x/>"},
		{"a language that is none", "[[kind.field]]\nname = 'x'\npath = 'x'\nlanguages = true", "<x xml:lang='_'>1</x>", Values{}, "<x/>"},
		{"no XML where some may be", "[[kind.field]]\nname = 'x'\npath = 'x'\ntype = 'xml'", "<x/>", Values{}, "<x/>"},
		{"white space for the eye", "[[kind.field]]\nname = 'x'\npath = '.'", "\n ", Values{}, ""},
		{"a fixed value that is another", "[[kind.field]]\nname = 'x'\npath = 'x'\nfixed = '1'", "<x>2</x>", Values{}, "<x/>"},
		{"an empty row", "[[kind.field]]\nname = 'x'\npath = 'x'\ntype = 'list'\n[[kind.field.column]]\nname = 'y'\npath = '@y'", "<x/><x y='1'/>", Values{"x[1].y": {"1"}}, "<x/>"},
	} {
		got, err := own(t, row.rest).Read(parsed(t, "<iq type='set' id='1'><a xmlns='urn:a'>"+row.xml+"</a></iq>"))
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s: %s", row.name, diff)
		}
		if rest, ok := errors.AsType[*RestError](err); ok != (row.more != "") || ok && !strings.Contains(rest.Text, row.more) {
			t.Errorf("%s: got %v, want %q", row.name, err, row.more)
		}
	}
	many := "<iq type='result' id='1'><query xmlns='jabber:iq:roster'>" + strings.Repeat("<item jid='a'/>", maxRows+1) + "</query></iq>"
	got, err := Builtin().Payload("roster").Read(parsed(t, many))
	if len(got) != maxRows || err == nil {
		t.Errorf("of %d rows there are %d, and %v", maxRows+1, len(got), err)
	}
}

func TestValuesAreCheckedHoweverTheyWereSet(t *testing.T) {
	k := own(t, "[[kind.field]]\nname = 'row'\npath = 'row'\ntype = 'list'\n[[kind.field.column]]\nname = 'x'\npath = 'x'\n"+
		"[[kind.field]]\nname = 'wont'\npath = '@w'\nfixed = '1'\n[[kind.field]]\nname = 'data'\npath = '@d'\ntype = 'base64'\n[[kind.field]]\nname = 'at'\npath = '@t'\ntype = 'dateTime'")
	for _, row := range []struct {
		values Values
		want   string // "" for nothing
	}{
		{Values{"none": nil}, ""},
		{Values{"row[1]x": {"1"}}, "there is something behind the bracket"},
		{Values{"wnot": {"1"}}, "there is no such field; there are row, data, at"},
		{Values{"data": {"YQ\n =="}}, ""},
		{Values{"at": {"2026-01-31T12:00:00,5Z"}}, "is no time"},
		{Values{"at": {"2026-01-31T12:00:00.5+01:00"}}, ""},
	} {
		if err := k.Check(row.values); (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
			t.Errorf("%v: got %v, want %q", row.values, err, row.want)
		}
	}
	if err := kind(t, "roster_set").Check(Values{"jid": {}}); err == nil {
		t.Error("a key without values counts as one")
	}
	if kinds := Builtin().KindsOf(parsed(t, "<message type='get'><ping xmlns='urn:xmpp:ping'/></message>")); kinds != nil {
		t.Errorf("a message is %v", kinds)
	}
}

func TestWhatIsReplacedIsGone(t *testing.T) {
	c, err := Builtin().With(File{"f.toml", []byte("[[payload]]\nkey = 'ping'\nelement = 'ping'\nnamespace = 'urn:xmpp:ping'\nabout = 'Mine.'\nreplace = true\n" +
		"[[kind]]\nkey = 'vcard'\ntitle = 'Mine'\ntype = 'get'\npayload = 'ping'\nreplace = true")})
	if err != nil {
		t.Fatal(err)
	}
	if k, err := c.Kind("vcard"); err != nil || k.Title != "Mine" || k.Payload.About != "Mine." {
		t.Errorf("got %+v, %v", k, err)
	}
	if Builtin().Payload("ping").About == "Mine." {
		t.Error("the built-in catalogue has changed")
	}
}

func TestWhatFollowsFromAMistakeIsNotTold(t *testing.T) {
	_, err := Builtin().With(File{"f.toml", []byte("[[payload]]\nkey = 'A'\nelement = 'a'\nnamespace = 'urn:a'\n[[kind]]\nkey = 'k'\ntitle = 'K'\ntype = 'get'\npayload = 'A'")})
	if all, ok := errors.AsType[stricttoml.Problems](err); !ok || len(all) != 1 {
		t.Errorf("got %v", err)
	}
}

func TestOneCoveredKindIsEnough(t *testing.T) {
	var kinds []string
	for i := range 10 {
		kinds = append(kinds, fmt.Sprintf("[[kind]]\nkey = 'k%d'\ntitle = 'K'\ntype = 'get'\npayload = 'ping'\n", i))
	}
	c, err := Builtin().With(File{"f.toml", []byte(strings.Join(kinds, ""))})
	if err != nil {
		t.Fatal(err)
	}
	list, _ := ReadRequests(strings.NewReader("type\tns\tlocal\nget\turn:xmpp:ping\tping"))
	if got := c.Coverage(list); !slices.Equal(got, []Count{{"", 1, 1, 0, 0}}) {
		t.Errorf("got %v", got)
	}
}

// TestWhatIsSupersededComesLast is of two kinds that a request is equally of.
func TestWhatIsSupersededComesLast(t *testing.T) {
	c, err := new(Catalog).With(File{"f.toml", []byte("[[payload]]\nkey = 'a'\nelement = 'a'\nnamespace = 'urn:a'\n" +
		"[[kind]]\nkey = 'a_old'\ntitle = 'Old'\ntype = 'get'\npayload = 'a'\nsuperseded_by = 'b_new'\n" +
		"[[kind]]\nkey = 'b_new'\ntitle = 'New'\ntype = 'get'\npayload = 'a'\n")})
	if err != nil {
		t.Fatal(err)
	}
	kinds := c.KindsOf(parsed(t, "<iq type='get' id='1'><a xmlns='urn:a'/></iq>"))
	if len(kinds) != 2 || kinds[0].Key != "b_new" {
		t.Errorf("got %v", kinds)
	}
}

func TestWhatIsWrongIsSaidSoThatItCanBeMended(t *testing.T) {
	const ends = "path = 'x'\n"
	file := "[[payload]]\nkey = 'a'\nelement = 'a'\nnamespace = 'urn:a'\n[[kind]]\nkey = 'k'\ntitle = 'K'\ntype = 'get'\npayload = 'a'\n[[kind.field]]\nname = 'x'\n" + ends
	for _, row := range []struct{ name, old, new, want string }{
		{"no path", ends, "", "10:8: a field has a path, which says where its value stands"},
		{"a path that ends too soon", ends, "path = 'x/'\n", `:12:1: the path "x/" has nothing between or behind its slashes`},
		{"an attribute without a name", ends, "path = '@'\n", ":12:1: behind @ stands an attribute's name"},
		{"no payload", "payload = 'a'\n", "", ":5:3: a request kind names the payload that it carries"},
		{"a result that is misspelt", "payload = 'a'\n", "payload = 'a'\nresult = 'rostre'\n", `; did you mean "roster"?`},
		{"a kind that is misspelt", "payload = 'a'\n", "payload = 'a'\nnext = ['pnig']\n", `there is no request kind "pnig"; did you mean "ping"?`},
		{"one that is near nothing", "payload = 'a'\n", "payload = 'a'\nsuperseded_by = 'zzzzzzzzzz'\n", `there is no request kind "zzzzzzzzzz"`},
		{"values of a text", ends, ends + "values = ['a']\n", `values are for a field with type = "enum"`},
		{"an enum without values", ends, ends + "type = 'enum'\n", `an enum has values, as in`},
		{"a column in languages", ends, ends + "type = 'list'\n[[kind.field.column]]\nname = 'y'\npath = 'y'\nlanguages = true\n", "a column has no languages"},
		{"the same in another file", "", "", ":2:1: the key a is taken by {urn:a}a of first.toml; take another, or say replace = true"},
	} {
		files := []File{{"f.toml", []byte(strings.Replace(file, row.old, row.new, 1))}}
		if row.old == "" {
			files = []File{{"first.toml", []byte(file)}, {"second.toml", []byte(file)}}
		}
		_, err := Builtin().With(files...)
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %s", row.name, err, row.want)
		}
	}
}
