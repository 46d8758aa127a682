package session

import (
	"fmt"
	"time"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
)

// Unanswered is the setting of what a request gets that nobody answers.
type Unanswered struct {
	Silent    bool   // nothing is sent, to try the other side's timeouts
	Condition string // "" means service-unavailable (RFC 6120 §8.4)
}

// SetUnanswered changes what requests get that nobody answers. Switching
// AnsweredByNobody off and on does the same for Silent.
func (s *Session) SetUnanswered(u Unanswered) {
	s.mu.Lock()
	s.unanswered = u
	s.mu.Unlock()
	s.notify()
}

// serve sees to it that an incoming request gets its one answer (RFC 6120 §8.4):
// by hand if it is held, else by the first responder that does not pass, else the
// automatic error. Results and errors are never answered.
func (s *Session) serve(e handler.Event) {
	if e.Stanza == nil || !e.Stanza.IsRequest() {
		return
	}
	s.mu.Lock()
	in, ctx := s.admit(e), s.serving
	if in == nil || in.State == AskedHeld || e.Verdict == stanza.VerdictForged || e.Stanza.Payloads() != 1 {
		if in != nil && in.State != AskedHeld {
			s.refuse(in)
		}
		s.mu.Unlock()
		s.notify()
		return
	}
	s.mu.Unlock()
	s.registry.Ask(ctx, e, func(end handler.Settlement) { s.settle(in, end) })
}

// admit writes a request into the book; nil when there is no stream to answer on,
// or too much waits already. The session's lock is held.
func (s *Session) admit(e handler.Event) *asked {
	if s.serving == nil {
		return nil
	}
	sender := e.Stanza.From()
	if !s.pacer.begin(sender, len(e.Stanza.XML()), e.Time) {
		s.pacer.overflow++
		return nil
	}
	in := &asked{
		Asked: Asked{Seq: e.Seq, Stanza: e.Stanza, At: e.Time, State: AskedWorking},
		key:   s.requestKey(e.Stanza), sender: sender, waiting: true, bytes: len(e.Stanza.XML()),
	}
	s.inbox.add(in)
	if s.hold.On && (s.hold.Match == nil || s.hold.Match.Match(e.Subject())) {
		in.State, in.Held, in.Deadline = AskedHeld, true, time.Now().Add(s.hold.For)
		in.timer = time.AfterFunc(s.hold.For, func() { s.heldTooLong(in) })
	}
	return in
}

// heldTooLong ends the holding of a request whose time is up.
func (s *Session) heldTooLong(in *asked) {
	s.mu.Lock()
	if in.State == AskedHeld && !time.Now().Before(in.Deadline) {
		s.refuse(in)
	}
	s.mu.Unlock()
	s.notify()
}

// settle does what the responders decided. Of a failure, handlerFailed has told.
func (s *Session) settle(in *asked, end handler.Settlement) {
	defer s.notify()
	s.mu.Lock()
	defer s.mu.Unlock()
	reply := end.Answer.Stanza()
	switch {
	case !in.State.Open():
		if reply != nil && in.State == AskedAnswered {
			s.block(in, end.By)
		}
	case end.By == "":
		in.unserved = true
		s.refuse(in)
	case reply == nil:
		s.dismiss(in, AskedSilent, end.By)
	case end.Answer.Delay() > 0:
		in.notable = true
		in.timer = time.AfterFunc(end.Answer.Delay(), func() {
			s.mu.Lock()
			s.answer(in, reply, end.By)
			s.mu.Unlock()
			s.notify()
		})
	default:
		s.answer(in, reply, end.By)
	}
}

// refuse sends the automatic error, or nothing if that is the setting. The
// session's lock is held.
func (s *Session) refuse(in *asked) {
	s.nobody.matches++
	s.nobody.last = time.Now()
	if s.unanswered.Silent {
		s.dismiss(in, AskedSilent, AnsweredByNobody)
		return
	}
	reply, err := iqbuilder.Error(iqbuilder.InReplyTo(in.Stanza), iqbuilder.WithError(s.automaticError(in)))
	if err != nil {
		s.nobody.failures++
		s.note("a request could not be answered: " + err.Error())
		s.dismiss(in, AskedSilent, AnsweredByNobody)
		return
	}
	s.nobody.replies++
	s.answer(in, reply, AnsweredByNobody)
}

// automaticError is what RFC 6120 §8.4 has for a request that nobody serves.
func (s *Session) automaticError(in *asked) stanza.StanzaError {
	switch {
	case in.Stanza.Payloads() != 1: // §8.2.3
		return stanza.StanzaError{Type: "modify", Condition: "bad-request"}
	case s.unanswered.Condition != "":
		return stanza.StanzaError{Type: stanza.UsualType(s.unanswered.Condition), Condition: s.unanswered.Condition}
	case in.unserved && s.registry.Serves(in.Stanza.Payload().Space):
		return stanza.StanzaError{Type: "cancel", Condition: "feature-not-implemented"}
	}
	return stanza.StanzaError{Type: "cancel", Condition: "service-unavailable"}
}

// answer hands an automatic reply over, as fast as its receiver may have them.
// The session's lock is held.
func (s *Session) answer(in *asked, reply *stanza.Stanza, by string) {
	if !in.State.Open() {
		if in.State == AskedAnswered {
			s.block(in, by)
		}
		return
	}
	in.State, in.Deadline = AskedWorking, time.Time{}
	in.Reply, in.By = reply, by
	s.pace(in)
}

// handOver gives the writer the reply that waits for its turn. The session's lock
// is held.
func (s *Session) handOver(in *asked) {
	s.enqueue(outgoing{element: in.Reply, answer: in})
	s.inbox.end(in, AskedAnswered, in.By, time.Now())
}

// dismiss ends a request without an answer. The session's lock is held.
func (s *Session) dismiss(in *asked, state AskedState, by string) {
	in.Reply = nil
	s.inbox.end(in, state, by, time.Now())
	s.pacer.end(in)
}

// block shows that a second reply was not sent. The session's lock is held.
func (s *Session) block(in *asked, by string) {
	in.Blocked++
	in.notable = true
	s.note(fmt.Sprintf("a second reply to %q of %s was not sent: by %s, after one by %s", in.key.id, in.sender, by, in.By))
}

// repliedByHand takes note of a reply that the user sends, or the library's, and
// returns the request that it answers, if any. It refuses a second one. The
// session's lock is held.
func (s *Session) repliedByHand(reply *stanza.Stanza) (*asked, error) {
	if !reply.IsReply() {
		return nil, nil
	}
	in := s.inbox.find(s.keyOfReply(reply))
	switch {
	case in == nil:
		return nil, nil
	case !in.State.Open():
		s.block(in, AnsweredByHand)
		return nil, fmt.Errorf("%w, by %s", ErrAnswered, in.By)
	}
	in.Reply = reply
	in.notable = true
	s.inbox.end(in, AskedAnswered, AnsweredByHand, time.Now())
	s.pacer.end(in)
	return in, nil
}
