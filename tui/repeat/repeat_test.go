package repeat

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"iqscope/history"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/exchange"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server answers after a while, each request by its number from 1.
type server struct {
	answers func(n int) session.Exchange
	refuses func(n int) error
	takes   time.Duration
	sent    int
	mu      sync.Mutex
	under   int
	most    int
}

func (s *server) count(more int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.under += more
	s.most = max(s.most, s.under)
}

func (s *server) send() (<-chan struct{}, func() session.Exchange, error) {
	n := s.sent + 1
	if s.refuses != nil {
		if err := s.refuses(n); err != nil {
			return nil, nil, err
		}
	}
	s.sent = n
	s.count(1)
	done := make(chan struct{})
	go func() {
		time.Sleep(s.takes)
		s.count(-1)
		close(done)
	}()
	return done, func() session.Exchange { return s.answers(n) }, nil
}

func result(rtt time.Duration) session.Exchange {
	st, _ := stanza.Parse("<iq type='result' id='1'/>", stanza.ClientScope())
	return session.Exchange{Outcome: stanza.OutcomeResult, Reply: st, RTT: rtt}
}

func TestARunSendsAsManyAsItsWindowAllows(t *testing.T) {
	for _, p := range []Plan{{1, 1}, {100, 1}, {100, 7}, {100, 100}} {
		synctest.Test(t, func(t *testing.T) {
			s := &server{takes: 12 * time.Millisecond, answers: func(n int) session.Exchange {
				if n%50 == 0 {
					return session.Exchange{Outcome: stanza.OutcomeError}
				}
				return result(12 * time.Millisecond)
			}}
			run := New(p, s.send)
			run.Do()
			if s.sent != p.Total || s.most != p.Window {
				t.Errorf("%v: sent %d, %d of them at a time", p, s.sent, s.most)
			}
			got := run.Progress()
			if got.Ended != p.Total || got.OK+got.Summary.Error != p.Total || *got.P50 != 12 {
				t.Errorf("%v: %+v", p, got)
			}
			if p.Total == 100 && got.Sum() != "sent 100 requests · 98 results · 2 errors · p50 12 ms · p95 12 ms · p99 12 ms" {
				t.Errorf("it says %q", got.Sum())
			}
		})
	}
}

func TestARunThatIsOverIsASeries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		request, _ := stanza.Parse("<iq type='get' id='1'/>", stanza.ClientScope())
		s := &server{takes: 12 * time.Millisecond, answers: func(n int) session.Exchange {
			x := result(12 * time.Millisecond)
			x.Stanza, x.Over = request, exchange.Connection{Account: stanza.MustParseJID("a@b/c"), Server: "h:5222"}
			switch n {
			case 2:
				x.Outcome = stanza.OutcomeError
			case 3:
				x.Outcome, x.Reply = stanza.OutcomeTimeout, nil
			case 4:
				x.Outcome, x.Reply = stanza.OutcomeUnknown, nil
			}
			return x
		}}
		began := time.Now()
		run := New(Plan{10, 1}, s.send)
		if _, _, any := run.Series(7); any {
			t.Error("it is a series before it began")
		}
		run.Do()
		sum, about, _ := run.Series(7)
		want := history.Series{
			Number: 7, Request: request, Began: began, Took: 120 * time.Millisecond, Count: 10, OK: 7, Errors: 1, Timeouts: 1, Others: 1,
			P50: 12 * time.Millisecond, P95: 12 * time.Millisecond, P99: 12 * time.Millisecond,
		}
		if sum != want || about != (history.About{Account: "a@b/c", Server: "h:5222"}) {
			t.Errorf("it is %+v, %+v", sum, about)
		}
	})
}

func TestProgressIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{takes: 40 * time.Millisecond, answers: func(int) session.Exchange { return result(40 * time.Millisecond) }}
		run := New(Plan{100, 2}, s.send)
		go run.Do()
		if got := run.Progress().String(); got != "0 of 100" {
			t.Errorf("at first it says %q", got)
		}
		time.Sleep(2030 * time.Millisecond) // 50 windows of two
		if got := run.Progress(); got.Ended < 90 || !strings.HasSuffix(got.String(), "results · p50 40 ms") && got.Ended < 100 {
			t.Errorf("after a while it says %q", got)
		}
		synctest.Wait()
	})
}

func TestAStoppedRunSendsNoMoreAndWaitsForTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{takes: time.Second, answers: func(int) session.Exchange { return result(time.Second) }}
		run := New(Plan{100, 3}, s.send)
		over := make(chan struct{})
		go func() { run.Do(); close(over) }()
		time.Sleep(1500 * time.Millisecond)
		run.Stop()
		run.Stop() // once is enough
		synctest.Wait()
		if got := run.Progress(); !got.Stopping || got.String() != "3 of 100 · 3 under way · 3 results · p50 1.00 s" {
			t.Errorf("it says %q", got)
		}
		<-over
		if got := run.Progress().Sum(); s.sent != 6 || !strings.HasPrefix(got, "sent 6 requests of 100 · 6 results") {
			t.Errorf("sent %d; it says %q", s.sent, got)
		}
	})
}

func TestARunThatIsLeftIsOverAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{takes: time.Hour, answers: func(int) session.Exchange { return result(0) }}
		run := New(Plan{5, 5}, s.send)
		over := make(chan struct{})
		go func() { run.Do(); close(over) }()
		time.Sleep(time.Second)
		run.Leave()
		synctest.Wait()
		select {
		case <-over:
		default:
			t.Error("it waits all the same")
		}
		time.Sleep(2 * time.Hour)
	})
}

func TestARunEndsWhenNothingCanBeSent(t *testing.T) {
	offline := errors.New("not online")
	for _, row := range []struct {
		name string
		s    *server
		sent int
	}{
		{"refused", &server{refuses: func(n int) error {
			if n > 3 {
				return offline
			}
			return nil
		}, answers: func(int) session.Exchange { return result(0) }}, 3},
		{"not sent", &server{answers: func(n int) session.Exchange {
			if n < 3 {
				return result(0)
			}
			return session.Exchange{Outcome: stanza.OutcomeNotSent, Err: offline}
		}}, 3},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				run := New(Plan{100, 1}, row.s.send)
				run.Do()
				if got := run.Progress(); got.Err != offline || row.s.sent != row.sent {
					t.Errorf("sent %d: %v", row.s.sent, got.Err)
				}
			})
		})
	}
}

func TestPlansAreRead(t *testing.T) {
	for text, want := range map[string]Plan{"1": {1, 1}, "100": {100, 1}, " 100 / 5 ": {100, 5}, "3/10": {3, 3}, "1000000/10000": {1000000, 10000}} {
		if got, err := Parse(text); got != want || err != nil {
			t.Errorf("%q is %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "0", "-1", "1000001", "5/0", "5/", "/5", "5/10001", "x", "5/x", "1e3", "99999999999999999999"} {
		if got, err := Parse(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}
