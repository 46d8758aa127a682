package demo

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"iqscope/iqbuilder/stanza"
)

func pubsubSet(content string) string {
	return set(PubsubDomain, "<pubsub xmlns='http://jabber.org/protocol/pubsub'>"+content+"</pubsub>")
}

func pubsubGet(content string) string {
	return get(PubsubDomain, "<pubsub xmlns='http://jabber.org/protocol/pubsub'>"+content+"</pubsub>")
}

func pubsubOwn(content string) string {
	return set(PubsubDomain, "<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'>"+content+"</pubsub>")
}

func publishXML(node, id, payload string) string {
	return pubsubSet("<publish node='" + node + "'><item" + attribute("id", id) + ">" + payload + "</item></publish>")
}

func TestPubsub(t *testing.T) {
	s := start(t)
	j := login(t, s, "juliet", "balcony")
	r := available(t, s, "romeo", "orchard")
	contains(t, j.result(pubsubSet("<create node='news'/><configure/>")), "<create node='news'/>")
	contains(t, r.result(pubsubSet("<subscribe node='news' jid='romeo@demo.localhost'/>")), "<subscription node='news' jid='romeo@demo.localhost' subscription='subscribed'/>")
	hears := func(want string) {
		t.Helper()
		got := r.Hears()
		if got.Kind() != stanza.Message || got.From() != PubsubDomain || got.Type() != "headline" {
			t.Errorf("romeo gets %s", got.XML())
		}
		contains(t, got, "<event xmlns='http://jabber.org/protocol/pubsub#event'>"+want)
	}
	contains(t, j.result(publishXML("news", "a<", "<e xmlns='urn:e'>&lt;1&gt;</e>")), "<publish node='news'><item id='a&lt;'/></publish>")
	hears("<items node='news'><item id='a&lt;' publisher='juliet@demo.localhost'><e xmlns='urn:e'>&lt;1&gt;</e></item></items>")
	for i := range 4 {
		j.result(publishXML("news", strconv.Itoa(i), "<e xmlns='urn:e'>"+strconv.Itoa(i)+"</e>"))
		hears("<items node='news'>")
	}
	all := func(request string) []string { t.Helper(); return texts(t, r.result(request), "e") }
	for _, row := range []struct {
		name, request string
		want          []string
	}{
		{"all", pubsubGet("<items node='news'/>"), []string{"<1>", "0", "1", "2", "3"}},
		{"the newest", pubsubGet("<items node='news' max_items='2'/>"), []string{"2", "3"}},
		{"some", pubsubGet("<items node='news'><item id='2'/><item id='9'/><item id='0'/></items>"), []string{"2", "0"}},
		{"a page", pubsubGet("<items node='news'/><set xmlns='http://jabber.org/protocol/rsm'><max>2</max><after>0</after></set>"), []string{"1", "2"}},
	} {
		if got := all(row.request); !slices.Equal(got, row.want) {
			t.Errorf("%s are %v, want %v", row.name, got, row.want)
		}
	}
	contains(t, r.result(pubsubGet("<items node='news'/><set xmlns='http://jabber.org/protocol/rsm'><max>2</max><after>0</after></set>")),
		"<first index='2'>1</first><last>2</last><count>5</count>")
	j.result(publishXML("news", "1", "<e xmlns='urn:e'>changed</e>"))
	hears("<items node='news'>")
	j.result(pubsubSet("<retract node='news'><item id='0'/></retract>"))
	hears("<items node='news'><retract id='0'/></items>")
	if got := all(pubsubGet("<items node='news'/>")); !slices.Equal(got, []string{"<1>", "2", "3", "changed"}) {
		t.Errorf("the items are %v now", got)
	}
	contains(t, r.result(pubsubGet("<subscriptions/>")), "<subscription node='news' jid='romeo@demo.localhost' subscription='subscribed'/>")
	contains(t, j.result(pubsubGet("<affiliations/>")), "<affiliation node='news' affiliation='owner'/>")
	contains(t, r.result(get(PubsubDomain, "<query xmlns='http://jabber.org/protocol/disco#items'/>")), "<item jid='pubsub.demo.localhost' node='news'/>")
	contains(t, r.result(get(PubsubDomain, "<query xmlns='http://jabber.org/protocol/disco#items' node='news'/>")), "name='1'")
	contains(t, r.result(get(PubsubDomain, "<query xmlns='http://jabber.org/protocol/disco#info' node='news'/>")), "category='pubsub' type='leaf'")
	contains(t, r.result(get(PubsubDomain, "<query xmlns='http://jabber.org/protocol/disco#info'/>")), "category='pubsub' type='service'", "pubsub#publish'")
	j.result(pubsubOwn("<purge node='news'/>"))
	hears("<purge node='news'/>")
	j.result(pubsubOwn("<delete node='news'/>"))
	hears("<delete node='news'/>")
	r.refused("item-not-found/cancel", pubsubGet("<items node='news'/>"))
	contains(t, j.result(pubsubSet("<create/>")), "<create node='node-")
}

