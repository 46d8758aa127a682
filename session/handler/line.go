package handler

import (
	"sync"
	"time"
)

// How long callbacks wait for one another.
const (
	// Patience is the longest that one call keeps the other callbacks waiting.
	Patience = 250 * time.Millisecond
	// MaxBehind is how late a call may come because of the many calls before it.
	MaxBehind = 2 * time.Second
)

// A line counts time in ticks, and a tick that comes while nobody could run counts once: a
// machine that stands still for a second puts nobody aside.
const (
	tick        = Patience / 10
	patience    = int(Patience / tick)
	behind      = uint64(MaxBehind / tick)
	conspicuous = 4 // ticks in which one handler was found at work
)

// line has callbacks called one at a time, in the order in which they were lined up, by a
// goroutine that exists only while somebody waits. What is to be called with stands in the
// queue of each entry, which is bounded.
//
// Whoever keeps the others waiting is put aside: the goroutine that calls it is its own from then
// on and empties its queue, and another one goes on with the line. When it has caught up, and
// its last call was quick, it comes back into the line.
type line struct {
	r *Registry

	mu      sync.Mutex
	turns   []turn
	head    int // of turns: those before it have been taken
	working bool
	timer   *time.Timer // runs while working
	tick    uint64
	round   uint64 // how often the line has been empty
	crowded bool   // some queue is half full

	call    uint64 // number of the last call
	calling bool   // it has not returned
	who     *entry // whose call it is; nil for a function's
	seen    int    // its ticks
}

// turn is a place in the line.
type turn struct {
	en    *entry // to be called with the first that is in its queue; nil: fn is called
	fn    func()
	since uint64 // the line's tick
}

// place is how an entry stands in the line, whose lock guards it.
type place struct {
	turns int  // it has in the line
	stale int  // of these, the first ones, that mean nothing any more: it was put aside
	aside bool // it has a goroutine of its own when it has to be called

	ticks int // it was found at work, in that round
	round uint64
}

// add lines an event up for each of the entries, in one step.
func (l *line) add(entries []*entry, e Event) {
	if len(entries) == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, en := range entries {
		taken, start := en.enqueue(waiting{event: e}, en.place.aside)
		switch {
		case !taken:
		case !en.place.aside:
			en.place.turns++
			l.push(turn{en: en})
			l.crowded = l.crowded || en.crowded()
		case start && l.r.jobs.begin():
			go func() {
				defer l.r.jobs.end()
				l.aside(en)
			}()
		}
	}
	l.start()
}

// then lines a function up; false when the registry is closed.
func (l *line) then(fn func()) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.working && !l.r.jobs.begin() {
		return false
	}
	l.push(turn{fn: fn})
	if !l.working {
		l.work()
	}
	return true
}

func (l *line) push(t turn) {
	t.since = l.tick
	l.turns = append(l.turns, t)
}

// start has somebody take the turns, if there are any.
func (l *line) start() {
	if l.working || l.head == len(l.turns) {
		return
	}
	if !l.r.jobs.begin() { // closed: nobody is called any more
		l.turns, l.head = nil, 0
		return
	}
	l.work()
}

// work begins the goroutine that takes the turns. It is one of the jobs.
func (l *line) work() {
	l.working = true
	if l.timer == nil {
		l.timer = time.AfterFunc(tick, l.look)
	} else {
		l.timer.Reset(tick)
	}
	go func() {
		defer l.r.jobs.end()
		for {
			t, w, call := l.next()
			switch {
			case call == 0:
				return
			case t.en == nil:
				t.fn()
			default:
				l.r.call(t.en, w)
			}
			if l.ended(call) {
				continue
			}
			if t.en != nil {
				l.aside(t.en)
			}
			return
		}
	}()
}

// next is whose turn it is, what to call it with, and the number of the call, which is 0 when
// the line is empty.
func (l *line) next() (t turn, w waiting, call uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.head < len(l.turns) {
		t = l.shift()
		if en := t.en; en != nil {
			en.place.turns--
			if en.place.stale > 0 {
				en.place.stale--
				continue
			}
			var ok bool
			if w, ok = en.pop(); !ok { // it has left
				continue
			}
		}
		l.call++
		l.calling, l.who, l.seen = true, t.en, 0
		return t, w, l.call
	}
	l.working = false
	l.round++
	l.timer.Stop()
	if cap(l.turns) > idleRing {
		l.turns = nil
	}
	return turn{}, waiting{}, 0
}

// shift takes the first turn.
func (l *line) shift() turn {
	t := l.turns[l.head]
	l.turns[l.head] = turn{}
	if l.head++; l.head > len(l.turns)/2 {
		n := copy(l.turns, l.turns[l.head:])
		clear(l.turns[n:])
		l.turns, l.head = l.turns[:n], 0
	}
	return t
}

// ended takes note that a call has returned; false when it was put aside meanwhile.
func (l *line) ended(call uint64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.call != call || !l.calling {
		return false
	}
	l.calling, l.who = false, nil
	return true
}

// look is called with each tick, and puts aside who keeps the others waiting.
func (l *line) look() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.working {
		return
	}
	l.tick++
	if l.calling {
		l.seen++
		busy := l.seen
		if l.who != nil {
			busy = l.who.place.found(l.round)
		}
		late := l.crowded || l.head < len(l.turns) && l.tick-l.turns[l.head].since >= behind
		if l.seen >= patience || late && busy >= conspicuous {
			l.putAside()
		}
	}
	l.crowded = false
	if l.working {
		l.timer.Reset(tick)
	}
}

// found counts a tick in which the entry was found at work.
func (p *place) found(round uint64) int {
	if p.round != round {
		p.round, p.ticks = round, 0
	}
	p.ticks++
	return p.ticks
}

// putAside leaves the call that is made to its goroutine, and goes on with the line in another.
func (l *line) putAside() {
	if en := l.who; en != nil {
		en.place.aside, en.place.stale = true, en.place.turns
		en.occupy()
	}
	l.calling, l.who, l.working = false, nil, false
	if l.head < len(l.turns) {
		l.r.jobs.another()
		l.work()
	}
}

// aside empties the queue of an entry that was put aside.
func (l *line) aside(en *entry) {
	for {
		w, ok := en.next()
		if !ok {
			return
		}
		began := time.Now()
		l.r.call(en, w)
		if time.Since(began) < Patience && l.back(en) {
			return
		}
	}
}

// back takes an entry into the line again; false when something still waits for it.
func (l *line) back(en *entry) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !en.release() {
		return false
	}
	en.place.aside = false
	return true
}

// busy says that somebody has a turn or is being called in it.
func (l *line) busy() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.working
}
