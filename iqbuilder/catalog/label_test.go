package catalog_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
)

func stanzaOf(t testing.TB, xml string) *stanza.Stanza {
	t.Helper()
	s, err := stanza.Parse(xml, stanza.ClientScope())
	if err != nil {
		t.Fatalf("%v: %s", err, xml)
	}
	return s
}

// labels writes what is labelled in lines: "name: values", "name[1]: columns", "+ path: value".
func labels(l *catalog.Labelled) []string {
	if l == nil {
		return nil
	}
	var lines []string
	if l.Wrong != "" {
		lines = append(lines, "! "+l.Wrong)
	}
	for _, p := range l.Parts {
		name := p.Field.Name
		if p.Lang != "" {
			name += "[" + p.Lang + "]"
		}
		switch {
		case p.Form != nil:
			lines = append(lines, fmt.Sprintf("%s: a form about %s with %d fields", name, p.Form.About(), len(p.Form.Fields)))
		case p.Rows != nil:
			for i, row := range p.Rows {
				lines = append(lines, fmt.Sprintf("%s[%d]: %s", name, i+1, strings.Join(row, " | ")))
			}
		default:
			lines = append(lines, name+": "+strings.Join(p.Values, ", "))
		}
	}
	for _, r := range l.Rest {
		lines = append(lines, "+ "+r.Path+": "+r.Value)
	}
	return lines
}

