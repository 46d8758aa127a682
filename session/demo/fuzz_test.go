package demo

import (
	"testing"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

// FuzzReaddress holds that a stanza with another address can be read, and says
// the same as before.
func FuzzReaddress(f *testing.F) {
	for _, seed := range []string{
		"<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>",
		"<iq/>", "<message to='a' from=\"b\" type='chat'>x<body>&amp;</body>\n</message>",
		"<p:iq xmlns:p='jabber:client' p:to='a'><p:x/></p:iq>",
		"<presence xmlns='jabber:client' xml:lang='it' />",
		"<x:odd x:a='&lt;'><![CDATA[</iq>]]></x:odd>",
	} {
		f.Add(seed, "to@b/<'\">", "from")
	}
	scope := stanza.ClientScope()
	scope.Prefixes = map[string]string{"stream": stanza.NSStream, "x": "urn:x"}
	scope.Lang = "it"
	into := stanza.ClientScope()
	f.Fuzz(func(t *testing.T, xml, to, from string) {
		before, err := stanza.Parse(xml, scope)
		if err != nil {
			return
		}
		// The addresses come from parsed attributes or JIDs: XML can carry them.
		if _, err := stanza.Parse("<a>"+stanza.Escape(to)+"<b/>"+stanza.Escape(from)+"</a>", into); err != nil {
			return
		}
		text, err := readdress(before, address{to: to, from: from, typ: "result"}, into)
		if err != nil {
			t.Fatal(err)
		}
		after := xmpptest.StanzaIn(t, into, text)
		if after.To() != to || after.From() != from || after.Type() != stanza.Result || after.ID() != before.ID() ||
			after.Name() != before.Name() || after.Payload() != before.Payload() || after.Payloads() != before.Payloads() || after.Lang() != before.Lang() {
			t.Errorf("%s\nbecame %s", xml, text)
		}
	})
}

// FuzzParseSeconds holds that a bot's delay is never out of bounds.
func FuzzParseSeconds(f *testing.F) {
	for _, seed := range []string{"0", "2.5", "3600", "3600.0000001", "1e9", "-1", "٣"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if d, ok := parseSeconds(text); ok && (d < 0 || d > time.Hour) {
			t.Errorf("%q is %v", text, d)
		}
	})
}
