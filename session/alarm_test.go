package session

import (
	"testing"
	"testing/synctest"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/session/exchange"
)

// One timer serves our requests and those of others: it goes off at whichever is due first.
func TestTheAlarmGoesOffAtTheNearestDeadline(t *testing.T) {
	for name, c := range map[string]struct{ ours, held time.Duration }{
		"a request of ours": {5 * time.Second, time.Minute},
		"one that is held":  {time.Minute, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, p := online(t, Config{})
				s.SetHold(Hold{On: true, For: c.held})
				r := start(t, s, xmpptest.Get(t), WithTimeout(c.ours))
				p.Says(asks("a"))
				for _, passed := range []time.Duration{6 * time.Second, time.Minute} {
					time.Sleep(passed)
					synctest.Wait()
					first := passed == 6*time.Second
					if got, want := ended(r), !first || c.ours < c.held; got != want {
						t.Errorf("after %v, ours has ended: %t", passed, got)
					}
					if got, want := onlyAsked(t, s).State == exchange.Answered, !first || c.held < c.ours; got != want {
						t.Errorf("after %v, the other's is answered: %t", passed, got)
					}
				}
			})
		})
	}
}