func TestWhatAStanzaSaysIsNamed(t *testing.T) {
	const version = "<iq type='get' id='a'><query xmlns='jabber:iq:version'/></iq>"
	for _, c := range []struct {
		name, request, stanza string
		want                  []string
	}{
		{"values", version, "<iq type='result' id='a'><query xmlns='jabber:iq:version'><name>Prosody</name><version>1</version></query></iq>",
			[]string{"name: Prosody", "version: 1"}},
		{"a list and what is not known", "", "<iq type='result'><query xmlns='http://jabber.org/protocol/disco#items' node='n' odd='1'><item jid='a@b' name='N' more='2'/><item jid='c'/><x xmlns='urn:x'/>text</query></iq>",
			[]string{"node: n", "item[1]: a@b |  | N", "item[2]: c |  | ", "+ query/@odd: 1", "+ query/item/@more: 2", "+ query/x: ", "+ query: text"}},
		{"a form", "", "<iq type='result'><query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='form'><field var='FORM_TYPE' type='hidden'><value>t</value></field><field var='a'/></x></query></iq>",
			[]string{"form: a form about t with 2 fields"}},
		{"a request", "", "<iq type='set'><command xmlns='http://jabber.org/protocol/commands' node='n' action='next' sessionid='s'/></iq>",
			[]string{"node: n", "sessionid: s"}},
		{"unknown", "", "<iq type='result'><q xmlns='urn:unknown' a='1'><b/></q></iq>", []string{"+ q/@a: 1", "+ q/b: "}},
		{"two payloads", "", "<iq type='result'><q xmlns='urn:unknown'/><r xmlns='urn:r'/></iq>", []string{"+ r: "}},
		{"of the wrong kind", version, "<iq type='result' id='a'><q xmlns='urn:unknown'/></iq>",
			[]string{"! the answer to version is <query/> of jabber:iq:version, and this has <q/> of urn:unknown"}},
		{"nothing in it", version, "<iq type='result' id='a'/>", []string{"! the answer to version is <query/> of jabber:iq:version, and this has nothing"}},
		{"something in it", "<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>", "<iq type='result'><q xmlns='urn:unknown'/></iq>",
			[]string{"! the answer to ping is nothing, and this has <q/> of urn:unknown"}},
		{"sent back", "<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>", "<iq type='result'><ping xmlns='urn:xmpp:ping'/></iq>", nil},
		{"an error", version, "<iq type='error' id='a'><error type='cancel'/></iq>", nil},
		{"empty, as it should be", "<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>", "<iq type='result'/>", nil},
	} {
		var request *stanza.Stanza
		if c.request != "" {
			request = stanzaOf(t, c.request)
		}
		if diff := cmp.Diff(c.want, labels(catalog.Builtin().Label(request, stanzaOf(t, c.stanza)))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestTenThousandItemsAreNamedInNoTime(t *testing.T) {
	var items strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&items, "<item jid='room%d@chat.example' name='Room &lt;%d&gt;' odd='x'/>", i, i)
	}
	s := stanzaOf(t, "<iq type='result'><query xmlns='http://jabber.org/protocol/disco#items'>"+items.String()+"</query></iq>")
	begun := time.Now()
	l := catalog.Builtin().Label(nil, s)
	if took := time.Since(begun); took > time.Minute {
		t.Errorf("it takes %v", took)
	}
	if len(l.Parts) != 1 || len(l.Parts[0].Rows) != 10_000 || l.Parts[0].Rows[9_999][2] != "Room <9999>" || len(l.Rest) != 10_000 {
		t.Errorf("there are %d parts", len(l.Parts))
	}
}

func TestWhatTheNextRequestTakesOver(t *testing.T) {
	const (
		command = "<iq type='result' from='demo.localhost'><command xmlns='http://jabber.org/protocol/commands' node='n' sessionid='s1' status='executing'><x xmlns='jabber:x:data' type='form'><field var='a'><value>1</value><value>2</value></field><field var='b'/></x></command></iq>"
		execute = "<iq type='set'><command xmlns='http://jabber.org/protocol/commands' node='n' action='execute'/></iq>"
		rsm     = "<set xmlns='http://jabber.org/protocol/rsm'><first>f</first><last>l</last></set>"
	)
	for _, c := range []struct {
		next, request, reply string
		want                 catalog.Values
	}{
		{"command_next", execute, command, catalog.Values{"node": {"n"}, "sessionid": {"s1"}, "form[a]": {"1", "2"}}},
		{"command_cancel", execute, command, catalog.Values{"node": {"n"}, "sessionid": {"s1"}}},
		{"command_cancel", execute, "<iq type='result'/>", catalog.Values{"node": {"n"}}},
		{"disco_items", "<iq type='get'><query xmlns='http://jabber.org/protocol/disco#info' node='n'/></iq>", "<iq type='result'/>", catalog.Values{"node": {"n"}}},
		{"mam_query", "<iq type='set'><query xmlns='urn:xmpp:mam:2' queryid='q'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field><field var='with'><value>a@b</value></field></x><set xmlns='http://jabber.org/protocol/rsm'><max>5</max><before/></set></query></iq>",
			"<iq type='result'><fin xmlns='urn:xmpp:mam:2'>" + rsm + "</fin></iq>", catalog.Values{"queryid": {"q"}, "with": {"a@b"}, "max": {"5"}, "after": {"l"}}},
		{"register", "<iq type='get'><query xmlns='jabber:iq:register'/></iq>", "<iq type='result'><query xmlns='jabber:iq:register'><username>me</username><password>s3cret</password><key>k</key></query></iq>", catalog.Values{"key": {"k"}}},
		{"register", "<iq type='set'><query xmlns='jabber:iq:register'><username>me</username><password>s3cret</password></query></iq>", "<iq type='result'/>", catalog.Values{"username": {"me"}}},
		{"pubsub_configure_set", "<iq type='get'><pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><configure node='n'/></pubsub></iq>",
			"<iq type='result'><pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><configure node='n'/></pubsub></iq>", catalog.Values{"node": {"n"}}},
	} {
		k, err := catalog.Builtin().Kind(c.next)
		if err != nil {
			t.Fatal(err)
		}
		got := catalog.Builtin().Follow(k, stanzaOf(t, c.request), stanzaOf(t, c.reply))
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s after %s (-want +got):\n%s", c.next, c.request, diff)
		}
		if got := catalog.Builtin().Follow(k, nil, nil); len(got) > 0 {
			t.Errorf("%s takes over %v from nothing", c.next, got)
		}
	}
}
