package wire

import (
	"context"
	"net"
	"strings"
	"testing"

	"iqscope/iqbuilder/stanza"
)

func TestSecretsAreReplacedAndAllElseStays(t *testing.T) {
	for _, c := range []struct{ name, xml, want string }{
		{"the password in SASL PLAIN",
			`<auth  xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">AGp1bGlldABSMG0zMA==</auth >`,
			`<auth  xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">[20 bytes hidden]</auth >`},
		{"a challenge",
			"<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>cj0x</challenge>",
			"<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>[4 bytes hidden]</challenge>"},
		{"a response, whatever is in it",
			"<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>Yz1<![CDATA[xx]]><a b='s'/>&#65;</response>",
			"<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>[32 bytes hidden]</response>"},
		{"a success with data",
			"<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>=</success>",
			"<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>[1 byte hidden]</success>"},
		{"a success without",
			"<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", ""},
		{"a failure",
			"<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><text>no</text></failure>", ""},
		{"a prefixed element",
			"<s:auth xmlns:s='urn:ietf:params:xml:ns:xmpp-sasl'>x</s:auth>",
			"<s:auth xmlns:s='urn:ietf:params:xml:ns:xmpp-sasl'>[1 byte hidden]</s:auth>"},
		{"a change of password",
			"<iq type='set'><query xmlns='jabber:iq:register'><username>a</username><password>b&amp;</password></query></iq>",
			"<iq type='set'><query xmlns='jabber:iq:register'><username>a</username><password>[6 bytes hidden]</password></query></iq>"},
		{"a registration's fields without values",
			"<iq type='result'><query xmlns='jabber:iq:register'><username/><password/></query></iq>", ""},
		{"a login as it was before SASL",
			"<iq><query xmlns='jabber:iq:auth'><digest>48fc</digest><resource>r</resource><password>p</password></query></iq>",
			"<iq><query xmlns='jabber:iq:auth'><digest>[4 bytes hidden]</digest><resource>r</resource><password>[1 byte hidden]</password></query></iq>"},
		{"behind another payload",
			"<iq><a/><query xmlns='jabber:iq:auth'><password>p</password></query></iq>",
			"<iq><a/><query xmlns='jabber:iq:auth'><password>[1 byte hidden]</password></query></iq>"},
		{"in a form",
			"<iq><command xmlns='http://jabber.org/protocol/commands'><x xmlns='jabber:x:data'><field var='accountjid'><value>a@b</value></field>" +
				"<field var='password'><value>s1</value></field><field type='text-private' var='pin'><value>123</value></field></x></command></iq>",
			"<iq><command xmlns='http://jabber.org/protocol/commands'><x xmlns='jabber:x:data'><field var='accountjid'><value>a@b</value></field>" +
				"<field var='password'><value>[2 bytes hidden]</value></field><field type='text-private' var='pin'><value>[3 bytes hidden]</value></field></x></command></iq>"},
		{"SASL2's first message, and what else goes with it",
			"<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>AGEAYg==</initial-response><user-agent><software>s</software></user-agent></authenticate>",
			"<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>[8 bytes hidden]</initial-response><user-agent><software>s</software></user-agent></authenticate>"},
		{"SASL2's challenge",
			"<challenge xmlns='urn:xmpp:sasl:2'>cj0x</challenge>",
			"<challenge xmlns='urn:xmpp:sasl:2'>[4 bytes hidden]</challenge>"},
		{"SASL2's response",
			"<response xmlns='urn:xmpp:sasl:2'>cj0x</response>",
			"<response xmlns='urn:xmpp:sasl:2'>[4 bytes hidden]</response>"},
		{"SASL2's success",
			"<success xmlns='urn:xmpp:sasl:2'><additional-data>dj0x</additional-data><authorization-identifier>a@b/c</authorization-identifier></success>",
			"<success xmlns='urn:xmpp:sasl:2'><additional-data>[4 bytes hidden]</additional-data><authorization-identifier>a@b/c</authorization-identifier></success>"},
		{"SASL2's success without",
			"<success xmlns='urn:xmpp:sasl:2'><authorization-identifier>a@b/c</authorization-identifier></success>", ""},
		{"a second factor",
			"<next xmlns='urn:xmpp:sasl:2' task='TOTP'><totp xmlns='a:b'>123456</totp></next>",
			"<next xmlns='urn:xmpp:sasl:2' task='TOTP'>[31 bytes hidden]</next>"},
		{"a token for the next login",
			"<success xmlns='urn:xmpp:sasl:2'><token  xmlns = 'urn:xmpp:fast:0' expiry='2030-01-01' token\t=\n\"s'ecret>\" x='token=y'/></success>",
			"<success xmlns='urn:xmpp:sasl:2'><token  xmlns = 'urn:xmpp:fast:0' expiry='2030-01-01' token\t=\n\"[8 bytes hidden]\" x='token=y'/></success>"},
		{"a token of something else",
			"<success xmlns='urn:xmpp:sasl:2'><token xmlns='a:b' token='x'/></success>", ""},
		{"a room's secret in its configuration",
			"<iq type='result'><query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data'><field type='text-private' var='muc#roomconfig_roomsecret'><value>cauldron</value></field>" +
				"<field type='boolean' var='muc#roomconfig_passwordprotectedroom'><value>1</value></field></x></query></iq>",
			"<iq type='result'><query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data'><field type='text-private' var='muc#roomconfig_roomsecret'><value>[8 bytes hidden]</value></field>" +
				"<field type='boolean' var='muc#roomconfig_passwordprotectedroom'><value>1</value></field></x></query></iq>"},
		{"and as it is submitted, without a type",
			"<iq type='set'><x xmlns='jabber:x:data'><field var='muc#roomconfig_roomsecret'><value>cauldron</value></field></x></iq>",
			"<iq type='set'><x xmlns='jabber:x:data'><field var='muc#roomconfig_roomsecret'><value>[8 bytes hidden]</value></field></x></iq>"},
		{"a form in a message, with its namespace and type written otherwise",
			"<message><x xmlns='jabber:x:dat&#97;'><field type='text&#45;private' var='pin'><value>1</value><value>22</value></field></x></message>",
			"<message><x xmlns='jabber:x:dat&#97;'><field type='text&#45;private' var='pin'><value>[1 byte hidden]</value><value>[2 bytes hidden]</value></field></x></message>"},
		{"entering a room",
			"<presence to='r@c/n'><x xmlns='http://jabber.org/protocol/muc'><password>cauldron</password></x></presence>",
			"<presence to='r@c/n'><x xmlns='http://jabber.org/protocol/muc'><password>[8 bytes hidden]</password></x></presence>"},
		{"an invitation through a room",
			"<message><x xmlns='http://jabber.org/protocol/muc#user'><invite from='a@b'/><password>cauldron</password></x></message>",
			"<message><x xmlns='http://jabber.org/protocol/muc#user'><invite from='a@b'/><password>[8 bytes hidden]</password></x></message>"},
		{"the way to a room's successor",
			"<iq type='set'><query xmlns='http://jabber.org/protocol/muc#owner'><destroy jid='n@c'><password>cauldron</password></destroy></query></iq>",
			"<iq type='set'><query xmlns='http://jabber.org/protocol/muc#owner'><destroy jid='n@c'><password>[8 bytes hidden]</password></destroy></query></iq>"},
		{"a direct invitation",
			`<message><x xmlns='jabber:x:conference' jid='r@c' password="caul'dron" reason='password=x'/></message>`,
			`<message><x xmlns='jabber:x:conference' jid='r@c' password="[9 bytes hidden]" reason='password=x'/></message>`},
		{"bookmarks in private storage",
			"<iq type='result'><query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'><conference jid='r@c'><nick>n</nick><password>cauldron</password></conference></storage></query></iq>",
			"<iq type='result'><query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'><conference jid='r@c'><nick>n</nick><password>[8 bytes hidden]</password></conference></storage></query></iq>"},
		{"a bookmark that a service tells of",
			"<message><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:bookmarks:1'><item id='r@c'><conference xmlns='urn:xmpp:bookmarks:1'><password>cauldron</password></conference></item></items></event></message>",
			"<message><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:bookmarks:1'><item id='r@c'><conference xmlns='urn:xmpp:bookmarks:1'><password>[8 bytes hidden]</password></conference></item></items></event></message>"},
		{"the credentials of a relay",
			"<iq type='result'><services xmlns='urn:xmpp:extdisco:2'><service host='turn.x' type='turn' username='1700000000' password='c2VjcmV0'/><service host='stun.x' type='stun'/></services></iq>",
			"<iq type='result'><services xmlns='urn:xmpp:extdisco:2'><service host='turn.x' type='turn' username='1700000000' password='[8 bytes hidden]'/><service host='stun.x' type='stun'/></services></iq>"},
		{"what lets one upload",
			"<iq type='result'><slot xmlns='urn:xmpp:http:upload:0'><put url='https://u/f'><header name='authorization'>Basic QQ==</header><header name='Cookie'>a=b</header><header name='Expires'>0</header></put><get url='https://u/f'/></slot></iq>",
			"<iq type='result'><slot xmlns='urn:xmpp:http:upload:0'><put url='https://u/f'><header name='authorization'>[10 bytes hidden]</header><header name='Cookie'>[3 bytes hidden]</header><header name='Expires'>0</header></put><get url='https://u/f'/></slot></iq>"},
		{"what lets a server push",
			"<iq type='set'><enable xmlns='urn:xmpp:push:0' jid='p' node='n'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/pubsub#publish-options</value></field><field var='secret'><value>eruio234vzxc2kla-91</value></field></x></enable></iq>",
			"<iq type='set'><enable xmlns='urn:xmpp:push:0' jid='p' node='n'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/pubsub#publish-options</value></field><field var='secret'><value>[19 bytes hidden]</value></field></x></enable></iq>"},
		{"what lets one register, or subscribe",
			"<iq type='set'><preauth xmlns='urn:xmpp:pars:0' token='1tMFqYDdKhfe2pwp'/></iq>",
			"<iq type='set'><preauth xmlns='urn:xmpp:pars:0' token='[16 bytes hidden]'/></iq>"},
		{"a registration as a form",
			"<iq type='set'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data'><field var='username'><value>a</value></field><field var='Password'><value>s1</value></field></x></query></iq>",
			"<iq type='set'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data'><field var='username'><value>a</value></field><field var='Password'><value>[2 bytes hidden]</value></field></x></query></iq>"},
		{"a form in a vCard",
			"<iq type='set'><vCard xmlns='vcard-temp'><FN>J</FN><x xmlns='jabber:x:data'><field type='text-private' var='a'><value>s1</value></field></x></vCard></iq>",
			"<iq type='set'><vCard xmlns='vcard-temp'><FN>J</FN><x xmlns='jabber:x:data'><field type='text-private' var='a'><value>[2 bytes hidden]</value></field></x></vCard></iq>"},
		{"a user's password as an admin sets it, twice",
			"<iq type='set'><command xmlns='http://jabber.org/protocol/commands'><x xmlns='jabber:x:data'><field var='password'><value>s1</value></field><field var='password-verify'><value>s1</value></field></x></command></iq>",
			"<iq type='set'><command xmlns='http://jabber.org/protocol/commands'><x xmlns='jabber:x:data'><field var='password'><value>[2 bytes hidden]</value></field><field var='password-verify'><value>[2 bytes hidden]</value></field></x></command></iq>"},
		{"an invitation to register",
			"<iq type='result'><command xmlns='http://jabber.org/protocol/commands'><x xmlns='jabber:x:data'><item><field var='uri'><value>xmpp:h?register;preauth&#61;s1</value></field><field var='landing-url'><value>https://h/s1</value></field><field var='expire'><value>2030</value></field></item></x></command></iq>",
			"<iq type='result'><command xmlns='http://jabber.org/protocol/commands'><x xmlns='jabber:x:data'><item><field var='uri'><value>[30 bytes hidden]</value></field><field var='landing-url'><value>[12 bytes hidden]</value></field><field var='expire'><value>2030</value></field></item></x></command></iq>"},
		{"an address that invites nobody",
			"<message><x xmlns='jabber:x:data'><field var='uri'><value>xmpp:h?join</value></field></x></message>", ""},
		{"the keys of a call",
			"<iq type='set'><jingle xmlns='urn:xmpp:jingle:1'><content><description xmlns='urn:xmpp:jingle:apps:rtp:1'><encryption><crypto tag='1' key-params='inline:Kg=='/></encryption></description><transport xmlns='urn:xmpp:jingle:transports:ice-udp:1' ufrag='8hhy' pwd='asd88'/></content></jingle></iq>",
			"<iq type='set'><jingle xmlns='urn:xmpp:jingle:1'><content><description xmlns='urn:xmpp:jingle:apps:rtp:1'><encryption><crypto tag='1' key-params='[11 bytes hidden]'/></encryption></description><transport xmlns='urn:xmpp:jingle:transports:ice-udp:1' ufrag='8hhy' pwd='[5 bytes hidden]'/></content></jingle></iq>"},
		{"the key of a file",
			"<message><encrypted xmlns='urn:xmpp:esfs:0'><key>SuRJ</key><iv>T8Rm</iv></encrypted></message>",
			"<message><encrypted xmlns='urn:xmpp:esfs:0'><key>[4 bytes hidden]</key><iv>T8Rm</iv></encrypted></message>"},
		{"a backup of a private key",
			"<iq type='set'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='urn:xmpp:openpgp:0:secret-key'><item><secretkey xmlns='urn:xmpp:openpgp:0'>QUJD</secretkey></item></publish></pubsub></iq>",
			"<iq type='set'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='urn:xmpp:openpgp:0:secret-key'><item><secretkey xmlns='urn:xmpp:openpgp:0'>[4 bytes hidden]</secretkey></item></publish></pubsub></iq>"},
		{"what was granted by OAuth",
			"<iq><pubsub xmlns='p'><oauth xmlns='urn:xmpp:oauth:0'><oauth_consumer_key>c</oauth_consumer_key><oauth_token>tt</oauth_token><oauth_signature>sss</oauth_signature></oauth></pubsub></iq>",
			"<iq><pubsub xmlns='p'><oauth xmlns='urn:xmpp:oauth:0'><oauth_consumer_key>c</oauth_consumer_key><oauth_token>[2 bytes hidden]</oauth_token><oauth_signature>[3 bytes hidden]</oauth_signature></oauth></pubsub></iq>"},
		{"HTTP over XMPP",
			"<iq><req xmlns='urn:xmpp:http'><headers xmlns='http://jabber.org/protocol/shim'><header name='Proxy-Authorization'>B</header><header name='Set-Cookie'>a=b</header><header name='Host'>h</header></headers></req></iq>",
			"<iq><req xmlns='urn:xmpp:http'><headers xmlns='http://jabber.org/protocol/shim'><header name='Proxy-Authorization'>[1 byte hidden]</header><header name='Set-Cookie'>[3 bytes hidden]</header><header name='Host'>h</header></headers></req></iq>"},
		{"in an error that carries nothing else",
			"<iq type='error'><error type='cancel'><query xmlns='jabber:iq:register'><password>p</password></query></error></iq>",
			"<iq type='error'><error type='cancel'><query xmlns='jabber:iq:register'><password>[1 byte hidden]</password></query></error></iq>"},
		{"behind a payload that has no place for one",
			"<iq><ping xmlns='urn:xmpp:ping'/><query xmlns='jabber:iq:register'><password>p</password></query></iq>",
			"<iq><ping xmlns='urn:xmpp:ping'/><query xmlns='jabber:iq:register'><password>[1 byte hidden]</password></query></iq>"},
		{"a password that is typed into a body", "<message><body>password field token header digest</body></message>", ""},
		{"a password in another namespace",
			"<iq><query xmlns='a:b'><password>p</password></query></iq>", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			el := element(t, c.xml)
			shown, redacted := Redact(el)
			if c.want == "" {
				if redacted || shown != el {
					t.Errorf("became %s", shown.XML())
				}
				return
			}
			if !redacted || shown.XML() != c.want {
				t.Errorf("became %s\nwant   %s", shown.XML(), c.want)
			}
			if shown.Name() != el.Name() || shown.Kind() != el.Kind() {
				t.Errorf("became another element: %v", shown.Name())
			}
		})
	}
}

