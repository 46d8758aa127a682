package handler

import (
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
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
	entries := r.view.Load()[observers]
	var few [8]*entry
	callbacks := few[:0]
	for at := r.firstMatch(entries, 0, &e); at < len(entries); at = r.firstMatch(entries, at+1, &e) {
		en := entries[at]
		if (en.kind == KindOnce || en.kind == KindWaiter) && !r.claim(en) {
			continue
		}
		en.hit(e.Time)
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

// Behind calls fn once every callback that waits now has been called and has returned, or
// goes on by itself; at once when none waits.
func (r *Registry) Behind(fn func()) {
	if !r.line.busy() || !r.line.then(fn) {
		fn()
	}
}

// firstMatch is where, from that place on, the first entry stands that is there and on and whose
// matcher matches; len(entries) when there is none. Those before it count a miss, and so does one
// whose matcher panics. The event keeps the subject for those that follow.
func (r *Registry) firstMatch(entries []*entry, from int, e *Event) int {
	for at := from; at < len(entries); at++ {
		var matches bool
		if at, matches = r.walk(entries, at, e); matches {
			return at
		}
	}
	return len(entries)
}

// walk is firstMatch until a matcher panics, and stands there then. So what the header decides
// costs a handler little more than the asking.
func (r *Registry) walk(entries []*entry, from int, e *Event) (at int, matches bool) {
	defer func() {
		if cause := recover(); cause != nil {
			entries[at].misses.Add(1)
			r.fail(entries[at], cause)
		}
	}()
	var subject match.Subject
	for at = from; at < len(entries); at++ {
		en := entries[at]
		if en.left.Load() || en.off.Load() || e.Dir == stanza.Out && !en.outgoing {
			continue
		}
		if en.match == nil {
			return at, true
		}
		if subject == nil {
			subject = e.Subject()
			e.subject = subject
		}
		if en.match.Match(subject) {
			return at, true
		}
		en.misses.Add(1)
	}
	return at, false
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
