package session

import (
	"io"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/negotiate"
	"iqscope/session/wire"
)

func TestWhatAReaderHasOfAConnectionThatWentIsNotCounted(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := managedOnline(t)
		s.mu.Lock()
		c := s.link.up
		s.mu.Unlock()
		w.cut()
		el := xmpptest.Stanza(t, asks("a"))
		s.receive(c, []wire.Event{{Time: time.Now(), Dir: stanza.In, Element: el, Shown: el}})
		if n := len(s.Incoming(nil)); n != 0 || s.link.managed.Received() != 0 {
			t.Errorf("%d requests were taken, %d stanzas counted", n, s.link.managed.Received())
		}
	})
}

func TestManyRequestsForAnAcknowledgementGetOneThatCoversThem(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := New(Config{})
		_, far := connectDeaf(t, s)
		s.mu.Lock()
		s.link.managed = newManaged(negotiate.Management{Enabled: true, ID: "sm1"}, xmpptest.JID(t, us))
		s.link.up.managed = s.link.managed
		s.mu.Unlock()
		for range 1000 {
			io.WriteString(far, `<message/><r xmlns="urn:xmpp:sm:3"/>`)
		}
		synctest.Wait()
		s.mu.Lock()
		defer s.mu.Unlock()
		if n := len(s.outbox.queue); n > 1 || s.link.managed.Received() != 1000 {
			t.Errorf("%d wait to be sent, %d were counted", n, s.link.managed.Received())
		}
	})
}