func TestAComponentsHandshakeIsReplaced(t *testing.T) {
	el, err := stanza.Parse("<handshake>aaee83</handshake>", stanza.ComponentScope())
	if err != nil {
		t.Fatal(err)
	}
	if shown, redacted := Redact(el); !redacted || shown.XML() != "<handshake>[6 bytes hidden]</handshake>" {
		t.Errorf("became %s", shown.XML())
	}
}

func TestWhatGrowsOverTheLimitByRedactingIsHiddenWhole(t *testing.T) {
	el := element(t, "<iq><query xmlns='jabber:iq:register'>"+strings.Repeat("<password>s</password>", 45_000)+"</query></iq>")
	shown, redacted := Redact(el)
	if !redacted || strings.Contains(shown.XML(), ">s<") {
		t.Errorf("became %.200s", shown.XML())
	}
}

func TestTheTapNeverGetsASecretAndTheWireGetsItWhole(t *testing.T) {
	const auth = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>Y2FuYXJ5</auth>"
	ours, theirs := net.Pipe()
	var events []Event
	c := New(ours, Config{Log: func(e Event) { events = append(events, e) }})
	defer c.CloseNow()
	got := swallow(theirs)
	says(t, theirs, serverHeader+strings.Replace(auth, "auth", "success", 2), false)
	if _, err := c.Send(context.Background(), element(t, auth)); err != nil {
		t.Fatal(err)
	}
	read(t, c)
	if el := read(t, c); !strings.Contains(el.XML(), "Y2FuYXJ5") {
		t.Errorf("the reader got %s", el.XML())
	}
	c.CloseNow()
	if all := got(); all != auth {
		t.Errorf("written: %q", all)
	}
	hidden := 0
	for _, e := range events {
		if strings.Contains(e.Shown.XML(), "Y2FuYXJ5") {
			t.Errorf("the tap got %s", e.Shown.XML())
		}
		if e.Redacted() {
			hidden++
		}
	}
	if hidden != 2 {
		t.Errorf("%d of the events say that they are redacted, want 2", hidden)
	}
}

