package iqbuilder

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"iqscope/iqbuilder/stanza"
)

func TestChange(t *testing.T) {
	const errorXML = `<error type="cancel"><feature-not-implemented xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error>`
	ping := WithElement(stanza.Name{Space: "urn:xmpp:ping", Local: "ping"})
	request := parse(t, "<iq type='get' id='77' from='romeo@x'><a xmlns='b'/></iq>", stanza.ClientScope())
	for _, tt := range []struct {
		name, in string
		opts     []Option
		want     string
	}{
		{"nothing", "<iq  type = 'get' id='1' ><a xmlns='b'/>\n</iq >", nil, "<iq  type = 'get' id='1' ><a xmlns='b'/>\n</iq >"},
		{"payload", "<iq\n type='get' to='x' id='1'>\n  <a xmlns='b'><c/></a>\n</iq>", []Option{ping},
			"<iq\n type='get' to='x' id='1'>\n  <ping xmlns=\"urn:xmpp:ping\"/>\n</iq>"},
		{"two payloads to one", "<iq type='get' id='1'><a xmlns='b'/> <c xmlns='d'/></iq>", []Option{ping}, `<iq type='get' id='1'><ping xmlns="urn:xmpp:ping"/> </iq>`},
		{"payload where none was", "<iq type='get' id='1'></iq>", []Option{ping}, `<iq type='get' id='1'><ping xmlns="urn:xmpp:ping"/></iq>`},
		{"payload into an empty tag", "<iq type='result' id='1' />", []Option{ping}, `<iq type='result' id='1' ><ping xmlns="urn:xmpp:ping"/></iq>`},
		{"payload of a prefixed iq", "<p:iq xmlns:p='jabber:client' type='result' id='1'/>", []Option{ping},
			`<p:iq xmlns:p='jabber:client' type='result' id='1'><ping xmlns="urn:xmpp:ping"/></p:iq>`},
		{"value in its own quotes", "<iq to='x' type='get' id='1'><a xmlns='b'/></iq>", []Option{ID(`"'`)}, "<iq to='x' type='get' id='&quot;&apos;'><a xmlns='b'/></iq>"},
		{"a new attribute", "<iq type='get' id='1'><a xmlns='b'/></iq>", []Option{To("x@y"), From("z")}, `<iq type='get' id='1' to="x@y" from="z"><a xmlns='b'/></iq>`},
		{"an attribute less", "<iq\n  to='x'\n  type='get' id='1'><a xmlns='b'/></iq>", []Option{To("")}, "<iq\n  type='get' id='1'><a xmlns='b'/></iq>"},
		{"the last attribute less", "<iq type='result' id='1' from='x' />", []Option{From("")}, "<iq type='result' id='1' />"},
		{"an absent attribute less", "<iq type='result' id='1'/>", []Option{From("")}, "<iq type='result' id='1'/>"},
		{"type", "<iq type='get' id='1'><a xmlns='b'/></iq>", []Option{WithType(stanza.Set)}, "<iq type='set' id='1'><a xmlns='b'/></iq>"},
		{"a type where none was", "<iq id='1'><a xmlns='b'/></iq>", []Option{WithType(stanza.Set)}, `<iq id='1' type="set"><a xmlns='b'/></iq>`},
		{"into an error", "<iq type='get' id='1'><a xmlns='b'/></iq>", []Option{WithType(stanza.Error)}, "<iq type='error' id='1'><a xmlns='b'/>" + errorXML + "</iq>"},
		{"an error stays", "<iq type='error' id='1'><error/></iq>", []Option{WithType(stanza.Error), ping}, `<iq type='error' id='1'><error/><ping xmlns="urn:xmpp:ping"/></iq>`},
		{"an error's content", "<iq type='error' id='1'><error/> </iq>", []Option{WithError(stanza.StanzaError{})}, "<iq type='error' id='1'>" + errorXML + " </iq>"},
		{"into a reply", "<iq type='result' id='1'/>", []Option{InReplyTo(request)}, `<iq type='result' id='77' to="romeo@x"/>`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			iq := parse(t, tt.in, stanza.ClientScope())
			got := must(t)(Change(iq, tt.opts...))
			if got.XML() != tt.want {
				t.Errorf("got  %s\nwant %s", got.XML(), tt.want)
			}
			if iq.XML() != tt.in {
				t.Errorf("the original became %s", iq.XML())
			}
		})
	}
}

func TestChangeRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		opts     []Option
		rule     string
	}{
		{"what is no IQ", "<message/>", nil, RuleNotIQ},
		{"a draft that stays incomplete", "<iq type='get'><a xmlns='b'/></iq>", nil, RuleIDMissing},
		{"a payload that is none", "<iq type='get' id='1'/>", []Option{WithPayload("<a>")}, "unexpected-end"},
		{"an error left in a get", "<iq type='error' id='1'><error/></iq>", []Option{WithType(stanza.Get), WithQuery("x")}, RuleErrorUnexpected},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Change(parse(t, tt.in, stanza.ClientScope()), tt.opts...)
			var refusal *RuleError
			if !errors.As(err, &refusal) || refusal.Finding.Rule != tt.rule {
				t.Errorf("got %v, want %s", err, tt.rule)
			}
		})
	}
}

// drawRightIQ makes an IQ that breaks no rule, in any way of writing it.
func drawRightIQ(t *rapid.T) string {
	part := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	attrs := rapid.Permutation([]string{
		part("type", "type='get'", `type = "set"`, "type='result'"), part("id", "id='1'", `id="&#65;'"`),
		part("to", "to='a@b'", ""), part("from", "from='a@b/c'", ""), part("namespace", "xmlns='jabber:client'", "xml:lang='en'", ""),
	}).Draw(t, "order")
	name := part("name", "iq", "c:iq xmlns:c='jabber:client'")
	between := func() string { return part("between", "", "\n  ", "text", "<![CDATA[&]]>") }
	return "<" + name + " " + strings.Join(attrs, part("space", " ", "\n\t")) + ">" + between() +
		part("payload", "<a xmlns='b'/>", "<p:a xmlns:p='b'>x</p:a>") + between() + "</" + strings.Fields(name)[0] + ">"
}

func TestChangeGivesWhatWasAskedForAndKeepsTheRest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		iq := must(t)(Parse(drawRightIQ(t), stanza.ClientScope()))
		id := hostile.Filter(func(s string) bool { return s != "" }).Draw(t, "new id")
		changed, err := Change(iq, ID(id), To("romeo@example.net"), WithQuery("urn:new"))
		if err != nil {
			t.Fatalf("%q: %v", iq.XML(), err)
		}
		if changed.ID() != id || changed.To() != "romeo@example.net" || changed.Payloads() != 1 || changed.Payload().Space != "urn:new" {
			t.Fatalf("%q became %q", iq.XML(), changed.XML())
		}
		if changed.Type() != iq.Type() || changed.From() != iq.From() || tree(t, changed).Text() != tree(t, iq).Text() {
			t.Fatalf("%q lost something: %q", iq.XML(), changed.XML())
		}
	})
}
