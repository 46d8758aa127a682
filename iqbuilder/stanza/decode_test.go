package stanza

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"testing"
)

type software struct {
	XMLName xml.Name `xml:"jabber:iq:version query"`
	Name    string   `xml:"name"`
	Version string   `xml:"version"`
	Lang    string   `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
}

func parse(t *testing.T, text string) *Stanza {
	t.Helper()
	s, err := Parse(text, ClientScope())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDecodeReadsThePayloadOfAnyPeerOrSaysWhatItIs(t *testing.T) {
	const query = "<query xmlns='jabber:iq:version'>"
	for _, c := range []struct {
		name, text string
		want       software // of what could be read
		says       string   // "" for no error
	}{
		{"everything", "<iq type='result'>" + query + "<name>a &lt; b</name><version><![CDATA[1<2]]></version></query></iq>", software{Name: "a < b", Version: "1<2"}, ""},
		{"a prefix of the stanza", "<iq type='result' xmlns:v='jabber:iq:version'><v:query xml:lang='de'><v:name>x</v:name></v:query></iq>", software{Name: "x", Lang: "de"}, ""},
		{"a prefix of the stream's own", "<iq type='result'>" + query + "<stream:x/><name>x</name></query></iq>", software{Name: "x"}, ""},
		{"less than was hoped for", "<iq type='result'>" + query + "</query></iq>", software{}, ""},
		{"beside an error", "<iq type='error'><error type='cancel'/>" + query + "<name>x</name></query></iq>", software{Name: "x"}, ""},
		{"nothing", "<iq type='result'/>", software{}, "the stanza carries no payload"},
		{"an error alone", "<iq type='error'><error/></iq>", software{}, "the stanza carries no payload"},
		{"another payload", "<iq type='result'><query xmlns='urn:x'/></iq>", software{}, `<query/> of "urn:x" is not what was wanted`},
		{"another name", "<iq type='result'><ping xmlns='jabber:iq:version'/></iq>", software{}, "<ping/>"},
		{"no namespace", "<iq type='result'><query xmlns=''/></iq>", software{}, `<query/> of ""`},
		{"text alone", "<iq type='result'>x</iq>", software{}, "the stanza carries no payload"},
		{"a long namespace", "<iq type='result'><query xmlns='" + strings.Repeat("u", 10_000) + "'/></iq>", software{}, "…"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got software
			err := parse(t, c.text).Decode(&got)
			got.XMLName = xml.Name{}
			switch {
			case c.says == "" && (err != nil || got != c.want):
				t.Errorf("got %+v, %v", got, err)
			case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says) || len(err.Error()) > 30_000):
				t.Errorf("it says %v", err)
			}
			if none := c.says == "the stanza carries no payload"; errors.Is(err, ErrNoPayload) != none {
				t.Errorf("ErrNoPayload: %v", !none)
			}
		})
	}
	var body struct {
		XMLName xml.Name `xml:"jabber:client body"`
		Text    string   `xml:",chardata"`
	}
	if err := parse(t, "<message><body>Hi</body></message>").Decode(&body); err != nil || body.Text != "Hi" {
		t.Errorf("a message says %q, %v", body.Text, err)
	}
	if err := parse(t, "<iq type='result'><query xmlns='jabber:iq:version'/></iq>").Decode(software{}); err == nil {
		t.Error("a value that cannot be filled in is taken")
	}
}

func TestWhatAPeerLeftOutIsNoReasonToCrash(t *testing.T) {
	s := parse(t, "<iq type='result'/>")
	n := s.Child("jabber:iq:version", "query").Child("", "name")
	if n != nil || n.Text() != "" || n.IsElement() || n.QName() != "" || n.Lang("de") != "de" || n.Elements() != nil || s.Cut(n, Scope{}) != "" {
		t.Error("a child that is not there is something")
	}
	if value, ok := n.Attr("x"); value != "" || ok {
		t.Errorf("it has the attribute %q", value)
	}
	if got := parse(t, "<iq type='result'><a xmlns='u'><b>x</b></a></iq>").Child("u", "a").Child("u", "b").Text(); got != "x" {
		t.Errorf("what is there says %q", got)
	}
}

func TestAStanzaIsPrintedAsItIs(t *testing.T) {
	const text = "<iq  type='get' id='1'><a xmlns='u'/></iq>"
	if got := fmt.Sprint(parse(t, text)); got != text {
		t.Errorf("it is %q", got)
	}
	var none *Stanza
	if got := fmt.Sprintf("%s|%v", none, none); got != "|" {
		t.Errorf("none is %q", got)
	}
	if _, err := (&Stanza{kind: StreamClose}).Tree(); err == nil {
		t.Error("a stream's end has a tree")
	}
	if (&Stanza{kind: StreamClose}).Child("u", "a") != nil {
		t.Error("a stream's end has a child")
	}
}

func TestMustParseJIDPanicsOnWhatIsNoAddress(t *testing.T) {
	if got := MustParseJID("Romeo@Example.net/x").String(); got != "romeo@example.net/x" {
		t.Errorf("it is %s", got)
	}
	defer func() {
		if cause := recover(); !strings.Contains(fmt.Sprint(cause), "romeo@") {
			t.Errorf("it panics with %v", cause)
		}
	}()
	MustParseJID("romeo@")
	t.Error("it takes what is no address")
}
