package wire

import (
	"strings"
	"testing"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

const nsApp = "urn:example:app"

// own are secrets of an application, among them places in what most stanzas carry and names that
// are no words of English.
var own = NewSecrets(MoreSecrets{
	Elements: []stanza.Name{{Space: nsApp, Local: "key"}, {Space: nsApp, Local: "ключ"}, {Space: "urn:xmpp:time", Local: "tzo"}},
	Attributes: []SecretAttribute{
		{stanza.Name{Space: nsApp, Local: "login"}, "code"}, {stanza.Name{Space: nsApp, Local: "login"}, "über"},
		{stanza.Name{Space: "urn:xmpp:extdisco:2", Local: "service"}, "username"},
	},
	Fields: []string{"pin", `a "b" & <c>`},
})

func TestSecretsOfOnesOwnAreReplacedToo(t *testing.T) {
	for _, c := range []struct{ name, xml, want string }{
		{"an element's content",
			"<iq><q xmlns='urn:example:app'><key a='b'>x<y/></key><key/></q></iq>",
			"<iq><q xmlns='urn:example:app'><key a='b'>[5 bytes hidden]</key><key/></q></iq>"},
		{"with a prefix, in another alphabet",
			"<message><p:ключ xmlns:p='urn:example:app'>x</p:ключ></message>",
			"<message><p:ключ xmlns:p='urn:example:app'>[1 byte hidden]</p:ключ></message>"},
		{"in a payload that is harmless to all others",
			"<iq><time xmlns='urn:xmpp:time'><tzo>+01:00</tzo></time></iq>",
			"<iq><time xmlns='urn:xmpp:time'><tzo>[6 bytes hidden]</tzo></time></iq>"},
		{"in what is no stanza",
			"<features xmlns='http://etherx.jabber.org/streams'><key xmlns='urn:example:app'>x</key></features>",
			"<features xmlns='http://etherx.jabber.org/streams'><key xmlns='urn:example:app'>[1 byte hidden]</key></features>"},
		{"attributes, in whatever order",
			"<iq><login xmlns='urn:example:app' über=\"1\" who='me' code='22'/></iq>",
			"<iq><login xmlns='urn:example:app' über=\"[1 byte hidden]\" who='me' code='[2 bytes hidden]'/></iq>"},
		{"beside one that is built in",
			"<iq><services xmlns='urn:xmpp:extdisco:2'><service password='1' username='22'/></services></iq>",
			"<iq><services xmlns='urn:xmpp:extdisco:2'><service password='[1 byte hidden]' username='[2 bytes hidden]'/></services></iq>"},
		{"a form's field",
			"<iq><query xmlns='jabber:iq:roster'><x xmlns='jabber:x:data'><field var='pin'><value>123</value></field><field var='pins'><value>123</value></field></x></query></iq>",
			"<iq><query xmlns='jabber:iq:roster'><x xmlns='jabber:x:data'><field var='pin'><value>[3 bytes hidden]</value></field><field var='pins'><value>123</value></field></x></query></iq>"},
		{"one whose name XML writes otherwise",
			"<iq><q xmlns='a'><x xmlns='jabber:x:data'><field var='a \"b\" &amp;\n&lt;c>'><value>1</value></field></x></q></iq>",
			"<iq><q xmlns='a'><x xmlns='jabber:x:data'><field var='a \"b\" &amp;\n&lt;c>'><value>[1 byte hidden]</value></field></x></q></iq>"},
		{"what is built in",
			"<iq><query xmlns='jabber:iq:register'><password>p</password></query></iq>",
			"<iq><query xmlns='jabber:iq:register'><password>[1 byte hidden]</password></query></iq>"},
		{"an element of another namespace", "<iq><q xmlns='urn:example:other'><key>x</key><login code='22'/></q></iq>", ""},
		{"another element's attribute", "<iq><q xmlns='urn:example:app' code='22'/></iq>", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			el := element(t, c.xml)
			shown, redacted := own.Redact(el)
			if want := c.want; want == "" && (redacted || shown != el) || want != "" && (!redacted || shown.XML() != want) {
				t.Errorf("became %s\nwant   %s", shown.XML(), c.want)
			}
		})
	}
}

func TestSecretsOfOnesOwnDoNotReachOthers(t *testing.T) {
	el := element(t, "<iq><q xmlns='urn:example:app'><key>x</key></q></iq>")
	for name, s := range map[string]Secrets{"nothing added": NewSecrets(MoreSecrets{}), "zero": {}} {
		if shown, redacted := s.Redact(el); redacted {
			t.Errorf("%s hides %s", name, shown.XML())
		}
	}
	if shown, redacted := Redact(el); redacted {
		t.Errorf("the built-in list hides %s", shown.XML())
	}
}

