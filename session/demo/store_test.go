package demo

import (
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

func TestPrivateStorageKeepsWhatItIsGiven(t *testing.T) {
	s := start(t)
	p := login(t, s, "juliet", "balcony")
	const odd = "<p:a x='1'>t&amp;<![CDATA[<]]><b xmlns='urn:b'/></p:a>"
	p.result("<iq xmlns:p='urn:p' type='set' id='1'><query xmlns='jabber:iq:private'>" + odd + "<other xmlns='urn:o'/></query></iq>")
	got := login(t, s, "juliet", "").result(get("", "<query xmlns='jabber:iq:private'><a xmlns='urn:p'/></query>"))
	contains(t, got, `<p:a xmlns:p="urn:p" x='1'>t&amp;<![CDATA[<]]><b xmlns='urn:b'/></p:a>`)
	contains(t, login(t, s, "romeo", "").result(get("", "<query xmlns='jabber:iq:private'><a xmlns='urn:p'/></query>")), `<a xmlns='urn:p'/>`)
}

func TestPrivateStorageIsBounded(t *testing.T) {
	p := login(t, start(t), "juliet", "balcony")
	for i := range maxPrivate {
		p.result(set("", "<query xmlns='jabber:iq:private'><a xmlns='urn:"+strconv.Itoa(i)+"'/></query>"))
	}
	p.refused("resource-constraint/wait", set("", "<query xmlns='jabber:iq:private'><a xmlns='urn:more'/></query>"))
	p.result(set("", "<query xmlns='jabber:iq:private'><a xmlns='urn:0'>changed</a></query>"))
	big := strings.Repeat("x", 200<<10)
	for i := range maxPrivateBytes / len(big) {
		p.result(set("", "<query xmlns='jabber:iq:private'><a xmlns='urn:"+strconv.Itoa(i)+"'>"+big+"</a></query>"))
	}
	p.refused("resource-constraint/wait", set("", "<query xmlns='jabber:iq:private'><a xmlns='urn:60'>"+big+"</a></query>"))
}

func TestVCardIsKept(t *testing.T) {
	s := start(t)
	j := login(t, s, "juliet", "balcony")
	j.result(set("", "<vCard xmlns='vcard-temp'><FN>Juliet &lt;Capulet&gt;</FN></vCard>"))
	contains(t, login(t, s, "romeo", "").result(get("juliet@demo.localhost", "<vCard xmlns='vcard-temp'/>")), "<FN>Juliet &lt;Capulet&gt;</FN>")
}

func TestLastActivityOfWhoIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := unconnected(t)
		j, r := s.enters(t, juliet), s.enters(t, "romeo@demo.localhost/orchard")
		away := func(want string) {
			t.Helper()
			j.says(t, get("romeo@demo.localhost", "<query xmlns='jabber:iq:last'/>"))
			got := j.told()
			if len(got) != 1 {
				t.Fatalf("the answers are %v", got)
			}
			contains(t, got[0], "seconds='"+want+"'")
		}
		time.Sleep(time.Minute)
		away("0")
		r.depart()
		time.Sleep(903*time.Second - 1)
		away("902")
		time.Sleep(time.Nanosecond)
		away("903")
	})
}

