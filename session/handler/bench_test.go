package handler

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"iqscope/session/match"
)

func BenchmarkDeliver(b *testing.B) {
	e := event(b, ping)
	for _, row := range []struct {
		name     string
		handlers int
		replies  int
	}{
		{"tap only", 0, 0},
		{"10000 replies", 0, 10_000},
		{"10 handlers that do not match", 10, 0},
	} {
		b.Run(row.name, func(b *testing.B) {
			r, h := New(nil), numbered(1)
			for i := range row.handlers {
				mustAdd(b, r, Callback(fmt.Sprint(i), match.ID("other"), func(Event) {}))
			}
			for i := range row.replies {
				if err := r.AddReply(fmt.Sprint(i), ""); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				h.deliver(r, e)
			}
		})
	}
}

func BenchmarkAddAndRunReplyAmong10000(b *testing.B) {
	r := New(nil)
	for i := range 10_000 {
		if err := r.AddReply(fmt.Sprint(i), ""); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		r.AddReply("one", "")
		r.RunReply("one", func() {})
	}
	r.Close(time.Minute)
}

func BenchmarkListOf10000(b *testing.B) {
	r := New(nil)
	for i := range 10_000 {
		if err := r.AddReply(fmt.Sprint(i), ""); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		r.List()
	}
}

// The price of a matcher: what the header decides, for itself; what needs the
// tree, ten against one, to see that they share it.
func BenchmarkDeliverPastMatchers(b *testing.B) {
	e := event(b, "<iq type='get' id='q1' from='romeo@example.net/orchard'><query xmlns='http://jabber.org/protocol/disco#info'>"+
		strings.Repeat("<feature var='urn:example:feature'/>", 40)+"</query></iq>")
	for _, row := range []struct {
		name, path string
		handlers   int
	}{
		{"100 paths, decided by the type", "iq@type=set/disco_info", 100},
		{"100 paths, decided by the payload", "iq@type=get/ping", 100},
		{"1 path that needs the tree", "iq/disco_info/feature@var=none", 1},
		{"10 paths that need the tree", "iq/disco_info/feature@var=none", 10},
	} {
		b.Run(row.name, func(b *testing.B) {
			r := New(nil)
			path := MustPath(row.path)
			for i := range row.handlers {
				mustAdd(b, r, Callback(fmt.Sprint(i), path, func(Event) { b.Error("matched") }))
			}
			b.ReportAllocs()
			for b.Loop() {
				r.Deliver(e)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(row.handlers), "ns/matcher")
		})
	}
}

func BenchmarkAsk(b *testing.B) {
	r := New(nil)
	e := event(b, askedPing)
	mustAdd(b, r, Responder("passes", nil, func(context.Context, Event) (Answer, error) { return Pass(), nil }),
		Responder("answers", nil, func(context.Context, Event) (Answer, error) { return Silence(), nil }))
	settled := make(chan Settlement)
	b.ReportAllocs()
	for b.Loop() {
		r.Ask(b.Context(), e, func(s Settlement) { settled <- s })
		<-settled
	}
	r.Close(time.Minute)
}
