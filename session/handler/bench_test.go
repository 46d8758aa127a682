package handler

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"iqscope/iqbuilder/stanza"
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

// handlerCounts are the numbers of handlers that are compared.
var handlerCounts = []int{0, 10, 100}

// BenchmarkPastHandlers takes an element past handlers that the header turns away: none, 10 and 100, in
// turns, of which the best one counts. It prints what the element costs, and what each handler adds
// (the goal is 50 ns at most).
func BenchmarkPastHandlers(b *testing.B) {
	e := event(b, "<iq type='get' id='q1' from='romeo@example.net/orchard'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>")
	watch := func(name string, m Matcher) Handler {
		return Callback(name, m, func(Event) { b.Error("matched") })
	}
	drop := func(name string, m Matcher) Handler {
		return Filter(name, m, func(Event) *stanza.Stanza { b.Error("matched"); return nil })
	}
	answer := func(name string, m Matcher) Handler {
		return Responder(name, m, func(context.Context, Event) (Answer, error) { b.Error("matched"); return Pass(), nil })
	}
	deliver := func(r *Registry) { r.Deliver(e) }
	ask := func(r *Registry) { r.Ask(b.Context(), e, func(Settlement) {}) }
	for _, row := range []struct {
		name, path string
		handler    func(string, Matcher) Handler
		pass       func(*Registry)
	}{
		{"observers by the kind", "message", watch, deliver},
		{"observers by the type", "iq@type=set/disco_info", watch, deliver},
		{"observers by the payload", "iq@type=get/ping", watch, deliver},
		{"observers by the sender", "iq@from='juliet@example.net/balcony'", watch, deliver},
		{"filters by the payload", "iq@type=get/ping", drop, deliver},
		{"responders by the payload", "iq@type=get/ping", answer, ask},
	} {
		b.Run(row.name, func(b *testing.B) {
			var ways []func()
			for _, handlers := range handlerCounts {
				r := New(nil)
				for i := range handlers {
					mustAdd(b, r, row.handler(fmt.Sprint(i), MustPath(row.path)))
				}
				ways = append(ways, func() { row.pass(r) })
			}
			best := bestTurns(b, ways)
			b.ReportMetric(0, "ns/op")
			for i, handlers := range handlerCounts {
				b.ReportMetric(best[i], fmt.Sprintf("ns-past-%d", handlers))
			}
			last := len(handlerCounts) - 1
			b.ReportMetric((best[last]-best[0])/float64(handlerCounts[last]), "ns/handler")
		})
	}
}

// bestTurns is how many nanoseconds each way takes, by the turn that nobody disturbed.
func bestTurns(b *testing.B, ways []func()) []float64 {
	const turn = 10
	best := make([]float64, len(ways))
	for range b.N/turn + 1 {
		for i, way := range ways {
			began := time.Now()
			for range turn {
				way()
			}
			took := float64(time.Since(began).Nanoseconds()) / turn
			if best[i] == 0 || took < best[i] {
				best[i] = took
			}
		}
	}
	return best
}

// BenchmarkPastPaths has ten paths that need the tree beside one, to see that they share it.
func BenchmarkPastPaths(b *testing.B) {
	e := event(b, "<iq type='get' id='q1' from='romeo@example.net/orchard'><query xmlns='http://jabber.org/protocol/disco#info'>"+
		strings.Repeat("<feature var='urn:example:feature'/>", 40)+"</query></iq>")
	for _, handlers := range []int{1, 10} {
		b.Run(fmt.Sprint(handlers), func(b *testing.B) {
			r := New(nil)
			path := MustPath("iq/disco_info/feature@var=none")
			for i := range handlers {
				mustAdd(b, r, Callback(fmt.Sprint(i), path, func(Event) { b.Error("matched") }))
			}
			b.ReportAllocs()
			for b.Loop() {
				r.Deliver(e)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(handlers), "ns/matcher")
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
