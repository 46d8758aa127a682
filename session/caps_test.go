package session

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
)

// ver is what a presence says of us.
func ver(t *testing.T, xml string) string {
	t.Helper()
	_, rest, ok := strings.Cut(xml, " ver='")
	ver, _, closed := strings.Cut(rest, "'")
	if !ok || !closed {
		t.Fatalf("%s has no capabilities", xml)
	}
	return ver
}

// discovers asks as romeo what there is to know of the node, and returns the answer.
func discovers(p *xmpptest.Peer, node string) string {
	p.Says(`<iq type="get" id="d" from="` + romeo + `"><query xmlns="http://jabber.org/protocol/disco#info" node="` + node + `"/></iq>`)
	return p.Hears().XML()
}

func TestPresenceSaysWhatIsServedAndSaysItAgainWhenThatChanges(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		available := func() {
			t.Helper()
			st, err := s.Presence()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.SendStanza(st); err != nil {
				t.Fatal(err)
			}
		}
		s.Switch("version", false)
		p.HearsNothing() // nobody sees us yet
		available()
		first := ver(t, p.Hears().XML())
		if got := discovers(p, capsNode+"#"+first); !strings.Contains(got, "node='"+capsNode+"#"+first+"'") || strings.Contains(got, "jabber:iq:version") {
			t.Errorf("who asks what that means is told %s", got)
		}

		passes := func(context.Context, handler.Event) (handler.Answer, error) { return handler.Pass(), nil }
		changes := map[string]func(){
			"switched on":  func() { s.Switch("version", true) },
			"added":        func() { s.Handle(handler.Responder("x", handler.MustPath("iq/{u}q"), passes).Serving("u")) },
			"replaced":     func() { s.Replace(handler.Responder("x", handler.MustPath("iq/{v}q"), passes).Serving("v")) },
			"removed":      func() { s.Remove("x") },
			"switched off": func() { s.Switch("version", false) },
		}
		seen := map[string]bool{first: true}
		for _, what := range []string{"switched on", "added", "replaced", "removed", "switched off"} {
			changes[what]()
			now := ver(t, p.Hears().XML())
			if known := what == "removed" || what == "switched off"; seen[now] != known {
				t.Errorf("a responder was %s, and we say %s", what, now)
			}
			seen[now] = true
			if got := discovers(p, capsNode+"#"+now); !strings.Contains(got, `type="result"`) {
				t.Errorf("who asks what that means is told %s", got)
			}
		}
		if got := discovers(p, capsNode+"#made-up"); !strings.Contains(got, "item-not-found") {
			t.Errorf("who asks for what we never said is told %s", got)
		}
		s.Switch("time", true) // was on
		p.HearsNothing()

		for _, silent := range []string{`<presence type="unavailable"/>`, `<presence/>`, `<presence><c xmlns="` + nsCaps + `" node="x" ver="y" hash="sha-1"/></presence>`} {
			available()
			p.Hears()
			if _, err := s.SendStanza(xmpptest.Stanza(t, silent)); err != nil {
				t.Fatal(err)
			}
			p.Hears()
			s.Switch("time", false)
			s.Switch("time", true)
			p.HearsNothing()
		}
		available()
		p.Hears()
		if _, err := s.SendStanza(xmpptest.Stanza(t, `<presence to="room@x.y/n"/>`)); err != nil {
			t.Fatal(err)
		}
		p.Hears()
		s.Switch("time", false)
		p.Hears() // a presence to one changes nothing for all
	})
}

func TestPresenceIsNotSaidAgainUnasked(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{Disco: Disco{Once: true}})
		st, err := s.Presence()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.SendStanza(st); err != nil {
			t.Fatal(err)
		}
		p.Hears()
		s.Switch("version", false)
		synctest.Wait()
		p.HearsNothing()
	})
}

func TestWhatChangesBeforeAPresenceHasLeftIsSaidToo(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		st, err := s.Presence()
		if err != nil {
			t.Fatal(err)
		}
		s.mu.Lock() // the writer cannot have it yet
		s.outbox.add(&outgoing{element: st})
		s.mu.Unlock()
		s.Switch("version", false)
		want, err := s.Presence()
		if err != nil {
			t.Fatal(err)
		}
		var last string
		for range 2 {
			last = p.Hears().XML()
		}
		if ver(t, last) != ver(t, want.XML()) {
			t.Errorf("the last that others hear is %s, want %s", last, want)
		}
		p.HearsNothing()
	})
}

func TestWhatChangesWhileTheLinkIsDownIsSaidWhenTheStreamIsResumed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := managedOnline(t)
		st, err := s.Presence()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.SendStanza(st); err != nil {
			t.Fatal(err)
		}
		first := ver(t, w.peer.Hears().XML())
		w.cut()
		synctest.Wait()
		s.Switch("version", false)
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if !s.Status().Resumed {
			t.Fatalf("it is %s", s.Status().State)
		}
		var now string
		for now == "" || now == first { // what was not acknowledged comes again
			now = ver(t, w.peer.Hears().XML())
		}
		w.peer.HearsNothing()
	})
}

func TestAPresenceThatAFilterKeptBackIsNotSaidAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		drop := handler.Filter("hide", handler.MustPath("presence@dir=out"), func(handler.Event) *stanza.Stanza { return nil })
		if err := s.Handle(drop); err != nil {
			t.Fatal(err)
		}
		st, err := s.Presence()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.SendStanza(st); err != nil {
			t.Fatal(err)
		}
		p.HearsNothing()
		s.Remove("hide")
		s.Switch("version", false)
		p.HearsNothing()
	})
}
