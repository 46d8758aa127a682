package handler

import (
	"context"
	"slices"
	"sync"
)

// asking is one request on its way along the responders. At any time exactly one
// hand moves it: who calls Ask, the responder whose queue it stands in, or who
// removes that responder. Ending it is open to all, and happens once.
type asking struct {
	r      *Registry
	ctx    context.Context
	event  Event // without the shared subject
	settle func(Settlement)

	mu      sync.Mutex
	ended   bool
	unwatch func() bool // stops watching the context
}

// Ask takes an incoming request to the responders that match, in their order, the
// fallbacks last, until one does not pass. A responder whose queue is full counts
// it as dropped and is passed over; so is one that is removed or turned off before
// its turn comes.
//
// settle is called exactly once, in any goroutine, at once when nobody matches. It
// must not panic. When the context ends or the registry closes, it is called with
// nobody's name, and no further responder is asked; what one that runs then says
// has no effect. The context is the responders'.
//
// Anything but a get or set IQ is nobody's to answer (RFC 6120 §8.2.3).
func (r *Registry) Ask(ctx context.Context, e Event, settle func(Settlement)) {
	a := &asking{r: r, ctx: ctx, event: e.own(), settle: settle}
	if e.Stanza == nil || !e.Stanza.IsRequest() || !r.begin(a) {
		settle(Settlement{})
		return
	}
	a.goOn(e, point{list: responders})
}

// begin lets Close and the end of the context find the request; false when the
// registry is closed.
func (r *Registry) begin(a *asking) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return false
	}
	r.asking[a] = struct{}{}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.unwatch = context.AfterFunc(a.ctx, func() { a.end(Settlement{}, nil) })
	return true
}

// goOn asks the first responder at the place or behind it that matches and has
// room; without one, the request is settled by nobody.
func (a *asking) goOn(e Event, at point) {
	for !a.over() {
		en := a.r.nextResponder(&e, at)
		if en == nil {
			a.end(Settlement{}, nil)
			return
		}
		at = en.behind()
		if en.once && !a.r.claim(en) {
			continue
		}
		en.hit(e.Time)
		if taken, start := en.enqueue(waiting{a.event, a}, true); taken {
			if start {
				a.r.work(en)
			}
			return
		}
	}
}

// nextResponder is the first one at the place or behind it that matches; nil for none.
func (r *Registry) nextResponder(e *Event, p point) *entry {
	for v := r.view.Load(); p.list <= fallbacks; p = (point{p.list + 1, 0}) {
		entries := v[p.list]
		from, _ := slices.BinarySearchFunc(entries, p.order, byOrder)
		if at := r.firstMatch(entries, from, e); at < len(entries) {
			return entries[at]
		}
	}
	return nil
}

// passOn takes what waited for an entry that left to those who are asked in its
// place.
func (r *Registry) passOn(en *entry, left []waiting) {
	for _, w := range left {
		if w.asking != nil {
			w.asking.goOn(w.event, en.point())
		}
	}
}

// over says that nobody is to be asked any more: the request is settled, or its
// context has ended and it is about to be.
func (a *asking) over() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.ended || a.ctx.Err() != nil
}

// end settles the request, unless that has been done. by, if any, is counted the
// reply.
func (a *asking) end(s Settlement, by *entry) {
	a.mu.Lock()
	if a.ended {
		a.mu.Unlock()
		return
	}
	a.ended = true
	a.mu.Unlock()

	a.unwatch()
	a.r.mu.Lock()
	delete(a.r.asking, a)
	a.r.mu.Unlock()
	if by != nil && s.Answer.reply != nil {
		by.replies.Add(1)
	}
	a.settle(s)
}