func TestRosterIsChangedAndPushed(t *testing.T) {
	s := start(t)
	j := login(t, s, "juliet", "balcony")
	interested := login(t, s, "juliet", "garden")
	other := login(t, s, "juliet", "crypt") // has not asked for the roster
	romeo := login(t, s, "romeo", "orchard")
	for _, p := range []*peer{j, interested, romeo} {
		p.result(get("", rosterXML("")))
	}
	pushed := func(want string) {
		t.Helper()
		for _, p := range []*peer{j, interested} {
			got := p.Hears()
			if got.Type() != stanza.Set || got.From() != "" || got.To() != p.stream.Bound.String() || got.ID() == "" {
				t.Errorf("the push is %s", got.XML())
			}
			contains(t, got, want)
			p.Says("<iq type='result' id='" + got.ID() + "'/>")
		}
		other.HearsNothing()
		romeo.HearsNothing()
	}
	j.result(set("", rosterXML("<item jid='Paris@example.org/x' name='Count &lt;Paris&gt;' subscription='both'><group>A</group><group>B</group></item>")))
	pushed("<item jid='paris@example.org' name='Count &lt;Paris&gt;' subscription='none'><group>A</group><group>B</group></item>")
	j.result(set("", rosterXML("<item jid='romeo@demo.localhost' name='My Romeo'/>")))
	pushed("<item jid='romeo@demo.localhost' name='My Romeo' subscription='both'></item>")
	contains(t, other.result(get("", rosterXML(""))), "jid='paris@example.org'", "My Romeo")
	j.result(set("", rosterXML("<item jid='paris@example.org' subscription='remove'/>")))
	for _, p := range []*peer{j, interested, other} {
		contains(t, p.Hears(), "<item jid='paris@example.org' subscription='remove'></item>")
	}
	if all := texts(t, j.result(get("", rosterXML(""))), "item"); len(all) != 3 {
		t.Errorf("%d contacts are left", len(all))
	}
}

func TestWrongChangesOfTheRoster(t *testing.T) {
	p := login(t, start(t), "juliet", "balcony")
	long := strings.Repeat("x", maxNameBytes+1)
	groups := ""
	for i := range maxGroups + 1 {
		groups += "<group>" + strconv.Itoa(i) + "</group>"
	}
	for items, want := range map[string]string{
		"": "bad-request/modify",
		"<item jid='a@example.org'/><item jid='b@example.org'/>": "bad-request/modify",
		"<item/>":                             "bad-request/modify",
		"<item jid='a@@b'/>":                  "bad-request/modify",
		"<odd xmlns='urn:x'/>":                "bad-request/modify",
		"<item jid='juliet@demo.localhost'/>": "not-allowed/cancel",
		"<item jid='a@example.org' name='" + long + "'/>":                   "not-acceptable/modify",
		"<item jid='a@example.org'><group>" + long + "</group></item>":      "not-acceptable/modify",
		"<item jid='a@example.org'><group/></item>":                         "not-acceptable/modify",
		"<item jid='a@example.org'>" + groups + "</item>":                   "not-acceptable/modify",
		"<item jid='a@example.org'><group>a</group><group>a</group></item>": "bad-request/modify",
		"<item jid='nobody@example.org' subscription='remove'/>":            "item-not-found/cancel",
	} {
		p.refused(want, set("", rosterXML(items)))
	}
}

func TestRosterIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	r := newRosters()
	has := len(r.of("juliet"))
	for i := range maxContacts - has {
		if _, err := r.set("juliet", contact{jid: strconv.Itoa(i) + "@example.org"}); err != nil {
			t.Fatalf("contact %d: %v", i, err)
		}
	}
	if _, err := r.set("juliet", contact{jid: "more@example.org"}); err == nil || err.Condition != "resource-constraint" {
		t.Errorf("one more: %v", err)
	}
	big := contact{groups: []string{strings.Repeat("x", maxNameBytes)}}
	for i := range maxListBytes / maxNameBytes {
		big.jid = strconv.Itoa(i) + "@example.org"
		if _, err := r.set("juliet", big); err != nil {
			return
		}
	}
	t.Error("the roster grows without end")
}

