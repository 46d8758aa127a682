package session

import (
	"time"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
	"iqscope/session/journal"
	"iqscope/session/pending"
)

// log is the registry's first entry: it sees every element in both directions,
// before anyone else, and writes it down. What arrives while we are online is
// judged here, so that its line is complete from the start.
func (s *Session) log(e handler.Event) {
	entry := journal.Entry{Time: e.Time, Dir: e.Dir, Stanza: e.Stanza, Redacted: e.Redacted}
	if e.Dir == stanza.Out {
		s.logOut(entry)
	} else {
		s.logIn(entry)
	}
	s.notify()
}

// logOut writes down what is about to be handed to the socket. A request's clock starts
// here.
func (s *Session) logOut(entry journal.Entry) {
	seq := s.journal.Append(entry)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.outbox.writing) == 0 {
		return // the negotiation's, or a stream error
	}
	next := s.outbox.writing[0]
	// What the tap shows is the element itself, or what was made of it: with its
	// secrets hidden, or with the namespace that a WebSocket's message declares.
	if next.element.Name() != entry.Stanza.Name() || next.element.ID() != entry.Stanza.ID() {
		return
	}
	s.outbox.writing = s.outbox.writing[1:]
	if s.sm != nil && isStanza(next.element) {
		s.sm.sent(next)
	}
	if r := next.request; r != nil && r.p.Sent.IsZero() { // not sent again after a resumption
		r.seq, r.shown = seq, entry.Stanza
		s.table.Sent(r.p, entry.Time)
		s.arm()
	}
}

func (s *Session) logIn(entry journal.Entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var r *Request
	var j pending.Judgement
	s.heard = entry.Time
	if s.life != nil {
		j = s.table.Judge(entry.Stanza, entry.Time)
		if j.Request != nil {
			r = s.book.find(j.Request.Serial)
		}
		entry.Verdict, entry.Text, entry.LateBy = j.Verdict, j.Note, j.LateBy
	}
	if r != nil {
		entry.Request = r.seq
		if j.Verdict == stanza.VerdictReply {
			entry.RTT = r.p.Ended.Sub(r.p.Sent)
		}
	}
	seq := s.journal.Append(entry)
	if r != nil && r.p.Late == entry.Stanza && r.lateSeq == 0 {
		r.lateSeq = seq
	}
	if r == nil || j.Verdict != stanza.VerdictReply {
		return
	}
	r.replySeq = seq
	s.journal.Annotate(r.seq, func(e *journal.Entry) { e.Reply = seq })
	s.finish(r)
	s.arm()
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

// receive deals with an element behind the tap.
func (s *Session) receive(l *life, el *stanza.Stanza) {
	if s.acknowledge(l, el) {
		return
	}
	s.answer(el)
	if isStanza(el) {
		s.mu.Lock()
		if s.sm != nil {
			s.sm.received++
		}
		s.mu.Unlock()
	}
}

// answer sends the one error that RFC 6120 §8.4 asks for when a request comes
// that nobody serves. Results and errors are never answered.
func (s *Session) answer(el *stanza.Stanza) {
	if !el.IsRequest() {
		return
	}
	e := stanza.StanzaError{Type: "cancel", Condition: "service-unavailable"}
	if el.Payloads() != 1 {
		e = stanza.StanzaError{Type: "modify", Condition: "bad-request"}
	}
	reply, err := iqbuilder.Error(iqbuilder.InReplyTo(el), iqbuilder.WithError(e))
	if err != nil {
		s.note("a request could not be answered: " + err.Error())
		return
	}
	s.mu.Lock()
	ok := s.life != nil && s.enqueueAnswer(reply)
	s.mu.Unlock()
	if !ok {
		s.notify()
	}
}