// FuzzRedact puts a secret into each place that holds one, between other XML of
// any kind: it never comes out, and what stands around it stays.
func FuzzRedact(f *testing.F) {
	f.Add("R0m30", "<other/>", "<username>a</username>")
	f.Add("a", "", "<password/>")
	f.Add("<![CDATA[x]]>", "<!-- -->", "&#65;")
	f.Add("[1 byte hidden]", "<password>y</password>", "<x xmlns='jabber:x:data'><field var='password'><value>z</value></field></x>")
	places := []string{
		"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>SECRET</auth>",
		"<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>BEFORE SECRET AFTER</response>",
		"<iq><query xmlns='jabber:iq:register'>BEFORE<password>SECRET</password>AFTER</query></iq>",
		"<success xmlns='urn:xmpp:sasl:2'>BEFORE<additional-data>SECRET</additional-data>AFTER</success>",
		"<success xmlns='urn:xmpp:sasl:2'>BEFORE<token xmlns='urn:xmpp:fast:0' token='SECRET'>AFTER</token></success>",
		"<iq>BEFORE<query xmlns='jabber:iq:auth'><digest>SECRET</digest></query>AFTER</iq>",
		"<presence><x xmlns='http://jabber.org/protocol/muc'>BEFORE<password>SECRET</password>AFTER</x></presence>",
		"<message>BEFORE<x xmlns='jabber:x:conference' jid='r@c' password='SECRET'>AFTER</x></message>",
		"<iq><slot xmlns='urn:xmpp:http:upload:0'><put>BEFORE<header name='Authorization'>SECRET</header>AFTER</put></slot></iq>",
		"<message><x xmlns='jabber:x:data'>BEFORE<field var='secret'>AFTER<value>SECRET</value></field></x></message>",
		"<iq><command xmlns='http://jabber.org/protocol/commands'>BEFORE<x xmlns='jabber:x:data'><field type='text-private'>AFTER<value>SECRET</value></field></x></command></iq>",
	}
	f.Fuzz(func(t *testing.T, secret, before, after string) {
		hidesIn(t, Secrets{}, places, secret, before, after)
	})
}

