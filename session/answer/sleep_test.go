package answer

import (
	"fmt"
	"testing"
	"time"

	"iqscope/internal/xmpptest"
)

// Fault 26, of what waits for an answer: held, or answered with a delay.
func TestWhatWaitsHasWaitedWhileTheMachineSlept(t *testing.T) {
	for _, set := range []time.Duration{-24 * time.Hour, 0, 24 * time.Hour} {
		t.Run(fmt.Sprint("the clock is set by ", set), func(t *testing.T) {
			o := open(t)
			o.now = time.Now()
			answered := o.admits("answered", "r@x.y/z", 0)
			o.Refuse(answered, o.now)
			o.expects("answered service-unavailable")
			long, short := o.admits("long", "r@x.y/z", 10*time.Hour), o.admits("short", "r@x.y/z", 30*time.Second)
			slow := o.admits("slow", "r@x.y/z", 0)
			o.Settle(slow, Decision{By: "r", Reply: xmpptest.Result(t, slow.Stanza), Delay: time.Hour}, o.now)
			o.waits(10 * time.Second)
			o.now = xmpptest.WallSet(o.now, set)
			o.waits(10 * time.Second)
			o.expects()
			o.now = xmpptest.WallSet(o.now, 8*time.Hour)
			o.Slept(8*time.Hour, o.now)
			o.Expire(o.now)
			o.expects("short service-unavailable", "slow result")
			if d, held := long.Deadline.Sub(o.now), long.Deadline.Sub(long.At); d != 2*time.Hour-20*time.Second || held != 10*time.Hour {
				t.Errorf("of %v, %v are left", held, d)
			}
			if d := short.Ended.Sub(short.At); d != 8*time.Hour+20*time.Second {
				t.Errorf("the short one was open for %v", d)
			}
			// What is shown in the order of arrival stays so.
			if answered.At.After(long.At) || answered.Ended.After(long.At) {
				t.Errorf("what came first is told to have come %v later", answered.At.Sub(long.At))
			}
			o.waits(2*time.Hour - 21*time.Second)
			o.expects()
			o.waits(time.Second)
			o.expects("long service-unavailable")
		})
	}
}
