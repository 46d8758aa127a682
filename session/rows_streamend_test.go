package session

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
	"iqscope/session/wire"
)

// Nothing that stands behind a stream error is believed any more (RFC 6120 §4.9.1.1), even when it
// came in the same packet.
func TestAStreamErrorEndsReading(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		r := start(t, s, xmpptest.Get(t), NoTimeout())
		p.Hears()
		var elements []*stanza.Stanza
		for _, xml := range []string{
			`<stream:error><policy-violation xmlns="` + stanza.NSStreams + `"/></stream:error>`,
			result(r.Exchange().Stanza.ID()),
			asks("behind"),
		} {
			el, err := p.Conn.Element(xml)
			if err != nil {
				t.Fatal(err)
			}
			elements = append(elements, el)
		}
		// The write can fail, because the session hangs up in the middle of it.
		p.Conn.Send(context.Background(), elements...)
		synctest.Wait()
		var last *wire.StreamError
		if st := s.Status(); st.State != Lost || !errors.As(st.Err, &last) || last.Condition != "policy-violation" {
			t.Errorf("the session is %s: %v", st.State, st.Err)
		}
		if v := r.Exchange(); v.Outcome != stanza.OutcomeUnknown {
			t.Errorf("the request ended as %q, want unknown", v.Outcome)
		}
		if n := len(s.Incoming(nil)); n != 0 {
			t.Errorf("%d requests from behind the error were taken", n)
		}
		var entries []journal.Entry
		for _, e := range s.Journal().Window(entries, 1, 1000) {
			if e.Dir == stanza.In && e.Stanza != nil && e.Stanza.Kind() == stanza.IQ {
				t.Errorf("the log has %s", e.Stanza.XML())
			}
		}
	})
}
