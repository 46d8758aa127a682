package pending

import (
	"hash/maphash"
	"iter"
)

// live is the requests in flight, found by their keys. It is a table of open addressing: hash and
// request stand side by side, so that with 100,000 in flight, when no part of it is in the processor's
// nearest memory, a look into it goes to one place. A map goes to four, one after the other, which took
// as long as all else that it costs to start a request.
type live struct {
	seed  maphash.Seed
	slots []slot // as many as a power of two, a quarter of them free at least
	len   int
}

type slot struct {
	hash    uint64
	request *Request // nil: free
}

// fewestSlots are those of a table that is empty.
const fewestSlots = 64

func newLive() live { return live{maphash.MakeSeed(), make([]slot, fewestSlots), 0} }

func (l *live) hash(k key) uint64 { return maphash.String(l.seed, string(k)) }

// get returns the request of that key and its hash, nil when there is none.
func (l *live) get(k key, hash uint64) *Request {
	for i := l.home(hash); l.slots[i].request != nil; i = l.after(i) {
		if s := &l.slots[i]; s.hash == hash && s.request.key == k {
			return s.request
		}
	}
	return nil
}

// add puts in a request whose key no other one has, and which knows the hash of that.
func (l *live) add(r *Request) {
	if l.len++; l.len > len(l.slots)/4*3 {
		old := l.slots
		l.slots = make([]slot, 2*len(old))
		for _, s := range old {
			if s.request != nil {
				l.put(s)
			}
		}
	}
	l.put(slot{r.hash, r})
}

func (l *live) put(s slot) {
	i := l.home(s.hash)
	for l.slots[i].request != nil {
		i = l.after(i)
	}
	l.slots[i] = s
}

// remove takes out a request, which is there.
func (l *live) remove(r *Request) {
	if l.len--; l.len == 0 && len(l.slots) > fewestSlots {
		l.slots = make([]slot, fewestSlots)
		return
	}
	gap := l.home(r.hash)
	for l.slots[gap].request != r {
		gap = l.after(gap)
	}
	// Those behind it move up, unless that would put them before their homes.
	for i := l.after(gap); l.slots[i].request != nil; i = l.after(i) {
		if l.distance(l.home(l.slots[i].hash), i) >= l.distance(gap, i) {
			l.slots[gap] = l.slots[i]
			gap = i
		}
	}
	l.slots[gap] = slot{}
}

// home is where the request of a hash stands if the place is free.
func (l *live) home(hash uint64) int { return int(hash) & (len(l.slots) - 1) }

func (l *live) after(i int) int { return (i + 1) & (len(l.slots) - 1) }

// distance is how far it is from one slot on to another.
func (l *live) distance(from, to int) int { return (to - from) & (len(l.slots) - 1) }

// all are the requests, in no order.
func (l *live) all() iter.Seq[*Request] {
	return func(yield func(*Request) bool) {
		for i := range l.slots {
			if r := l.slots[i].request; r != nil && !yield(r) {
				return
			}
		}
	}
}
