package iqbuilder

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"iqscope/iqbuilder/stanza"
)

// The tests here show the builder's side of the numbered rows of
// docs/acceptance-rows.md, one subtest for each thing that a row says.

// page is the example of the page "Send/Receive IQ Stanzas".
const page = `<iq to="user@example.com" type="get" id="1">
      <query xmlns="http://jabber.org/protocol/disco#info" />
    </iq>`

func TestRowsOfNewIQs(t *testing.T) {
	t.Run("row 1: the page's example comes out", func(t *testing.T) {
		iq := must(t)(Get(WithQuery(stanza.NSDiscoInfo), To("user@example.com"), ID("1")))
		if diff := cmp.Diff(meaningOf(tree(t, parse(t, page, stanza.ClientScope()))), meaningOf(tree(t, iq))); diff != "" {
			t.Error(diff)
		}
		if want := `<iq to="user@example.com" type="get" id="1"><query xmlns="http://jabber.org/protocol/disco#info"/></iq>`; iq.XML() != want {
			t.Errorf("got  %s\nwant %s", iq.XML(), want)
		}
	})
	t.Run("row 1: one get, a generated id, an empty query, no from", func(t *testing.T) {
		iq := must(t)(Get(WithQuery(stanza.NSDiscoInfo)))
		query := tree(t, iq).Elements()[0]
		if iq.Type() != stanza.Get || iq.Payloads() != 1 || len(query.Children) != 0 || iq.ID() == "" || iq.From() != "" || attr(tree(t, iq), "from") != nil {
			t.Error(iq.XML())
		}
	})
	for _, name := range []stanza.Name{
		{Space: "urn:xmpp:ping", Local: "ping"}, {Space: "vcard-temp", Local: "vCard"}, {Space: "urn:xmpp:time", Local: "time"},
		{Space: "http://jabber.org/protocol/commands", Local: "command"}, {Space: "http://jabber.org/protocol/pubsub", Local: "pubsub"}, {Space: "urn:made&up", Local: "grüße"},
	} {
		t.Run("row 2: a get with "+name.Local, func(t *testing.T) {
			iq := must(t)(Get(WithElement(name)))
			if iq.Payload() != name || iq.Payloads() != 1 {
				t.Error(iq.XML())
			}
		})
	}
	t.Run("row 3: a set has its payload as typed", func(t *testing.T) {
		const typed = "<query xmlns='jabber:iq:private' >\n\t<p:mood xmlns:p = \"urn:mood\">a &amp; <![CDATA[b]]>&#x41;</p:mood></query >"
		iq := must(t)(Set(WithPayload(" " + typed + "\n")))
		if iq.Type() != stanza.Set || iq.XML() != `<iq type="set" id="`+iq.ID()+`">`+typed+"</iq>" {
			t.Error(iq.XML())
		}
	})
	for _, build := range []func(...Option) (*stanza.Stanza, error){Result, Error} {
		iq := must(t)(build(ID("their-7"), To("b@example.net/x")))
		t.Run("row 4: a reply of type "+string(iq.Type())+" with an id of our choice", func(t *testing.T) {
			if !iq.IsReply() || iq.IsRequest() || iq.ID() != "their-7" || iq.To() != "b@example.net/x" {
				t.Error(iq.XML())
			}
		})
	}
	t.Run("row 8: ids never repeat, and a typed one is kept", func(t *testing.T) {
		plain := regexp.MustCompile(`^[a-z2-7]{13}$`) // 13 letters of 32 kinds: 65 bits
		seen := map[string]bool{}
		for range 10_000 {
			id := must(t)(Get(WithQuery("x"))).ID()
			if !plain.MatchString(id) || seen[id] {
				t.Fatalf("the id %q is no 65 bits, or came twice", id)
			}
			seen[id] = true
		}
		if iq := must(t)(Parse("<iq type='get' id='1'><a xmlns='b'/></iq>", stanza.ClientScope())); iq.ID() != "1" {
			t.Error(iq.XML())
		}
	})
}

