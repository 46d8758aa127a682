package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"iqscope/internal/report"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
)

// commandSeries is the number of the only series that a command sends.
const commandSeries = 1

// maxUnprinted is how many bytes of lines wait for an output that does not keep up, until nothing more
// is sent.
const maxUnprinted = 1 << 20

// series sends one request many times, each with an id of its own, and keeps as many of them
// waiting for their ends as its window is wide. The session tells it of each end, and it sends the
// next one there and then: a request costs neither a goroutine nor a channel.
type series struct {
	session *session.Session
	iq      *stanza.Stanza
	id      []byte // of the next one, but for its number
	options []session.SendOption
	count   int
	window  int
	line    func(dst []byte, x session.Exchange) []byte // appends what is printed of an end; nil for nothing
	ctx     context.Context                             // ended by stop, too
	stop    context.CancelCauseFunc
	news    chan struct{} // holds a token when there are lines to print, or all is over

	mu         sync.Mutex // taken before the session's
	sent, over int
	tally      report.Tally
	last       session.Exchange // of those that have ended
	lines      []byte           // not printed yet
	spare      []byte
}

// newSeries prints no lines unless it is given a way to make them. Whoever makes it stops it in the end.
func newSeries(ctx context.Context, s *session.Session, iq *stanza.Stanza, count, window int) *series {
	ctx, stop := context.WithCancelCause(ctx)
	return &series{
		session: s, iq: iq, id: slices.Grow([]byte(iq.ID()+"-"), 20), count: count, window: window,
		options: []session.SendOption{session.InSeries(commandSeries)},
		ctx:     ctx, stop: stop, news: make(chan struct{}, 1),
	}
}

// next is the request of that number.
func (s *series) next(number int) (*stanza.Stanza, error) {
	return s.iq.WithID(string(strconv.AppendInt(s.id, int64(number), 10)))
}

// end takes note of an end, and sends the next one.
func (s *series) end(x session.Exchange) {
	if x.Series != commandSeries {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over++
	s.tally.Add(x)
	s.last = x
	if report.Code(x) == exitLost {
		// The session knows why; a request that came just after the loss knows only that there is no
		// connection.
		s.stop(&exit{exitLost, fmt.Errorf("the connection was lost: %w", cmp.Or(s.session.Status().Err, x.Err))})
	}
	s.fill()
	if s.line != nil {
		s.lines = s.line(s.lines, x)
	}
	if len(s.lines) > 0 || s.over == s.sent {
		select {
		case s.news <- struct{}{}:
		default:
		}
	}
}

// fill sends as many as the window has room for. The lock is held.
func (s *series) fill() {
	for s.sent < s.count && s.sent-s.over < s.window && len(s.lines) < maxUnprinted && s.ctx.Err() == nil {
		iq, err := s.next(s.sent + 1)
		if err == nil {
			_, err = s.session.Start(iq, s.options...)
		}
		if err != nil {
			s.stop(refuse(err))
			return
		}
		s.sent++
	}
}

// run returns when all has ended and is printed. Whatever stops it cancels what still waits for a
// reply.
func (s *series) run(print func(lines []byte) error) {
	stopped := s.ctx.Done()
	for s.goesOn() {
		select {
		case <-s.news:
		case <-stopped:
			stopped = nil
			s.cancel()
		}
		if lines := s.take(); len(lines) > 0 {
			if err := print(lines); err != nil {
				s.stop(err)
			}
		}
	}
}

// goesOn sends what may be sent, and says whether there is anything to wait for.
func (s *series) goesOn() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fill()
	return s.over < s.sent || len(s.lines) > 0
}

// take returns the lines to print, good until it is called again.
func (s *series) take() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines, s.spare = s.spare[:0], s.lines
	return s.spare
}

// cancel gives up what still waits for a reply.
func (s *series) cancel() {
	s.mu.Lock() // nothing is being sent
	defer s.mu.Unlock()
	for _, x := range s.session.Exchanges(nil) {
		if x.Series == commandSeries && x.InFlight() {
			s.session.Cancel(x.Serial)
		}
	}
}

// sendMany sends a series, and prints each end and a summary: in the pretty format, whose reader wants
// that, the summary alone. It stops when the connection is lost.
func (p *program) sendMany(ctx context.Context, l *link, f sendFlags, r request, out *output) error {
	s := newSeries(ctx, l.session, r.iq, f.count, f.window)
	defer s.stop(nil)
	s.options = append(s.options, session.WithTimeout(time.Duration(p.flags.timeout)))
	if f.output != outputPretty {
		s.line = func(dst []byte, x session.Exchange) []byte { return out.appendEnded(dst, x, r.warnings) }
	}
	defer l.session.Ended(s.end)()
	start := time.Now()
	s.run(func(lines []byte) error {
		_, err := out.to.Write(lines)
		return p.written(err)
	})
	took := time.Since(start)
	l.keeping.series(commandSeries, s.last, start, took, &s.tally)
	return p.seriesEnd(s.ctx, f, out, &s.tally, took)
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
