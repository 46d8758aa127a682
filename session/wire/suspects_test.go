package wire

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"iqscope/iqbuilder/stanza"
)

// drawSecretive draws an element that is made of the names, namespaces and values of secrets, in all ways
// of writing them that XML has.
func drawSecretive(t *rapid.T, b *strings.Builder, depth int) {
	pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	space := pick("namespace", "urn:ietf:params:xml:ns:xmpp-sasl", "jabber:iq:register", "jabber:iq:auth", nsSASL2, nsFAST, nsMUC, "jabber:x:data",
		"jabber:x:conference", "urn:xmpp:extdisco:2", nsUpload, "jabber:iq:roster", "urn:xmpp:ping", nsApp, "urn:xmpp:time", "jabber:client", "urn:other")
	name := pick("name", "password", "Password", "passwords", "token", "digest", "field", "value", "x", "header", "service", "response", "key", "ключ", "tzo", "login", "query", "ping", "error", "a")
	prefix := pick("prefix", "", "", "p:", "password:", "p_1-é:")
	b.WriteString("<" + prefix + name + pick("gap", " ", "\n", "\t ") + "xmlns")
	if prefix != "" {
		b.WriteString(":" + strings.TrimSuffix(prefix, ":"))
	}
	b.WriteString(pick("equals", "=", " = ") + "'" + pick("spelling", space, space, strings.Replace(space, "a", "&#97;", 1)) + "'")
	for _, attr := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"var", "type", "name", "token", "password", "code"}), 0, 3, rapid.ID).Draw(t, "attributes") {
		b.WriteString(" " + attr + `="` + pick("value", "pin", "text-private", "text&#45;private", "password", "Authorization", "x", "") + `"`)
	}
	if rapid.IntRange(0, 4).Draw(t, "empty") == 0 {
		b.WriteString(pick("end", "/>", " />"))
		return
	}
	b.WriteString(pick("end", ">", " >"))
	for range rapid.IntRange(0, 3).Draw(t, "in it") {
		if depth > 0 && rapid.IntRange(0, 2).Draw(t, "element") > 0 {
			drawSecretive(t, b, depth-1)
		} else {
			b.WriteString(pick("text", "secret", "<![CDATA[<password>]]>", "&#65;", "xmpp:h?register;preauth&#61;s1", "password", " "))
		}
	}
	b.WriteString("</" + prefix + name + ">")
}

// Whether there may be a secret is found by a look at the bytes, and what the slow way finds is never
// missed: a walk through the tree.
func TestALookAtTheBytesMissesNoSecret(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		kind := rapid.SampledFrom([]string{"iq", "message", "presence"}).Draw(t, "kind")
		b.WriteString("<" + kind + ">")
		for range rapid.IntRange(0, 3).Draw(t, "children") {
			drawSecretive(t, &b, 3)
		}
		b.WriteString(rapid.SampledFrom([]string{"", "<error><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>x</text><q xmlns='jabber:iq:register'><password>x</password></q></error>"}).Draw(t, "error"))
		b.WriteString("</" + kind + ">")
		el, err := stanza.Parse(b.String(), stanza.ClientScope())
		if err != nil {
			t.Fatal(err)
		}
		for name, s := range map[string]Secrets{"built in": {}, "of one's own": own} {
			tree, err := el.Tree()
			if err != nil {
				t.Fatal(err)
			}
			var slow []span
			s.collect(el.XML(), tree, &slow)
			shown, redacted := s.Redact(el)
			trusted := name == "built in" && kind == "iq" && el.Payloads() == 1 && !el.HasError() && harmless[el.Payload().Space]
			if want := hide(el.XML(), slow); !trusted && (redacted != (len(slow) > 0) || shown.XML() != want) {
				t.Fatalf("%s: %s\nis shown as %s\nwant        %s", name, el.XML(), shown.XML(), want)
			}
			if !redacted && shown != el {
				t.Fatal("without a secret it is another element")
			}
		}
	})
}

func TestWhatHoldsNoSecretIsNotParsed(t *testing.T) {
	for _, xml := range []string{
		"<iq type='result'/>", pingText, "<iq type='get'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>",
		"<iq type='result'><query xmlns='http://jabber.org/protocol/disco#info'><identity category='server'/><feature var='password'/></query></iq>",
		"<message><body>my password, a token and the key in a header field</body></message>",
		"<iq type='error'><ping xmlns='urn:xmpp:ping'/><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
	} {
		el := element(t, xml)
		for name, s := range map[string]Secrets{"built in": {}, "of one's own": own} {
			if n := testing.AllocsPerRun(10, func() { s.Redact(el) }); n > 0 {
				t.Errorf("%s: %s costs %v allocations", name, xml, n)
			}
		}
	}
}

func TestSuspectsAreFoundByTheirWholeNameAlone(t *testing.T) {
	long := strings.Repeat("n", 70)
	s := newSuspects(map[string]bool{"key": true, "ключ": true, long: true, "": true})
	for xml, want := range map[string]bool{
		"<key/>": true, "<a><key>": true, "<p:key x=''>": true, "<key\n>": true, "<key\t": true, "<key\r": true, "<é:ключ>": true, "<" + long + ">": true,
		"<keys/>": false, "<a key=''/>": false, "<key:a/>": false, "key": false, "<akey>": false, "< key>": false, "<KEY/>": false, "<" + long + "n>": false,
		"": false, "<": false, "</": false, "<>": false, "<:>": false, "<a></a>": false, "<a/><key/>": true, "<a><![CDATA[<key>]]></a>": false, "<a><![CDATA[x]]><key/></a>": true, "<a><![CDATA[ <key>]]></a>": true,
	} {
		if got := s.in(xml); got != want {
			t.Errorf("in %.40q: %v", xml, got)
		}
	}
	for name := range builtinNames() {
		if !builtinSuspects.in(fmt.Sprintf("<iq><p:%s ", name)) {
			t.Errorf("%s is not found", name)
		}
	}
}