func TestBlocking(t *testing.T) {
	s := start(t)
	j := available(t, s, "juliet", "balcony")
	r := available(t, s, "romeo", "orchard")
	j.Hears() // romeo's presence
	const nobody = "<block xmlns='urn:xmpp:blocking'/>"
	list := func(name string, jids ...string) string {
		items := ""
		for _, jid := range jids {
			items += "<item jid='" + jid + "'/>"
		}
		return "<" + name + " xmlns='urn:xmpp:blocking'>" + items + "</" + name + ">"
	}
	j.result(get("", list("blocklist")))
	j.result(set("", list("block", "romeo@demo.localhost", "echo@bots.demo.localhost")))
	if push := j.Hears(); push.Type() != stanza.Set || push.From() != "" {
		t.Errorf("the push is %s", push.XML())
	} else {
		contains(t, push, list("block", "romeo@demo.localhost", "echo@bots.demo.localhost"))
	}
	contains(t, j.result(get("", list("blocklist"))), list("blocklist", "romeo@demo.localhost", "echo@bots.demo.localhost"))

	const toJuliet, toRomeo = "juliet@demo.localhost/balcony", "romeo@demo.localhost/orchard"
	r.refused("service-unavailable/cancel", get(toJuliet, "<ping xmlns='urn:xmpp:ping'/>"))
	r.refused("service-unavailable/cancel", get("juliet@demo.localhost", "<vCard xmlns='vcard-temp'/>"))
	r.refused("service-unavailable/cancel", "<message id='m' to='"+toJuliet+"'><body>hello</body></message>")
	r.Says("<presence to='" + toJuliet + "'/>")
	r.Says("<presence><show>away</show></presence>")
	r.Hears() // its own
	r.HearsNothing()
	j.refused("not-acceptable/cancel/blocked", get("echo@bots.demo.localhost", "<odd xmlns='urn:example'/>"))
	j.refused("not-acceptable/cancel/blocked", get(toRomeo, "<ping xmlns='urn:xmpp:ping'/>"))
	j.refused("not-acceptable/cancel/blocked", "<message id='m' to='"+toRomeo+"'><body>hello</body></message>")
	j.HearsNothing()

	j.refused("bad-request/modify", set("", nobody))
	j.refused("bad-request/modify", set("", list("block", "a@@b")))
	j.refused("bad-request/modify", get("", list("block", "a@b")))
	j.result(set("", list("unblock", "echo@bots.demo.localhost")))
	contains(t, j.Hears(), list("unblock", "echo@bots.demo.localhost"))
	j.result(get("echo@bots.demo.localhost", "<odd xmlns='urn:example'/>"))
	j.result(set("", list("unblock")))
	contains(t, j.Hears(), list("unblock"))
	contains(t, j.result(get("", list("blocklist"))), list("blocklist"))
	r.Says(get(toJuliet, "<ping xmlns='urn:xmpp:ping'/>"))
	if got := j.Hears(); got.From() != toRomeo {
		t.Errorf("juliet gets %s", got.XML())
	}
}

func TestWhatABlockMeans(t *testing.T) {
	for _, row := range []struct {
		blocked, jid string
		want         bool
	}{
		{"a@b/c", "a@b/c", true}, {"a@b/c", "a@b/d", false}, {"a@b/c", "a@b", false},
		{"a@b", "a@b/c", true}, {"a@b", "x@b", false},
		{"b", "a@b/c", true}, {"b", "b", true}, {"b", "c.b", false},
		{"b/c", "a@b/c", true}, {"b/c", "a@b/d", false},
	} {
		l := newBlocklists()
		l.add("juliet", []stanza.JID{xmpptest.JID(t, row.blocked)})
		if got := l.blocks("juliet", xmpptest.JID(t, row.jid)); got != row.want {
			t.Errorf("%s blocks %s: %v", row.blocked, row.jid, got)
		}
		if l.blocks("romeo", xmpptest.JID(t, row.jid)) {
			t.Error("a block counts for somebody else")
		}
	}
}

func TestBlocklistIsBounded(t *testing.T) {
	l := newBlocklists()
	var all []stanza.JID
	for i := range maxBlocked {
		all = append(all, xmpptest.JID(t, strconv.Itoa(i)+"@example.org"))
	}
	if !l.add("juliet", all) || l.add("juliet", []stanza.JID{xmpptest.JID(t, "more@example.org")}) || !l.add("juliet", all[:1]) {
		t.Error("the bound is elsewhere")
	}
}
