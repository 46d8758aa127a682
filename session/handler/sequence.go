package handler

import "slices"

// list is what an entry is called as. The registry keeps one sequence for each, so
// that a stanza passes only by those it concerns.
type list int

const (
	observers list = iota // callback, once, waiter, collector
	filters
	responders
	fallbacks
	lists         // how many there are
	unlisted = -1 // the tap, and the callbacks of requests
)

func (en *entry) list() list {
	switch en.kind {
	case KindCallback, KindOnce, KindWaiter, KindCollector:
		return observers
	case KindFilter:
		return filters
	case KindResponder:
		if en.fallback {
			return fallbacks
		}
		return responders
	}
	return unlisted
}

// view is the lists as they were at one moment.
type view [lists][]*entry

// place is a point among the responders: the one of this order, and those behind.
type place struct {
	list  list
	order uint64
}

func (en *entry) place() place  { return place{en.list(), en.order} }
func (en *entry) behind() place { return place{en.list(), en.order + 1} }

// from returns the first responder that stands at the place or behind it, nil at
// the end.
func (v *view) from(p place) *entry {
	for ; p.list <= fallbacks; p = (place{p.list + 1, 0}) {
		entries := v[p.list]
		i, _ := slices.BinarySearchFunc(entries, p.order, func(en *entry, order uint64) int {
			if en.order < order {
				return -1
			}
			return 1
		})
		if i < len(entries) {
			return entries[i]
		}
	}
	return nil
}

// sequence is entries in the order of their registration. Its slice is only
// appended to or replaced as a whole: whoever took it earlier may read on
// without a lock. An entry that left stays in it until half of them have left,
// so that adding and removing cost the same however many there are.
type sequence struct {
	entries []*entry
	left    int
}

func (s *sequence) add(en *entry) { s.entries = append(s.entries, en) }

// remove notes that one of the entries has left.
func (s *sequence) remove() {
	s.left++
	if 2*s.left > len(s.entries) {
		*s = sequence{entries: s.present()}
	}
}

// present is a copy without those that left.
func (s *sequence) present() []*entry {
	kept := make([]*entry, 0, len(s.entries)-s.left)
	for _, en := range s.entries {
		if !en.left.Load() {
			kept = append(kept, en)
		}
	}
	return kept
}
