package session

import (
	"context"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/answer"
	"iqscope/session/exchange"
	"iqscope/session/handler"
	"iqscope/session/journal"
	"iqscope/session/pending"
)

// DefaultHoldTime is how long a held request waits for an answer by hand.
const DefaultHoldTime = 30 * time.Second

// AnsweredByNobody is who sends the automatic error, also as an entry of the registry.
const AnsweredByNobody = exchange.ByNobody

// ErrAnswered refuses a second reply to a request. A callback comes too late with one when it has
// kept the others waiting for longer than handler.Patience; a handler.Responder has the
// time that it takes.
var ErrAnswered = answer.ErrAnswered

// Incoming is a copy of what is known of one incoming request, a get or set.
type Incoming = exchange.Incoming

// Unanswered is the setting of what a request gets that nobody answers.
type Unanswered = answer.Unanswered

// Hold makes incoming requests wait for an answer by hand. The zero Hold holds
// nothing.
type Hold struct {
	On    bool
	Match handler.Matcher // which ones; nil for all
	For   time.Duration   // until the automatic error goes out; 0 means DefaultHoldTime
}

// answers tie the desk to the registry and the connection. The session's lock guards them.
type answers struct {
	s    *Session
	desk *answer.Desk
	hold Hold
	// unfit is what is wrong with Config.Unanswered; nil for nothing.
	unfit error
	// serving is the context of the stream's responders, and stop its end; nil without a
	// stream.
	serving context.Context
	stop    context.CancelFunc
}

func newAnswers(s *Session) answers {
	id := answer.Identity{Own: s.cfg.Negotiate.JID, Component: s.cfg.Negotiate.Component}
	desk := answer.New(id)
	return answers{s: s, desk: desk, hold: Hold{For: DefaultHoldTime}, unfit: desk.SetUnanswered(s.cfg.Unanswered)}
}

// begin lets requests of a stream be answered. The session's lock is held.
func (a *answers) begin(own stanza.JID) {
	a.desk.SetIdentity(answer.Identity{Own: own, Component: a.s.cfg.Negotiate.Component})
	if a.serving == nil {
		a.serving, a.stop = context.WithCancel(context.Background())
	}
}

// lose gives up what was not answered before its stream ended. The session's lock is held.
func (a *answers) lose() {
	if a.stop != nil {
		a.stop()
		a.serving, a.stop = nil, nil
	}
	a.desk.Lose(a.s.now())
}

// admit writes a request of others into the book, to be answered from now on; nil when it is
// held, or there is no room for it.
func (a *answers) admit(e handler.Event) *answer.Request {
	hold := a.toHold(e)
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	if a.serving == nil {
		return nil
	}
	in, ok := a.desk.Admit(e.Stanza, e.Seq, hold, a.s.now())
	if !ok {
		a.s.journal.Annotate(e.Seq, func(entry *journal.Entry) {
			entry.Text = joined(entry.Text, "not answered: too many answers wait")
		})
	}
	a.handOver()
	if !ok || in.State == exchange.Held {
		return nil
	}
	return in
}

// serve sees to it that a request gets its one answer (RFC 6120 §8.4): by the first responder
// that does not pass, else the automatic error. When others have seen it, it waits for the
// callbacks among them: one that replies before it returns has answered.
func (a *answers) serve(in *answer.Request, e handler.Event, seen bool) {
	ask := func() {
		a.s.mu.Lock()
		defer a.s.mu.Unlock()
		switch {
		case a.serving == nil || !in.State.Open():
			return
		case e.Verdict == stanza.VerdictForged || !e.Stanza.IsRequest() || e.Stanza.Payloads() != 1:
			a.desk.Refuse(in, a.s.now())
		default:
			a.ask(in, e)
		}
		a.handOver()
	}
	if seen {
		a.s.registry.Behind(ask)
	} else {
		ask()
	}
}

