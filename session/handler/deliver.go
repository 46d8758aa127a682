package handler

import "iqscope/iqbuilder/stanza"

// Delivery is what became of an element.
type Delivery struct {
	Event       // as the filters left it; Stanza is nil when it was dropped
	Matched int // how many observers matched
}

// Deliver shows an element to the tap, then, if it came in, to the filters and
// the judge, then to every observer that matches: waiters and collectors have it
// when Deliver returns, callbacks in their queues. What a filter dropped is neither
// judged nor observed.
//
// An outgoing element is to be delivered as it is written; Filter is for before.
//
// Deliver never waits for a handler. It allocates nothing when nobody is there,
// and one small subject when there are matchers but the header decides them.
func (r *Registry) Deliver(e Event) Delivery {
	e.subject = nil
	e.Seq = r.log(e)
	registered := r.view.Load()
	if e.Dir == stanza.In {
		if e, _ = r.filter(registered[filters], e); e.Stanza == nil {
			return Delivery{Event: e}
		}
		r.judge(&e)
	}
	matched := 0
	for _, en := range registered[observers] {
		if r.observe(en, &e) {
			matched++
		}
	}
	return Delivery{e, matched}
}

// observe gives the event to an observer that matches.
func (r *Registry) observe(en *entry, e *Event) (matched bool) {
	if !r.matches(en, e) {
		return false
	}
	if en.kind == KindOnce || en.kind == KindWaiter {
		if !r.claim(en) {
			return false
		}
	}
	en.hit(e.Time)
	if en.take != nil {
		en.take(e.own())
		return true
	}
	if _, start := en.enqueue(waiting{event: e.own()}); start {
		r.work(en)
	}
	return true
}

// matches asks the matcher of an entry that is there and on, and counts a miss; one
// that panics does not match. The event keeps the subject for those that follow.
func (r *Registry) matches(en *entry, e *Event) bool {
	if en.left.Load() || en.off.Load() {
		return false
	}
	if en.match == nil || r.askMatcher(en, e) {
		return true
	}
	en.misses.Add(1)
	return false
}

func (r *Registry) askMatcher(en *entry, e *Event) bool {
	defer r.recovered(en)
	e.subject = e.Subject()
	return en.match.Match(e.subject)
}

// work starts the goroutine that empties the entry's queue.
func (r *Registry) work(en *entry) {
	if !r.jobs.begin() {
		return
	}
	go func() {
		defer r.jobs.end()
		for {
			w, ok := en.next()
			if !ok {
				return
			}
			r.call(en, w)
		}
	}()
}

// call gives the handler what waited for it. It may have been turned off since.
func (r *Registry) call(en *entry, w waiting) {
	if w.asking != nil {
		r.respond(en, w.asking)
		return
	}
	if en.off.Load() {
		return
	}
	defer r.recovered(en)
	en.call(w.event)
}
