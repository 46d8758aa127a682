package handler

import (
	"sync"
	"time"
)

// jobs counts the goroutines that call handlers, so that Close can wait for them.
type jobs struct {
	mu      sync.Mutex
	running int
	idle    chan struct{} // set by close, closed when nothing runs any more
}

// begin counts one more; false when closed.
func (j *jobs) begin() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.idle != nil {
		return false
	}
	j.running++
	return true
}

// another counts one more on behalf of one that runs, closed or not.
func (j *jobs) another() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.running++
}

func (j *jobs) end() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.running--
	if j.idle != nil && j.running == 0 {
		close(j.idle)
	}
}

// close refuses new ones and waits for those that run.
func (j *jobs) close(wait time.Duration) {
	j.mu.Lock()
	if j.idle == nil {
		j.idle = make(chan struct{})
		if j.running == 0 {
			close(j.idle)
		}
	}
	j.mu.Unlock()
	limit := time.NewTimer(wait)
	defer limit.Stop()
	select {
	case <-j.idle:
	case <-limit.C:
	}
}
