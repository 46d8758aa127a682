package demo

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

func archiveIQ(fields, rest string) string {
	form := ""
	if fields != "" {
		form = "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field>" + fields + "</x>"
	}
	return set("", "<query xmlns='urn:xmpp:mam:2' queryid='q&lt;'>"+form+rest+"</query>")
}

func formField(name, value string) string {
	return "<field var='" + name + "'><value>" + value + "</value></field>"
}

// archived asks the archive; it returns the bodies, and the answer.
func (p *peer) archived(xml string) ([]string, *stanza.Stanza) {
	p.t.Helper()
	p.Says(xml)
	var bodies []string
	for {
		got := p.Hears()
		if got.Kind() == stanza.IQ {
			return bodies, got
		}
		if got.From() != p.stream.Bound.Bare().String() {
			p.t.Errorf("a result comes from %q", got.From())
		}
		contains(p.t, got, "<result xmlns='urn:xmpp:mam:2' queryid='q&lt;' id='m-", "<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='", "<message xmlns=\"jabber:client\"")
		bodies = append(bodies, texts(p.t, got, "body")...)
	}
}

func TestArchive(t *testing.T) {
	s := start(t)
	j := available(t, s, "juliet", "balcony")
	r := available(t, s, "romeo", "orchard")
	j.Hears() // romeo's presence
	begin := time.Now().Add(-time.Second)
	for i := range 3 {
		j.Says("<message to='romeo@demo.localhost' type='chat'><body>j" + strconv.Itoa(i) + " &lt;</body></message>")
		r.Hears()
		r.Says("<message to='juliet@demo.localhost/balcony' type='chat'><body>r" + strconv.Itoa(i) + "</body></message>")
		j.Hears()
	}
	j.Says("<message to='juliet@demo.localhost' type='chat'><body>note</body></message>")
	j.Hears()
	j.Says("<message to='romeo@demo.localhost' type='chat'><composing xmlns='urn:c'/></message>") // has no body
	r.Hears()
	everything := []string{"j0 <", "r0", "j1 <", "r1", "j2 <", "r2", "note"}
	page := func(wish string) string { return "<set xmlns='http://jabber.org/protocol/rsm'>" + wish + "</set>" }
	for _, row := range []struct {
		name, fields, rest string
		want               []string
		complete           bool
	}{
		{"everything", "", "", everything, true},
		{"the first page", "", page("<max>2</max>"), everything[:2], false},
		{"the last page", "", page("<max>2</max><before/>"), everything[5:], false},
		{"with romeo", formField("with", "Romeo@demo.localhost"), "", everything[:6], true},
		{"with romeo's resource", formField("with", "romeo@demo.localhost/orchard"), "", []string{"r0", "r1", "r2"}, true},
		{"with nobody", formField("with", "nobody@example.org"), "", nil, true},
		{"since", formField("start", begin.UTC().Format(time.RFC3339)), "", everything, true},
		{"until", formField("end", begin.UTC().Format(time.RFC3339)), "", nil, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			bodies, fin := j.archived(archiveIQ(row.fields, row.rest))
			if !slices.Equal(bodies, row.want) {
				t.Errorf("found %q, want %q", bodies, row.want)
			}
			if got := strings.Contains(fin.XML(), "<fin xmlns='urn:xmpp:mam:2' complete='true'>"); got != row.complete {
				t.Errorf("the end is %s", fin.XML())
			}
		})
	}
	if bodies, _ := r.archived(archiveIQ("", "")); !slices.Equal(bodies, everything[:6]) {
		t.Errorf("romeo finds %q", bodies)
	}
	contains(t, j.result(get("", "<query xmlns='urn:xmpp:mam:2'/>")), "<field var='with' type='jid-single'>")
	j.refused("feature-not-implemented/cancel", archiveIQ(formField("colour", "red"), ""))
	j.refused("bad-request/modify", archiveIQ(formField("start", "yesterday"), ""))
	j.refused("bad-request/modify", archiveIQ(formField("with", "a@@b"), ""))
	j.refused("item-not-found/cancel", archiveIQ("", page("<after>nonsense</after>")))
}

func TestArchiveIsBounded(t *testing.T) {
	a := newArchive()
	all := func(archivedMessage) bool { return true }
	for range maxArchived + 5 {
		a.add("juliet", xmpptest.JID(t, juliet), "x")
	}
	if kept := a.of("juliet", all); len(kept) != maxArchived || kept[0].id != "m-000006" {
		t.Errorf("%d messages are kept, the first is %s", len(kept), kept[0].id)
	}
	big := strings.Repeat("x", 256<<10)
	for range 20 {
		a.add("juliet", xmpptest.JID(t, juliet), big)
	}
	if kept := a.of("juliet", all); len(kept) != maxArchiveBytes/len(big) {
		t.Errorf("%d big messages are kept", len(kept))
	}
}

func TestCarbons(t *testing.T) {
	s := start(t)
	j := available(t, s, "juliet", "balcony")
	other := login(t, s, "juliet", "garden")
	r := available(t, s, "romeo", "orchard")
	j.Hears() // romeo's presence
	other.result(set("", "<enable xmlns='urn:xmpp:carbons:2'/>"))
	j.Says("<message to='romeo@demo.localhost/orchard' type='chat'><body>hello</body></message>")
	r.Hears()
	sent := other.Hears()
	if sent.From() != "juliet@demo.localhost" || sent.To() != "juliet@demo.localhost/garden" || sent.Type() != "chat" {
		t.Errorf("the copy is %s", sent.XML())
	}
	contains(t, sent, "<sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns=\"jabber:client\"", "from='juliet@demo.localhost/balcony'", "<body>hello</body>")
	r.Says("<message to='juliet@demo.localhost/balcony' type='chat'><body>hello</body></message>")
	j.Hears()
	contains(t, other.Hears(), "<received xmlns='urn:xmpp:carbons:2'>", "to='juliet@demo.localhost/balcony'")
	r.Says("<message to='juliet@demo.localhost/balcony' type='chat'><body>hello</body><private xmlns='urn:xmpp:carbons:2'/></message>")
	j.Hears()
	other.HearsNothing()
	other.result(set("", "<disable xmlns='urn:xmpp:carbons:2'/>"))
	j.Says("<message to='romeo@demo.localhost/orchard' type='chat'><body>hello</body></message>")
	r.Hears()
	other.HearsNothing()
	j.HearsNothing()
}
