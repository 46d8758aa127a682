package session

import (
	"fmt"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/ack"
	"iqscope/session/answer"
	"iqscope/session/handler"
	"iqscope/session/journal"
	"iqscope/session/wire"
)

// receive takes elements along their way in: the journal, the filters, the judge, the
// observers, the answer. The reader calls it, and nobody on the way keeps it waiting.
func (s *Session) receive(c *connection, in []wire.Event) {
	seq := s.log(in)
	s.mu.Lock()
	s.now() // it may be what woke the machine
	for i, e := range in {
		s.pass(c, arrival{Event: e, seq: seq + uint64(i)})
	}
	s.unlock()
	s.changed.ring()
}

// arrival is an element that came in and is in the log.
type arrival struct {
	wire.Event
	seq       uint64
	uncounted bool // acknowledgements do not count it
	observed  bool // the observers have seen it
}

// pass is the way of an element that is in the log. The session's lock is held, and given up for
// whoever else is to see the element: what ends a request and concerns nobody else passes without.
func (s *Session) pass(c *connection, in arrival) {
	e := event(in.seq, in.Event)
	if s.registry.Filters() && isStanza(e.Stanza) {
		s.outside(func() {
			var changes []handler.Change
			e, changes = s.registry.Filter(e)
			annotateFiltered(s.journal, in.seq, changes)
		})
	}
	if e.Stanza != nil {
		e = s.judge(c, e)
	}
	current := s.link.took(c, in)
	asks := current && e.Stanza != nil && wantsAnswer(e.Stanza)
	watched := e.Stanza != nil && !in.observed && s.registry.Observers()
	if asks || watched || e.Stanza != nil && e.Stanza.Kind() == stanza.Presence {
		s.outside(func() { s.show(e, asks, watched) })
	}
	s.link.heard(c, in)
}

// show has an element seen by whom it concerns, outside the session's lock.
func (s *Session) show(e handler.Event, asks, watched bool) {
	s.shows(e.Stanza)
	// A request is in the book before a callback can see it, which may answer it.
	var asked *answer.Request
	if asks {
		asked = s.answers.admit(e)
	}
	matched := 0
	if watched {
		matched = s.registry.Observe(e)
	}
	if asked != nil {
		s.answers.serve(asked, e, matched > 0)
	}
}

// outside calls fn without the session's lock, which is held.
func (s *Session) outside(fn func()) {
	s.unlock()
	defer s.mu.Lock()
	fn()
}

// unlock gives the session's lock up, and tells then who waits for the requests that replies have ended:
// who is woken comes for the lock at once.
func (s *Session) unlock() {
	woken := s.requests.woken
	s.requests.woken = nil
	s.mu.Unlock()
	for _, done := range woken {
		close(done)
	}
}

// leaving takes elements along their way out, behind the outbox and the filters: they are
// handed to the socket now. They are written down, acknowledgements count them, a request's clock
// starts, and the observers see them. The writer calls it, inside the connection's lock for
// writing.
func (s *Session) leaving(batch []*outgoing, out []wire.Event) {
	first := s.log(out)
	s.mu.Lock()
	s.now() // they may have been written before the machine slept
	for i, o := range batch {
		s.left(o, first+uint64(i), out[i])
	}
	s.mu.Unlock()
	if s.registry.Observers() {
		for i, e := range out {
			s.registry.Observe(event(first+uint64(i), e))
		}
	}
	s.changed.ring()
}

// left takes note that an element is handed to the socket. The session's lock is held.
func (s *Session) left(o *outgoing, seq uint64, out wire.Event) {
	r := o.request
	if r != nil && r.unasked {
		s.journal.Annotate(seq, func(e *journal.Entry) { e.Unasked = true })
	}
	s.link.sent(o)
	if o.seq == 0 { // it is not sent again after a resumption
		o.seq, o.at, o.shown = seq, out.Time, out.Shown
		if r != nil {
			s.requests.table.Sent(&r.p, out.Time)
			r.by = &o.on.over
		}
	}
	if in := o.answer; in != nil && s.answers.desk.Left(in, seq, out.Shown) {
		annotateAnswered(s.journal, in)
	}
	o.settle(nil)
}

// logged is where elements are told of that no reader and no writer of a session has: those
// of the negotiation, and the connection's own words. They are written down and observed.
func (s *Session) logged(e wire.Event) (seq uint64) {
	seq = s.log([]wire.Event{e})
	s.registry.Observe(event(seq, e))
	s.changed.ring()
	return seq
}

