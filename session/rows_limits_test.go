package session

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/iqbuilder/stanza"
)

// The limits are documented, so that these tests have the numbers, not the constants.

func TestABurstOfAnswersIsAHundredAndThenAHundredASecond(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		for i := range 400 {
			p.Sends(asks(fmt.Sprint(i)))
		}
		for second, want := range []int{100, 200, 300, 400} {
			synctest.Wait()
			if got := len(p.Heard); got != want {
				t.Errorf("after %d s there are %d answers, want %d", second, got, want)
			}
			time.Sleep(time.Second)
		}
		if n := s.Status().Overflow; n != 0 {
			t.Errorf("%d were given up", n)
		}
		// A pause of a second and more earns a whole burst again, and no greater one.
		time.Sleep(time.Hour)
		for i := range 150 {
			p.Sends(asks(fmt.Sprint("again-", i)))
		}
		synctest.Wait()
		if got := len(p.Heard); got != 500 {
			t.Errorf("after a pause %d of 150 were answered at once, want 100", got-400)
		}
	})
}

func TestAThousandRequestsOfOneSenderWaitAndNotOneMore(t *testing.T) {
	for _, n := range []int{999, 1000, 1001} {
		bubble(t, func(t *testing.T) {
			s, p := online(t, Config{})
			s.SetHold(Hold{On: true, For: time.Hour})
			for i := range n {
				p.Sends(asks(fmt.Sprint(i)))
			}
			synctest.Wait()
			st := s.Status()
			if want := min(n, 1000); st.Held != want || st.Overflow != uint64(n-want) {
				t.Errorf("of %d requests %d are held and %d given up", n, st.Held, st.Overflow)
			}
			p.Says(`<iq type="get" id="other" from="x.y"><q xmlns="u"/></iq>`)
			if got := s.Status().Held; got != st.Held+1 {
				t.Errorf("beside %d of one sender's, another sender's is not held", st.Held)
			}
		})
	}
}

func TestTenThousandRequestsOfAllSendersWaitAndNotOneMore(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		s.SetHold(Hold{On: true, For: time.Hour})
		for i := range 10_001 {
			p.Sends(fmt.Sprintf(`<iq type="get" id="a" from="u%d.x.y"><q xmlns="u"/></iq>`, i))
		}
		synctest.Wait()
		if st := s.Status(); st.Held != 10_000 || st.Overflow != 1 {
			t.Errorf("%d are held and %d given up", st.Held, st.Overflow)
		}
	})
}

// Fault 8: others can fill the room there is for what waits, each domain its part of
// it; our own server and account are answered all the same.
func TestOurOwnServerIsAnsweredWhoeverFloods(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		for second := range 5 {
			for i := range 4000 {
				p.Sends(fmt.Sprintf(`<iq type="get" id="%d" from="u%d@evil.example/x"><ping xmlns="urn:xmpp:ping"/></iq>`, i, i%11))
			}
			for _, from := range []string{"", "example.com", "juliet@example.com", "u@other.example"} {
				p.Sends(fmt.Sprintf(`<iq type="get" id="from %s in %d" from="%s"><ping xmlns="urn:xmpp:ping"/></iq>`, from, second, from))
			}
			time.Sleep(time.Second)
		}
		synctest.Wait()
		answered := 0
		for len(p.Heard) > 0 {
			if st := <-p.Heard; strings.HasPrefix(st.ID(), "from ") && st.Type() == stanza.Result {
				answered++
			}
		}
		if answered != 4*5 {
			t.Errorf("%d of 20 pings were answered", answered)
		}
		if s.Status().Overflow == 0 {
			t.Error("the flood filled nothing")
		}
	})
}