func TestRowsOfErrors(t *testing.T) {
	t.Run("row 5: an error without options is cancel and feature-not-implemented, no text", func(t *testing.T) {
		want := stanza.StanzaError{Type: "cancel", Condition: "feature-not-implemented"}
		if iq := must(t)(Error()); iq.Err() == nil || *iq.Err() != want {
			t.Error(iq.XML())
		}
	})
	for _, typ := range stanza.ErrorTypes() {
		for _, condition := range stanza.Conditions() {
			t.Run("row 6: "+typ+" "+condition, func(t *testing.T) {
				want := stanza.StanzaError{Type: typ, Condition: condition, Text: "Nächstes <Mal>", Lang: "de", By: "proxy.example.net", Application: stanza.Name{Space: "urn:app", Local: "busy"}}
				if stanza.CarriesURI(condition) {
					want.URI = "xmpp:romeo@example.net?message;subject=a&b"
				}
				iq := must(t)(Error(WithError(want)))
				if diff := cmp.Diff(&want, iq.Err()); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
	t.Run("row 6: an application-specific condition with content of its own", func(t *testing.T) {
		const busy = "<busy xmlns='urn:app' until='9'><by>romeo</by></busy>"
		iq := must(t)(Error(ID("1"), WithError(stanza.StanzaError{Type: "wait", Condition: "resource-constraint", Text: "Later"}), WithExtension(" "+busy+"\n")))
		const want = `<iq type="error" id="1"><error type="wait"><resource-constraint xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/>` +
			`<text xmlns="urn:ietf:params:xml:ns:xmpp-stanzas">Later</text>` + busy + `</error></iq>`
		if iq.XML() != want || iq.Err().Application != (stanza.Name{Space: "urn:app", Local: "busy"}) {
			t.Errorf("got  %s\nwant %s", iq.XML(), want)
		}
	})
}

func TestTheExtensionOfAnErrorIsOneElementOfItsOwn(t *testing.T) {
	app := stanza.Name{Space: "urn:app", Local: "busy"}
	plain := "<iq type='error' id='1'><error type='wait'><gone" + nsStanzas + "/></error></iq>"
	for _, c := range []struct {
		name string
		opts []Option
		rule string // that refuses it
	}{
		{"none", []Option{WithExtension("")}, ""},
		{"in its namespace", []Option{WithExtension("<busy xmlns='urn:app'/>")}, ""},
		{"by a prefix", []Option{WithExtension("<a:busy xmlns:a='urn:app'/>")}, ""},
		{"whose name is said too", []Option{WithError(stanza.StanzaError{Application: app}), WithExtension("<busy xmlns='urn:app'/>")}, ""},
		{"beside another one", []Option{WithError(stanza.StanzaError{Application: app}), WithExtension("<idle xmlns='urn:app'/>")}, RuleErrorContent},
		{"in the stream's namespace", []Option{WithExtension("<busy/>")}, RuleErrorContent},
		{"in no namespace", []Option{WithExtension("<busy xmlns=''/>")}, RuleErrorContent},
		{"in that of the conditions", []Option{WithExtension("<busy" + nsStanzas + "/>")}, RuleErrorContent},
		{"two elements", []Option{WithExtension("<busy xmlns='urn:app'/><busy xmlns='urn:app'/>")}, "second-root"},
		{"that breaks out", []Option{WithExtension("<busy xmlns='urn:app'/></error>")}, "mismatched-tag"},
		{"that is broken", []Option{WithExtension("<busy xmlns='urn:app'>")}, "unexpected-end"},
		{"of an error given as XML", []Option{WithPayload("<error type='wait'/>"), WithExtension("<busy xmlns='urn:app'/>")}, RuleErrorContent},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, built := Error(c.opts...)
			_, changed := Change(parse(t, plain, stanza.ClientScope()), c.opts...)
			for by, err := range map[string]error{"Error": built, "Change": changed} {
				var refusal *RuleError
				if errors.As(err, &refusal) != (c.rule != "") || c.rule != "" && refusal.Finding.Rule != c.rule {
					t.Errorf("%s: %v, want %q", by, err, c.rule)
				}
			}
		})
	}
	if _, err := Get(WithQuery("x"), WithExtension("<busy xmlns='urn:app'/>")); err == nil {
		t.Error("a get has an error's extension")
	}
}

func TestChangePutsAnExtensionIntoTheErrorThatIsThere(t *testing.T) {
	extension := WithExtension("<busy xmlns='urn:app'/>")
	for _, c := range []struct{ name, in, want string }{
		{"beside a condition", "<iq type='error' id='1'>\n<error  type = 'wait'> <gone" + nsStanzas + "/> </error></iq>",
			"<iq type='error' id='1'>\n<error  type = 'wait'> <gone" + nsStanzas + "/> <busy xmlns='urn:app'/></error></iq>"},
		{"in place of others", "<iq type='error' id='1'><error><idle xmlns='urn:app'>x</idle><gone" + nsStanzas + "/><a xmlns='b'/></error><a xmlns='b'/></iq>",
			"<iq type='error' id='1'><error><busy xmlns='urn:app'/><gone" + nsStanzas + "/></error><a xmlns='b'/></iq>"},
		{"into an empty one", "<iq type='error' id='1'><error/></iq>", "<iq type='error' id='1'><error><busy xmlns='urn:app'/></error></iq>"},
	} {
		if iq := must(t)(Change(parse(t, c.in, stanza.ClientScope()), extension)); iq.XML() != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, iq.XML(), c.want)
		}
	}
}

