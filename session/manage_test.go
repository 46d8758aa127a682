package session

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
	"iqscope/session/negotiate"
)

func TestWhatAReaderHasOfAConnectionThatWentIsNotCounted(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := serve(t, Config{Reconnect: true})
		w.answer = managed
		w.cut()
		time.Sleep(time.Minute)
		synctest.Wait()
		s.mu.Lock()
		l := s.life
		s.mu.Unlock()
		w.cut()
		el := mustParse(t, asks("a"))
		s.receive(l, el, handler.Event{Dir: stanza.In, Stanza: el})
		if n := len(s.Asked(nil)); n != 0 || s.sm.received != 0 {
			t.Errorf("%d requests were taken, %d stanzas counted", n, s.sm.received)
		}
	})
}

func TestManyRequestsForAnAcknowledgementGetOneThatCoversThem(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := New(Config{})
		d := connectDeaf(t, s)
		s.mu.Lock()
		s.sm = newManagement(negotiate.Management{Enabled: true, ID: "sm1"}, jid(t, us))
		s.mu.Unlock()
		for range 1000 {
			d.says(t, `<message/><r xmlns="urn:xmpp:sm:3"/>`)
		}
		synctest.Wait()
		s.mu.Lock()
		defer s.mu.Unlock()
		if n := len(s.outbox.queue); n > 1 || s.sm.received != 1000 {
			t.Errorf("%d wait to be sent, %d were counted", n, s.sm.received)
		}
	})
}

func TestWhatIsNotAcknowledgedIsBoundedInBytes(t *testing.T) {
	large := mustParse(t, "<message>"+strings.Repeat("x", 1_000_000)+"</message>")
	m := &management{id: "sm1"}
	for range 100 {
		m.sent(outgoing{element: large})
	}
	if m.bytes > unackedBytes || len(m.unacked) > unackedBytes/1_000_000 || m.resumable(time.Time{}) {
		t.Errorf("it keeps %d stanzas of %d bytes", len(m.unacked), m.bytes)
	}
	if !m.handled(100) || m.bytes != 0 {
		t.Errorf("%d bytes stay", m.bytes)
	}
}
