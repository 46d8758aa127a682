package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
)

// told is what a server of the tests says of itself.
const told = `<query xmlns='http://jabber.org/protocol/disco#info'><identity category='server' type='im' name='iqscope demo'/>` +
	`<feature var='http://jabber.org/protocol/disco#info'/><feature var='urn:xmpp:ping'/><feature var='urn:xmpp:mam:2'/><feature var='urn:example:own'/>` +
	`<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>http://jabber.org/network/serverinfo</value></field>` +
	`<field var='abuse-addresses' type='list-multi'><value>mailto:abuse@demo.localhost</value><value>xmpp:abuse@demo.localhost</value></field></x></query>`

// listed are items of the tests.
func listed(items ...string) string {
	return "<query xmlns='http://jabber.org/protocol/disco#items'>" + strings.Join(items, "") + "</query>"
}

// answers answers the last request.
func (s *sim) answers(payload string) {
	s.t.Helper()
	s.happens(func(f *fakeSession) {
		last := f.requests[len(f.requests)-1]
		if !last.InFlight() {
			s.t.Fatalf("nothing is asked; the last was %s", last.Stanza.XML())
		}
		f.replies(last.Serial, "<iq type='result' id='"+last.Stanza.ID()+"' from='"+stanza.Escape(last.Stanza.To())+"'>"+payload+"</iq>")
	})
}

// asked is the last request that was sent.
func (s *sim) asked() string {
	if len(s.fake.sent) == 0 {
		return ""
	}
	return s.fake.sent[len(s.fake.sent)-1]
}

// discovers opens the browser, and answers what it asks of the server.
func (s *sim) discovers() {
	s.press("f9")
	s.answers(told)
	s.answers(listed("<item jid='bots.demo.localhost' name='Bots to try IQs on'/>", "<item jid='demo.localhost' node='http://jabber.org/protocol/commands' name='Commands'/>", "<item jid='conference.demo.localhost'/>"))
}

func TestAServerIsDiscoveredByOneKey(t *testing.T) {
	s := start(t, 80, 24)
	s.press("f9")
	if want := `to="demo.localhost"`; !strings.Contains(s.asked(), "disco#info") || !strings.Contains(s.asked(), want) {
		t.Errorf("asked is %s", s.asked())
	}
	s.shows("asked at 12:01:02, waiting for the answer …")
	s.answers(told)
	if !strings.Contains(s.asked(), "disco#items") || strings.Contains(s.asked(), "<set") {
		t.Errorf("then asked is %s", s.asked())
	}
	s.answers(listed("<item jid='bots.demo.localhost' name='Bots to try IQs on'/>"))
	s.shows("server/im", "iqscope demo", "FEATURES 4", "urn:xmpp:ping", "XEP-0199 XMPP Ping", "urn:example:own",
		"FORM http://jabber.org/network/serverinfo", "mailto:abuse@demo.localhost, xmpp:…", "ITEMS 1", "Bots to try IQs on", "told at 12:01:02")
	sent := len(s.fake.sent)
	s.press("esc", "f9")
	s.shows("Bots to try IQs on")
	if len(s.fake.sent) != sent {
		t.Errorf("what is known is asked again: %s", s.asked())
	}
	s.press("r")
	s.answers(told)
	s.answers(listed())
	s.shows("none")
	if len(s.fake.sent) != sent+2 {
		t.Errorf("asked anew it sends %d requests", len(s.fake.sent)-sent)
	}
	s.press("f9")
	s.hides("told at")
}

func TestTheBrowserOpensOnWhomTheDraftIsFor(t *testing.T) {
	s := start(t, 80, 24)
	s.press("alt+a")
	s.paste("<iq type='get' id='1' to='Romeo@Example.ORG/x'><ping xmlns='urn:xmpp:ping'/></iq>")
	s.press("f9")
	if !strings.Contains(s.asked(), `to="romeo@example.org/x"`) {
		t.Errorf("asked is %s", s.asked())
	}
	s.press("esc", "alt+a")
	s.paste("<iq")
	s.press("f9")
	if !strings.Contains(s.asked(), `to="demo.localhost"`) {
		t.Errorf("with a draft that is no stanza, asked is %s", s.asked())
	}
}

