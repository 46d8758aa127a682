package disco_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/disco"
)

// says is somebody who says that of itself: identities with a slash in them, and features.
func says(words string) *disco.Info {
	in := &disco.Info{}
	for _, w := range strings.Fields(words) {
		if category, kind, ok := strings.Cut(w, "/"); ok && !strings.Contains(w, ":") {
			in.Identities = append(in.Identities, disco.Identity{Category: category, Type: kind})
			continue
		}
		in.Features = append(in.Features, w)
	}
	return in
}

func TestSupport(t *testing.T) {
	const (
		info   = "http://jabber.org/protocol/disco#info "
		pubsub = "http://jabber.org/protocol/pubsub"
		muc    = "http://jabber.org/protocol/muc"
	)
	for _, row := range []struct {
		kind, to, info, host string // "-" is not known
		want                 disco.Answer
		why                  string
	}{
		{"ping", "example.org", "server/im urn:xmpp:ping", "-", disco.Yes, "announces urn:xmpp:ping"},
		{"ping", "example.org", "server/im", "-", disco.No, "does not announce urn:xmpp:ping"},
		{"ping", "example.org", "-", "-", disco.Unknown, "has not been asked what it can do"},
		{"ping", "romeo@example.net", "-", "-", disco.Unknown, "has not been asked what it can do"},
		{"ping", "romeo@example.net/x", "client/pc urn:xmpp:ping", "-", disco.Yes, "announces urn:xmpp:ping"},
		{"ping", "", "account/registered", "server/im urn:xmpp:ping", disco.No, "is your own account; this is asked of a server, a service, a client or an occupant of a room"},
		{"ping", "", "account/registered urn:xmpp:ping", "-", disco.Unknown, "announces urn:xmpp:ping, but is your own account; this is asked of a server, a service, a client or an occupant of a room"},
		{"muc_self_ping", "example.org", "server/im urn:xmpp:ping", "-", disco.Unknown, "announces urn:xmpp:ping, but is a server; this is asked of an occupant of a room"},
		{"disco_info", "romeo@example.net/x", "client/pc", "-", disco.Yes, "has answered it"},
		{"disco_items", "example.org", "server/im http://jabber.org/protocol/disco#items", "-", disco.Yes, "announces http://jabber.org/protocol/disco#items"},
		{"roster_get", "", "-", "-", disco.Yes, "has it, as every account does (RFC 6121)"},
		{"roster_get", "example.org", "-", "-", disco.No, "is a server; this is asked of your own account"},
		{"roster_get", "romeo@example.net", "-", "-", disco.No, "is a contact; this is asked of your own account"},
		{"roster_get", "example.org", "pubsub/pep server/im", "-", disco.No, "is a server; this is asked of your own account"},
		{"private_get", "", "account/registered", "server/im jabber:iq:private", disco.Yes, "announces jabber:iq:private"},
		{"private_get", "", "account/registered", "server/im", disco.Unknown, "nothing is announced for it"},
		{"mam_query", "", "account/registered urn:xmpp:mam:2", "-", disco.Yes, "announces urn:xmpp:mam:2"},
		{"mam_query", "juliet@example.org", "account/registered urn:xmpp:mam:2", "-", disco.Yes, "announces urn:xmpp:mam:2"},
		{"mam_query", "garden@rooms.example", "conference/text urn:xmpp:mam:2", "-", disco.Yes, "announces urn:xmpp:mam:2"},
		{"mam_query", "rooms.example", "conference/text", "-", disco.No, "is a service; this is asked of your own account or a room"},
		{"mam_metadata", "", "account/registered urn:xmpp:mam:2", "server/im", disco.No, "does not announce urn:xmpp:mam:2#extended"},
		{"blocklist", "", "account/registered", "server/im urn:xmpp:blocking", disco.Yes, "its server announces urn:xmpp:blocking"},
		{"blocklist", "", "-", "server/im urn:xmpp:blocking", disco.Yes, "its server announces urn:xmpp:blocking"},
		{"blocklist", "", "account/registered", "server/im", disco.No, "does not announce urn:xmpp:blocking"},
		{"blocklist", "", "account/registered", "-", disco.Unknown, "does not announce urn:xmpp:blocking, but its server may"},
		{"blocklist", "", "-", "server/im", disco.Unknown, "has not been asked what it can do"},
		{"vcard_get", "romeo@example.net", "-", "server/im vcard-temp", disco.Yes, "its server announces vcard-temp"},
		{"vcard_get", "romeo@example.net", "-", "server/im", disco.Unknown, "has not been asked what it can do"},
		{"vcard_get", "romeo@example.net", "failed", "server/im", disco.Unknown, "has not said what it can do"},
		{"pubsub_publish", "pubsub.example", "pubsub/service " + pubsub, "-", disco.Yes, "announces " + pubsub},
		{"pubsub_publish", "", "pubsub/pep " + pubsub + "#publish", "-", disco.Yes, "announces " + pubsub},
		{"pubsub_publish", "rooms.example", "conference/text " + muc, "-", disco.No, "does not announce " + pubsub},
		{"pubsub_publish", "rooms.example", "-", "server/im " + pubsub, disco.Unknown, "has not been asked what it can do"},
		{"muc_rooms", "rooms.example", "conference/text " + info + muc, "-", disco.Yes, "is a conference/text"},
		{"muc_rooms", "pubsub.example", "pubsub/service " + info + "http://jabber.org/protocol/disco#items", "-", disco.No, "is no conference/text"},
		{"muc_rooms", "garden@rooms.example", "conference/text " + muc, "-", disco.No, "is a room; this is asked of a service"},
		{"muc_config_get", "garden@rooms.example", "conference/text " + muc, "-", disco.Yes, "announces " + muc},
		{"muc_config_get", "garden@rooms.example", "-", "-", disco.Unknown, "has not been asked what it can do"},
		{"upload_slot", "upload.example", "store/file urn:xmpp:http:upload:0", "-", disco.Yes, "announces urn:xmpp:http:upload:0"},
		{"upload_slot", "example.org", "server/im urn:xmpp:http:upload:0:extra", "-", disco.No, "does not announce urn:xmpp:http:upload:0"},
		{"version", "romeo@example.net", "account/registered", "-", disco.No, "is a contact; this is asked of a server, a service or a client"},
		{"version", "ping@bots.example", "client/bot jabber:iq:version", "-", disco.Yes, "announces jabber:iq:version"},
		{"command_list", "example.org", "server/im http://jabber.org/protocol/commands", "-", disco.Yes, "announces http://jabber.org/protocol/commands"},
	} {
		k, err := catalog.Builtin().Kind(row.kind)
		if err != nil {
			t.Fatal(err)
		}
		f := disco.Facts{Own: own, Failed: row.info == "failed"}
		f.JID, _ = stanza.ParseJID(row.to)
		if row.info != "-" && row.info != "failed" {
			f.Info = says(row.info)
		}
		if row.host != "-" {
			f.Host = says(row.host)
		}
		if got, why := disco.Support(k, f); got != row.want || why != row.why {
			t.Errorf("%s of %q (%s; its server %s): %d, %q; want %d, %q", row.kind, row.to, row.info, row.host, got, why, row.want, row.why)
		}
	}
}