func TestPubsubRefusals(t *testing.T) {
	s := start(t)
	j := login(t, s, "juliet", "balcony")
	r := login(t, s, "romeo", "orchard")
	j.result(pubsubSet("<create node='news'/>"))
	const e = "<e xmlns='urn:e'/>"
	for _, row := range []struct {
		name, want, xml string
		by              *peer
	}{
		{"nothing to do", "bad-request/modify", pubsubSet(""), j},
		{"something unknown", "feature-not-implemented/cancel/unsupported", pubsubGet("<default/>"), j},
		{"a node that is there", "conflict/cancel", pubsubSet("<create node='news'/>"), r},
		{"a name that is too long", "not-acceptable/modify", pubsubSet("<create node='" + strings.Repeat("x", maxNameBytes+1) + "'/>"), r},
		{"no node", "bad-request/modify/nodeid-required", pubsubGet("<items/>"), j},
		{"a node that is not there", "item-not-found/cancel", publishXML("olds", "1", e), j},
		{"somebody else's node", "forbidden/auth", publishXML("news", "1", e), r},
		{"somebody else's node deleted", "forbidden/auth", pubsubOwn("<delete node='news'/>"), r},
		{"no item", "bad-request/modify/item-required", pubsubSet("<publish node='news'/>"), j},
		{"two items", "bad-request/modify/invalid-payload", pubsubSet("<publish node='news'><item/><item/></publish>"), j},
		{"no payload", "bad-request/modify/payload-required", publishXML("news", "1", ""), j},
		{"two payloads", "bad-request/modify/invalid-payload", publishXML("news", "1", e+e), j},
		{"an item that is not there", "item-not-found/cancel", pubsubSet("<retract node='news'><item id='9'/></retract>"), j},
		{"a number that is none", "bad-request/modify", pubsubGet("<items node='news' max_items='x'/>"), j},
		{"a page that is not there", "item-not-found/cancel", pubsubGet("<items node='news'/><set xmlns='http://jabber.org/protocol/rsm'><after>x</after></set>"), j},
		{"somebody else's subscription", "bad-request/modify/invalid-jid", pubsubSet("<subscribe node='news' jid='juliet@demo.localhost'/>"), r},
		{"no subscription", "unexpected-request/cancel/not-subscribed", pubsubSet("<unsubscribe node='news' jid='romeo@demo.localhost'/>"), r},
	} {
		t.Run(row.name, func(t *testing.T) {
			row.by.refused(row.want, row.xml)
		})
	}
	r.result(pubsubSet("<subscribe node='news' jid='romeo@demo.localhost/orchard'/>"))
	r.result(pubsubSet("<unsubscribe node='news' jid='romeo@demo.localhost/orchard'/>"))
	j.result(publishXML("news", "1", e))
	r.HearsNothing()
}

func TestPubsubIsBounded(t *testing.T) {
	n := &node{}
	for i := range maxItems + 5 {
		n.publish(publishedItem{id: strconv.Itoa(i)})
	}
	if len(n.items) != maxItems || n.items[0].id != "5" {
		t.Errorf("%d items, the first is %s", len(n.items), n.items[0].id)
	}
	big := strings.Repeat("x", 200<<10)
	for i := range 20 {
		n.publish(publishedItem{id: strconv.Itoa(i), xml: big})
	}
	bytes := 0
	for _, item := range n.items {
		bytes += len(item.full())
	}
	if bytes != n.bytes || bytes > maxItemsBytes {
		t.Errorf("%d bytes are kept, %d counted", bytes, n.bytes)
	}
	p := login(t, start(t), "juliet", "")
	for range maxNodes {
		p.result(pubsubSet("<create/>"))
	}
	p.refused("resource-constraint/wait", pubsubSet("<create/>"))
}