func TestItemsAreWalkedAndTheWayBackIsKnown(t *testing.T) {
	s := start(t, 80, 24)
	s.discovers()
	s.press("end", "k")
	s.shows("▸ http://jabber.org/protocol/commands")
	s.press("enter")
	if !strings.Contains(s.asked(), `node='http://jabber.org/protocol/commands'`) {
		t.Fatalf("asked is %s", s.asked())
	}
	s.shows("Discover demo.localhost › http://jabber.org/protocol/commands", "waiting")
	s.answers(`<query xmlns='http://jabber.org/protocol/disco#info' node='http://jabber.org/protocol/commands'><identity category='automation' type='command-list'/></query>`)
	s.answers(listed("<item jid='demo.localhost' node='uptime' name='Uptime'/>"))
	s.press("end", "enter")
	s.shows("Discover … › http://jabber.org/protocol/commands › uptime")
	s.press("backspace", "backspace")
	s.shows("Discover demo.localhost ├", "▸ http://jabber.org/protocol/commands")
	s.press("backspace")
	s.shows("This is where you began")
	s.press("end", "enter")
	s.shows("Discover demo.localhost › conference.demo.localhost")
}

func TestAFeatureLeadsToWhatCanBeAsked(t *testing.T) {
	s := start(t, 140, 45)
	s.discovers()
	s.press("tab", "down")
	s.shows("▸ urn:xmpp:ping")
	s.press("enter")
	s.hides("Discover demo.localhost")
	if want := "<ping xmlns=\"urn:xmpp:ping\"/>"; !strings.Contains(s.m.desk.draft.Text(), want) || !strings.Contains(s.m.desk.draft.Text(), "to='demo.localhost'") {
		t.Errorf("the draft is %s", s.m.desk.draft.Text())
	}
	s.press("alt+enter")
	if !strings.Contains(s.asked(), "urn:xmpp:ping") {
		t.Errorf("sent is %s", s.asked())
	}
	s.press("f9", "tab", "down", "down", "enter")
	s.shows("urn:xmpp:mam:2", "WHAT CAN BE ASKED", "mam_query")
	s.press("/")
	s.typing("mam_query")
	s.press("enter", "enter")
	if !strings.Contains(s.m.desk.draft.Text(), `<query xmlns="urn:xmpp:mam:2"`) {
		t.Errorf("the draft is %s", s.m.desk.draft.Text())
	}
	s.press("f9", "tab", "down", "down", "down", "enter")
	s.shows("Nothing is known here that can be asked on account of urn:example:own")
}

func TestAnAddressGoesIntoTheDraft(t *testing.T) {
	s := start(t, 80, 24)
	before := s.m.desk.draft.Text()
	s.discovers()
	s.press("end", "t")
	if want := strings.Replace(before, "'demo.localhost'", "'conference.demo.localhost'", 1); s.m.desk.draft.Text() != want {
		t.Errorf("the draft is\n%s\nwant\n%s", s.m.desk.draft.Text(), want)
	}
	s.shows("The draft goes to conference.demo.localhost")
	s.press("alt+a")
	s.paste("nonsense")
	s.press("f9", "t")
	s.shows("The draft is no stanza now")
}

func TestOnlyRowsWithTheWordsAreShown(t *testing.T) {
	s := start(t, 80, 24)
	s.discovers()
	s.press("/")
	s.typing("BOTS iqs")
	s.press("enter")
	s.shows("▸ bots.demo.localhost", "filter BOTS iqs", "ITEMS 3")
	s.hides("FEATURES", "conference.demo")
	s.press("esc")
	s.shows("FEATURES 4")
	s.press("/")
	s.typing("nowhere")
	s.press("enter", "enter")
	s.shows("There is nothing to go into")
	s.press("esc", "esc")
	s.hides("FEATURES")
}

func TestWhyThereIsNoAnswerIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		ends func(f *fakeSession, serial uint64)
		want []string
	}{
		"an error": {func(f *fakeSession, serial uint64) {
			id := f.requests[serial-1].Stanza.ID()
			f.replies(serial, strings.Replace(notFound, "id='q0001'", "id='"+id+"'", 1))
		}, []string{"✗ error: cancel/item-not-found: There is no such node."}},
		"a timeout": {func(f *fakeSession, serial uint64) { f.timesOut(serial) }, []string{"✗ ", "30s"}},
		"another result": {func(f *fakeSession, serial uint64) {
			f.replies(serial, "<iq type='result' id='"+f.requests[serial-1].Stanza.ID()+"' from='demo.localhost'><ping xmlns='urn:xmpp:ping'/></iq>")
		}, []string{"the result has no such answer in it"}},
		"no connection": {func(f *fakeSession, _ uint64) { f.loses() }, []string{"✗ "}},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, 80, 24)
			s.press("f9")
			s.happens(func(f *fakeSession) { c.ends(f, uint64(len(f.requests))) })
			s.shows(c.want...)
			sent := len(s.fake.requests)
			if name == "no connection" {
				return
			}
			if !strings.Contains(s.asked(), "disco#items") {
				t.Errorf("items are not asked for after %s: %s", name, s.asked())
			}
			s.answers(listed())
			s.press("esc", "f9")
			if len(s.fake.requests) != sent {
				t.Error("what has failed just now is asked again by itself")
			}
			s.wait(time.Minute)
			s.press("esc", "f9")
			if len(s.fake.requests) != sent+1 {
				t.Errorf("%d requests after a minute", len(s.fake.requests)-sent)
			}
		})
	}
}

func TestWhatIsNoAddressIsNotAsked(t *testing.T) {
	s := start(t, 80, 24)
	s.press("f9")
	s.answers(told)
	s.answers(listed("<item jid='a b@@' name='odd'/>"))
	sent := len(s.fake.sent)
	s.press("end", "enter")
	s.shows("✗ not asked: ")
	if len(s.fake.sent) != sent {
		t.Errorf("asked is %s", s.asked())
	}
	s.press("backspace")
	s.shows("FEATURES 4")
}

// pageFrom is a page of items, of so many.
func pageFrom(from, to, of int) string {
	var items []string
	for i := from; i < to; i++ {
		items = append(items, fmt.Sprintf("<item jid='demo.localhost' node='n%d' name='Item %d'/>", i, i))
	}
	items = append(items, fmt.Sprintf("<set xmlns='http://jabber.org/protocol/rsm'><first>n%d</first><last>n%d</last><count>%d</count></set>", from, to-1, of))
	return listed(items...)
}

// Row 66, in the discovery browser: a hundred items in pages of ten, forwards and backwards.
func TestPagesOfItems(t *testing.T) {
	s := start(t, 80, 24)
	s.press("f9", "p")
	s.typing("10")
	s.press("enter")
	s.answers(told)
	if !strings.Contains(s.asked(), "<max>10</max></set>") {
		t.Fatalf("asked is %s", s.asked())
	}
	s.answers(pageFrom(0, 10, 100))
	s.shows("ITEMS 10 of 100")
	s.press("]")
	s.shows("▸ n0 ")
	for from := 10; from < 100; from += 10 {
		s.press("]")
		if want := fmt.Sprintf("<max>10</max><after>n%d</after>", from-1); !strings.Contains(s.asked(), want) {
			t.Fatalf("asked is %s, want %s", s.asked(), want)
		}
		s.press("]") // it is on its way
		s.answers(pageFrom(from, from+10, 100))
		s.shows(fmt.Sprintf("▸ n%d ", from))
	}
	sent := len(s.fake.sent)
	s.press("]")
	s.shows("There is no page behind this one")
	for from := 80; from >= 0; from -= 10 {
		s.press("[")
		s.shows(fmt.Sprintf("▸ n%d ", from))
	}
	s.press("[")
	s.shows("There is no page before this one")
	s.press("]")
	s.shows("▸ n10 ")
	if len(s.fake.sent) != sent {
		t.Errorf("pages that are there are asked for again: %s", s.asked())
	}
	s.press("p")
	s.typing("many")
	s.press("enter")
	s.shows(`"many" is no number of items`)
}

func TestWhoHasPagesIsAskedForThem(t *testing.T) {
	s := start(t, 80, 24)
	s.press("f9")
	s.answers(strings.Replace(told, "urn:example:own", "http://jabber.org/protocol/rsm", 1))
	if !strings.Contains(s.asked(), "<max>100</max>") {
		t.Errorf("asked is %s", s.asked())
	}
}