func TestFactsAreThoseOfTheTargetAndOfItsServer(t *testing.T) {
	c := started()
	c.Saw(answered(t, asks(t, c, disco.Query{JID: "example.org"}, noon), info("of:host")))
	c.Saw(answered(t, asks(t, c, disco.Query{}, noon), info("of:mine")))
	for _, to := range []string{"", "juliet@example.org"} {
		f := c.Facts(to)
		if f.Info == nil || !f.Info.Has("of:mine") || f.Host == nil || !f.Host.Has("of:host") || !f.JID.IsZero() && f.JID != own.Bare() {
			t.Errorf("of %q: %+v", to, f)
		}
	}
	f := c.Facts("romeo@example.org")
	if f.Info != nil || f.Failed || f.Host == nil || f.Own != own.Bare() {
		t.Errorf("of somebody else there: %+v", f)
	}
	c.Saw(failed(asks(t, c, disco.Query{JID: "romeo@example.org"}, noon.Add(time.Second)), stanza.OutcomeError, stanza.ServiceUnavailable))
	if f := c.Facts("romeo@example.org"); !f.Failed || f.Info != nil {
		t.Errorf("after an error: %+v", f)
	}
}

func TestMeanings(t *testing.T) {
	all := disco.NewMeanings(catalog.Builtin())
	for feature, want := range map[string]string{
		"urn:xmpp:ping":  "XEP-0199 XMPP Ping ping",
		"urn:xmpp:mam:2": "XEP-0313 Message Archive Management mam_query",
		"http://jabber.org/protocol/pubsub#publish":     "XEP-0060 Publish-Subscribe pubsub_publish",
		"http://jabber.org/protocol/pubsub#access-open": "XEP-0060 Publish-Subscribe pubsub_items",
		"http://jabber.org/protocol/commands":           "XEP-0050 Ad-Hoc Commands command_list",
		"http://jabber.org/protocol/disco#items":        "XEP-0030 Service Discovery disco_items",
		"urn:example:unknown#publish":                   "",
		"urn:example:unknown":                           "",
		"":                                              "",
		"#":                                             "",
	} {
		m, known := all.Of(feature)
		var keys []string
		for _, k := range m.Kinds {
			keys = append(keys, k.Key)
		}
		if known != (want != "") || known && (!strings.HasPrefix(want, m.Document+" "+m.Title+" ") || !slices.Contains(keys, want[strings.LastIndex(want, " ")+1:])) {
			t.Errorf("%s is %s %s, for %v; want %q", feature, m.Document, m.Title, keys, want)
		}
	}
	if m, _ := all.Of("http://jabber.org/protocol/pubsub#publish"); slices.ContainsFunc(m.Kinds, func(k *catalog.Kind) bool { return k.VerbWord() != "publish" }) {
		t.Error("a part of pubsub has kinds of other verbs")
	}
}

