package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"iqscope/internal/report"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/catalog"
	"iqscope/session"
)

// round is one run over all who are asked.
type round struct {
	p *program
	asking
	catalog *catalog.Catalog
	kind    *catalog.Kind
	link    *link
	session *session.Session
	out     *output
	start   time.Time

	mu    sync.Mutex
	tally report.Tally
}

// lines says that there is a line for each answer as it comes.
func (r *round) lines() bool { return r.format == outputJSON || r.count > 1 }

// all asks the targets, as many at a time as the window is wide.
func (r *round) all(ctx context.Context, targets []*target) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(r.window, len(targets)) {
		workers.Go(func() {
			for ctx.Err() == nil {
				n := int(next.Add(1)) - 1
				if n >= len(targets) {
					return
				}
				if err := r.one(ctx, targets[n], uint64(n+1)); err != nil {
					stop(err)
				}
			}
		})
	}
	workers.Wait()
	var e *exit
	if errors.As(context.Cause(ctx), &e) {
		return e
	}
	return nil
}

// one asks one target as often as it is to be asked; several times are a series of that number.
func (r *round) one(ctx context.Context, t *target, series uint64) error {
	if r.count == 1 {
		series = 0
	} else {
		began := time.Now()
		defer func() { r.link.keeping.series(series, t.ended, began, time.Since(began), &t.tally) }()
	}
	for n := 1; n <= r.count && ctx.Err() == nil; n++ {
		iq := t.request.iq
		if n > 1 {
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(time.Duration(r.interval)):
			}
			var err error
			if iq, err = iqbuilder.Change(iq, iqbuilder.ID(iqbuilder.NewID())); err != nil {
				return refuse(err)
			}
		}
		ended, err := r.p.sendOne(ctx, r.session, iq, session.InSeries(series))
		if err != nil {
			return refuse(err)
		}
		if err := r.ended(t, n, ended); err != nil {
			return r.p.written(err)
		}
	}
	return nil
}

func (r *round) ended(t *target, n int, e session.Exchange) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	t.ended, t.answer = e, report.NewAnswer(r.catalog, r.kind, e.Reply)
	r.tally.Add(e)
	if r.count > 1 {
		t.tally.Add(e)
	}
	switch {
	case r.format == outputJSON:
		warnings := slices.Concat(t.request.warnings, report.Oddities(e.Stanza, e.Reply))
		return r.out.json(report.NewAsked(report.NewRecord(e, warnings), t.answer))
	case r.lines():
		var row report.Table
		outcome, took, back := report.Ended(e, t.answer)
		row.Row(t.name, fmt.Sprint(n), outcome, took, back)
		return r.out.line(row.Lines()[0])
	}
	return nil
}

// end prints what is left to be printed, and makes an exit code of it all.
func (r *round) end(ctx context.Context, targets []*target) error {
	var err error
	switch {
	case r.count > 1 && r.format == outputJSON:
		err = r.out.json(r.tally.Summary(time.Since(r.start)))
	case r.count > 1:
		err = r.out.line(r.tally.Summary(time.Since(r.start)).String())
	case r.format == outputJSON:
	case len(targets) > 1:
		err = r.table(targets)
	default:
		err = r.answer(targets[0])
	}
	if err != nil {
		return r.p.written(err)
	}
	if ctx.Err() != nil {
		return &exit{exitInterrupted, errors.New("interrupted")}
	}
	code, failure := r.tally.Worst()
	switch {
	case code == exitResult:
		return nil
	case r.format == outputJSON:
		failure = nil
	case len(targets) > 1 || r.count > 1:
		failure = fmt.Errorf("not all went well; the worst: %w", failure)
	}
	return &exit{code, failure}
}

// table prints a line for each target.
func (r *round) table(targets []*target) error {
	var t report.Table
	t.Row("JID", "OUTCOME", "TIME", "ANSWER")
	for _, asked := range targets {
		if asked.ended.Outcome == "" {
			t.Row(asked.name, "not asked", "-")
			continue
		}
		outcome, took, back := report.Ended(asked.ended, asked.answer)
		t.Row(asked.name, outcome, took, back)
	}
	return r.print(t.Lines())
}

// answer prints the answer of the one target, whole.
func (r *round) answer(t *target) error {
	e := t.ended
	r.p.warn(slices.Concat(t.request.warnings, report.Refusals(e.Refused), report.Oddities(e.Stanza, e.Reply)))
	switch {
	case e.Reply == nil:
		return nil
	case e.Reply.Err() != nil:
		if failure := r.kind.Failure(e.Reply.Err()); failure != nil && failure.Remedy != "" {
			r.p.say("%s: %s", failure.Condition, failure.Remedy)
		}
		return nil
	case t.answer == nil:
		r.p.warn([]string{"the answer is not what was asked for" + because(r.catalog.Label(e.Stanza, e.Reply))})
		return r.out.pretty("", e.Reply)
	case t.answer.Empty() && r.kind.Result == catalog.ResultEmpty:
		_, took, _ := report.Ended(e, t.answer)
		return r.out.line(t.name + ": answered in " + took)
	case t.answer.Empty():
		r.p.say("the answer is empty")
	case t.answer.Rest != "":
		r.p.warn([]string{"the answer says more than is shown, such as " + t.answer.Rest + "; --output json has all of it"})
	}
	return r.print(t.answer.Lines())
}

// because says in what an answer is not what was asked for.
func because(l *catalog.Labelled) string {
	if l == nil || l.Wrong == "" {
		return ""
	}
	return ": " + l.Wrong
}

func (r *round) print(lines []string) error {
	for _, line := range lines {
		if err := r.out.line(line); err != nil {
			return err
		}
	}
	return nil
}
