package session

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
)

// teller tells listeners of what has happened (exchanges that ended, states that changed), in
// order, in a goroutine that exists only while there is something to tell.
type teller[T any] struct {
	failed func(cause any) // told of a listener that panics

	listening atomic.Int32 // len(listeners)

	mu        sync.Mutex
	listeners []*listener[T] // replaced as a whole
	queue     []news[T]
	telling   bool // tell runs
}

type listener[T any] struct{ fn func(T) }

// news is what happened, with those who were listening then, or a mark in the
// queue: done is closed when all before it has been told.
type news[T any] struct {
	what *T // which does not change
	to   []*listener[T]
	done chan struct{}
}

func (e *teller[T]) listen(fn func(T)) (stop func()) {
	l := &listener[T]{fn}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.listeners = append(slices.Clip(e.listeners), l)
	e.listening.Store(int32(len(e.listeners)))
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.listeners = slices.DeleteFunc(slices.Clone(e.listeners), func(other *listener[T]) bool { return other == l })
		e.listening.Store(int32(len(e.listeners)))
	}
}

// wanted says that somebody listens.
func (e *teller[T]) wanted() bool { return e.listening.Load() > 0 }

// add tells of what has happened.
func (e *teller[T]) add(x T) {
	what := &x
	e.mu.Lock()
	defer e.mu.Unlock()
	e.queue = append(e.queue, news[T]{what: what, to: e.listeners})
	if !e.telling {
		e.telling = true
		go e.tell()
	}
}

// tell empties the queue.
func (e *teller[T]) tell() {
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
		for _, n := range batch {
			for _, l := range n.to {
				e.call(l, n.what)
			}
			if n.done != nil {
				close(n.done)
			}
		}
	}
}

// call survives a listener that panics.
func (e *teller[T]) call(l *listener[T], x *T) {
	defer func() {
		if cause := recover(); cause != nil {
			e.failed(cause)
		}
	}()
	l.fn(*x)
}

// wait returns when all that has happened until now has been told, or the context ends.
func (e *teller[T]) wait(ctx context.Context) error {
	e.mu.Lock()
	if !e.telling {
		e.mu.Unlock()
		return nil
	}
	done := make(chan struct{})
	e.queue = append(e.queue, news[T]{done: done})
	e.mu.Unlock()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
