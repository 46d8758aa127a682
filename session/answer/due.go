package answer

import (
	"container/heap"
	"time"

	"iqscope/internal/suspend"
	"iqscope/session/exchange"
)

// notDue is the index of a request for which no time is set.
const notDue = -1

// dueHeap holds the requests for which a time is set: when the holding of one is over,
// or its delayed answer is to go.
type dueHeap []*Request

func (h dueHeap) Len() int           { return len(h) }
func (h dueHeap) Less(i, j int) bool { return h[i].due.Before(h[j].due) }
func (h dueHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *dueHeap) Push(x any) {
	in := x.(*Request)
	in.index = len(*h)
	*h = append(*h, in)
}

func (h *dueHeap) Pop() any {
	old := *h
	in := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	in.index = notDue
	return in
}

// dueAt sets the request's time, or moves it.
func (d *Desk) dueAt(in *Request, at time.Time) {
	in.due = at
	if in.index == notDue {
		heap.Push(&d.due, in)
	} else {
		heap.Fix(&d.due, in.index)
	}
}

// notDue forgets the request's time.
func (d *Desk) notDue(in *Request) {
	if in.index != notDue {
		heap.Remove(&d.due, in.index)
	}
}

// Next is when Expire has something to do, false for never.
func (d *Desk) Next() (time.Time, bool) {
	at, ok := d.pace.next()
	if len(d.due) > 0 && (!ok || d.due[0].due.Before(at)) {
		return d.due[0].due, true
	}
	return at, ok
}

// Expire refuses what was held too long, and hands out the answers whose time has come.
func (d *Desk) Expire(now time.Time) {
	for len(d.due) > 0 && !d.due[0].due.After(now) {
		in := d.due[0]
		d.notDue(in)
		if in.State == exchange.Held {
			d.Refuse(in, now)
		} else {
			d.answer(in, in.later.Reply, in.later.By, now)
		}
	}
	for _, in := range d.pace.ready(now) {
		d.handOut(in, now)
	}
}

// Slept takes note that the machine slept for so long and is awake now: what waits has waited for that, too,
// though the clock that times are read from stood still.
func (d *Desk) Slept(slept time.Duration, now time.Time) {
	for _, in := range d.book.open {
		suspend.Shift(slept, now, &in.At, &in.Deadline, &in.due)
	}
	for _, ended := range [][]*Request{d.book.notable.list, d.book.others.list} {
		for _, in := range ended {
			suspend.Shift(slept, now, &in.At, &in.Ended)
		}
	}
}
