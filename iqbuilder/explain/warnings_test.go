package explain

import (
	"strings"
	"testing"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

const (
	info      = "xmlns='http://jabber.org/protocol/disco#info'"
	items     = "xmlns='http://jabber.org/protocol/disco#items'"
	described = "<identity category='client' type='pc'/><feature var='http://jabber.org/protocol/disco#info'/>"
)

// Row 68 of docs/acceptance-rows.md: the explorer warns when a peer does not mirror the node.
func TestRow68AReplyThatDoesNotMirrorTheNodeIsFlagged(t *testing.T) {
	for _, c := range []struct{ name, ask, reply, want string }{
		{"disco#info with the node", "<query " + info + " node='n'/>", "<query " + info + " node='n'/>", ""},
		{"disco#info without the node", "<query " + info + " node='n'/>", "<query " + info + ">" + described + "</query>", "disco-node XEP-0030 §3.2"},
		{"disco#info with another node", "<query " + info + " node='n'/>", "<query " + info + " node='m'/>", "disco-node XEP-0030 §3.2"},
		{"disco#items without the node", "<query " + items + " node='n'/>", "<query " + items + "/>", "disco-node XEP-0030 §4.2"},
		{"disco#items with another node", "<query " + items + " node='n'/>", "<query " + items + " node=''/>", "disco-node XEP-0030 §4.2"},
		{"a node that was not asked for", "<query " + items + "/>", "<query " + items + " node='m'/>", "disco-node XEP-0030 §4.2"},
		{"no node on either side", "<query " + items + "/>", "<query " + items + "/>", ""},
		{"a node written with a reference", "<query " + info + " node='a&amp;b'/>", "<query " + info + " node='a&#38;b'/>", ""},
		{"another protocol's node", "<query xmlns='x:y' node='n'/>", "<query xmlns='x:y'/>", ""},
	} {
		t.Run(c.name, func(t *testing.T) { warns(t, "get", c.ask, "result", c.reply, c.want) })
	}
}

func TestOddRepliesAreFlagged(t *testing.T) {
	const failed = "<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
	for _, c := range []struct{ name, kind, ask, typ, reply, want string }{
		{"a result of the same kind", "get", "<query xmlns='jabber:iq:version'/>", "result", "<query xmlns='jabber:iq:version'/>", ""},
		{"an empty result to a ping", "get", "<ping xmlns='urn:xmpp:ping'/>", "result", "", ""},
		{"an empty result to a set", "set", "<query xmlns='jabber:iq:roster'/>", "result", "", ""},
		{"an error", "get", "<ping xmlns='urn:xmpp:ping'/>", "error", failed, ""},
		{"an error with the request in it", "get", "<ping xmlns='urn:xmpp:ping'/>", "error", "<ping xmlns='urn:xmpp:ping'/>" + failed, ""},
		{"an error that says nothing", "get", "<ping xmlns='urn:xmpp:ping'/>", "error", "", "error-missing RFC 6120 §8.3.1"},
		{"an error in a result", "get", "<ping xmlns='urn:xmpp:ping'/>", "result", failed, "error-unexpected RFC 6120 §8.2.3"},
		{"several payloads", "get", "<a xmlns='x'/>", "result", "<a xmlns='x'/><b xmlns='x'/>", "payload-many RFC 6120 §8.2.3"},
		{"something else", "get", "<a xmlns='x'/>", "result", "<a xmlns='y'/>", "payload-other RFC 6120 §8.2.3"},
		{"several oddities", "get", "<a xmlns='x'/>", "result", failed + "<a xmlns='y'/><b xmlns='y'/>",
			"error-unexpected RFC 6120 §8.2.3, payload-many RFC 6120 §8.2.3, payload-other RFC 6120 §8.2.3"},
		{"an empty disco#info", "get", "<query " + info + "/>", "result", "", "disco-empty XEP-0030 §3.1"},
		{"an empty disco#items", "get", "<query " + items + "/>", "result", "", "disco-empty XEP-0030 §4.1"},
		{"a whole disco#info", "get", "<query " + info + "/>", "result", "<query " + info + ">" + described + "</query>", ""},
		{"disco#info that says nothing", "get", "<query " + info + "/>", "result", "<query " + info + "/>",
			"disco-identity XEP-0030 §3.1, disco-supported XEP-0030 §3.1"},
	} {
		t.Run(c.name, func(t *testing.T) { warns(t, c.kind, c.ask, c.typ, c.reply, c.want) })
	}
}

func warns(t *testing.T, kind, ask, typ, reply, want string) {
	t.Helper()
	var got []string
	for _, w := range Warnings(xmpptest.Stanza(t, "<iq id='a' type='"+kind+"'>"+ask+"</iq>"), xmpptest.Stanza(t, "<iq id='a' type='"+typ+"'>"+reply+"</iq>")) {
		got = append(got, w.Rule+" "+w.Section)
		if !section.MatchString(w.Section) || !strings.HasSuffix(w.Text, ".") {
			t.Errorf("%s says %q (%s)", w.Rule, w.Text, w.Section)
		}
	}
	if all := strings.Join(got, ", "); all != want {
		t.Errorf("the warnings are %q, want %q", all, want)
	}
}

func TestOnlyARequestAndItsReplyAreCompared(t *testing.T) {
	ask, bare := xmpptest.Stanza(t, "<iq id='a' type='get'><q xmlns='x'/></iq>"), xmpptest.Stanza(t, "<iq id='a' type='error'/>")
	for _, pair := range [][2]*stanza.Stanza{{bare, bare}, {ask, ask}, {ask, xmpptest.Stanza(t, "<message type='error'/>")}} {
		if got := Warnings(pair[0], pair[1]); got != nil {
			t.Errorf("%s and %s: %v", pair[0].XML(), pair[1].XML(), got)
		}
	}
}