func TestRow7(t *testing.T) {
	const draft = "<iq\n  type='get' to='example.net' id='q7'>\n  <query xmlns='jabber:iq:version'/>\n</iq>"
	t.Run("row 7: another namespace replaces the payload, keeps id and to", func(t *testing.T) {
		iq := must(t)(Change(parse(t, draft, stanza.ClientScope()), WithQuery(stanza.NSDiscoInfo)))
		if want := strings.Replace(draft, "<query xmlns='jabber:iq:version'/>", `<query xmlns="`+stanza.NSDiscoInfo+`"/>`, 1); iq.XML() != want {
			t.Errorf("got  %s\nwant %s", iq.XML(), want)
		}
	})
	t.Run("row 7: never two payloads, however often it is changed", func(t *testing.T) {
		iq := parse(t, draft, stanza.ClientScope())
		for _, ns := range []string{"a", "b", "c"} {
			iq = must(t)(Change(iq, WithType(stanza.Set), WithElement(stanza.Name{Space: ns, Local: ns})))
			if iq.Payloads() != 1 || iq.Payload().Space != ns || iq.ID() != "q7" || iq.To() != "example.net" {
				t.Error(iq.XML())
			}
		}
	})
}

func TestRowsOfReplies(t *testing.T) {
	client := parse(t, "<iq type='get' id='q&amp;1' from='romeo@x/phone' to='juliet@y/z'><a xmlns='b'/></iq>", stanza.ClientScope())
	component := parse(t, "<iq type='set' id='7' from='romeo@x' to='echo@bots.x'><a xmlns='b'/></iq>", stanza.ComponentScope())
	t.Run("row 31: a client's reply goes to the sender, with its id and without from", func(t *testing.T) {
		for _, build := range []func(...Option) (*stanza.Stanza, error){Result, Error} {
			iq := must(t)(build(InReplyTo(client)))
			if iq.To() != "romeo@x/phone" || iq.ID() != "q&1" || attr(tree(t, iq), "from") != nil {
				t.Error(iq.XML())
			}
		}
	})
	t.Run("row 31: the payload is cleared unless it is asked for", func(t *testing.T) {
		if iq := must(t)(Error(InReplyTo(client))); iq.Payloads() != 0 || !iq.HasError() {
			t.Error(iq.XML())
		}
	})
	t.Run("row 31: the payload is echoed if asked for", func(t *testing.T) {
		if iq := must(t)(Error(InReplyTo(client), WithOriginal())); iq.Payload() != client.Payload() || iq.Payloads() != 1 || !iq.HasError() {
			t.Error(iq.XML())
		}
	})
	t.Run("row 32: a component's reply has from and to swapped", func(t *testing.T) {
		for _, build := range []func(...Option) (*stanza.Stanza, error){Result, Error} {
			iq := must(t)(build(InReplyTo(component)))
			if iq.To() != "romeo@x" || iq.From() != "echo@bots.x" || iq.ID() != "7" {
				t.Error(iq.XML())
			}
		}
	})
}

