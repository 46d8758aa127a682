// Package repeat sends one request many times, and tells how it goes.
//
//	run := repeat.New(plan, send)
//	go run.Do()                // until all have ended
//	progress := run.Progress() // at any time
//	run.Stop()                 // sends no more; those under way are waited for
//
// A [Run] is safe for concurrent use. It publishes its progress at most ten times a second, however
// fast answers come, so that whoever shows it need not look more often.
package repeat

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"iqscope/history"
	"iqscope/internal/report"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/tui/words"
)

// Every is how often progress is published at most.
const Every = 100 * time.Millisecond

// Send sends the request once more. Done is closed when it has ended; then ended says how.
type Send func() (done <-chan struct{}, ended func() session.Exchange, err error)

// Run is a request that is sent many times. Make one with [New].
type Run struct {
	plan  Plan
	send  Send
	stop  func()
	leave func()
	// They are closed by Stop and Leave.
	stopped, left chan struct{}
	shown         atomic.Pointer[Progress]

	// Of Do alone.
	progress  Progress
	tally     report.Tally
	began     time.Time
	published time.Time
	last      session.Exchange // of those that ended
	took      time.Duration
}

// Progress is how far a run has come.
type Progress struct {
	Plan
	Sent, Ended int
	report.Summary
	// Stopping says that no more are sent, and that the rest is waited for.
	Stopping bool
	// Err is why no more were sent; nil if nothing kept them from it.
	Err error
}

// New returns a run that has not begun.
func New(p Plan, send Send) *Run {
	r := &Run{plan: p, send: send, stopped: make(chan struct{}), left: make(chan struct{}), progress: Progress{Plan: p}}
	r.stop = sync.OnceFunc(func() { close(r.stopped) })
	r.leave = sync.OnceFunc(func() { close(r.left) })
	first := r.progress
	r.shown.Store(&first)
	return r
}

// Stop keeps the run from sending more.
func (r *Run) Stop() { r.stop() }

// Leave does that, and ends the run without waiting for what is under way.
func (r *Run) Leave() {
	r.stop()
	r.leave()
}

// Progress is how far the run has come, not long ago; when Do has returned, at its end.
func (r *Run) Progress() Progress { return *r.shown.Load() }

// Do sends, and returns when all that was sent has ended. It is called once.
func (r *Run) Do() {
	r.began = time.Now()
	defer func() {
		r.took = time.Since(r.began)
		r.publish()
	}()
	ended := make(chan session.Exchange)
	stopped := r.stopped
	ticks := time.NewTicker(Every)
	defer ticks.Stop()
	for {
		r.sendMore(ended)
		if r.progress.Ended == r.progress.Sent {
			return
		}
		select {
		case x := <-ended:
			r.take(x)
		case <-stopped:
			stopped, r.progress.Stopping = nil, true
			r.publish()
		case <-r.left:
			return
		case <-ticks.C:
		}
		if time.Since(r.published) >= Every {
			r.publish()
		}
	}
}

// sendMore sends as many as the window allows.
func (r *Run) sendMore(ended chan<- session.Exchange) {
	p := &r.progress
	for p.Err == nil && p.Sent < p.Total && p.Sent-p.Ended < p.Window {
		select {
		case <-r.stopped:
			p.Stopping = true
			return
		default:
		}
		done, how, err := r.send()
		if err != nil {
			p.Err = err
			return
		}
		p.Sent++
		go func() {
			select {
			case <-done:
			case <-r.left:
				return
			}
			select {
			case ended <- how():
			case <-r.left:
			}
		}()
	}
}

// take counts a request that has ended. After one that could not be sent none is sent: the next
// could not either.
func (r *Run) take(x session.Exchange) {
	r.progress.Ended++
	r.last = x
	r.tally.Add(x)
	if x.Outcome == stanza.OutcomeNotSent && r.progress.Err == nil {
		r.progress.Err = x.Err
	}
}

// Series is the run as its history keeps it, when Do has returned; any says that something has ended.
func (r *Run) Series(number uint64) (sum history.Series, about history.About, any bool) {
	if r.progress.Ended == 0 {
		return sum, about, false
	}
	s := r.tally.Summary(r.took)
	over := r.last.Over
	return history.Series{
		Number: number, Request: r.last.Stanza, Began: r.began, Took: r.took, Count: s.Count,
		OK: s.OK, Errors: s.Error, Timeouts: s.Timeout, Others: s.Others(),
		P50: report.Span(s.P50), P95: report.Span(s.P95), P99: report.Span(s.P99),
	}, history.About{Account: over.Account.String(), Server: over.Server}, true
}

func (r *Run) publish() {
	r.published = time.Now()
	p := r.progress
	p.Summary = r.tally.Summary(r.published.Sub(r.began))
	r.shown.Store(&p)
}

// String is the progress in a line: "37 of 100 · 35 results · 2 errors · p50 12 ms".
func (p Progress) String() string {
	parts := []string{fmt.Sprintf("%s of %s", words.Count(p.Ended), words.Count(p.Total))}
	if under := p.Sent - p.Ended; under > 1 || p.Stopping && under > 0 {
		parts = append(parts, words.Count(under)+" under way")
	}
	return strings.Join(append(parts, p.counts(p.P50)...), " · ")
}

// Sum is the whole of a run that has ended, in a line.
func (p Progress) Sum() string {
	parts := []string{"sent " + words.Plural(p.Sent, "request")}
	if p.Sent < p.Total {
		parts[0] += " of " + words.Count(p.Total)
	}
	return strings.Join(append(parts, p.counts(p.P50, p.P95, p.P99)...), " · ")
}

// counts says how many ended how, and what so many percent of the round trips do not exceed.
func (p Progress) counts(ranks ...*float64) []string {
	var parts []string
	add := func(n int, noun string) {
		if n > 0 {
			parts = append(parts, words.Plural(n, noun))
		}
	}
	add(p.OK, "result")
	add(p.Summary.Error, "error")
	add(p.Timeout, "timeout")
	if rest := p.Ended - p.OK - p.Summary.Error - p.Timeout; rest > 0 {
		parts = append(parts, words.Count(rest)+" without an answer")
	}
	for i, ms := range ranks {
		if ms != nil {
			name := []string{"p50", "p95", "p99"}[i]
			parts = append(parts, name+" "+words.Duration(time.Duration(*ms*float64(time.Millisecond))))
		}
	}
	return parts
}
