package pending

import (
	"fmt"
	"testing"
	"time"

	"iqscope/iqbuilder/stanza"
)

// crowds are the numbers of requests in flight that are compared.
var crowds = []int{1, 10_000}

// BenchmarkRoundTrip adds and sends a request and answers the oldest one, and
// prints what it costs with 10,000 in flight in terms of what it costs with one.
func BenchmarkRoundTrip(b *testing.B) {
	// Both crowds see the same stanzas, as many as the larger one needs.
	ids := crowds[len(crowds)-1] + 1
	requests, replies := make([]*stanza.Stanza, ids), make([]*stanza.Stanza, ids)
	for i := range ids {
		requests[i] = parse(b, iq("get", fmt.Sprint(i), "", "romeo@montague.example/phone"))
		replies[i] = parse(b, iq("result", fmt.Sprint(i), "romeo@montague.example/phone", own))
	}
	var turns []func()
	for _, crowd := range crowds {
		table := client(b)
		n := 0
		send := func() {
			now := at(time.Duration(n) * time.Millisecond)
			r, err := table.Add(requests[n%ids], 30*time.Second, now)
			if err != nil {
				b.Fatal(err)
			}
			table.Sent(r, now)
			n++
		}
		for range crowd {
			send()
		}
		turns = append(turns, func() {
			send()
			if j := table.Judge(replies[(n-1-crowd)%ids], start); j.Verdict != stanza.VerdictReply {
				b.Fatalf("%+v", j)
			}
		})
	}
	compare(b, turns)
}

// BenchmarkForgery judges a reply from a wrong sender.
func BenchmarkForgery(b *testing.B) {
	forged := parse(b, iq("result", "0", "mallory@evil.example", own))
	var turns []func()
	for _, crowd := range crowds {
		table := client(b)
		for i := range crowd {
			sent(b, table, iq("get", fmt.Sprint(i), "", "romeo@montague.example"), time.Second)
		}
		turns = append(turns, func() { table.Judge(forged, start) })
	}
	compare(b, turns)
}

// compare lets the crowds take turns, so that whatever else the machine does
// slows all of them down alike.
func compare(b *testing.B, turns []func()) {
	const turn = 100
	cost := make([]time.Duration, len(turns))
	b.ResetTimer()
	for done := 0; done < b.N; done += turn {
		for i, do := range turns {
			began := time.Now()
			for range turn {
				do()
			}
			cost[i] += time.Since(began)
		}
	}
	for i, crowd := range crowds {
		b.ReportMetric(float64(cost[i].Nanoseconds())/float64(b.N), fmt.Sprintf("ns/%d-pending", crowd))
	}
	b.ReportMetric(float64(cost[1])/float64(cost[0]), "ratio")
}
