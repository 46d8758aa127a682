package session

import (
	"testing"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
	"iqscope/session/match"
)

// What keeps the link alive is not the user's traffic: a filter that drops or rewrites everything
// would make a link that lives look dead.
func TestTheUsersFiltersDoNotSeeKeepalivePings(t *testing.T) {
	for name, into := range map[string]func(handler.Event) *stanza.Stanza{
		"dropping": func(handler.Event) *stanza.Stanza { return nil },
		"rewriting": func(e handler.Event) *stanza.Stanza {
			return xmpptest.Stanza(t, `<iq type="get" id="`+e.Stanza.ID()+`" to="`+domain+`"><q xmlns="u"/></iq>`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, w := serve(t, Config{Keepalive: 30 * time.Second})
				seen := 0
				if err := s.Handle(handler.Filter("all that goes out", match.Dir(stanza.Out), func(e handler.Event) *stanza.Stanza {
					seen++
					return into(e)
				})); err != nil {
					t.Fatal(err)
				}
				time.Sleep(30 * time.Second)
				ping := w.peer.Hears()
				if ping.Payload().Space != "urn:xmpp:ping" {
					t.Fatalf("after half a minute of silence it says %s", ping.XML())
				}
				w.peer.Says(result(ping.ID(), `from="`+domain+`"`))
				if seen != 0 {
					t.Errorf("the filter has seen %d elements", seen)
				}
				// The user's own ping has no such privilege.
				mine := xmpptest.Stanza(t, `<iq type="get" id="mine" to="`+domain+`"><ping xmlns="urn:xmpp:ping"/></iq>`)
				start(t, s, mine)
				if name == "dropping" {
					w.peer.HearsNothing()
				} else if got := w.peer.Hears(); got.Payload().Space != "u" {
					t.Errorf("of the user's ping came %s", got.XML())
				}
				if seen != 1 {
					t.Errorf("of the user's ping the filter has seen %d elements", seen)
				}
				if st := s.Status(); st.State != Online {
					t.Errorf("the session is %s", st.State)
				}
			})
		})
	}
}

// Row 69: an error of the own server's is a sign of life as good as a result, again and again, and
// its time is shown. TestARealServersErrorIsASignOfLife is the same on a real server.
func TestAnErrorToAKeepalivePingIsASignOfLife(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := serve(t, Config{Keepalive: 30 * time.Second})
		for range 5 {
			time.Sleep(30 * time.Second)
			ping := w.peer.Hears()
			time.Sleep(70 * time.Millisecond)
			w.peer.Says(`<iq type="error" id="` + ping.ID() + `" from="` + domain + `"><error type="cancel"><feature-not-implemented xmlns="` + stanza.NSStanzas + `"/></error></iq>`)
		}
		if st := s.Status(); st.State != Online || st.Loss != nil {
			t.Errorf("the session is %s: %v", st.State, st.Loss)
		}
		for _, v := range s.Exchanges(nil) {
			if v.Outcome != stanza.OutcomeError || v.RTT != 70*time.Millisecond || !v.Unasked {
				t.Errorf("a ping ended as %s after %v", v.Outcome, v.RTT)
			}
		}
		if n := len(s.Exchanges(nil)); n != 5 {
			t.Errorf("%d pings are shown", n)
		}
	})
}
