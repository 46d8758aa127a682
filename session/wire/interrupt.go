package wire

import (
	"context"
	"sync"
	"time"
)

// interrupt ends a socket call when a context does, by moving the socket's
// deadline into the past. It stays armed from one call to the next as long as
// the context is the same, so that a loop over one context pays for it once.
type interrupt struct {
	set func(time.Time) error // the socket's SetReadDeadline or SetWriteDeadline

	mu    sync.Mutex
	done  <-chan struct{} // of the context it is armed for; nil when for none
	stop  func() bool
	round int  // tells a late callback that it is not wanted any more
	fired bool // the deadline is in the past
}

// arm makes the calls that follow end with ctx, and with no earlier context.
func (i *interrupt) arm(ctx context.Context) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if ctx.Done() == i.done && !i.fired {
		return nil
	}
	i.release()
	if i.fired {
		if err := i.set(time.Time{}); err != nil {
			return err
		}
		i.fired = false
	}
	if ctx.Done() == nil {
		return nil
	}
	round := i.round
	i.done = ctx.Done()
	i.stop = context.AfterFunc(ctx, func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		if i.round == round {
			i.fired = true
			i.set(time.Unix(1, 0))
		}
	})
	return nil
}

// disarm forgets the context.
func (i *interrupt) disarm() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.release()
}

func (i *interrupt) release() {
	i.round++
	if i.stop != nil {
		i.stop()
		i.stop, i.done = nil, nil
	}
}
