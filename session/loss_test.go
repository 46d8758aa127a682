package session

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

// Fault 22: each request ends once.
func TestWhenTheConnectionIsLostEveryRequestEndsAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		var requests []*Request
		for range 5 {
			requests = append(requests, start(t, s, xmpptest.Get(t)))
		}
		synctest.Wait()
		before := time.Now()
		p.Conn.CloseNow()
		for _, r := range requests {
			<-r.Done()
			v := r.Exchange()
			var unknown *stanza.Unknown
			if v.Outcome != stanza.OutcomeUnknown || !errors.As(v.Err, &unknown) || unknown.Cause == nil {
				t.Errorf("it ended as %q, %v", v.Outcome, v.Err)
			}
		}
		if d := time.Since(before); d != 0 {
			t.Errorf("that took %v", d)
		}
		if st := s.Status(); st.State != Lost || st.Err == nil || st.InFlight != 0 {
			t.Errorf("the status is %+v", st)
		}
	})
}

func TestWithoutAConnectionARequestEndsAsNotSent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := New(Config{})
		_, err := s.Send(t.Context(), xmpptest.Get(t))
		var notSent *stanza.NotSent
		if !errors.As(err, &notSent) || !errors.Is(err, ErrOffline) {
			t.Fatalf("Send = %v", err)
		}
		if v := s.Exchanges(nil)[0]; v.Outcome != stanza.OutcomeNotSent {
			t.Errorf("it is listed as %q", v.Outcome)
		}
		if _, err := s.SendStanza(xmpptest.Stanza(t, "<presence/>")); !errors.Is(err, ErrOffline) {
			t.Errorf("SendStanza = %v", err)
		}
	})
}

func TestWhatTheSocketNeverTookEndsAsNotSent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := New(Config{})
		_, far := connectDeaf(t, s) // reads nothing: the first write hangs
		first := start(t, s, xmpptest.Get(t))
		synctest.Wait()
		second := start(t, s, xmpptest.Get(t))
		synctest.Wait()
		far.Close()
		<-first.Done()
		<-second.Done()
		if o := second.Exchange().Outcome; o != stanza.OutcomeNotSent {
			t.Errorf("the one behind it ended as %q", o)
		}
	})
}

func TestAfterALossTheSessionConnectsAgainAndKeepsItsLog(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		r := start(t, s, xmpptest.Get(t))
		oldID := p.Hears().ID()
		p.Conn.CloseNow()
		<-r.Done()
		lines := s.Journal().Stats().Last
		p = connect(t, s)
		defer p.Conn.CloseNow()
		r2 := start(t, s, xmpptest.Get(t))
		p.Says(result(oldID))
		if ended(r2) || r.Exchange().Outcome != stanza.OutcomeUnknown {
			t.Error("an answer to the old stream's request changed something")
		}
		p.Says(result(r2.Exchange().Stanza.ID()))
		if r2.Exchange().Outcome != stanza.OutcomeResult {
			t.Errorf("the new request ended as %q", r2.Exchange().Outcome)
		}
		if s.Journal().Stats().Last <= lines {
			t.Error("the log began anew")
		}
	})
}
