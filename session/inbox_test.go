package session

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
	"iqscope/session/exchange"
	"iqscope/session/handler"
	"iqscope/session/journal"
)

// heap is what is in use after everything that can be let go of was.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestADelayedAnswerIsLetGoOf(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{Journal: journal.Limits{Bytes: 1 << 20}})
		large := "<q xmlns='u'>" + strings.Repeat("x", 500_000) + "</q>"
		responds(t, s, "late", func(_ context.Context, e handler.Event) (handler.Answer, error) {
			a, err := handler.Reply(iqbuilder.Result(iqbuilder.InReplyTo(e.Stanza), iqbuilder.WithPayload(large)))
			return a.After(time.Second), err
		})
		began := heap()
		for i := range 100 {
			p.Says(asks(fmt.Sprint(i)))
			time.Sleep(time.Second)
			p.Hears()
		}
		if grown := heap() - began; grown > 2*(16<<20) {
			t.Errorf("after 50 MB it holds %d MB", grown>>20)
		}
		runtime.KeepAlive(s)
	})
}

// An absent from is the own bare JID.
func TestAReplyToOurAccountAnswersWhatCameWithoutFrom(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		s.SetHold(Hold{On: true})
		p.Says(`<iq type="set" id="p"><query xmlns="jabber:iq:roster"/></iq>`)
		if _, err := s.SendStanza(xmpptest.Stanza(t, result("p", `to="juliet@example.com"`))); err != nil {
			t.Fatal(err)
		}
		p.Hears()
		time.Sleep(time.Hour)
		p.HearsNothing()
		if in := onlyAsked(t, s); in.By != exchange.ByHand {
			t.Errorf("it was %+v", in)
		}
	})
}
