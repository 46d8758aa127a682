package pending

import (
	"fmt"
	"testing"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

// crowds are the numbers of requests in flight that are compared.
var crowds = []int{1, 1_000, 100_000}

// BenchmarkRoundTrip adds and sends a request and judges the reply to the oldest one, and
// prints what it costs with 1,000 and 100,000 in flight in terms of what it costs
// with one (the goal is 1.1 at most). Requests and replies have just been read, as those
// of a session have; a request that has waited among 100,000 is no longer in the
// processor's nearest memory.
func BenchmarkRoundTrip(b *testing.B) {
	var ways []way
	for _, crowd := range crowds {
		table, started, answered := client(b), 0, 0
		send := func(request *stanza.Stanza) {
			now := at(time.Duration(started) * time.Millisecond)
			r, err := table.Add(request, 30*time.Second, now)
			if err != nil {
				b.Fatal(err)
			}
			table.Sent(r, now)
			started++
		}
		request := func(n int) *stanza.Stanza {
			return xmpptest.Stanza(b, iq("get", fmt.Sprint(n), "", "romeo@montague.example/phone"))
		}
		for n := range crowd {
			send(request(n))
		}
		var requests, replies [turn]*stanza.Stanza
		ways = append(ways, way{
			prepare: func() {
				for i := range turn {
					requests[i] = request(started + i)
					replies[i] = xmpptest.Stanza(b, iq("result", fmt.Sprint(answered+i), "romeo@montague.example/phone", own))
				}
			},
			do: func(i int) {
				send(requests[i])
				if j := table.Judge(replies[i], start); j.Verdict != stanza.VerdictReply {
					b.Fatalf("%+v", j)
				}
				answered++
			},
		})
	}
	compare(b, ways)
}

// BenchmarkForgery judges a reply from a wrong sender.
func BenchmarkForgery(b *testing.B) {
	forged := xmpptest.Stanza(b, iq("result", "0", "mallory@evil.example", own))
	var ways []way
	for _, crowd := range crowds {
		table := client(b)
		for i := range crowd {
			sent(b, table, iq("get", fmt.Sprint(i), "", "romeo@montague.example"), time.Second)
		}
		ways = append(ways, way{func() {}, func(int) { table.Judge(forged, start) }})
	}
	compare(b, ways)
}

const (
	turn  = 100 // how often one crowd does its work before the other's turn
	turns = 200 // of each crowd
)

// way is the work of a crowd, and what makes ready a turn of it.
type way struct {
	prepare func()
	do      func(i int)
}

// compare lets the crowds take turns, of which the best one of each counts: the one that nobody
// disturbed.
func compare(b *testing.B, ways []way) {
	best := make([]time.Duration, len(ways))
	for b.Loop() {
		for n := range turns * len(ways) {
			crowd := n % len(ways)
			ways[crowd].prepare()
			began := time.Now()
			for i := range turn {
				ways[crowd].do(i)
			}
			if took := time.Since(began); best[crowd] == 0 || took < best[crowd] {
				best[crowd] = took
			}
		}
	}
	b.ReportMetric(0, "ns/op")
	for i, crowd := range crowds {
		b.ReportMetric(float64(best[i].Nanoseconds())/turn, fmt.Sprintf("ns/%d-pending", crowd))
		if i > 0 {
			b.ReportMetric(float64(best[i])/float64(best[0]), fmt.Sprintf("%d-of-1", crowd))
		}
	}
}
