package session

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/iqbuilder"
	"iqscope/session/answer"
	"iqscope/session/handler"
)

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
