package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"iqscope/internal/report"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
)

// series makes the IQs of a series: all alike but for the id.
type series struct {
	before, after string // of where the ids differ
	scope         stanza.Scope
}

// newSeries takes an IQ whose ids are to go on with -1, -2 and so forth.
func newSeries(iq *stanza.Stanza) (series, error) {
	root, err := iq.Tree()
	if err != nil {
		return series{}, err
	}
	for _, a := range root.Attrs {
		if a.Name == (stanza.Name{Local: "id"}) {
			return series{iq.XML()[:a.ValEnd], iq.XML()[a.ValEnd:], iq.Scope()}, nil
		}
	}
	return series{}, session.ErrNoID
}

func (s series) number(n int) (*stanza.Stanza, error) {
	return stanza.Parse(s.before+"-"+strconv.Itoa(n)+s.after, s.scope)
}

// sendMany sends a series, of which as many wait at a time as the window is
// wide, and prints each end and a summary. It stops when the connection is lost.
func (p *program) sendMany(ctx context.Context, l *link, f sendFlags, r request, out *output) error {
	all, err := newSeries(r.iq)
	if err != nil {
		return refuse(err)
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var (
		next    atomic.Int64
		workers sync.WaitGroup
		mu      sync.Mutex
		t       report.Tally
		some    session.Exchange // one of them
		start   = time.Now()
		s       = l.session
	)
	// Each worker keeps one request in flight: no goroutine for each of a
	// million requests, and no slow one holds up the others.
	for range min(f.window, f.count) {
		workers.Go(func() {
			for ctx.Err() == nil {
				n := int(next.Add(1))
				if n > f.count {
					return
				}
				iq, err := all.number(n)
				if err != nil {
					stop(refuse(err))
					return
				}
				one, err := p.sendOne(ctx, s, iq, session.InSeries(1))
				if err != nil {
					stop(refuse(err))
					return
				}
				mu.Lock()
				t.Add(one)
				some = one
				err = p.written(p.endedInSeries(f, out, one, r.warnings))
				mu.Unlock()
				switch {
				case err != nil:
					stop(err)
				case report.Code(one) == exitLost:
					// The session knows why; a request that came just after the
					// loss knows only that there is no connection.
					stop(&exit{exitLost, fmt.Errorf("the connection was lost: %w", cmp.Or(s.Status().Err, one.Err))})
				}
			}
		})
	}
	workers.Wait()
	took := time.Since(start)
	l.keeping.series(1, some, start, took, &t)
	return p.seriesEnd(ctx, f, out, &t, took)
}

// endedInSeries prints one of many: not in the pretty format, whose reader wants
// the summary.
func (p *program) endedInSeries(f sendFlags, out *output, r session.Exchange, warnings []string) error {
	if f.output == outputPretty {
		return nil
	}
	return out.ended(r, warnings)
}

// seriesEnd prints the summary and says why the series ended as it did.
func (p *program) seriesEnd(ctx context.Context, f sendFlags, out *output, t *report.Tally, took time.Duration) error {
	s := t.Summary(took)
	var e *exit
	if ctx.Err() != nil && !errors.As(context.Cause(ctx), &e) {
		e = &exit{exitInterrupted, errors.New("interrupted")}
	}
	if code, failure := t.Worst(); e == nil && code != exitResult {
		e = &exit{code: code}
		if f.output != outputJSON {
			e.err = fmt.Errorf("not all went well; the worst: %w", failure)
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
