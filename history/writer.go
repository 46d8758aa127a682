package history

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"iqscope/session/exchange"
)

// pruneEvery is how often what is over the limits is looked for, while entries come.
const pruneEvery = 10 * time.Minute

// write is the goroutine that writes what waits, until Close.
func (h *History) write() {
	defer close(h.stopped)
	retry := firstRetry
	last := 0 // failures since Close
	var pruned time.Time
	for {
		h.mu.Lock()
		idle, closing := h.queue.waiting() == 0, h.closing != nil
		h.mu.Unlock()
		if idle && closing {
			return
		}
		ctx := h.lifetime
		err := h.opened(ctx)
		if err == nil && !idle {
			err = h.writeBatch(ctx)
		}
		more := false
		if err == nil && !closing && h.o.Now().Sub(pruned) >= pruneEvery {
			if more, err = h.pruneSome(ctx); err == nil && !more {
				pruned = h.o.Now()
			}
		}
		h.trouble(err)
		if err != nil && closing {
			last++
		}
		switch {
		case err != nil && h.enough(err, last):
			return
		case err != nil:
			if !h.pause(retry) {
				return
			}
			retry = min(2*retry, lastRetry)
			continue
		}
		retry = firstRetry
		switch {
		case !idle && !closing:
			h.gather()
		case !idle || more:
		default:
			select {
			case <-h.wake:
			case <-h.closed:
			}
		}
	}
}

// trouble keeps why nothing can be written.
func (h *History) trouble(err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	h.mu.Lock()
	was := h.err
	h.err = failed("the history cannot be written", err)
	changed := (was == nil) != (h.err == nil) || was != nil && was.Error() != h.err.Error()
	h.mu.Unlock()
	if changed {
		h.ring()
	}
}

// opened sees to it that there is a file to write to: the one that was opened, as long as it is there
// and whole.
func (h *History) opened(ctx context.Context) error {
	if err := h.lock(ctx); err != nil {
		return err
	}
	defer h.unlock()
	return h.openLocked(ctx)
}

func (h *History) openLocked(ctx context.Context) error {
	if h.over {
		return ErrNotOpen
	}
	f := h.file.Load()
	if f != nil && h.bad[f.path] == nil && !f.w.gone {
		info, err := os.Lstat(f.path)
		if err == nil && os.SameFile(info, f.info) {
			return nil
		}
	}
	if f != nil {
		h.file.Store(nil)
		f.close()
	}
	f, beside, err := h.openFirst(ctx, h.bad)
	h.mu.Lock()
	if err == nil {
		h.beside = beside
		h.path0 = f.path
	}
	h.mu.Unlock()
	if err != nil {
		return failed("the history cannot be opened", err)
	}
	h.file.Store(f)
	h.ring()
	return nil
}

// broke notes that a file turned out to be broken; from the next entry on a fresh one is used.
func (h *History) broke(ctx context.Context, f *file, err error) {
	if reason(err) != ErrBroken || h.lock(ctx) != nil {
		return
	}
	if h.bad[f.path] == nil {
		h.bad[f.path] = ErrBroken
	}
	h.unlock()
	h.nudge()
}

// writeBatch writes some of what waits, in one transaction.
func (h *History) writeBatch(ctx context.Context) error {
	if err := h.lock(ctx); err != nil {
		return err
	}
	defer h.unlock()
	f := h.file.Load()
	if f == nil {
		return ErrNotOpen
	}
	h.mu.Lock()
	batch := h.queue.take()
	h.mu.Unlock()
	var ids []int64
	kept := 0
	err := f.w.transact(ctx, func() error {
		ids, kept = ids[:0], 0
		for i := range batch {
			// Without an end, for each statement would have somebody wait for it.
			id, err := h.writeItem(context.WithoutCancel(ctx), f.w, &batch[i])
			if err != nil {
				return err
			}
			if batch[i].entry != nil {
				kept++
			}
			if id != 0 {
				ids = append(ids, id)
			}
		}
		return nil
	})
	h.mu.Lock()
	if err != nil {
		h.lost += uint64(h.queue.putBack())
	} else {
		h.queue.written()
		h.kept += uint64(kept)
		h.progress()
	}
	h.mu.Unlock()
	if err != nil {
		return h.afterFailure(f, err)
	}
	if h.o.Kept != nil && len(ids) > 0 {
		h.o.Kept(ids)
	}
	h.ring()
	return nil
}

// afterFailure decides what comes next: a fresh file when this one is broken, a fresh connection
// otherwise, for this one may be in the middle of something.
func (h *History) afterFailure(f *file, err error) error {
	if reason(err) == ErrBroken {
		h.bad[f.path] = ErrBroken
		return h.openLocked(h.lifetime)
	}
	if reason(err) == ErrBusy {
		return err
	}
	h.file.Store(nil)
	f.close()
	return err
}

// writeItem hides what is secret, and writes what is left.
func (h *History) writeItem(ctx context.Context, w *writing, it *item) (id int64, err error) {
	r := redactor{redact: h.o.Redact}
	if s := it.series; s != nil {
		safe := *s
		safe.Request, _ = r.stanza(s.Request, nil)
		return 0, w.summarise(ctx, &safe, it.about)
	}
	e, cause := h.safe(&r, it.entry)
	return w.insert(ctx, &e, cause)
}

// safe is an entry without secrets, and the words for its error.
func (h *History) safe(r *redactor, from *Entry) (e Entry, cause string) {
	e = *from
	var found bool
	if e.Stanza, found = r.stanza(from.Stanza, from.Shown); found {
		e.Hidden = true
	}
	e.Shown = e.Stanza
	e.Reply, _ = r.stanza(from.Reply, nil)
	e.Late, _ = r.stanza(from.Late, nil)
	e.Refusals = append([]exchange.Refusal(nil), from.Refusals...)
	for i := range e.Refusals {
		e.Refusals[i].From = r.text(e.Refusals[i].From)
		e.Refusals[i].Note = r.text(e.Refusals[i].Note)
	}
	e.Note = r.text(e.Note)
	if err := from.Cause(); err != nil {
		cause = r.text(err.Error())
	}
	return e, cause
}

// pruneSome takes away a few entries over the limits; more says that there may be others.
func (h *History) pruneSome(ctx context.Context) (more bool, err error) {
	if err := h.lock(ctx); err != nil {
		return false, err
	}
	defer h.unlock()
	f := h.file.Load()
	if f == nil {
		return false, nil
	}
	n, err := f.w.prune(ctx, h.o.Limits, h.o.Now())
	if err != nil {
		return false, h.afterFailure(f, err)
	}
	if n > 0 {
		h.ring()
	}
	return n > 0, nil
}

// unwritten says what Close could not write.
func (h *History) unwritten() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := h.queue.waiting()
	switch {
	case n == 0:
		return nil
	case h.err != nil:
		return fmt.Errorf("%s not written: %w", exchanges(n), h.err)
	case h.file.Load() == nil:
		return fmt.Errorf("%s not written: %w", exchanges(n), ErrNotOpen)
	}
	return fmt.Errorf("%s not written: there was no time for more", exchanges(n))
}

func exchanges(n int) string {
	if n == 1 {
		return "1 exchange was"
	}
	return fmt.Sprintf("%d exchanges were", n)
}
