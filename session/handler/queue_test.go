package handler

import (
	"strings"
	"testing"
	"time"
)

func TestWaitingBytesAreBounded(t *testing.T) {
	const size = 1_000_000
	var q queue
	e := event(t, "<message id='q'><x xmlns='"+strings.Repeat("x", size)+"'/></message>")
	n := 0
	for q.push(waiting{event: e}) {
		n++
	}
	if n != QueueBytes/len(e.Stanza.XML()) {
		t.Errorf("%d stanzas of %d bytes wait", n, size)
	}
	for range n {
		q.pop()
	}
	if q.bytes != 0 || !q.push(waiting{event: e}) {
		t.Errorf("an empty queue counts %d bytes", q.bytes)
	}
}

func TestAnIdleHandlerKeepsNoLargeQueue(t *testing.T) {
	var q queue
	for range QueueLimit {
		q.push(waiting{})
	}
	for range QueueLimit {
		q.pop()
	}
	if _, ok := q.pop(); ok || len(q.ring) > idleRing {
		t.Errorf("an empty queue has room for %d", len(q.ring))
	}
}

func TestAQueueKeepsItsOrderWhileItGrows(t *testing.T) {
	var q queue
	next, want := 0, 0
	for round := range 50 {
		for range 2*round + 1 {
			q.push(waiting{event: Event{Time: time.Unix(int64(next), 0)}})
			next++
		}
		for range round {
			w, ok := q.pop()
			if !ok || w.event.Time.Unix() != int64(want) {
				t.Fatalf("popped %d, want %d", w.event.Time.Unix(), want)
			}
			want++
		}
	}
}
