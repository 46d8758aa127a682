package handler

import "iqscope/iqbuilder/stanza"

// road is what a session does with an element, for tests of the registry alone.
type road struct {
	log   func(Event) uint64                              // nil: no log
	judge func(Event) (stanza.Verdict, string)            // nil: no judge
	told  func(was Event, by string, into *stanza.Stanza) // of what filters did; nil: nobody
}

// delivery is what became of an element.
type delivery struct {
	Event
	Matched int
}

// deliver takes an element along the whole road.
func (h road) deliver(r *Registry, e Event) delivery {
	r.Logged(e.Time, 1)
	if h.log != nil {
		e.Seq = h.log(e)
	}
	if e.Dir == stanza.In {
		was := e
		var changes []Change
		e, changes = r.Filter(e)
		for _, c := range changes {
			if h.told != nil {
				h.told(was, c.Filter, c.Into)
			}
			was.Stanza = c.Into
		}
		if e.Stanza == nil {
			return delivery{Event: e}
		}
		if h.judge != nil {
			v, note := h.judge(e)
			e = e.Judged(v, e.Outcome, e.RTT, note)
		}
	}
	return delivery{e, r.Observe(e)}
}

// Deliver is the road without a log and a judge.
func (r *Registry) Deliver(e Event) delivery { return road{}.deliver(r, e) }

func numbered(seq uint64) road { return road{log: func(Event) uint64 { return seq }} }
