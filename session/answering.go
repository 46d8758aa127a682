package session

import (
	"fmt"
	"slices"
	"time"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
	"iqscope/session/journal"
)

// Unanswered is the setting of what a request gets that nobody answers.
type Unanswered struct {
	Silent    bool   // nothing is sent, to try the other side's timeouts
	Condition string // "" means service-unavailable (RFC 6120 §8.4)
}

// SetUnanswered changes what requests get that nobody answers. Switching
// AnsweredByNobody off and on does the same for Silent.
//
// The error says that there is no such condition.
func (s *Session) SetUnanswered(u Unanswered) error {
	if u.Condition != "" && !slices.Contains(stanza.Conditions(), u.Condition) {
		return fmt.Errorf("there is no condition %.60q", u.Condition)
	}
	s.mu.Lock()
	s.unanswered = u
	s.mu.Unlock()
	s.notify()
	return nil
}

// serve sees to it that an incoming request gets its one answer (RFC 6120 §8.4):
// by hand if it is held, else by the first responder that does not pass, else the
// automatic error. Results and errors are never answered.
func (s *Session) serve(e handler.Event) {
	if e.Stanza == nil || !e.Stanza.IsRequest() {
		return
	}
	hold := s.toHold(e)
	s.mu.Lock()
	in, ctx := s.admit(e, hold), s.serving
	ask := false
	switch {
	case in == nil || in.State == AskedHeld:
	case e.Verdict == stanza.VerdictForged || e.Stanza.Payloads() != 1:
		s.refuse(in)
	default:
		ask = true
	}
	s.mu.Unlock()
	s.notify()
	if ask {
		s.registry.Ask(ctx, e, func(end handler.Settlement) { s.settle(in, end) })
	}
}

// toHold is how long a request is to be held; 0 for not at all. The matcher is asked
// outside the session's lock: it may be anybody's.
func (s *Session) toHold(e handler.Event) (d time.Duration) {
	s.mu.Lock()
	hold := s.hold
	s.mu.Unlock()
	if !hold.On {
		return 0
	}
	defer func() {
		if cause := recover(); cause != nil {
			s.handlerFailed("hold", cause)
		}
	}()
	if hold.Match == nil || hold.Match.Match(e.Subject()) {
		d = hold.For
	}
	return d
}

// admit writes a request into the book, and holds it for that long; nil when there
// is no stream to answer on, or too much waits already. The session's lock is held.
func (s *Session) admit(e handler.Event, hold time.Duration) *asked {
	if s.serving == nil {
		return nil
	}
	key, bytes := s.requestKey(e.Stanza), len(e.Stanza.XML())
	sender := s.pacer.begin(key.peer, bytes, e.Time)
	if sender == nil {
		s.pacer.overflow++
		s.journal.Annotate(e.Seq, func(entry *journal.Entry) {
			entry.Text = joined(entry.Text, "not answered: too many answers wait")
		})
		return nil
	}
	in := &asked{
		Asked: Asked{Seq: e.Seq, Stanza: e.Stanza, At: e.Time, State: AskedWorking},
		key:   key, sender: sender, bytes: bytes,
	}
	s.inbox.add(in)
	if hold > 0 {
		in.State, in.Held, in.Deadline = AskedHeld, true, time.Now().Add(hold)
		in.timer = time.AfterFunc(hold, func() { s.heldTooLong(in) })
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
	case !s.pacer.keep(in, len(reply.XML())):
		s.pacer.overflow++
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
	s.note(fmt.Sprintf("a second reply to %.100q of %.100s was not sent: by %s, after one by %s", in.key.id, in.key.peer, by, in.By))
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