// ask takes a request to the responders, outside the session's lock, which is held.
func (a *answers) ask(in *answer.Request, e handler.Event) {
	ctx := a.serving
	a.s.mu.Unlock()
	defer a.s.mu.Lock()
	a.s.registry.Ask(ctx, e, func(end handler.Settlement) { a.settle(in, e.Stanza.Payload().Space, end) })
}

// toHold is how long a request is to be held; 0 for not at all. The matcher is asked
// outside the session's lock: it may be anybody's.
func (a *answers) toHold(e handler.Event) (d time.Duration) {
	a.s.mu.Lock()
	hold := a.hold
	a.s.mu.Unlock()
	if !hold.On || !e.Stanza.IsRequest() {
		return 0
	}
	defer func() {
		if cause := recover(); cause != nil {
			a.s.note("handler %q failed: %v", "hold", cause)
		}
	}()
	if hold.Match == nil || hold.Match.Match(e.Subject()) {
		d = hold.For
	}
	return d
}

// refused is the request of others whose answer an error, which is no reply to anything of
// ours, comes back to; nil for none. The session's lock is held.
func (a *answers) refused(st *stanza.Stanza, j pending.Judgement) *answer.Request {
	if j.Verdict != stanza.VerdictUnknownID || st.Type() != stanza.Error {
		return nil
	}
	return a.desk.Refused(st)
}

// settle does what the responders decided about a request whose payload is of that
// namespace. Of a failure, the registry has told.
func (a *answers) settle(in *answer.Request, namespace string, end handler.Settlement) {
	decision := answer.Decision{By: end.By, Reply: end.Answer.Stanza(), Delay: end.Answer.Delay()}
	if end.By == "" {
		decision.Served = a.s.registry.Serves(namespace)
	}
	a.s.mu.Lock()
	a.desk.Settle(in, decision, a.s.now())
	a.handOver()
	a.s.mu.Unlock()
	a.s.changed.ring()
}

// handOver does what the desk has left to do: replies go to the writer, notes into the log,
// and the alarm is set. The session's lock is held.
func (a *answers) handOver() {
	work := a.desk.Take()
	for _, r := range work.Replies {
		a.s.outbox.add(&outgoing{element: r.Stanza, answer: r.To})
	}
	for _, text := range work.Notes {
		a.s.note("%s", text)
	}
	a.s.arm()
}

// SetUnanswered changes what requests get that nobody answers. Switching
// AnsweredByNobody off and on does the same for Silent.
//
// The error says that there is no such condition, and which one is most likely meant, or what is
// wrong with the text or its language; then the setting stays as it was.
func (s *Session) SetUnanswered(u Unanswered) error {
	defer s.changed.ring()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.answers.desk.SetUnanswered(u)
}

// SetHold changes what is held from now on; what is held already stays.
func (s *Session) SetHold(h Hold) {
	if h.For <= 0 {
		h.For = DefaultHoldTime
	}
	s.mu.Lock()
	s.answers.hold = h
	s.mu.Unlock()
	s.changed.ring()
}

// Incoming returns the incoming requests that can still be answered, and the last
// answer.Kept that were held, waited or met trouble, and as many of the others, or
// fewer if they are large, in the order of their arrival. It appends to dst[:0].
func (s *Session) Incoming(dst []Incoming) []Incoming {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.answers.desk.Incoming(dst[:0])
}

// ExtendHeld gives a held request d more; false when none of that serial is held.
func (s *Session) ExtendHeld(serial uint64, d time.Duration) bool {
	defer s.changed.ring()
	s.mu.Lock()
	defer s.mu.Unlock()
	ok := s.answers.desk.Extend(serial, d)
	s.arm()
	return ok
}

// Release ends the holding of a request: the automatic error goes out now. False
// when none of that serial is held.
func (s *Session) Release(serial uint64) bool {
	defer s.changed.ring()
	s.mu.Lock()
	defer s.mu.Unlock()
	ok := s.answers.desk.Release(serial, s.now())
	s.answers.handOver()
	return ok
}
