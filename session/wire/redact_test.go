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
		"<iq><command xmlns='http://jabber.org/protocol/commands'>BEFORE<x xmlns='jabber:x:data'><field type='text-private'>AFTER<value>SECRET</value></field></x></command></iq>",
	}
	f.Fuzz(func(t *testing.T, secret, before, after string) {
		canary := "canary" + secret + "7Lq"
		for _, place := range places {
			fill := strings.NewReplacer("BEFORE", before, "AFTER", after, "SECRET", canary)
			el, err := stanza.Parse(fill.Replace(place), stanza.ClientScope())
			if err != nil || strings.Contains(before+after, "canary") {
				continue
			}
			shown, redacted := Redact(el)
			if strings.Contains(shown.XML(), "canary") {
				// A secret that closes its own element is none any more.
				if !strings.Contains(secret, "<") && !strings.Contains(before, "<") && !strings.Contains(after, "<") {
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
	})
}
