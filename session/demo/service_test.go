package demo

import (
	"slices"
	"testing"
	"time"

	"iqscope/iqbuilder/stanza"
)

// juliet is who asks in these tests.
const juliet = "juliet@demo.localhost/balcony"

func TestAnswers(t *testing.T) {
	s := start(t)
	p := login(t, s, "juliet", "balcony")
	login(t, s, "romeo", "orchard")
	const (
		info    = "<query xmlns='http://jabber.org/protocol/disco#info'/>"
		items   = "<query xmlns='http://jabber.org/protocol/disco#items'/>"
		ping    = "<ping xmlns='urn:xmpp:ping'/>"
		version = "<query xmlns='jabber:iq:version'/>"
		clock   = "<time xmlns='urn:xmpp:time'/>"
		roster  = "<query xmlns='jabber:iq:roster'/>"
		odd     = "<a:odd xmlns:a='urn:example'><b>text</b></a:odd>"
	)
	for _, row := range []struct {
		name, typ, to, payload string
		from                   string   // of the answer
		err                    string   // condition/type
		parts                  []string // of the answer
	}{
		{name: "the server's features", to: Domain, payload: info, from: Domain,
			parts: []string{`category='server'`, `var='urn:xmpp:ping'`, `var='jabber:iq:version'`, `var='urn:xmpp:time'`, `var='http://jabber.org/protocol/disco#items'`}},
		{name: "the server in another spelling", to: "DEMO.localhost", payload: info, from: Domain, parts: []string{`category='server'`}},
		{name: "the server's items", to: Domain, payload: items, from: Domain, parts: []string{`jid='bots.demo.localhost'`, `jid='pubsub.demo.localhost'`}},
		{name: "a node that is not there", to: Domain, payload: "<query xmlns='http://jabber.org/protocol/disco#info' node='x'/>", from: Domain, err: "item-not-found/cancel"},
		{name: "ping", to: Domain, payload: ping, from: Domain},
		{name: "ping without an address", payload: ping},
		{name: "ping to the own account", to: "juliet@demo.localhost", payload: ping, from: "juliet@demo.localhost"},
		{name: "version", to: Domain, payload: version, from: Domain, parts: []string{"<name>iqscope demo</name>", "<version>", "<os>"}},
		{name: "time", to: Domain, payload: clock, from: Domain, parts: []string{"<tzo>", "<utc>"}},
		{name: "a session", typ: "set", payload: "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>"},
		{name: "something unknown", to: Domain, payload: odd, from: Domain, err: "service-unavailable/cancel"},
		{name: "something unknown without an address", payload: odd, err: "service-unavailable/cancel"},
		{name: "a set where only get is known", typ: "set", to: Domain, payload: ping, from: Domain, err: "service-unavailable/cancel"},
		{name: "a resource of the server", to: Domain + "/x", payload: ping, from: Domain + "/x", err: "service-unavailable/cancel"},

		{name: "the own roster", payload: roster, parts: []string{`jid='romeo@demo.localhost'`, `subscription='both'`, "<group>Friends</group>"}},
		{name: "the own roster by address", to: "Juliet@demo.localhost", payload: roster, from: "juliet@demo.localhost", parts: []string{`name='Romeo'`}},
		{name: "somebody else's roster", to: "romeo@demo.localhost", payload: roster, from: "romeo@demo.localhost", err: "service-unavailable/cancel"},
		{name: "the own account", payload: info, parts: []string{`category='account'`, `type='registered'`}},
		{name: "the own resources", payload: items, parts: []string{`jid='` + juliet + `'`}},
		{name: "a contact's account", to: "romeo@demo.localhost", payload: info, from: "romeo@demo.localhost", parts: []string{`category='account'`}},
		{name: "a contact's resources", to: "romeo@demo.localhost", payload: items, from: "romeo@demo.localhost", parts: []string{`jid='romeo@demo.localhost/orchard'`}},
		{name: "an account that is not there", to: "tybalt@demo.localhost", payload: ping, from: "tybalt@demo.localhost", err: "service-unavailable/cancel"},
		{name: "a resource that is offline", to: "romeo@demo.localhost/tomb", payload: ping, from: "romeo@demo.localhost/tomb", err: "service-unavailable/cancel"},
		{name: "a domain elsewhere", to: "example.org", payload: ping, from: "example.org", err: "remote-server-not-found/cancel"},
		{name: "a contact elsewhere", to: "nurse@example.org/x", payload: ping, from: "nurse@example.org/x", err: "remote-server-not-found/cancel"},

		{name: "the bots' host", to: BotsDomain, payload: info, from: BotsDomain, parts: []string{`category='component'`}},
		{name: "the bots", to: BotsDomain, payload: items, from: BotsDomain,
			parts: []string{`jid='echo@bots.demo.localhost'`, `jid='error-undefined-condition@bots.demo.localhost'`, `jid='delay-2@bots.demo.localhost'`}},
		{name: "last activity of the server", to: Domain, payload: "<query xmlns='jabber:iq:last'/>", from: Domain, parts: []string{`seconds='`}},
		{name: "last activity of who is here", to: "romeo@demo.localhost", payload: "<query xmlns='jabber:iq:last'/>", from: "romeo@demo.localhost", parts: []string{`seconds='0'`}},
		{name: "the own vCard", payload: "<vCard xmlns='vcard-temp'/>", parts: []string{"<FN>Juliet</FN>"}},
		{name: "a contact's vCard", to: "romeo@demo.localhost", payload: "<vCard xmlns='vcard-temp'/>", from: "romeo@demo.localhost", parts: []string{"<FN>Romeo</FN>"}},
		{name: "a bot's vCard", to: "flood-7@" + BotsDomain, payload: "<vCard xmlns='vcard-temp'/>", from: "flood-7@" + BotsDomain, parts: []string{"<DESC>answers, then sends you 7 stanzas"}},
		{name: "somebody else's vCard set", typ: "set", to: "romeo@demo.localhost", payload: "<vCard xmlns='vcard-temp'/>", from: "romeo@demo.localhost", err: "forbidden/auth"},
		{name: "somebody else's private storage", to: "romeo@demo.localhost", payload: "<query xmlns='jabber:iq:private'><a xmlns='urn:a'/></query>", from: "romeo@demo.localhost", err: "forbidden/auth"},
		{name: "private storage of nothing", payload: "<query xmlns='jabber:iq:private'/>", err: "bad-request/modify"},
		{name: "private storage that was never set", payload: "<query xmlns='jabber:iq:private'><a xmlns='urn:a'/></query>", parts: []string{"<query xmlns='jabber:iq:private'><a xmlns='urn:a'/></query>"}},
		{name: "the registration", to: Domain, payload: "<query xmlns='jabber:iq:register'/>", from: Domain, parts: []string{"<registered/>", "<username>juliet</username>", "<field var='password' type='text-private'"}},
		{name: "a registration without a password", typ: "set", payload: "<query xmlns='jabber:iq:register'><username>juliet</username></query>", err: "bad-request/modify"},
		{name: "a new password", typ: "set", payload: "<query xmlns='jabber:iq:register'><username>juliet</username><password>x</password></query>", err: "not-allowed/cancel"},
		{name: "a new password by form", typ: "set", payload: "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='submit'><field var='username'><value>juliet</value></field><field var='password'><value>x</value></field></x></query>", err: "not-allowed/cancel"},
		{name: "the end of the registration", typ: "set", payload: "<query xmlns='jabber:iq:register'><remove/></query>", err: "not-allowed/cancel"},
		{name: "carbons", typ: "set", payload: "<enable xmlns='urn:xmpp:carbons:2'/>"},
		{name: "a resource of the bots' host", to: BotsDomain + "/x", payload: ping, from: BotsDomain + "/x", err: "item-not-found/cancel"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if row.typ == "" {
				row.typ = "get"
			}
			got := p.Asks("<iq id='q 1' type='" + row.typ + "'" + attribute("to", row.to) + ">" + row.payload + "</iq>")
			if got.ID() != "q 1" || got.To() != juliet || got.From() != row.from || condition(got) != row.err || (got.Type() == stanza.Error) != (row.err != "") {
				t.Errorf("the answer is %s; want it from %q with %q", got.XML(), row.from, row.err)
			}
			contains(t, got, row.parts...)
		})
	}
}