func TestTenThousandItemsAreShown(t *testing.T) {
	s := start(t, 80, 24)
	s.press("f9")
	s.answers(told)
	s.answers(pageFrom(0, 10_000, 10_000))
	s.press("end")
	s.shows("▸ n9999", "Item 9999")
	began := time.Now()
	for range 200 {
		s.press("up")
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("200 rows take %v", took)
	}
	s.shows("▸ n9799")
	s.press("/")
	s.typing("n123 item")
	s.press("enter")
	s.shows("n123 ", "n1230 ", "n1239 ")
}

func TestHostileWordsAreMadeSafe(t *testing.T) {
	long := strings.Repeat("x\u202e", 3000)
	s := start(t, 80, 24)
	s.press("f9")
	s.answers("<query xmlns='http://jabber.org/protocol/disco#info'><identity category='&#x9b;2J' type='" + long + "' name='a&#xa;b'/><feature var='" + long + "'/></query>")
	s.answers(listed("<item jid='"+long+"' name='"+long+"'/>", "<item/>", "<item jid='demo.localhost' node='&#x9b;31m&#xa;x'/>"))
	for range 8 {
		exact(t, s.m.View(), narrow)
		if strings.ContainsAny(strings.ReplaceAll(s.m.View(), "\n", ""), "\x1b\u009b\u202e\n") {
			t.Fatalf("it reaches the screen: %q", s.m.View())
		}
		s.press("down")
	}
	s.press("enter")
	exact(t, s.m.View(), narrow)
}

func TestTheSessionRefusesToDiscover(t *testing.T) {
	s := start(t, 80, 24)
	s.happens((*fakeSession).loses)
	s.press("f9")
	s.shows("✗ ", "not sent")
}

func TestThePickerSaysWhatTheTargetSupports(t *testing.T) {
	s := start(t, 140, 45, func(o *setup) { o.unasked = true })
	s.press("f2")
	if got := strings.Join(s.fake.sent, "\n"); strings.Count(got, "disco#info") != 2 || !strings.Contains(got, `to="demo.localhost"`) {
		t.Fatalf("the target and the account are asked by\n%s", got)
	}
	s.happens(func(f *fakeSession) {
		for i, x := range f.requests {
			payload := told
			if x.Stanza.To() == "" {
				payload = "<query xmlns='http://jabber.org/protocol/disco#info'><identity category='account' type='registered'/></query>"
			}
			f.replies(uint64(i+1), "<iq type='result' id='"+x.Stanza.ID()+"' from='"+x.Stanza.To()+"'>"+payload+"</iq>")
		}
	})
	s.typing("ping")
	s.shows("✓ demo.localhost announces urn:xmpp:ping.")
	s.press("ctrl+u")
	s.typing("blocklist")
	s.shows("✗ Your account does not announce urn:xmpp:blocking.")
	sent := len(s.fake.sent)
	s.press("esc", "f2")
	if len(s.fake.sent) != sent {
		t.Error("what is known is asked again")
	}
}

func TestNobodyIsAskedUnasked(t *testing.T) {
	s := start(t, 80, 24)
	s.press("f2")
	if len(s.fake.sent) > 0 {
		t.Errorf("sent is %q", s.fake.sent)
	}
	s = start(t, 80, 24, func(o *setup) { o.unasked = true })
	s.happens((*fakeSession).loses)
	s.press("f2")
	if len(s.fake.requests) > 0 {
		t.Error("without a connection, somebody is asked")
	}
}

func TestWhatWasDiscoveredIsOfferedInForms(t *testing.T) {
	s := start(t, 80, 24)
	s.discovers()
	s.press("esc")
	r := s.m.remembered
	items := r.Values(nil, &catalog.Field{Name: "x", Source: "disco_items"})
	if want := []string{"bots.demo.localhost", "demo.localhost", "conference.demo.localhost"}; !slices.Equal(items, want) {
		t.Errorf("addresses are %q", items)
	}
	nodes := r.Values(nil, &catalog.Field{Name: "y", Source: "disco_nodes"})
	if want := []string{"http://jabber.org/protocol/commands"}; !slices.Equal(nodes, want) {
		t.Errorf("nodes are %q", nodes)
	}
}
