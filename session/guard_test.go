package session

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/negotiate"
	"iqscope/session/wire"
)

func TestAForgedCarbonIsFlaggedHoweverItsNamespaceIsWritten(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		p.Says(`<message from="` + romeo + `"><received xmlns="urn:xmpp:carbons&#58;2"/></message>`)
		if e, _ := s.Journal().Get(s.Journal().Stats().Last); e.Verdict != stanza.VerdictForged {
			t.Errorf("the verdict is %q", e.Verdict)
		}
	})
}

func TestAForgedPushThatCameEarlyIsRefused(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := New(Config{})
		c, p := pipe(t, s)
		try := newAttempt(nil)
		s.link.attempt = try
		push := xmpptest.Stanza(t, `<iq type="set" id="p" from="`+romeo+`"><query xmlns="jabber:iq:roster"/></iq>`)
		try.logged(s)(wire.Event{Time: time.Now(), Dir: stanza.In, Element: push, Shown: push})
		if err := s.link.online(&negotiate.Stream{Conn: c, Bound: xmpptest.JID(t, us), Early: []*stanza.Stanza{push}}, try); err != nil {
			t.Fatal(err)
		}
		if got := p.Hears(); got.Type() != stanza.Error {
			t.Errorf("it was answered with %s", got.XML())
		}
		if !strings.Contains(notes(s), "a roster push that is not from our server") {
			t.Error("the log does not show it")
		}
		p.Conn.CloseNow()
		synctest.Wait()
	})
}
