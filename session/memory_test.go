//go:build !race

// What is measured in here is memory: the race detector would only make it take ten times as long.
// CI has a run without it for this.

package session

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
	"iqscope/session/answer"
	"iqscope/session/handler"
	"iqscope/session/journal"
)

func TestWhatIsRememberedOfTheAskedKeepsNoStanzasInMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	large := strings.Repeat("x", 500_000)
	for name, request := range map[string]func(i int) string{
		"senders with a resource": func(i int) string {
			return fmt.Sprintf(`<iq type="get" id="%d" from="u%d@x.y/z"><q xmlns="u">%s</q></iq>`, i, i, large)
		},
		"senders that are domains": func(i int) string {
			return fmt.Sprintf(`<iq type="get" id="%d" from="u%d.x.y"><q xmlns="u">%s</q></iq>`, i, i, large)
		},
		"senders that are no addresses": func(i int) string {
			return fmt.Sprintf(`<iq type="get" id="%d" from="u %d@%s"><q xmlns="u"/></iq>`, i, i, large)
		},
		"long ids": func(i int) string {
			return fmt.Sprintf(`<iq type="get" id="%d%s" from="u@x.y"><q xmlns="u"/></iq>`, i, large)
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, p := online(t, Config{Journal: journal.Limits{Bytes: 1 << 20}})
				began := heap()
				for i := range 100 {
					p.Says(request(i))
					time.Sleep(10 * time.Millisecond)
					p.Hears()
				}
				if grown := heap() - began; grown > 2*(16<<20) {
					t.Errorf("after 50 MB it holds %d MB", grown>>20)
				}
				runtime.KeepAlive(s)
			})
		})
	}
}

func TestManyRequestsCostNoGoroutineAndLeaveNoMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		go func() {
			for range p.Heard {
			}
		}()
		var m runtime.MemStats
		measure := func() uint64 { runtime.GC(); runtime.ReadMemStats(&m); return m.HeapAlloc }
		before, goroutines := measure(), runtime.NumGoroutine()
		const n = 100_000
		for i := range n {
			start(t, s, xmpptest.Get(t), NoTimeout())
			if i%1000 == 0 {
				synctest.Wait()
			}
		}
		synctest.Wait()
		if got := runtime.NumGoroutine(); got > goroutines {
			t.Errorf("%d goroutines for %d requests", got-goroutines, n)
		}
		for _, v := range s.Exchanges(nil) {
			s.Cancel(v.Serial)
		}
		synctest.Wait()
		// What stays is the log, which has bounds of its own, and the memory of ended ids.
		stats := s.Journal().Stats()
		if got := measure(); got > before+uint64(stats.Bytes)+64<<20 {
			t.Errorf("%d MiB stay, of which the log says %d", (got-before)>>20, stats.Bytes>>20)
		}
		if got := len(s.Exchanges(nil)); got != KeptRequests {
			t.Errorf("%d requests are shown", got)
		}
	})
}

func TestWhatWaitsOfRepliesIsBounded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		large := "<q xmlns='u'>" + strings.Repeat("x", 900_000) + "</q>"
		responds(t, s, "late", func(_ context.Context, e handler.Event) (handler.Answer, error) {
			a, err := handler.Reply(iqbuilder.Result(iqbuilder.InReplyTo(e.Stanza), iqbuilder.WithPayload(large)))
			return a.After(time.Hour), err
		})
		for i := range 100 {
			p.Says(asks(fmt.Sprint(i)))
		}
		const fit = answer.Bytes / 2 / 900_000 // half of it is for other domains
		if over := s.Status().Overflow; over < 100-fit || over > 100-fit+2 {
			t.Errorf("%d were given up, want about %d", over, 100-fit)
		}
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if got := len(p.Heard); got != 100-int(s.Status().Overflow) {
			t.Errorf("%d were answered", got)
		}
	})
}
