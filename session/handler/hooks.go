package handler

import (
	"sync"

	"iqscope/iqbuilder/stanza"
)

// Hooks are what the registry's owner does. All may be nil, and may be called
// from several goroutines at once. A panic in one counts as a failure of the log.
type Hooks struct {
	// Log is the tap: it sees every element in both directions before anybody
	// else, and returns its number in the log.
	Log func(Event) (seq uint64)
	// Judge fills in Verdict, Outcome, RTT and Note of an incoming event, behind
	// the filters and before all observers. It must not keep the pointer.
	Judge func(*Event)
	// Filtered is told that a filter dropped an incoming stanza, or put another
	// in its place: e is what the filter was given, into what it became, nil for
	// dropped.
	Filtered func(e Event, filter string, into *stanza.Stanza)
	// Failed is told when a handler or matcher panics, or fails otherwise, in the
	// goroutine where that happened; it must not panic itself.
	Failed func(name string, cause any)
}

// log shows the tap the event.
func (r *Registry) log(e Event) (seq uint64) {
	r.tap.hit(e.Time)
	if r.hooks.Log == nil {
		return e.Seq
	}
	defer r.recovered(r.tap)
	return r.hooks.Log(e)
}

// judging holds the events that are being judged: the hook's pointer makes an
// event escape, and a stanza that nobody watches is to cost no memory.
var judging = sync.Pool{New: func() any { return new(Event) }}

// judge fills in what the owner finds.
func (r *Registry) judge(e *Event) {
	if r.hooks.Judge == nil {
		return
	}
	judged := judging.Get().(*Event)
	*judged = *e
	r.callJudge(judged)
	e.Verdict, e.Outcome, e.RTT, e.Note = judged.Verdict, judged.Outcome, judged.RTT, judged.Note
	*judged = Event{}
	judging.Put(judged)
	if e.subject != nil {
		e.subject = &judgedSubject{e.subject, e.facts()}
	}
}

func (r *Registry) callJudge(e *Event) {
	defer r.recovered(r.tap)
	r.hooks.Judge(e)
}

func (r *Registry) filtered(e Event, filter string, into *stanza.Stanza) {
	if r.hooks.Filtered == nil {
		return
	}
	defer r.recovered(r.tap)
	r.hooks.Filtered(e, filter, into)
}

func (r *Registry) failed(en *entry, cause any) {
	en.failures.Add(1)
	if r.hooks.Failed != nil {
		r.hooks.Failed(en.name, cause)
	}
}

// recovered counts and reports a panic; it must be deferred itself.
func (r *Registry) recovered(en *entry) {
	if cause := recover(); cause != nil {
		r.failed(en, cause)
	}
}
