package handler

import (
	"sync"
	"sync/atomic"
	"time"
)

// logName is the name of the tap's entry.
const logName = "log"

// Registry is the ordered set of handlers.
type Registry struct {
	tap    *entry
	failed func(name string, cause any)
	jobs   jobs

	// watching is what Deliver walks over: the callbacks, without the replies.
	watching atomic.Pointer[[]*entry]

	mu        sync.Mutex
	closed    bool
	byName    map[string]*entry
	all       sequence
	callbacks sequence
}

// New makes a registry whose first entry, named "log", is the tap. It cannot be
// removed. The tap may be called from several goroutines at once.
//
// failed is told when a handler or matcher panics, in the goroutine where that
// happened; it must not panic itself. Both may be nil.
func New(tap func(Event), failed func(name string, cause any)) *Registry {
	if tap == nil {
		tap = func(Event) {}
	}
	if failed == nil {
		failed = func(string, any) {}
	}
	r := &Registry{
		tap:    &entry{name: logName, kind: kindLog, about: MatchAll().String(), fn: tap},
		failed: failed,
		byName: map[string]*entry{},
	}
	r.byName[logName] = r.tap
	r.all.add(r.tap)
	r.publish()
	return r
}

// publish lets Deliver see the callbacks as they are now.
func (r *Registry) publish() {
	entries := r.callbacks.entries
	r.watching.Store(&entries)
}

// Add registers a handler behind those that are there.
func (r *Registry) Add(h Handler) error {
	en := &entry{name: h.name, kind: kindCallback, match: h.match, fn: h.fn}
	if h.once {
		en.kind = kindOnce
	}
	if en.match == nil {
		en.match = MatchAll()
	}
	en.about = en.match.String()
	return r.register(en)
}

// AddReply registers the name of a request's callback, so that it can be listed
// and removed; about says what it waits for.
func (r *Registry) AddReply(name, about string) error {
	return r.register(&entry{name: name, kind: kindReply, about: about})
}

func (r *Registry) register(en *entry) error {
	if en.name == "" {
		return ErrNoName
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return ErrClosed
	}
	if r.byName[en.name] != nil {
		return ErrDuplicateName
	}
	r.byName[en.name] = en
	r.all.add(en)
	if en.kind != kindReply {
		r.callbacks.add(en)
		r.publish()
	}
	return nil
}

// Remove takes a handler out and reports whether it was there. Stanzas that wait
// for it are not delivered any more; a call that is running goes on.
func (r *Registry) Remove(name string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	en := r.byName[name]
	if en == nil || en == r.tap {
		return false
	}
	r.take(en)
	en.stop()
	return true
}

// take takes an entry out of the registry, which is locked.
func (r *Registry) take(en *entry) {
	en.left.Store(true)
	delete(r.byName, en.name)
	r.all.remove()
	if en.kind != kindReply {
		r.callbacks.remove()
		r.publish()
	}
}

// claim takes an entry out for its one call; false when it has left already.
func (r *Registry) claim(en *entry) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if en.left.Load() {
		return false
	}
	r.take(en)
	return true
}

// RunReply runs fn once in a goroutine of its own and takes the name out. It is
// false, and fn does not run, when there is no such request callback any more:
// removed, run, or the registry closed.
func (r *Registry) RunReply(name string, fn func()) bool {
	r.mu.Lock()
	en := r.byName[name]
	r.mu.Unlock()
	if en == nil || en.kind != kindReply || !r.claim(en) || !r.jobs.begin() {
		return false
	}
	go func() {
		defer r.jobs.end()
		defer r.recovered(en)
		fn()
	}()
	return true
}

// List describes all entries in order, the tap first.
func (r *Registry) List() []Info {
	r.mu.Lock()
	entries := r.all.entries
	r.mu.Unlock()
	infos := make([]Info, 0, len(entries))
	for _, en := range entries {
		if !en.left.Load() {
			infos = append(infos, en.info())
		}
	}
	return infos
}

// Close drops what waits and waits for running handlers at most for the given
// time. From then on only the tap sees what is delivered.
func (r *Registry) Close(wait time.Duration) {
	r.mu.Lock()
	r.closed = true
	for _, en := range r.byName {
		if en != r.tap {
			r.take(en)
			en.stop()
		}
	}
	r.mu.Unlock()
	r.jobs.close(wait)
}
