package e2e

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"iqscope/history"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/demo"
	"iqscope/session/negotiate"
)

const (
	historyRate  = 1_000 // round trips a second
	historyCount = 3_000
	// historyGoal is what of the rate without a history has to be left with one.
	historyGoal = 0.95
)

// BenchmarkHistoryAtAThousandASecond sends 1,000 requests a second to the built-in server, without a
// history and with one, each of them kept. It prints the rates that were reached, and as a ratio what
// of it is left with a history (the goal is 0.95), and what an entry costs of the processor.
func BenchmarkHistoryAtAThousandASecond(b *testing.B) {
	var without, with rate
	for b.Loop() {
		without = sendAtRate(b, nil)
		h := history.New(filepath.Join(b.TempDir(), "history", "history.db"), history.Options{})
		if err := h.Open(b.Context()); err != nil {
			b.Fatal(err)
		}
		with = sendAtRate(b, h)
		if err := h.Close(b.Context()); err != nil {
			b.Fatal(err)
		}
		if st := h.Status(); st.Kept != historyCount {
			b.Fatalf("%d exchanges are kept", st.Kept)
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(without.PerSecond, "without/s")
	b.ReportMetric(with.PerSecond, "with/s")
	b.ReportMetric(with.PerSecond/without.PerSecond, "ratio")
	b.ReportMetric(with.PerSecond/without.PerSecond/historyGoal, "of-goal")
	b.ReportMetric(float64((with.CPU-without.CPU).Nanoseconds())/1000, "cpu-µs/entry")
}

func sendAtRate(b *testing.B, h *history.History) rate {
	server, err := demo.Start(b.Context(), demo.Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer server.Close()
	s := session.New(session.Config{Negotiate: negotiate.Config{
		JID: stanza.MustParseJID("juliet@" + demo.Domain), Server: server.Addr(), TLS: negotiate.TLSStart, RootCAs: server.RootCAs(),
		Password: func(context.Context) (string, error) { return server.Password("juliet"), nil },
	}})
	defer s.Close(b.Context())
	if err := s.Connect(b.Context()); err != nil {
		b.Fatal(err)
	}
	if h != nil {
		s.Ended(func(x session.Exchange) {
			h.Keep(x, history.About{Account: x.Over.Account.String(), Server: x.Over.Server})
		})
	}
	requests := make([]*session.Request, 0, historyCount)
	began, worked := time.Now(), processorTime()
	for i := range historyCount {
		time.Sleep(time.Until(began.Add(time.Duration(i) * time.Second / historyRate)))
		iq, err := iqbuilder.Get(iqbuilder.To(demo.Domain), iqbuilder.WithElement(stanza.Name{Space: stanza.NSDiscoInfo, Local: "query"}))
		if err != nil {
			b.Fatal(err)
		}
		r, err := s.Start(iq)
		if err != nil {
			b.Fatal(err)
		}
		requests = append(requests, r)
	}
	for _, r := range requests {
		<-r.Done()
	}
	took := time.Since(began)
	if h != nil {
		if err := h.Flush(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	return rate{historyCount / took.Seconds(), (processorTime() - worked) / historyCount}
}
