package session

import (
	"fmt"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
	"iqscope/session/journal"
	"iqscope/session/wire"
)

// log is the registry's first entry: it writes down every element in both
// directions, before anyone else sees it.
func (s *Session) log(e handler.Event) (seq uint64) {
	entry := journal.Entry{Time: e.Time, Dir: e.Dir, Stanza: e.Stanza, Redacted: e.Redacted}
	seq = s.journal.Append(entry)
	s.mu.Lock()
	if e.Dir == stanza.In {
		s.heard = e.Time
	} else {
		s.written(seq, e)
	}
	s.mu.Unlock()
	s.notify()
	return seq
}

// written takes note of what is about to be handed to the socket. A request's
// clock starts here. The session's lock is held.
func (s *Session) written(seq uint64, e handler.Event) {
	if len(s.outbox.writing) == 0 {
		return // the negotiation's, or a stream error
	}
	next := s.outbox.writing[0]
	// What the tap shows is the element itself, or what was made of it: with its
	// secrets hidden, itself altogether if need be, or with the namespace that a
	// WebSocket's message declares.
	if !e.Redacted && (next.element.Name() != e.Stanza.Name() || next.element.ID() != e.Stanza.ID()) {
		return
	}
	s.outbox.writing = s.outbox.writing[1:]
	if s.sm != nil && isStanza(next.element) {
		s.sm.sent(next)
	}
	if r := next.request; r != nil && r.p.Sent.IsZero() { // not sent again after a resumption
		r.seq, r.shown = seq, e.Stanza
		s.table.Sent(r.p, e.Time)
		s.arm()
	}
	if in := next.answer; in != nil && in.ReplySeq == 0 {
		if in.ReplySeq = seq; in.Stanza != nil { // it can still be shown
			in.Reply = e.Stanza
		}
		s.journal.Annotate(seq, func(e *journal.Entry) {
			e.Text = "answered by " + in.By
			e.Request = in.Seq
		})
		s.journal.Annotate(in.Seq, func(e *journal.Entry) { e.Reply = seq })
	}
}

// judge says what an incoming element is worth, and ends the request that it
// answers.
func (s *Session) judge(e *handler.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.life == nil {
		return // of the negotiation, or to be judged when the stream has been resumed
	}
	j := s.table.Judge(e.Stanza, e.Time)
	e.Verdict, e.Note = j.Verdict, j.Note
	if why := s.forged(e.Stanza); why != "" {
		e.Verdict, e.Note = stanza.VerdictForged, why
	}
	var r *Request
	if j.Request != nil {
		r = s.book.find(j.Request.Serial)
	}
	if e.Verdict == "" && e.Note == "" && r == nil {
		return
	}
	ends := r != nil && j.Verdict == stanza.VerdictReply
	if ends {
		e.RTT, e.Outcome = r.p.Ended.Sub(r.p.Sent), r.p.Outcome
		r.replySeq = e.Seq
	}
	if r != nil && r.p.Late == e.Stanza && r.lateSeq == 0 {
		r.lateSeq = e.Seq
	}
	s.journal.Annotate(e.Seq, func(entry *journal.Entry) {
		entry.Verdict, entry.Text, entry.LateBy, entry.RTT = e.Verdict, joined(entry.Text, e.Note), j.LateBy, e.RTT
		if r != nil {
			entry.Request = r.seq
		}
	})
	if ends {
		s.finish(r)
		s.arm()
	}
	s.notify()
}

// joined is two remarks in one line of the log.
func joined(first, second string) string {
	if first == "" || second == "" {
		return first + second
	}
	return first + "; " + second
}

// filtered writes down what a filter did to an incoming stanza.
func (s *Session) filtered(e handler.Event, filter string, into *stanza.Stanza) {
	text := fmt.Sprintf("dropped by the filter %q", filter)
	if into != nil {
		text = fmt.Sprintf("the filter %q put another in its place", filter)
	}
	s.journal.Annotate(e.Seq, func(entry *journal.Entry) { entry.Text = joined(entry.Text, text) })
	s.notify()
}

// judgeEarly judges what came together with the resumption of a stream, when the log
// had it already. The session's lock is held.
func (s *Session) judgeEarly(el *stanza.Stanza) {
	j := s.table.Judge(el, time.Now())
	if j.Verdict != stanza.VerdictReply {
		return
	}
	if r := s.book.find(j.Request.Serial); r != nil {
		s.finish(r)
	}
}

// receive deals with an element behind the tap: e is what the filters left of it.
func (s *Session) receive(l *life, el *stanza.Stanza, e handler.Event) {
	if s.acknowledge(l, el) {
		return
	}
	s.mu.Lock()
	// What a reader still has of a connection that is gone was not counted, and comes
	// again when the stream is resumed.
	current := s.life == l
	if current && s.sm != nil && isStanza(el) {
		s.sm.received++
	}
	s.mu.Unlock()
	if current {
		s.serve(e)
	}
}

// early is the event of a stanza that came before the session was online.
func (s *Session) early(l *life, el *stanza.Stanza) handler.Event {
	e := handler.Event{Time: l.began, Dir: stanza.In}
	e.Stanza, e.Redacted = wire.Redact(el)
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.Note = s.forged(e.Stanza); e.Note != "" {
		e.Verdict = stanza.VerdictForged
		s.note("among what came before the session was online: " + e.Note)
	}
	return e
}
