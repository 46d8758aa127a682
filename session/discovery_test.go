package session

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/disco"
	"iqscope/session/negotiate"
)

func TestDiscoveryIsARequestLikeAnyOther(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		if err := s.Discover(disco.Query{JID: domain}); err != nil {
			t.Fatal(err)
		}
		asked := p.Hears()
		if err := s.Discover(disco.Query{JID: domain}); err != nil || len(s.Exchanges(nil)) != 1 {
			t.Errorf("what is in flight is asked again, or refused: %v", err)
		}
		if x := s.Exchanges(nil)[0]; x.Unasked || x.Timeout != DefaultResponseTimeout || x.Stanza.To() != domain {
			t.Errorf("it is %+v", x)
		}
		p.Says(`<iq type="result" id="` + asked.ID() + `" from="` + domain + `"><query xmlns="http://jabber.org/protocol/disco#info"><feature var="f"/></query></iq>`)
		synctest.Wait()
		if e := s.Discovered().Get(domain, ""); !e.Info.Has("f") || !e.Infos.Since.IsZero() {
			t.Errorf("the answer is not there: %+v", e)
		}
		if err := s.Discover(disco.Query{JID: "romeo@"}); err == nil {
			t.Error("what is no address is asked")
		}
	})
}

func TestWhatIsAskedByHandIsDiscovered(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		iq, err := stanza.Parse(`<iq type='get' id='h' to='`+domain+`'><query xmlns='http://jabber.org/protocol/disco#items' node='n'/></iq>`, stanza.ClientScope())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Start(iq); err != nil {
			t.Fatal(err)
		}
		p.Hears()
		p.Says(`<iq type="result" id="h" from="` + domain + `"><query xmlns="http://jabber.org/protocol/disco#items" node="n"><item jid="a.example"/></query></iq>`)
		synctest.Wait()
		if e := s.Discovered().Get(domain, "n"); len(e.Items.List) != 1 {
			t.Errorf("the answer is not there: %+v", e)
		}
	})
}

func TestHowADiscoveryEndedIsKnown(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		if err := s.Discover(disco.Query{JID: domain}); err != nil {
			t.Fatal(err)
		}
		p.Hears()
		time.Sleep(DefaultResponseTimeout)
		synctest.Wait()
		if e := s.Discovered().Get(domain, ""); e.Infos.Err == nil || !strings.Contains(e.Infos.Err.Error(), "30s") {
			t.Errorf("after a timeout: %+v", e.Infos)
		}
	})
	offline := New(Config{})
	if err := offline.Discover(disco.Query{JID: domain}); err != nil {
		t.Fatal(err)
	}
	if err := offline.Close(t.Context()); err != nil { // waits until it is told
		t.Fatal(err)
	}
	if e := offline.Discovered().Get(domain, ""); e.Infos.Err == nil || !e.Infos.Since.IsZero() {
		t.Errorf("offline: %+v", e.Infos)
	}
}

func TestCapabilitiesInPresencesSaveQuestions(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		ver := disco.Ver(disco.Info{Features: []string{"f"}})
		for _, from := range []string{"romeo@a.example/x", "nurse@b.example/y"} {
			p.Says(`<presence from="` + from + `"><c xmlns="http://jabber.org/protocol/caps" hash="sha-1" node="urn:example" ver="` + ver + `"/></presence>`)
		}
		if err := s.Discover(disco.Query{JID: "romeo@a.example/x"}); err != nil {
			t.Fatal(err)
		}
		p.Says(`<iq type="result" id="` + p.Hears().ID() + `" from="romeo@a.example/x"><query xmlns="http://jabber.org/protocol/disco#info"><feature var="f"/></query></iq>`)
		synctest.Wait()
		if e := s.Discovered().Get("nurse@b.example/y", ""); !e.Info.Has("f") || !e.Shared {
			t.Errorf("who has the same capabilities is %+v", e)
		}
	})
}

func TestAnotherStreamIsDiscoveredAnew(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		if err := s.Discover(disco.Query{JID: domain}); err != nil {
			t.Fatal(err)
		}
		p.Says(`<iq type="result" id="` + p.Hears().ID() + `" from="` + domain + `"><query xmlns="http://jabber.org/protocol/disco#info"><feature var="f"/></query></iq>`)
		synctest.Wait()
		if !s.Discovered().Get(domain, "").Info.Has("f") {
			t.Fatal("it was not discovered")
		}
		p.Conn.CloseNow()
		synctest.Wait()
		connect(t, s)
		synctest.Wait()
		if s.Discovered().Get(domain, "").Infos.Asked() {
			t.Error("what was said on the stream before still counts")
		}
	})
}

func TestAComponentDiscoversFromItsAddress(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{Negotiate: negotiate.Config{Component: true}})
		if err := s.Discover(disco.Query{JID: domain}); err != nil {
			t.Fatal(err)
		}
		if asked := p.Hears(); asked.From() != s.Status().JID.String() || asked.From() == "" {
			t.Errorf("asked is %s", asked)
		}
	})
}
