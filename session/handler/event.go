package handler

import (
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

// Event is one element on its way. It is a value, and its Stanza does not change:
// each handler has a copy of its own.
type Event struct {
	Seq      uint64 // its number in the log; 0 when it is not there yet
	Time     time.Time
	Dir      stanza.Direction
	Stanza   *stanza.Stanza
	Redacted bool // secrets in Stanza are hidden, from handlers too

	// What the judge found, for an incoming element.
	Verdict stanza.Verdict
	Outcome stanza.Outcome // of the request that it ended
	RTT     time.Duration  // of a reply
	Note    string         // why; it may quote remote text

	subject match.Subject
}

// Subject is the event as matchers see it. All matchers of one delivery share
// one, and its tree; handlers are given their event without it, so that what they
// call Subject for is their own.
func (e Event) Subject() match.Subject {
	if e.subject != nil && e.subject.Facts().Stanza == e.Stanza {
		return e.subject
	}
	return match.NewSubject(e.facts())
}

func (e Event) facts() match.Facts {
	return match.Facts{
		Stanza: e.Stanza, Dir: e.Dir, Verdict: e.Verdict, Outcome: e.Outcome, RTT: e.RTT, Note: e.Note,
	}
}

// own is the event as a handler gets it. Without the shared subject nobody can
// touch another's tree, and what waits in a queue holds the stanza's bytes only.
func (e Event) own() Event {
	e.subject = nil
	return e
}

// Judged is the event with what the judge found. The tree that filters have read is
// still the one for the observers.
func (e Event) Judged(v stanza.Verdict, o stanza.Outcome, rtt time.Duration, note string) Event {
	e.Verdict, e.Outcome, e.RTT, e.Note = v, o, rtt, note
	if e.subject != nil {
		e.subject = &judgedSubject{e.subject, e.facts()}
	}
	return e
}

// judgedSubject is a subject that filters have seen, with what the judge found
// since. The tree is still the one.
type judgedSubject struct {
	match.Subject
	facts match.Facts
}

func (s *judgedSubject) Facts() *match.Facts { return &s.facts }

// isStanza says that filters see the element: it is a message, presence or IQ.
func isStanza(s *stanza.Stanza) bool {
	if s == nil {
		return false
	}
	switch s.Kind() {
	case stanza.IQ, stanza.Message, stanza.Presence:
		return true
	}
	return false
}
