package handler

// Deliver shows the tap the event, then queues it for every handler that matches.
// It reports how many handlers (without the tap) matched. It never waits for a
// handler, and allocates nothing when none matches.
func (r *Registry) Deliver(e Event) int {
	r.tap.hit(e.Time)
	r.call(r.tap, e)
	matched := 0
	for _, en := range *r.watching.Load() {
		if en.left.Load() {
			continue
		}
		if !r.matches(en, e) {
			en.misses.Add(1)
			continue
		}
		if en.kind == kindOnce && !r.claim(en) {
			continue
		}
		matched++
		en.hit(e.Time)
		if en.enqueue(e) {
			r.work(en)
		}
	}
	return matched
}

// matches asks the handler's matcher; one that panics does not match.
func (r *Registry) matches(en *entry, e Event) (ok bool) {
	defer r.recovered(en)
	return en.match.Match(e)
}

// work starts the goroutine that empties the entry's queue.
func (r *Registry) work(en *entry) {
	if !r.jobs.begin() {
		return
	}
	go func() {
		defer r.jobs.end()
		for {
			e, ok := en.next()
			if !ok {
				return
			}
			r.call(en, e)
		}
	}()
}

func (r *Registry) call(en *entry, e Event) {
	defer r.recovered(en)
	en.fn(e)
}

// recovered counts and reports a panic; it must be deferred itself.
func (r *Registry) recovered(en *entry) {
	if cause := recover(); cause != nil {
		en.failures.Add(1)
		r.failed(en.name, cause)
	}
}
