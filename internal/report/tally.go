package report

import (
	"fmt"
	"math"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
)

// Tally counts how the requests of a series ended. The zero Tally is of none. It is not safe for
// concurrent use, and takes 300 kB at most, however many they are.
type Tally struct {
	count               int
	ok, errors, timeout int
	code                int
	err                 error
	latencies           latencies
}

// Add counts a request. One that was cancelled only adds to the number of all, and is not the
// worst: whoever cancelled it knows why the series ends.
func (t *Tally) Add(e exchange.Exchange) {
	t.count++
	switch {
	case e.Outcome == stanza.OutcomeResult:
		t.ok++
	case e.Outcome == stanza.OutcomeError:
		t.errors++
	case e.Outcome == stanza.OutcomeTimeout, overdueUnsent(e):
		t.timeout++
	}
	if e.Reply != nil {
		t.latencies.add(e.RTT)
	}
	if code := Code(e); Worse(code, t.code) {
		t.code, t.err = code, e.Err
	}
}

// Worst is the exit code of the worst that happened, and the error of the first request that it
// happened to.
func (t *Tally) Worst() (code int, err error) { return t.code, t.err }

// Summary is a series as its last line of JSON. Times are in milliseconds, from the requests that
// were answered; null when none was. Those of more than 8,192 replies are up to 0.1 % too long.
type Summary struct {
	Count   int      `json:"count"`
	OK      int      `json:"ok"`
	Error   int      `json:"error"`
	Timeout int      `json:"timeout"`
	Rate    float64  `json:"rate_per_s"`
	P50     *float64 `json:"p50_ms"`
	P95     *float64 `json:"p95_ms"`
	P99     *float64 `json:"p99_ms"`
}

// Others is how many ended otherwise: were cancelled, not sent, or lost with the connection.
func (s Summary) Others() int { return s.Count - s.OK - s.Error - s.Timeout }

// Span is a time of a Summary; 0 for none.
func Span(ms *float64) time.Duration {
	if ms == nil {
		return 0
	}
	return time.Duration(math.Round(*ms * float64(time.Millisecond)))
}

// Summary sums up a series that took so long.
func (t *Tally) Summary(took time.Duration) Summary {
	s := Summary{Count: t.count, OK: t.ok, Error: t.errors, Timeout: t.timeout}
	if took > 0 {
		s.Rate = math.Round(float64(t.count)/took.Seconds()*10) / 10
	}
	s.P50, s.P95, s.P99 = t.latencies.percentile(50), t.latencies.percentile(95), t.latencies.percentile(99)
	return s
}

// String is the summary for a person, in one line or two.
func (s Summary) String() string {
	text := fmt.Sprintf("%d sent: %d ok, %d error, %d timeout; %.1f per second", s.Count, s.OK, s.Error, s.Timeout, s.Rate)
	if s.P50 != nil {
		text += fmt.Sprintf("\nlatency: p50 %.3f ms, p95 %.3f ms, p99 %.3f ms", *s.P50, *s.P95, *s.P99)
	}
	return text
}
