package session

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
	"iqscope/session/handler"
	"iqscope/session/negotiate"
)

func TestALateReplyIsToldOnceBehindTheEnd(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		var told []string
		tell := func(what string) func(Exchange) {
			return func(x Exchange) { told = append(told, fmt.Sprint(what, " ", x.Stanza.ID(), " ", x.Outcome)) }
		}
		var late Exchange
		s.LateReplies(func(x Exchange) { late = x })
		s.LateReplies(tell("late"))
		s.Ended(func(x Exchange) {
			time.Sleep(time.Minute) // the late reply is there before the end is told
			tell("ended")(x)
		})
		stop := s.LateReplies(tell("not any more"))
		stop()
		r := start(t, s, named(t, "overdue"), WithTimeout(time.Second))
		start(t, s, named(t, "answered"))
		start(t, s, named(t, "cancelled")).Cancel()
		time.Sleep(3 * time.Second)
		p.Says(result("overdue"))
		p.Says(result("answered"))
		for _, id := range []string{"overdue", "answered", "stranger"} { // duplicates, and a stranger's
			p.Says(result(id))
		}
		p.Says(result("cancelled", `from="mallory@example.org"`)) // a forged one
		synctest.Wait()
		if err := s.Close(t.Context()); err != nil { // it waits until all is told
			t.Fatal(err)
		}
		if got, want := strings.Join(told, ", "), "ended cancelled cancelled, ended overdue timeout, late overdue timeout, ended answered result"; got != want {
			t.Errorf("told was\n%s, want\n%s", got, want)
		}
		x := r.Exchange()
		if late.Late == nil || late.Late != x.Late || late.LateBy != 2*time.Second || late.LateSeq != x.LateSeq || late.LateSeq == 0 || late.Reply != nil || late.Err == nil {
			t.Errorf("told was %+v", late)
		}
	})
}

func TestWhoListensForLateRepliesAloneHearsOfNothingElse(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		var told record
		s.LateReplies(told.hear)
		start(t, s, named(t, "a"))
		synctest.Wait()
		p.Says(result("a"))
		if len(told.told) != 0 {
			t.Errorf("told was %q", told.told)
		}
	})
}

func TestAnExchangeSaysOverWhichConnectionItLeft(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := serve(t, Config{Reconnect: true})
		// Each connection has a resource and an address of its own.
		negotiated, n := s.link.negotiate, 0
		s.link.negotiate = func(ctx context.Context, cfg negotiate.Config) (*negotiate.Stream, error) {
			stream, err := negotiated(ctx, cfg)
			if err == nil {
				n++
				stream.Bound, stream.Addr = xmpptest.JID(t, fmt.Sprintf("juliet@example.com/%d", n)), fmt.Sprintf("192.0.2.%d:5222", n)
			}
			return stream, err
		}
		over := map[string]exchange.Connection{}
		s.Ended(func(x Exchange) {
			time.Sleep(time.Minute) // by then, all is different
			over[x.Stanza.ID()] = x.Over
		})
		back := func() {
			t.Helper()
			time.Sleep(10 * time.Second)
			synctest.Wait()
			if st := s.Status(); st.State != Online {
				t.Fatalf("it is %s", st.State)
			}
		}
		w.cut()
		back()
		start(t, s, named(t, "first"), NoTimeout())
		w.peer.Hears()
		w.cut()
		synctest.Wait()
		start(t, s, named(t, "offline"))
		back()
		start(t, s, named(t, "second"))
		w.peer.Hears()
		if err := s.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		for id, want := range map[string]string{
			"first": "juliet@example.com/1 192.0.2.1:5222", "second": "juliet@example.com/2 192.0.2.2:5222", "offline": us + " ",
		} {
			if got := over[id].Account.String() + " " + over[id].Server; got != want {
				t.Errorf("%s left as %s, want %s", id, got, want)
			}
		}
	})
}

// With stream management, what waits when the connection is lost leaves by the next one.
func TestWhatWaitsForTheNextConnectionLeavesOverThat(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := managedOnline(t)
		n := 1
		negotiated := s.link.negotiate
		s.link.negotiate = func(ctx context.Context, cfg negotiate.Config) (*negotiate.Stream, error) {
			stream, err := negotiated(ctx, cfg)
			if err == nil {
				n++
				stream.Addr = fmt.Sprintf("192.0.2.%d:5222", n)
			}
			return stream, err
		}
		cut := false
		err := s.Handle(handler.Filter("cut", handler.MustPath("iq@dir=out"), func(e handler.Event) *stanza.Stanza {
			if !cut {
				cut = true
				w.peer.Conn.CloseNow()
				time.Sleep(time.Millisecond)
			}
			return e.Stanza
		}))
		if err != nil {
			t.Fatal(err)
		}
		r := start(t, s, named(t, "waits"))
		before := r.Exchange().Over
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if got := w.peer.Hears(); got.ID() != "waits" {
			t.Fatalf("came %s", got.XML())
		}
		if after := r.Exchange().Over; before.Server != "pipe" || after.Server != "192.0.2.2:5222" {
			t.Errorf("it was to leave over %+v and left over %+v", before, after)
		}
	})
}

func TestAnExchangeSaysOfWhichSeriesItIs(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		var told []uint64
		s.Ended(func(x Exchange) { told = append(told, x.Series) })
		one := start(t, s, named(t, "a"), InSeries(7))
		start(t, s, named(t, "b"))
		synctest.Wait()
		p.Says(result("a"))
		p.Says(result("b"))
		if len(told) != 2 || told[0] != 7 || told[1] != 0 || one.Exchange().Series != 7 {
			t.Errorf("the series are %v", told)
		}
	})
}