func TestABrokenElementLeaksNoSecretOfOnesOwn(t *testing.T) {
	const secret = "c2VjcmV0"
	for name, xml := range map[string]string{
		"an element, cut off":            "<iq><q xmlns='urn:example:app'><key>" + secret,
		"with a prefix":                  "<message><p:ключ>" + secret + "</p:ключ><!--",
		"like a tag":                     "<message><p:ключ>o<" + secret + "></p:ключ><!--",
		"its end alone":                  secret + "</ключ>",
		"an attribute":                   "<iq><login code='" + secret + "'/><!--",
		"in another alphabet, cut off":   "<iq><login über='" + secret,
		"without quotes":                 "<iq><login über=" + secret + "/>",
		"a field":                        "<iq><x xmlns='jabber:x:data'><field var='pin'><value>" + secret,
		"one written otherwise":          "<iq><x xmlns='jabber:x:data'><field var='a &quot;b\" &amp;\t&lt;c>'><value>" + secret,
		"and otherwise":                  "<iq><x xmlns='jabber:x:data'><field var='a \"b&quot; &amp; &lt;c&gt;'><value>" + secret,
		"by numbers":                     "<iq><x xmlns='jabber:x:data'><field var='p&#105;n'><value>" + secret,
		"what is built in, as it was":    "<auth mechanism='PLAIN'>" + secret,
		"what is built in, behind a tag": "<iq><query><password>" + secret + "</password><!--",
	} {
		t.Run(name, func(t *testing.T) {
			el := stanza.NewBroken(xml, stanza.XMLError{Rule: xmlscan.RuleUnexpectedEnd, Offset: int64(len(xml))}, stanza.ClientScope())
			shown, redacted := own.Redact(el)
			if !redacted || strings.Contains(shown.XML(), secret) || !strings.Contains(shown.XML(), "hidden]") {
				t.Errorf("shown is %q", shown.XML())
			}
		})
	}
	harmless := stanza.NewBroken("<iq><p xmlns='urn:example:app'>x</p><!--", stanza.XMLError{Rule: xmlscan.RuleComment}, stanza.ClientScope())
	if shown, redacted := own.Redact(harmless); redacted || shown != harmless {
		t.Errorf("what holds no secret is shown as %q", shown.XML())
	}
}

func TestAConnectionHidesSecretsOfOnesOwn(t *testing.T) {
	show := func(el *stanza.Stanza) *stanza.Stanza { shown, _ := own.Redact(el); return shown }
	e, log, _ := arrives(t, Config{Show: show}, serverHeader+"<message><key xmlns='urn:example:app'>c2VjcmV0<!-- ", false)
	if e == nil || strings.Contains(strings.Join(log, ""), "c2VjcmV0") {
		t.Errorf("the log has %q", log)
	}
}

// FuzzOwnSecrets puts a secret into the places that somebody added, between other XML of any kind.
func FuzzOwnSecrets(f *testing.F) {
	f.Add("R0m30", "<other/>", "<key>a</key>")
	f.Add("a", "", "<login code='x'/>")
	f.Add("<![CDATA[x]]>", "<!-- -->", "&#65;")
	f.Add("[1 byte hidden]", "<key>y</key>", "<x xmlns='jabber:x:data'><field var='pin'><value>z</value></field></x>")
	f.Add("'>", "0", "0")
	places := []string{
		"<iq>BEFORE<q xmlns='urn:example:app'><key>SECRET</key></q>AFTER</iq>",
		"<message>BEFORE<p:ключ xmlns:p='urn:example:app'>AFTERSECRET</p:ключ></message>",
		"<iq><time xmlns='urn:xmpp:time'>BEFORE<tzo>SECRET</tzo>AFTER</time></iq>",
		"<iq><q xmlns='urn:example:app'>BEFORE<login über='x' who='y' code='SECRET'>AFTER</login></q></iq>",
		"<iq><q xmlns='urn:example:app'>BEFORE<login über='SECRET' code='SECRET'>AFTER</login></q></iq>",
		"<iq><query xmlns='jabber:iq:roster'><x xmlns='jabber:x:data'>BEFORE<field var='pin'>AFTER<value>SECRET</value></field></x></query></iq>",
		"<iq><query xmlns='jabber:iq:register'>BEFORE<password>SECRET</password>AFTER</query></iq>",
	}
	f.Fuzz(func(t *testing.T, secret, before, after string) {
		hidesIn(t, own, places, secret, before, after)
	})
}
