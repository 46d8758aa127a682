package report

import (
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
)

// answered is the answer to a kind that a result carries.
func answered(t *testing.T, c *catalog.Catalog, kind, payload string) *Answer {
	t.Helper()
	k, err := c.Kind(kind)
	if err != nil {
		t.Fatal(err)
	}
	return NewAnswer(c, k, xmpptest.Stanza(t, "<iq type='result' id='1'>"+payload+"</iq>"))
}

func TestAnAnswerIsReadByItsFields(t *testing.T) {
	own, err := catalog.Builtin().With(catalog.File{Name: "own.toml", Text: []byte(`
[[payload]]
key = "all"
element = "all"
namespace = "urn:all"
[[payload.field]]
name = "one"
path = "@one"
[[payload.field]]
name = "many"
path = "many"
repeated = true
[[payload.field]]
name = "here"
path = "here"
type = "flag"
[[payload.field]]
name = "said"
path = "said"
languages = true
[[payload.field]]
name = "row"
path = "row"
type = "list"
[[payload.field.column]]
name = "a"
path = "@a"
[[payload.field.column]]
name = "b"
path = "b"
repeated = true
[[payload.field]]
name = "picture"
path = "picture"
type = "base64"
[[payload.field]]
name = "form"
path = "#"
type = "form"
[[kind]]
key = "ask"
title = "Ask"
type = "get"
payload = "all"
result = "all"
`)})
	if err != nil {
		t.Fatal(err)
	}
	a := answered(t, own, "ask", "<all xmlns='urn:all' one='1'><many>x</many><here/><said>hi</said><said xml:lang='de'>hallo</said>"+
		"<row a='1'><b>2</b><b>3</b></row><row a='4'/><picture>AAAA</picture>"+
		"<x xmlns='jabber:x:data' type='result'><field var='f'><value>v</value><value>w</value></field></x></all>")
	wantLine(t, a.object(), `{"form":{"f":["v","w"]},"here":true,"many":["x"],"one":"1","picture":"AAAA",`+
		`"row":[{"a":"1","b":["2","3"]},{"a":"4"}],"said":{"":"hi","de":"hallo"}}`)
	want := `one       1
many      x
here      true
said      hi
said[de]  hallo
     A  B
row  1  2, 3
row  4
picture  (4 characters of base64)
form[f]  v
form[f]  w`
	if diff := cmp.Diff(want, strings.Join(a.Lines(), "\n")); diff != "" {
		t.Error(diff)
	}
	if got, want := a.String(), "one: 1, many: x, here: true, said: 2, row: 2, picture: (4 characters of base64), form: 2"; got != want {
		t.Errorf("in one line it is %q, want %q", got, want)
	}
}

func TestWhatIsNotTheAnswerIsNone(t *testing.T) {
	c := catalog.Builtin()
	for _, row := range []struct{ name, kind, reply string }{
		{"another payload", "version", "<iq type='result' id='1'><ping xmlns='urn:xmpp:ping'/></iq>"},
		{"no payload", "version", "<iq type='result' id='1'/>"},
		{"a payload where none belongs", "ping", "<iq type='result' id='1'><ping xmlns='urn:xmpp:ping'/></iq>"},
		{"an error with the payload", "version", "<iq type='error' id='1'><query xmlns='jabber:iq:version'><name>n</name></query><error type='wait'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"},
	} {
		k, err := c.Kind(row.kind)
		if err != nil {
			t.Fatal(err)
		}
		if a := NewAnswer(c, k, xmpptest.Stanza(t, row.reply)); a != nil {
			t.Errorf("%s: got %q", row.name, a)
		}
	}
	if a := answered(t, c, "ping", ""); a == nil || !a.Empty() || a.String() != "" {
		t.Errorf("an empty result of ping is %q", a)
	}
	if a := answered(t, c, "version", "<query xmlns='jabber:iq:version'><name>n</name><odd/></query>"); a == nil || a.Rest != "query/odd" || a.String() != "name: n" {
		t.Errorf("of more than there are fields for, this is left: %q", a)
	}
}

func TestFeaturesHaveTheirTitle(t *testing.T) {
	a := answered(t, catalog.Builtin(), "disco_info", "<query xmlns='http://jabber.org/protocol/disco#info'><identity category='c' type='t'/><feature var='urn:xmpp:ping'/><feature var='urn:other'/></query>")
	want := `          CATEGORY  TYPE
identity  c         t
feature  urn:xmpp:ping  XEP-0199, XMPP Ping
feature  urn:other`
	if diff := cmp.Diff(want, strings.Join(a.Lines(), "\n")); diff != "" {
		t.Error(diff)
	}
}

func TestHostileAnswersStayInTheirLine(t *testing.T) {
	evil := "a&#10;b\u009b31m\u202e" + strings.Repeat("x", 1000)
	a := answered(t, catalog.Builtin(), "version", "<query xmlns='jabber:iq:version'><name>"+evil+"</name><version>1</version></query>")
	if got := a.Lines(); len(got) != 2 || got[1] != "version  1" {
		t.Errorf("the lines are %.200q", got)
	}
	for _, text := range append(a.Lines(), a.String()) {
		if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || r == '\u202e' }) {
			t.Errorf("there is a control character in %.100q", text)
		}
	}
	if n := len([]rune(a.String())); n > most {
		t.Errorf("one line has %d characters", n)
	}
}

func TestHowARequestEndedIsARow(t *testing.T) {
	request := xmpptest.Stanza(t, "<iq type='get' id='1'><query xmlns='jabber:iq:version'/></iq>")
	result := xmpptest.Stanza(t, "<iq type='result' id='1'/>")
	failed := xmpptest.Stanza(t, "<iq type='error' id='1'><error type='wait'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>")
	for _, row := range []struct {
		name  string
		ended exchange.Exchange
		want  [3]string
	}{
		{"something else", exchange.Exchange{Stanza: request, Outcome: stanza.OutcomeResult, Reply: result, RTT: 1500_000}, [3]string{"result", "1.500 ms", "something else than what was asked for"}},
		{"an error", exchange.Exchange{Stanza: request, Outcome: stanza.OutcomeError, Reply: failed}, [3]string{"error", "0.000 ms", "wait/conflict"}},
		{"a timeout", exchange.Exchange{Stanza: request, Outcome: stanza.OutcomeTimeout}, [3]string{"timeout", "-", ""}},
		{"a loss", exchange.Exchange{Stanza: request, Outcome: stanza.OutcomeNotSent}, [3]string{"not-sent", "-", `get "1" was not sent`}},
	} {
		row.ended.Err = row.ended.Failure(nil)
		outcome, took, back := Ended(row.ended, nil)
		if got := [3]string{outcome, took, back}; got[0] != row.want[0] || got[1] != row.want[1] || !strings.Contains(got[2], row.want[2]) || row.want[2] == "" && got[2] != "" {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}

func TestAWideCellMovesItsOwnLineOnly(t *testing.T) {
	var table Table
	table.Row("a", "x")
	table.Row(strings.Repeat("w", widest+1), "y")
	if got := table.Lines(); got[0] != "a  x" || got[1] != strings.Repeat("w", widest+1)+"  y" {
		t.Errorf("got %q", got)
	}
}
