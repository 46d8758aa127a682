package session

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
	"iqscope/session/match"
)

// Fault 6: one right error, or none and a flag.
func TestEveryRequestIsAnsweredOnceWhateverItLooksLike(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		pending := start(t, s, xmpptest.Get(t, iqbuilder.ID("pending"), iqbuilder.To(romeo)), NoTimeout())
		p.Hears()
		for _, typ := range []string{"get", "set", "result", "error", "query", ""} {
			for _, id := range []string{``, `id=""`, `id="a"`, `id="&lt;&apos;&quot;&#10;"`, `id="pending"`} {
				for _, from := range []string{``, `from="` + romeo + `"`, `from="` + us + `"`, `from="example.com"`, `from="@"`, `from="a b@c/&quot;"`} {
					for _, payload := range []string{
						``, `text`, `<q xmlns="u"/>`, `<q/>`, `<q xmlns="u"/><q xmlns="u"/>`, `<ping xmlns="urn:xmpp:ping"/>`, `<pong xmlns="urn:xmpp:ping"/>`,
						`<query xmlns="jabber:iq:roster"/>`, `<block xmlns="urn:xmpp:blocking"/>`, `<error type="cancel"/>`,
						`<query xmlns="http://jabber.org/protocol/disco#info" node="&quot;&apos;&#10;&lt;"/>`,
					} {
						if typ == "result" && id == `id="pending"` || typ == "error" && id == `id="pending"` {
							continue
						}
						in := fmt.Sprintf(`<iq type="%s" %s %s>%s</iq>`, typ, id, from, payload)
						request := xmpptest.Stanza(t, in)
						p.Says(in)
						time.Sleep(20 * time.Millisecond)
						if typ != "result" && typ != "error" {
							got := p.Hears()
							if !got.IsReply() || got.ID() != request.ID() || got.HasID() != request.HasID() || got.To() != request.From() {
								t.Errorf("%s was answered with %s", in, got.XML())
							}
						}
						p.HearsNothing()
					}
				}
			}
		}
		if ended(pending) {
			t.Error("the request that waits has ended")
		}
	})
}

// lockWatcher matches everything, and tells whether it was asked inside the
// session's lock.
type lockWatcher struct {
	s      *Session
	inside bool
	panics bool
}

func (m *lockWatcher) String() string { return "*" }

func (m *lockWatcher) Match(match.Subject) bool {
	if m.panics {
		panic("ouch")
	}
	if !m.s.mu.TryLock() {
		m.inside = true
		return true
	}
	m.s.mu.Unlock()
	return true
}

func TestTheMatcherOfHoldIsAskedOutsideTheLock(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		m := &lockWatcher{s: s}
		s.SetHold(Hold{On: true, Match: m})
		p.Says(asks("a"))
		p.HearsNothing()
		if m.inside {
			t.Error("it could not ask the session anything")
		}
		s.SetHold(Hold{On: true, Match: &lockWatcher{s: s, panics: true}})
		p.Says(asks("b"))
		if p.Hears().ID() != "b" {
			t.Error("one that panics holds")
		}
		if !strings.Contains(notes(s), `"hold" failed: ouch`) {
			t.Errorf("the log does not tell:\n%s", notes(s))
		}
	})
}
