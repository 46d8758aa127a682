package handler

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestARequestsCallbackRunsOnce(t *testing.T) {
	var calls atomic.Int64
	run := func() { calls.Add(1) }
	r := New(nil)
	mustAdd(t, r, Callback("handler", nil, func(Event) {}))
	for _, name := range []string{"runs", "removed"} {
		if err := r.AddReply(name, "q1"); err != nil {
			t.Fatal(err)
		}
	}
	if !r.Remove("removed") || r.RunReply("removed", run) {
		t.Error("a removed callback runs")
	}
	if r.RunReply("handler", run) || r.RunReply("log", run) || r.RunReply("never there", run) {
		t.Error("what is no request's callback runs as one")
	}
	if !r.RunReply("runs", run) || r.RunReply("runs", run) || r.Remove("runs") {
		t.Error("a callback does not run once")
	}
	if diff := cmp.Diff([]string{"log", "handler"}, names(r)); diff != "" {
		t.Errorf("registry (-want +got):\n%s", diff)
	}
	r.Close(time.Minute)
	if calls.Load() != 1 {
		t.Errorf("called %d times", calls.Load())
	}
}

func TestManyRepliesAreListedInOrder(t *testing.T) {
	const n = 10_000
	r := New(nil)
	want := []string{"log"}
	for i := range n {
		name := fmt.Sprint("reply ", i)
		if err := r.AddReply(name, ""); err != nil {
			t.Fatal(err)
		}
		if i%3 == 0 {
			want = append(want, name)
		}
	}
	for i := range n {
		switch name := fmt.Sprint("reply ", i); i % 3 {
		case 1:
			r.Remove(name)
		case 2:
			r.RunReply(name, func() {})
		}
	}
	if !slices.Equal(names(r), want) {
		t.Errorf("%d are listed, want %d in the order of their registration", len(names(r)), len(want))
	}
	r.Close(time.Minute)
}
