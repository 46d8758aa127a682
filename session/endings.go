package session

import (
	"context"
	"slices"
	"sync"
)

// endings tells listeners of the exchanges that have ended, in order, in a goroutine that
// exists only while there is something to tell.
type endings struct {
	failed func(cause any) // told of a listener that panics

	mu        sync.Mutex
	listeners []*listener // replaced as a whole
	queue     []ending
	telling   bool // tell runs
}

type listener struct{ fn func(Exchange) }

// ending is an exchange with those who were listening when it ended, or a mark in the
// queue: done is closed when all before it has been told.
type ending struct {
	exchange Exchange
	to       []*listener
	done     chan struct{}
}

func (e *endings) listen(fn func(Exchange)) (stop func()) {
	l := &listener{fn}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.listeners = append(slices.Clip(e.listeners), l)
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.listeners = slices.DeleteFunc(slices.Clone(e.listeners), func(other *listener) bool { return other == l })
	}
}

// wanted says that somebody listens.
func (e *endings) wanted() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.listeners) > 0
}

// add tells of an exchange.
func (e *endings) add(x Exchange) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.queue = append(e.queue, ending{exchange: x, to: e.listeners})
	if !e.telling {
		e.telling = true
		go e.tell()
	}
}

// tell empties the queue.
func (e *endings) tell() {
	for {
		e.mu.Lock()
		batch := e.queue
		e.queue = nil
		if len(batch) == 0 {
			e.telling = false
			e.mu.Unlock()
			return
		}
		e.mu.Unlock()
		for _, end := range batch {
			for _, l := range end.to {
				e.call(l, end.exchange)
			}
			if end.done != nil {
				close(end.done)
			}
		}
	}
}

// call survives a listener that panics.
func (e *endings) call(l *listener, x Exchange) {
	defer func() {
		if cause := recover(); cause != nil {
			e.failed(cause)
		}
	}()
	l.fn(x)
}

// wait returns when all that has ended until now has been told, or the context ends.
func (e *endings) wait(ctx context.Context) error {
	e.mu.Lock()
	if !e.telling {
		e.mu.Unlock()
		return nil
	}
	done := make(chan struct{})
	e.queue = append(e.queue, ending{done: done})
	e.mu.Unlock()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