func TestTimeIsNow(t *testing.T) {
	before := time.Now().Add(-time.Second)
	root, err := login(t, start(t), "juliet", "").Asks("<iq type='get' id='1' to='demo.localhost'><time xmlns='urn:xmpp:time'/></iq>").Tree()
	if err != nil {
		t.Fatal(err)
	}
	told, err := time.Parse(time.RFC3339, root.Child(nsTime, "time").Child(nsTime, "utc").Text())
	if err != nil || told.Before(before) || told.After(time.Now().Add(time.Second)) {
		t.Errorf("the server's clock says %v, %v", told, err)
	}
}

func TestWrongIQsGetOneError(t *testing.T) {
	p := login(t, start(t), "juliet", "balcony")
	for _, row := range []struct{ name, xml, want, from string }{
		{"no payload", "<iq type='get' id='1' to='demo.localhost'/>", "bad-request/modify", Domain},
		{"two payloads", "<iq type='get' id='1'><a xmlns='a'/><b xmlns='b'/></iq>", "bad-request/modify", ""},
		{"no id", "<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>", "bad-request/modify", ""},
		{"a type of its own", "<iq type='post' id='1'><ping xmlns='urn:xmpp:ping'/></iq>", "bad-request/modify", ""},
		{"an address that is none", "<iq type='get' id='1' to='a@@b'><ping xmlns='urn:xmpp:ping'/></iq>", "jid-malformed/modify", Domain},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := p.Asks(row.xml)
			if condition(got) != row.want || got.From() != row.from {
				t.Errorf("the answer is %s", got.XML())
			}
			p.HearsNothing()
		})
	}
}

func TestRepliesAreNeverAnswered(t *testing.T) {
	p := login(t, start(t), "juliet", "balcony")
	for _, to := range []string{"", Domain, "romeo@demo.localhost", "romeo@demo.localhost/away", "example.org", "echo@" + BotsDomain, "nobody@" + BotsDomain} {
		p.Says("<iq type='result' id='1'" + attribute("to", to) + "/>")
		p.Says("<iq type='error' id='2'" + attribute("to", to) + "><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>")
		p.Says("<message type='error'" + attribute("to", to) + "/>")
	}
	p.HearsNothing()
}

func TestEveryConditionHasAType(t *testing.T) {
	for _, condition := range stanza.Conditions() {
		if !slices.Contains(stanza.ErrorTypes(), errorType[condition]) {
			t.Errorf("%s has the type %q", condition, errorType[condition])
		}
	}
	if len(errorType) != len(stanza.Conditions()) {
		t.Errorf("%d conditions have a type, %d are defined", len(errorType), len(stanza.Conditions()))
	}
}
