package pending

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"iqscope/internal/xmpptest"
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
		requests[i] = xmpptest.Stanza(b, iq("get", fmt.Sprint(i), "", "romeo@montague.example/phone"))
		replies[i] = xmpptest.Stanza(b, iq("result", fmt.Sprint(i), "romeo@montague.example/phone", own))
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

// BenchmarkReply reads the reply to the oldest request and judges it, and prints
// what that costs with 10,000 in flight in terms of what it costs with one; then
// the same of the judgement alone. What differs is that a request which has waited
// among 10,000 is no longer in the processor's nearest memory.
func BenchmarkReply(b *testing.B) {
	ids := crowds[len(crowds)-1] + 1
	requests, replies := make([]*stanza.Stanza, ids), make([]string, ids)
	for i := range ids {
		requests[i] = xmpptest.Stanza(b, iq("get", fmt.Sprint(i), "", "romeo@montague.example/phone"))
		replies[i] = iq("result", fmt.Sprint(i), "romeo@montague.example/phone", own)
	}
	tables, next := make([]*Table, len(crowds)), make([]int, len(crowds))
	send := func(i int) {
		now := at(time.Duration(next[i]) * time.Millisecond)
		r, err := tables[i].Add(requests[next[i]%ids], 30*time.Second, now)
		if err != nil {
			b.Fatal(err)
		}
		tables[i].Sent(r, now)
		next[i]++
	}
	for i, crowd := range crowds {
		tables[i] = client(b)
		for range crowd {
			send(i)
		}
	}
	scope := stanza.ClientScope()
	whole, judged := make([]costs, len(crowds)), make([]costs, len(crowds))
	b.ResetTimer()
	for done := 0; done < b.N; done += turn {
		for i, crowd := range crowds {
			var reading, judging, clock time.Duration
			for range turn {
				began := time.Now()
				reply, err := stanza.Parse(replies[(next[i]-crowd)%ids], scope)
				read := time.Now()
				j := tables[i].Judge(reply, start)
				end := time.Now()
				clock += time.Since(end) // what looking at the clock costs
				reading, judging = reading+read.Sub(began), judging+end.Sub(read)
				if err != nil || j.Verdict != stanza.VerdictReply {
					b.Fatalf("%+v, %v", j, err)
				}
				send(i) // in the place of the one that was answered
			}
			whole[i] = append(whole[i], reading+judging-2*clock)
			judged[i] = append(judged[i], judging-clock)
		}
	}
	report(b, "", whole)
	report(b, "judged-", judged)
}

// BenchmarkForgery judges a reply from a wrong sender.
func BenchmarkForgery(b *testing.B) {
	forged := xmpptest.Stanza(b, iq("result", "0", "mallory@evil.example", own))
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

// turn is how often one crowd does its work before the other's turn.
const turn = 100

// compare lets the crowds take turns, so that whatever else the machine does
// slows all of them down alike.
func compare(b *testing.B, turns []func()) {
	all := make([]costs, len(turns))
	b.ResetTimer()
	for done := 0; done < b.N; done += turn {
		for i, do := range turns {
			began := time.Now()
			for range turn {
				do()
			}
			all[i] = append(all[i], time.Since(began))
		}
	}
	report(b, "", all)
}

// costs are what the turns of a crowd took.
type costs []time.Duration

// each is what one stanza took in a turn as good as half of the others: the
// median, so that a pause in the middle of a turn decides nothing.
func (c costs) each() float64 {
	slices.Sort(c)
	return float64(c[len(c)/2].Nanoseconds()) / turn
}

func report(b *testing.B, what string, all []costs) {
	for i, crowd := range crowds {
		b.ReportMetric(all[i].each(), fmt.Sprintf("ns/%s%d-pending", what, crowd))
	}
	b.ReportMetric(all[1].each()/all[0].each(), what+"ratio")
}