func TestChoicesAreThereOnce(t *testing.T) {
	items := []disco.Item{{"a.example", "", "A"}, {"b.example", "n", "B"}, {"b.example", "m", "C"}, {"", "", "D"}}
	if got := disco.Addresses(items); len(got) != 2 || got[1] != (disco.Choice{"b.example", "B"}) {
		t.Errorf("addresses: %v", got)
	}
	if got := disco.Nodes(items); len(got) != 2 || got[1] != (disco.Choice{"m", "C"}) {
		t.Errorf("nodes: %v", got)
	}
}

// What is read is somebody else's: any stanza is read to its end, and what it says is not more than
// it has.
func FuzzRead(f *testing.F) {
	f.Add(info("a", "b"))
	f.Add(page(0, 3, 10))
	f.Add("<query xmlns='http://jabber.org/protocol/disco#items'><set xmlns='http://jabber.org/protocol/rsm'><last>x</last></set></query>")
	f.Add("<query xmlns='http://jabber.org/protocol/disco#info'><x xmlns='jabber:x:data'><field/><field var='FORM_TYPE'/></x><identity/></query>")
	f.Fuzz(func(t *testing.T, payload string) {
		st, err := stanza.Parse("<iq type='result' id='x'>"+payload+"</iq>", stanza.ClientScope())
		if err != nil {
			return
		}
		if in, err := disco.ReadInfo(st); err == nil {
			disco.Ver(in)
			if len(in.Features)*len("<feature/>") > len(payload) {
				t.Errorf("%d features in %d bytes", len(in.Features), len(payload))
			}
		}
		if items, err := disco.ReadItems(st); err == nil && len(items.List) == 0 && items.Next != "" {
			t.Error("nothing comes before another page")
		}
	})
}
