package pending

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

// machine has the clocks of one that sleeps and is set: it tells what time.Now reads on it.
type machine struct {
	booted time.Time // with a monotonic reading
	ran    time.Duration
	slept  time.Duration
	set    time.Duration
}

func (m *machine) now() time.Time {
	return xmpptest.WallSet(m.booted.Add(m.ran), m.slept+m.set)
}

func (m *machine) passed() time.Duration { return m.ran + m.slept }

// Fault 26: whatever the machine sleeps and whoever sets its clock, a request ends when its time is up by
// real time, and no sooner.
func TestDeadlinesPassInRealTime(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		type due struct {
			request *Request
			began   time.Duration
			timeout time.Duration
		}
		m := &machine{booted: time.Now()}
		table := client(t)
		var waiting []due
		seconds := func(name string, upTo int) time.Duration {
			return time.Duration(rapid.IntRange(1, upTo).Draw(rt, name)) * time.Second
		}
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			switch rapid.SampledFrom([]string{"ask", "run", "sleep", "set", "answer"}).Draw(rt, "what") {
			case "ask":
				timeout := seconds("timeout", 8*3600)
				r, err := table.Add(xmpptest.Stanza(t, iq("get", xmpptest.Get(t).ID(), "", "romeo@montague.example")), timeout, m.now())
				if err != nil {
					rt.Fatal(err)
				}
				table.Sent(r, m.now())
				waiting = append(waiting, due{r, m.passed(), timeout})
			case "run":
				m.ran += seconds("run", 3600)
			case "sleep":
				d := seconds("sleep", 12*3600)
				m.slept += d
				table.Slept(d, m.now())
			case "set":
				m.set += rapid.SampledFrom([]time.Duration{-24 * time.Hour, 24 * time.Hour}).Draw(rt, "set")
			case "answer":
				if len(waiting) == 0 {
					continue
				}
				w := waiting[0]
				reply := xmpptest.Stanza(t, iq("result", w.request.ID, "romeo@montague.example", own))
				if j := table.Judge(reply, m.now()); j.Verdict != stanza.VerdictReply {
					rt.Fatalf("the answer is %+v", j)
				}
				if got, want := w.request.Ended.Sub(w.request.Sent), m.passed()-w.began; got != want {
					rt.Errorf("the answer took %v, want %v", got, want)
				}
				waiting = waiting[1:]
			}
			expired := map[*Request]bool{}
			for _, r := range table.Expire(m.now()) {
				expired[r] = true
			}
			rest := waiting[:0:0]
			for _, w := range waiting {
				left := w.began + w.timeout - m.passed()
				if got := w.request.Deadline.Sub(m.now()); got != left {
					rt.Errorf("%v are left, want %v", got, left)
				}
				if got := w.request.Deadline.Sub(w.request.Sent); got != w.timeout {
					rt.Errorf("the timeout became %v, want %v", got, w.timeout)
				}
				if expired[w.request] != (left <= 0) {
					rt.Errorf("with %v left, it ended: %t", left, expired[w.request])
				}
				if left > 0 {
					rest = append(rest, w)
				}
			}
			waiting = rest
			if next, ok := table.Next(); ok != (len(waiting) > 0) || ok && !next.After(m.now()) {
				rt.Errorf("the next deadline is %v, %t with %d waiting", next, ok, len(waiting))
			}
		}
	})
}

func TestALateReplyIsLateByTheSleepToo(t *testing.T) {
	m := &machine{booted: time.Now()}
	table := client(t)
	r, err := table.Add(xmpptest.Stanza(t, iq("get", "a", "", "romeo@montague.example")), 30*time.Second, m.now())
	if err != nil {
		t.Fatal(err)
	}
	table.Sent(r, m.now())
	m.ran += 30 * time.Second
	table.Expire(m.now())
	m.slept += 8 * time.Hour
	table.Slept(8*time.Hour, m.now())
	j := table.Judge(xmpptest.Stanza(t, iq("result", "a", "romeo@montague.example", own)), m.now())
	if j.Verdict != stanza.VerdictLate || j.LateBy != 8*time.Hour || r.LateBy != 8*time.Hour {
		t.Errorf("it is %s by %v", j.Verdict, j.LateBy)
	}
	if d := r.Ended.Sub(r.Sent); d != 30*time.Second {
		t.Errorf("the request ended after %v", d)
	}
	if d := m.now().Sub(r.Queued); d != 8*time.Hour+30*time.Second {
		t.Errorf("it was asked %v ago", d)
	}
}
