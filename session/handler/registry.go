package handler

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// logName is the name of the tap's entry.
const logName = "log"

// Registry is the ordered set of handlers.
type Registry struct {
	failed func(name string, cause any) // may be nil
	tap    *entry
	jobs   jobs
	line   line

	// view is what a stanza passes by.
	view atomic.Pointer[view]

	mu     sync.Mutex
	closed bool
	byName map[string]*entry
	next   uint64 // order of the next entry
	lists  view
	asking map[*asking]struct{} // requests that are not settled
}

// New makes a registry whose first entry, named "log", stands for the log of everything
// seen. It cannot be removed or turned off.
//
// failed, which may be nil, is told when a handler or matcher panics, or fails
// otherwise, in the goroutine where that happened; it must not panic itself.
func New(failed func(name string, cause any)) *Registry {
	r := &Registry{
		failed: failed,
		tap:    &entry{name: logName, kind: KindLog, about: "*"},
		byName: map[string]*entry{},
		asking: map[*asking]struct{}{},
	}
	r.line.r = r
	r.byName[logName] = r.tap
	r.publish()
	return r
}

// publish lets stanzas pass by the entries as they are now. A published list is only
// appended to or replaced as a whole, so that readers need no lock.
func (r *Registry) publish() {
	v := r.lists
	r.view.Store(&v)
}

// Add registers a handler behind those that are there.
func (r *Registry) Add(h Handler) error {
	if !h.works() {
		return ErrNoFunction
	}
	return r.register(newEntry(h))
}

// works says that the handler has the function that its kind calls.
func (h Handler) works() bool {
	switch h.kind {
	case KindFilter:
		return h.filter != nil
	case KindResponder:
		return h.respond != nil
	}
	return h.call != nil
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
	r.next++
	en.order = r.next
	r.byName[en.name] = en
	if l := en.list(); l != unlisted {
		r.lists[l] = append(r.lists[l], en)
		r.publish()
	}
	return nil
}

// Remove takes a handler out and reports whether it was there. Stanzas that wait
// for it are not delivered any more, and requests go on to the next responder; a
// call that is running goes on, and the context of a responder's ends.
func (r *Registry) Remove(name string) bool {
	r.mu.Lock()
	en := r.byName[name]
	if en == nil || en == r.tap {
		r.mu.Unlock()
		return false
	}
	r.take(en)
	r.mu.Unlock()
	r.passOn(en, en.stop())
	return true
}

// take takes an entry out of the registry, which is locked.
func (r *Registry) take(en *entry) {
	en.left.Store(true)
	delete(r.byName, en.name)
	if l := en.list(); l != unlisted {
		r.lists[l] = without(r.lists[l], en)
		r.publish()
	}
}

// claim takes an entry out; false when it has left already.
func (r *Registry) claim(en *entry) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if en.left.Load() {
		return false
	}
	r.take(en)
	return true
}

// Replace puts a handler in the place of the one of the same name, on and with its
// counts begun anew; the order stays. ErrNoHandler says that there is none: the
// log, and what somebody waits for (replies, waiters, collectors), is not replaced.
func (r *Registry) Replace(h Handler) error {
	if !h.works() {
		return ErrNoFunction
	}
	en := newEntry(h)
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return ErrClosed
	}
	old := r.byName[h.name]
	if old == nil || !old.isHandler() {
		r.mu.Unlock()
		return ErrNoHandler
	}
	en.order = old.order
	r.byName[en.name] = en
	old.left.Store(true)
	r.lists[old.list()] = without(r.lists[old.list()], old)
	l := en.list()
	at, _ := slices.BinarySearchFunc(r.lists[l], en.order, byOrder)
	r.lists[l] = slices.Insert(slices.Clone(r.lists[l]), at, en)
	r.publish()
	r.mu.Unlock()
	r.passOn(old, old.stop())
	return nil
}

// isHandler says that the entry was made by Add.
func (en *entry) isHandler() bool {
	switch en.kind {
	case KindCallback, KindOnce, KindFilter, KindResponder:
		return true
	}
	return false
}

// Switch turns an entry off, or on again, and reports whether it was there. What
// is off sees nothing, counts nothing and is not asked, what waited for it
// included. The log cannot be turned off, nor can the callbacks of requests.
func (r *Registry) Switch(name string, on bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	en := r.byName[name]
	if en == nil || en.list() == unlisted {
		return false
	}
	en.off.Store(!on)
	return true
}

// Serves says that a responder which is on is at home in the namespace.
func (r *Registry) Serves(namespace string) bool { return slices.Contains(r.Served(), namespace) }

// Served are the namespaces that the responders which are on are at home in, in
// the responders' order, each once.
func (r *Registry) Served() []string {
	var namespaces []string
	registered := r.view.Load()
	for _, l := range []list{responders, fallbacks} {
		for _, en := range registered[l] {
			if en.left.Load() || en.off.Load() {
				continue
			}
			for _, ns := range en.serves {
				if !slices.Contains(namespaces, ns) {
					namespaces = append(namespaces, ns)
				}
			}
		}
	}
	return namespaces
}

// List describes all entries in order: the log first, the fallbacks last.
func (r *Registry) List() []Info {
	r.mu.Lock()
	entries := slices.Collect(maps.Values(r.byName))
	r.mu.Unlock()
	slices.SortFunc(entries, func(a, b *entry) int {
		if last := (a.list() == fallbacks); last != (b.list() == fallbacks) {
			return cmp.Compare(a.list(), b.list())
		}
		return cmp.Compare(a.order, b.order)
	})
	infos := make([]Info, len(entries))
	for i, en := range entries {
		infos[i] = en.info()
	}
	return infos
}

// Close drops what waits and settles every request that is still asked about, by
// nobody; then it waits for running handlers at most for the given time. From then
// on nobody sees what is shown.
func (r *Registry) Close(wait time.Duration) {
	r.mu.Lock()
	r.closed = true
	var gone []*entry
	for _, en := range r.byName {
		if en != r.tap {
			r.take(en)
			gone = append(gone, en)
		}
	}
	open := r.asking
	r.asking = nil
	r.mu.Unlock()
	for _, en := range gone {
		en.stop()
	}
	for a := range open {
		a.end(Settlement{}, nil)
	}
	r.jobs.close(wait)
}
