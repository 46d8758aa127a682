package cli

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/handler"
)

// watcherName is the watcher's in the registry.
const watcherName = "iqscope watch"

// watcher prints what the registry calls it with, in the goroutine of that, so that
// an output which does not keep up holds up nobody else.
type watcher struct {
	out   *output
	count int // how many to print; 0 for any number

	seen  atomic.Uint64 // calls that have returned
	turn  chan struct{} // holds one token; who has it may use what follows
	shown int
	over  bool
	done  chan struct{} // closed when there is no more to print
	err   error         // why, before done is closed; nil when the count was reached
}

func newWatcher(out *output, count int) *watcher {
	return &watcher{out: out, count: count, turn: make(chan struct{}, 1), done: make(chan struct{})}
}

// see prints one element.
func (w *watcher) see(e handler.Event) {
	defer w.seen.Add(1)
	w.turn <- struct{}{}
	defer func() { <-w.turn }()
	if w.over {
		return
	}
	w.err = w.out.event(e)
	w.shown++
	if w.err != nil || w.shown == w.count {
		w.over = true
		close(w.done)
	}
}

// counts are how many elements were queued to be printed so far, and how many found
// no room there.
func (w *watcher) counts(s *session.Session) (queued, dropped uint64) {
	for _, info := range s.Handlers() {
		if info.Name == watcherName {
			return info.Matches - info.Dropped, info.Dropped
		}
	}
	return 0, 0
}

// drainTime is how long the output may take for what has come until the end.
const drainTime = 2 * time.Second

// end lets what has come until now be printed, unless the output takes nothing,
// stops printing, and says how much was not printed.
func (w *watcher) end(s *session.Session) (warnings []string) {
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	queued, missed := w.counts(s)
	w.drain(ctx, queued)
	select {
	case w.turn <- struct{}{}:
		w.over = true
		<-w.turn
	case <-ctx.Done(): // in a write that may never end; the program ends all the same
	}
	select {
	case <-w.done: // the rest was not asked for
		if w.err != nil {
			return nil
		}
	default:
		missed += queued - min(w.seen.Load(), queued)
	}
	switch missed {
	case 0:
		return nil
	case 1:
		return []string{"one element was not printed: the output did not keep up"}
	}
	return []string{fmt.Sprintf("%d elements were not printed: the output did not keep up", missed)}
}

// drain waits until so many were printed, or no more will be.
func (w *watcher) drain(ctx context.Context, queued uint64) {
	for w.seen.Load() < queued {
		select {
		case <-w.done:
			return
		case <-ctx.Done():
			return
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// event writes one element.
func (o *output) event(e handler.Event) error {
	switch o.format {
	case outputJSON:
		return o.element(e.Seq, e.Time, e.Dir, e.Stanza, e.Verdict)
	case outputRaw:
		return o.line(e.Stanza.XML())
	}
	arrow := "←"
	if e.Dir == stanza.Out {
		arrow = "→"
	}
	head := fmt.Sprintf("%s %s %d", e.Time.Format("15:04:05.000"), arrow, e.Seq)
	if e.Verdict != "" {
		head += " " + string(e.Verdict)
	}
	if fault := e.Stanza.Fault(); fault != nil {
		head += " broken: " + fault.Error()
	}
	if err := o.pretty(head+"\n", e.Stanza); err != nil {
		return err
	}
	return o.line("")
}
