package handler

// AddReply registers the name of a request's callback, so that it can be listed
// and removed; about says what it waits for.
func (r *Registry) AddReply(name, about string) error {
	return r.register(&entry{name: name, kind: KindReply, about: about})
}

// RunReply lines fn up among the callbacks, to be called once, and takes the name out. It is
// false, and fn does not run, when there is no such request callback any more:
// removed, run, or the registry closed.
func (r *Registry) RunReply(name string, fn func()) bool {
	r.mu.Lock()
	en := r.byName[name]
	r.mu.Unlock()
	if en == nil || en.kind != KindReply || !r.claim(en) {
		return false
	}
	return r.line.then(func() {
		defer r.recovered(en)
		fn()
	})
}