// log writes elements into the registry's first entry, and returns the number of the first one; the
// others follow it.
func (s *Session) log(events []wire.Event) (first uint64) {
	s.registry.Logged(events[len(events)-1].Time, len(events))
	return s.journal.AppendAll(len(events), func(i int, entry *journal.Entry) {
		e := &events[i]
		entry.Time, entry.Dir, entry.Stanza, entry.Redacted = e.Time, e.Dir, e.Shown, e.Redacted()
	})
}

// note writes a line of our own into the log.
func (s *Session) note(format string, args ...any) {
	s.journal.Append(journal.Entry{Time: time.Now(), Text: fmt.Sprintf(format, args...)})
	s.changed.ring()
}

// event is an element as handlers see it.
func event(seq uint64, e wire.Event) handler.Event {
	return handler.Event{Seq: seq, Time: e.Time, Dir: e.Dir, Stanza: e.Shown, Redacted: e.Redacted()}
}

// judge says what an incoming element is worth, and ends the request that it
// answers. What comes while we close is judged, too. What a reader still has of a
// connection that is gone is not: it comes again when the stream is resumed. The session's lock is
// held.
func (s *Session) judge(c *connection, e handler.Event) handler.Event {
	if s.link.up != c && s.link.closing != c {
		return e
	}
	j, r := s.requests.judge(e)
	o := s.requests.answersRaw(e.Stanza, j)
	if o != nil && j.Verdict == stanza.VerdictUnknownID {
		j.Verdict, j.Note = stanza.VerdictReply, "answers what was sent raw"
	}
	theirs := s.answers.refused(e.Stanza, j)
	if theirs != nil {
		j.Verdict, j.Note = "", "an error to our answer of their request; nobody answers an answer (RFC 6120 §8.3.1)"
	}
	if j.Verdict == "" && j.Note == "" && r == nil && o == nil {
		return e
	}
	e = e.Judged(j.Verdict, "", 0, j.Note)
	if r != nil && j.Verdict == stanza.VerdictReply {
		e = e.Judged(j.Verdict, r.p.Outcome, r.p.Ended.Sub(r.p.Sent), j.Note)
	}
	s.journal.Annotate(e.Seq, func(entry *journal.Entry) {
		entry.Verdict, entry.Text, entry.LateBy, entry.RTT = e.Verdict, joined(entry.Text, e.Note), j.LateBy, e.RTT
		switch {
		case r != nil:
			entry.Request = r.out.seq
		case o != nil:
			entry.Request = o.seq
		case theirs != nil:
			entry.Request = theirs.ReplySeq
		}
	})
	if r != nil && j.Verdict == stanza.VerdictReply {
		s.requests.finish(r)
		s.arm()
	}
	if o != nil {
		o.answered = &answerTo{e.Stanza, e.Seq, e.Verdict}
	}
	return e
}

// annotateFiltered writes down what filters did to an incoming stanza.
func annotateFiltered(log *journal.Journal, seq uint64, changes []handler.Change) {
	for _, c := range changes {
		text := fmt.Sprintf("dropped by the filter %q", c.Filter)
		if c.Into != nil {
			text = fmt.Sprintf("the filter %q put another in its place", c.Filter)
		}
		log.Annotate(seq, func(entry *journal.Entry) { entry.Text = joined(entry.Text, text) })
	}
}

// annotateAnswered joins a request of others and its answer in the log.
func annotateAnswered(log *journal.Journal, in *answer.Request) {
	log.Annotate(in.ReplySeq, func(e *journal.Entry) {
		e.Text = "answered by " + in.By
		e.Request = in.Seq
	})
	log.Annotate(in.Seq, func(e *journal.Entry) { e.Reply = in.ReplySeq })
}

// joined is two remarks in one line of the log.
func joined(first, second string) string {
	if first == "" || second == "" {
		return first + second
	}
	return first + "; " + second
}

// wantsAnswer says that an IQ is neither a result nor an error: it is answered, be its type
// none that there is (RFC 6120 §8.2.3, rule 2).
func wantsAnswer(st *stanza.Stanza) bool { return st.Kind() == stanza.IQ && !st.IsReply() }

// isStanza says what filters see and acknowledgements count.
func isStanza(el *stanza.Stanza) bool { return ack.Counts(el) }
