package handler

import "cmp"

// list is what an entry is called as. The registry keeps one list of entries for each, in
// the order of their registration, so that a stanza passes only by those it concerns.
type list int

const (
	observers list = iota // callback, once, waiter, collector
	filters
	responders
	fallbacks
	lists         // how many there are
	unlisted = -1 // the log, and the callbacks of requests
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

// point is where one stands in the order of the responders: at the entry that has this
// order, or before the next one behind it.
type point struct {
	list  list
	order uint64
}

func (en *entry) point() point  { return point{en.list(), en.order} }
func (en *entry) behind() point { return point{en.list(), en.order + 1} }

func byOrder(en *entry, order uint64) int { return cmp.Compare(en.order, order) }

// without is a copy of a list that lacks the entry: whoever took the list earlier reads on
// without a lock.
func without(entries []*entry, gone *entry) []*entry {
	left := make([]*entry, 0, len(entries))
	for _, en := range entries {
		if en != gone {
			left = append(left, en)
		}
	}
	return left
}
