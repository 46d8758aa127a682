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
	idle      chan struct{} // closed when all has been told; nil when nothing is being told
}

type listener struct{ fn func(Exchange) }

// ending is an exchange with those who were listening when it ended.
type ending struct {
	exchange Exchange
	to       []*listener
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
	e.queue = append(e.queue, ending{x, e.listeners})
	if e.idle == nil {
		e.idle = make(chan struct{})
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
			close(e.idle)
			e.idle = nil
			e.mu.Unlock()
			return
		}
		e.mu.Unlock()
		for _, end := range batch {
			for _, l := range end.to {
				e.call(l, end.exchange)
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

// wait returns when all has been told, or the context ends.
func (e *endings) wait(ctx context.Context) error {
	e.mu.Lock()
	idle := e.idle
	e.mu.Unlock()
	if idle == nil {
		return nil
	}
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
