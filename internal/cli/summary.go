package cli

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
)

// tally counts how the requests of a series ended.
type tally struct {
	start               time.Time
	count               int
	ok, errors, timeout int
	worst               int // exit code
	failure             error
	latencies           []time.Duration
}

// severity orders the exit codes of a series: 5 over 3 over 1 over 0.
var severity = []int{exitResult, exitError, exitTimeout, exitLost}

func (t *tally) add(v session.Exchange) {
	t.count++
	switch v.Outcome {
	case stanza.OutcomeResult:
		t.ok++
	case stanza.OutcomeError:
		t.errors++
	case stanza.OutcomeTimeout:
		t.timeout++
	case stanza.OutcomeCancelled:
		return // the interruption says it
	}
	if v.Reply != nil {
		t.latencies = append(t.latencies, v.RTT)
	}
	if code := outcomeExit[v.Outcome]; slices.Index(severity, code) > slices.Index(severity, t.worst) {
		t.worst, t.failure = code, v.Err
	}
}

// summary is the last line of JSON of a series. Times are in milliseconds, from
// the requests that were answered; null when none was.
type summary struct {
	Count   int      `json:"count"`
	OK      int      `json:"ok"`
	Error   int      `json:"error"`
	Timeout int      `json:"timeout"`
	Rate    float64  `json:"rate_per_s"`
	P50     *float64 `json:"p50_ms"`
	P95     *float64 `json:"p95_ms"`
	P99     *float64 `json:"p99_ms"`
}

func (t *tally) summary(took time.Duration) summary {
	s := summary{Count: t.count, OK: t.ok, Error: t.errors, Timeout: t.timeout}
	if took > 0 {
		s.Rate = math.Round(float64(t.count)/took.Seconds()*10) / 10
	}
	slices.Sort(t.latencies)
	s.P50, s.P95, s.P99 = t.percentile(50), t.percentile(95), t.percentile(99)
	return s
}

// percentile is the nearest rank among the sorted latencies.
func (t *tally) percentile(p int) *float64 {
	if len(t.latencies) == 0 {
		return nil
	}
	rank := (len(t.latencies)*p + 99) / 100
	ms := milliseconds(t.latencies[max(rank, 1)-1])
	return &ms
}

func (s summary) String() string {
	text := fmt.Sprintf("%d sent: %d ok, %d error, %d timeout; %.1f per second", s.Count, s.OK, s.Error, s.Timeout, s.Rate)
	if s.P50 != nil {
		text += fmt.Sprintf("\nlatency: p50 %.3f ms, p95 %.3f ms, p99 %.3f ms", *s.P50, *s.P95, *s.P99)
	}
	return text
}

// seriesEnd prints the summary and says why the series ended as it did.
func (p *program) seriesEnd(ctx context.Context, f sendFlags, out *output, t *tally) error {
	s := t.summary(time.Since(t.start))
	var e *exit
	if ctx.Err() != nil && !errors.As(context.Cause(ctx), &e) {
		e = &exit{exitInterrupted, errors.New("interrupted")}
	}
	if e == nil && t.worst != exitResult {
		e = &exit{code: t.worst}
		if f.output != outputJSON {
			e.err = fmt.Errorf("not all went well; the worst: %w", t.failure)
		}
	}
	var err error
	switch f.output {
	case outputJSON:
		err = out.json(s)
	case outputPretty:
		err = out.line(s.String())
	default:
		p.say("%s", s)
	}
	if e != nil {
		return e
	}
	return p.written(err)
}
