package pending

import (
	"container/heap"
	"time"

	"iqscope/internal/suspend"
)

// deadlines is a heap of when requests are due, the earliest first; of equal ones, the
// request added first. It is put right where it is looked at only: the entry of a
// request that has ended, or is due later by now, stays as it is until it comes up. So
// the end of a request, which is most often the earliest one, costs the same with 10,000
// in flight as with one.
//
// Every request in flight that has a deadline has an entry that is not behind it. There are at most as
// many entries of ended requests, which the entries hold, as of those in flight.
type deadlines []due

type due struct {
	at      time.Time
	request *Request
}

// add makes an entry for a request that is new, or due earlier than before.
func (d *deadlines) add(r *Request) {
	// Not by heap.Push, which would allocate the entry.
	*d = append(*d, due{r.Deadline, r})
	heap.Fix(d, len(*d)-1)
}

// wake is a time before which no deadline passes; false when there is none.
func (d deadlines) wake() (time.Time, bool) {
	if len(d) == 0 {
		return time.Time{}, false
	}
	return d[0].at, true
}

// first is the request in flight with the earliest deadline, nil when there is none.
func (d *deadlines) first() *Request {
	for len(*d) > 0 {
		top := &(*d)[0]
		r := top.request
		switch {
		case r.Outcome != "":
			d.shift()
		case r.Deadline.After(top.at):
			top.at = r.Deadline
			heap.Fix(d, 0)
		default:
			return r
		}
	}
	return nil
}

// shift takes the first entry out.
func (d *deadlines) shift() {
	last := len(*d) - 1
	(*d)[0], (*d)[last] = (*d)[last], due{}
	if *d = (*d)[:last]; last > 1 {
		heap.Fix(d, 0)
	}
}

// slept brings all nearer alike, so that their order stays.
func (d deadlines) slept(slept time.Duration, now time.Time) {
	for i := range d {
		suspend.Shift(slept, now, &d[i].at)
	}
}

// sweep makes the heap anew when more than half of it is left over.
func (d *deadlines) sweep(live *live) {
	if len(*d) <= 2*live.len {
		return
	}
	clear(*d)
	*d = (*d)[:0]
	for r := range live.all() {
		if !r.Deadline.IsZero() {
			*d = append(*d, due{r.Deadline, r})
		}
	}
	heap.Init(d)
}

// Len, Less, Swap, Push and Pop are what container/heap asks for; nobody calls the last two.
func (d deadlines) Len() int { return len(d) }

func (d deadlines) Less(i, j int) bool {
	if c := d[i].at.Compare(d[j].at); c != 0 {
		return c < 0
	}
	return d[i].request.Serial < d[j].request.Serial
}

func (d deadlines) Swap(i, j int) { d[i], d[j] = d[j], d[i] }

func (d *deadlines) Push(entry any) { panic("pending: pushed onto the deadlines") }

func (d *deadlines) Pop() any { panic("pending: popped from the deadlines") }