func TestRow57(t *testing.T) {
	for name, xml := range map[string]string{
		"a result without error": "<iq type='result' id='1' from='a@b'><query xmlns='x'/></iq>",
		"an empty result":        "<iq  type='result'\tid='1' />",
		"an error":               failed(" type='cancel'", "<gone"+nsStanzas+"/>"),
		"odd XML":                "<p:iq xmlns:p='jabber:client' type = 'get' id='&#65;'>\n<a xmlns='b' z='1' y=\"2\">x<![CDATA[<]]>&amp;\r\n</a ></p:iq >",
	} {
		t.Run("row 57: viewing leaves "+name+" as it is", func(t *testing.T) {
			iq := parse(t, xml, stanza.ClientScope())
			before := tree(t, iq)
			iq.Pretty(0)
			iq.Pretty(20)
			iq.Err()
			before.Child("jabber:client", "error")
			before.Attr("missing")
			Check(iq.XML(), iq.Scope())
			if _, err := Change(iq, To("c@d")); err != nil {
				t.Fatal(err)
			}
			if iq.XML() != xml || iq.Type() != parse(t, xml, stanza.ClientScope()).Type() {
				t.Errorf("it became %s", iq.XML())
			}
			if diff := cmp.Diff(meaningOf(before), meaningOf(tree(t, iq))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Row 59: what no rule allows is flagged, and none of it is too odd to be read.
func TestRow59(t *testing.T) {
	for _, c := range []struct{ name, text, rule string }{
		{"no type", "<iq id='1'><a xmlns='b'/></iq>", RuleTypeMissing},
		{"an invalid type", "<iq type='bogus' id='1'><a xmlns='b'/></iq>", RuleTypeUnknown},
		{"two payloads", "<iq type='get' id='1'><a xmlns='b'/><c xmlns='d'/></iq>", RulePayloadMany},
		{"an error without <error/>", "<iq type='error' id='1'/>", RuleErrorMissing},
		{"a bad from", "<iq type='get' id='1' from='a b@@c'><a xmlns='b'/></iq>", RuleFromAddress},
		{"no id", "<iq type='get'><a xmlns='b'/></iq>", RuleIDMissing},
		{"white space for an id's value", "<iq type='get' id=''><a xmlns='b'/></iq>", RuleIDEmpty},
		{"white space around a type", "<iq type=' get' id='1'><a xmlns='b'/></iq>", RuleTypeUnknown},
		{"white space around an address", "<iq type='get' id='1' to='a@b '><a xmlns='b'/></iq>", RuleToAddress},
		{"nothing but white space", "<iq type='get' id='1'> \n </iq>", RulePayloadMissing},
		{"text among white space", "<iq type='get' id='1'> \n x <a xmlns='b'/></iq>", RuleText},
	} {
		t.Run("row 59: "+c.name, func(t *testing.T) {
			if _, findings := Check(c.text, stanza.ClientScope()); find(findings, c.rule) == nil {
				t.Errorf("%s is not among %v", c.rule, findings)
			}
		})
	}
}
