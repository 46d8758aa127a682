package history

import (
	"errors"
	"time"
)

// After a failure it is tried again after a second, then after two, four, … but never later than
// after half a minute.
const (
	firstRetry = time.Second
	lastRetry  = 30 * time.Second
	lastMoment = 50 * time.Millisecond // when the history is being closed
)

// gathering is how long what comes waits for more, when something was written just before: a
// transaction costs far more than an entry in it.
const gathering = 50 * time.Millisecond

// gather lets more come, unless somebody waits for it to be written.
func (h *History) gather() {
	timer := time.NewTimer(gathering)
	defer timer.Stop()
	for {
		h.mu.Lock()
		hurry := h.flushing > 0 || h.queue.full()
		h.mu.Unlock()
		if hurry {
			return
		}
		select {
		case <-h.wake:
		case <-h.closed:
			return
		case <-timer.C:
			return
		}
	}
}

// enough says that there is no use in trying again: the history is being closed, and the failure is
// none that goes away soon, for it has come again since.
func (h *History) enough(err error, failures int) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.closing != nil && (h.closing.Err() != nil || failures > 1 && !errors.Is(reason(err), ErrBusy))
}

// pause waits, and returns early when the history is closed: then it is tried once more.
func (h *History) pause(d time.Duration) bool {
	h.mu.Lock()
	closing := h.closing
	h.mu.Unlock()
	if closing != nil {
		d = min(d, lastMoment)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	if closing != nil {
		select {
		case <-timer.C:
			return true
		case <-closing.Done():
			return false
		}
	}
	select {
	case <-timer.C:
	case <-h.closed:
	}
	return true
}
