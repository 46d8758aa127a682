package session

import (
	"context"
	"testing"
	"testing/synctest"
)

// Every writer waits for the same wake-up.
func TestTheWriterOfALostConnectionLeavesTheWakeUpToTheNext(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		s.mu.Lock()
		old := s.link.up
		s.mu.Unlock()
		p.conn.CloseNow()
		synctest.Wait()
		next := []*outgoing{{s: s}}
		s.mu.Lock()
		s.outbox.writing = next // of another writer
		s.outbox.rouse()
		s.mu.Unlock()
		gone := false
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() { s.outbox.write(ctx, old); gone = true }()
		synctest.Wait()
		if !gone || len(s.outbox.wake) != 1 {
			t.Errorf("it is gone: %t; wake-ups that wait: %d", gone, len(s.outbox.wake))
		}
		s.mu.Lock()
		if len(s.outbox.writing) != 1 {
			t.Error("it took what the other one writes")
		}
		s.outbox.writing = nil
		s.mu.Unlock()
	})
}
