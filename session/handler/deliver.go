package handler

import (
	"time"

	"iqscope/iqbuilder/stanza"
)

// Logged takes note that the log, the registry's first entry, has n more elements, the last of which went
// over the wire at that time.
func (r *Registry) Logged(at time.Time, n int) { r.tap.hits(at, n) }

// Observers says that somebody may have to be shown what goes over the wire.
func (r *Registry) Observers() bool { return len(r.view.Load()[observers]) > 0 }

// Observe shows an element to every observer that matches, what goes out to those alone that
// are to see BothWays, and counts them: waiters and collectors have it when Observe returns,
// callbacks in their queues. What came in is to have passed Filter and been judged before; what
// goes out is to be observed as it is written.
//
// Observe never waits for a handler. It allocates nothing when nobody is there,
// and one small subject when there are matchers but the header decides them.
func (r *Registry) Observe(e Event) (matched int) {
	var few [8]*entry
	callbacks := few[:0]
	for _, en := range r.view.Load()[observers] {
		if !r.observes(en, &e) {
			continue
		}
		matched++
		if en.take != nil {
			en.take(e.own())
		} else {
			callbacks = append(callbacks, en)
		}
	}
	r.line.add(callbacks, e.own())
	return matched
}

// observes says that an observer is to have the event, and counts it.
func (r *Registry) observes(en *entry, e *Event) bool {
	if e.Dir == stanza.Out && !en.both || !r.matches(en, e) {
		return false
	}
	if en.kind == KindOnce || en.kind == KindWaiter {
		if !r.claim(en) {
			return false
		}
	}
	en.hit(e.Time)
	return true
}

// Behind calls fn once every callback that waits now has been called and has returned, or
// goes on by itself; at once when none waits.
func (r *Registry) Behind(fn func()) {
	if !r.line.busy() || !r.line.then(fn) {
		fn()
	}
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

// fail counts a failure of a handler's own code and reports it.
func (r *Registry) fail(en *entry, cause any) {
	en.failures.Add(1)
	if r.failed != nil {
		r.failed(en.name, cause)
	}
}

// recovered counts and reports a panic; it must be deferred itself.
func (r *Registry) recovered(en *entry) {
	if cause := recover(); cause != nil {
		r.fail(en, cause)
	}
}
