package handler

import (
	"context"
	"errors"
	"time"
)

// Waiter waits for the next element that matches. With the match, or when its
// time is up, it leaves the registry. It is safe for concurrent use: whoever
// waits gets the same.
type Waiter struct {
	r     *Registry
	en    *entry
	began time.Time

	over  chan struct{} // closed when there is an event, or never will be
	event Event
	err   error // what there is instead of an event
}

// NewWaiter registers a waiter under the name; it sees what comes in from now on, and with
// BothWays what goes out.
func (r *Registry) NewWaiter(name string, m Matcher) (*Waiter, error) {
	w := &Waiter{r: r, began: time.Now(), over: make(chan struct{})}
	w.en = newEntry(Handler{name: name, kind: KindWaiter, match: m})
	w.en.take = func(e Event) { w.end(e, nil) }
	w.en.removed = func() { w.end(Event{}, ErrClosed) }
	if err := r.register(w.en); err != nil {
		return nil, err
	}
	return w, nil
}

// end is called once, by whoever took the waiter out of the registry.
func (w *Waiter) end(e Event, err error) {
	w.event, w.err = e, err
	close(w.over)
}

// Wait returns the first match since NewWaiter and takes the waiter out of the
// registry. It ends with the context, with *WaitTimeout when its deadline passed,
// or with ErrClosed when the waiter was removed or the registry closed.
func (w *Waiter) Wait(ctx context.Context) (Event, error) {
	select {
	case <-w.over:
	case <-ctx.Done():
		// A match that came first counts, even if it was only just taken.
		if w.r.claim(w.en) {
			w.end(Event{}, w.late(ctx.Err()))
		}
		<-w.over
	}
	return w.event, w.err
}

func (w *Waiter) late(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return &WaitTimeout{Matcher: w.en.about, After: time.Since(w.began)}
	}
	return err
}

// WaitTimeout says that nothing matched in time. It is a
// context.DeadlineExceeded to errors.Is.
type WaitTimeout struct {
	Matcher string
	After   time.Duration // since NewWaiter
}

func (e *WaitTimeout) Error() string {
	return "nothing matched " + e.Matcher + " within " + e.After.String()
}

// Unwrap returns context.DeadlineExceeded.
func (e *WaitTimeout) Unwrap() error { return context.DeadlineExceeded }

// Timeout says yes, as net.Error has it.
func (e *WaitTimeout) Timeout() bool { return true }
