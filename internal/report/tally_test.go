package report

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
)

func TestOutcomesHaveTheirCodes(t *testing.T) {
	for outcome, want := range map[stanza.Outcome]int{
		stanza.OutcomeResult: 0, stanza.OutcomeError: 1, stanza.OutcomeTimeout: 3, stanza.OutcomeCancelled: 130,
		stanza.OutcomeNotSent: 5, stanza.OutcomeUnknown: 5,
	} {
		if got := Code(exchange.Exchange{Outcome: outcome}); got != want {
			t.Errorf("%s exits with %d, not %d", outcome, got, want)
		}
	}
}

func TestARequestThatNobodyTookInTimeIsATimeout(t *testing.T) {
	request := xmpptest.Stanza(t, "<iq type='get' id='1'><q xmlns='n'/></iq>")
	e := exchange.Exchange{Stanza: request, Outcome: stanza.OutcomeNotSent, Err: &stanza.NotSent{Request: request, Cause: exchange.ErrOverdueUnsent}}
	if got := Code(e); got != ExitTimeout {
		t.Errorf("it exits with %d", got)
	}
	var sum Tally
	sum.Add(e)
	wantLine(t, sum.Summary(0), `{"count":1,"ok":0,"error":0,"timeout":1,"rate_per_s":0,"p50_ms":null,"p95_ms":null,"p99_ms":null}`)
}

func TestWorseIs5Over3Over1Over0(t *testing.T) {
	order := []int{0, 1, 3, 5}
	for i, a := range order {
		for j, b := range order {
			if Worse(a, b) != (i > j) {
				t.Errorf("%d is worse than %d: %v", a, b, Worse(a, b))
			}
		}
		for _, other := range []int{ExitUsage, ExitConnect, ExitInterrupted} {
			if Worse(other, a) {
				t.Errorf("%d is worse than %d", other, a)
			}
		}
	}
}

func TestATallyKeepsTheFirstOfTheWorst(t *testing.T) {
	result, failed, late, lost := stanza.OutcomeResult, stanza.OutcomeError, stanza.OutcomeTimeout, stanza.OutcomeUnknown
	for _, row := range []struct {
		outcomes []stanza.Outcome
		code     int
		at       int // whose error it is
	}{
		{[]stanza.Outcome{result, result}, ExitResult, -1},
		{[]stanza.Outcome{result, failed, failed, result}, ExitError, 1},
		{[]stanza.Outcome{late, failed}, ExitTimeout, 0},
		{[]stanza.Outcome{failed, late, late}, ExitTimeout, 1},
		{[]stanza.Outcome{lost, late, failed, result}, ExitLost, 0},
		{[]stanza.Outcome{result, stanza.OutcomeNotSent}, ExitLost, 1},
		{[]stanza.Outcome{failed, stanza.OutcomeCancelled}, ExitError, 0},
	} {
		var sum Tally
		errs := make([]error, len(row.outcomes))
		for i, o := range row.outcomes {
			if o != result {
				errs[i] = errors.New(string(o))
			}
			sum.Add(exchange.Exchange{Outcome: o, Err: errs[i]})
		}
		code, err := sum.Worst()
		if code != row.code || row.at >= 0 && err != errs[row.at] || row.at < 0 && err != nil {
			t.Errorf("%v: exit code %d, %v", row.outcomes, code, err)
		}
	}
}

func TestATallyCountsWhatHappened(t *testing.T) {
	var sum Tally
	reply := xmpptest.Stanza(t, "<iq type='result' id='1'/>")
	for _, e := range []exchange.Exchange{
		{Outcome: stanza.OutcomeResult, Reply: reply, RTT: 20 * time.Millisecond},
		{Outcome: stanza.OutcomeResult, Reply: reply, RTT: 10 * time.Millisecond},
		{Outcome: stanza.OutcomeError, Reply: reply, RTT: 31234567 * time.Nanosecond},
		{Outcome: stanza.OutcomeTimeout, RTT: time.Hour},
		{Outcome: stanza.OutcomeTimeout},
		{Outcome: stanza.OutcomeTimeout},
		{Outcome: stanza.OutcomeCancelled},
		{Outcome: stanza.OutcomeUnknown},
	} {
		sum.Add(e)
	}
	s := sum.Summary(1500 * time.Millisecond)
	wantLine(t, s, `{"count":8,"ok":2,"error":1,"timeout":3,"rate_per_s":5.3,"p50_ms":20,"p95_ms":31.234,"p99_ms":31.234}`)
	if diff := cmp.Diff("8 sent: 2 ok, 1 error, 3 timeout; 5.3 per second\nlatency: p50 20.000 ms, p95 31.234 ms, p99 31.234 ms", s.String()); diff != "" {
		t.Error(diff)
	}
	var none Tally
	s = none.Summary(0)
	wantLine(t, s, `{"count":0,"ok":0,"error":0,"timeout":0,"rate_per_s":0,"p50_ms":null,"p95_ms":null,"p99_ms":null}`)
	if diff := cmp.Diff("0 sent: 0 ok, 0 error, 0 timeout; 0.0 per second", s.String()); diff != "" {
		t.Error(diff)
	}
}

// ranked are n latencies of 1 ms, 2 ms and so forth.
func ranked(n int) []time.Duration {
	all := make([]time.Duration, n)
	for i := range all {
		all[i] = time.Duration(i+1) * time.Millisecond
	}
	return all
}

func TestPercentilesAreNearestRanks(t *testing.T) {
	for _, row := range []struct {
		n             int
		p50, p95, p99 float64 // ranks, rounded up
	}{
		{1, 1, 1, 1}, {2, 1, 2, 2}, {3, 2, 3, 3}, {10, 5, 10, 10}, {19, 10, 19, 19}, {20, 10, 19, 20}, {21, 11, 20, 21},
		{99, 50, 95, 99}, {100, 50, 95, 99}, {101, 51, 96, 100}, {200, 100, 190, 198},
	} {
		var sum Tally
		for _, d := range slices.Backward(ranked(row.n)) {
			sum.latencies.add(d)
		}
		s := sum.Summary(time.Second)
		if *s.P50 != row.p50 || *s.P95 != row.p95 || *s.P99 != row.p99 {
			t.Errorf("of %d: p50 %v, p95 %v, p99 %v, want %+v", row.n, *s.P50, *s.P95, *s.P99, row)
		}
	}
}

// TestAPercentileIsWhatSoManyDoNotExceed holds the nearest rank against its definition: of all
// latencies the shortest that at least p percent of them do not exceed.
func TestAPercentileIsWhatSoManyDoNotExceed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, p := rapid.IntRange(1, 500).Draw(t, "n"), rapid.IntRange(1, 100).Draw(t, "p")
		want := 1
		for want*100 < n*p {
			want++
		}
		if got := Percentile(ranked(n), p); got != time.Duration(want)*time.Millisecond {
			t.Fatalf("p%d of %d is the %v-th, not the %d-th", p, n, got.Milliseconds(), want)
		}
	})
}