// hidesIn puts a secret into places, and other XML before and behind it.
func hidesIn(t *testing.T, secrets Secrets, places []string, secret, before, after string) {
	canary := "canary" + secret + "7Lq"
	for _, place := range places {
		fill := strings.NewReplacer("BEFORE", before, "AFTER", after, "SECRET", canary)
		el, err := stanza.Parse(fill.Replace(place), stanza.ClientScope())
		if err != nil || strings.Contains(before+after, "canary") {
			continue
		}
		shown, redacted := secrets.Redact(el)
		if strings.Contains(shown.XML(), "canary") {
			// A secret that closes its own element, or its own attribute, is none any more.
			closes := strings.Contains(secret, "<") || strings.Contains(secret, "'") && strings.Contains(place, "'SECRET'")
			if !closes && !strings.Contains(before, "<") && !strings.Contains(after, "<") {
				t.Fatalf("%s\nis shown as %s", el.XML(), shown.XML())
			}
			continue
		}
		if !redacted {
			t.Fatalf("%s\nlost its secret without a word: %s", el.XML(), shown.XML())
		}
		if again, err := stanza.Parse(shown.XML(), shown.Scope()); err != nil || again.Name() != shown.Name() {
			t.Fatalf("%s\nis shown as %s, which is %v", el.XML(), shown.XML(), err)
		}
	}
}
