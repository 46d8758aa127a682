package session

import (
	"context"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/answer"
)

// outgoing is one element on its way out, and what became of it. Its fields are guarded by the session's lock, but for those that
// stay as they are and passed, which is the writer's own. Who writes element holds the lock
// as well as being the writer, which therefore reads it without.
type outgoing struct {
	s       *Session
	element *stanza.Stanza
	request *Request        // nil for what awaits no answer
	answer  *answer.Request // the request of others that it answers, else nil

	on       *connection // whose writer has it
	passed   bool        // the filters have seen it
	counted  bool        // acknowledgements count it
	over     bool        // it has left, or never will
	seq      uint64      // in the log; 0 before it left
	at       time.Time
	shown    *stanza.Stanza
	err      error         // why it never left
	done     chan struct{} // closed then; nil while nobody asks
	answered *answerTo     // of what was sent raw
}

// answerTo is what came back.
type answerTo struct {
	stanza  *stanza.Stanza
	seq     uint64
	verdict stanza.Verdict
}

// settle takes note that it has left, or that it never will. The session's lock is held.
func (o *outgoing) settle(err error) {
	if o.over {
		return
	}
	o.over, o.err = true, err
	if o.done != nil {
		close(o.done)
	}
}

// Ticket stands for one stanza that SendStanza or SendRaw took: what became of it. Its
// methods are safe for concurrent use.
type Ticket struct{ o *outgoing }

// Sent is a copy of what is known of a stanza that was handed over to be sent.
type Sent struct {
	Stanza *stanza.Stanza
	Shown  *stanza.Stanza // as it left, its secrets hidden; nil before
	Seq    uint64         // its number in the log; 0 before it left
	At     time.Time      // when it was handed to the socket; zero before
	Err    error          // why it never left: a *stanza.NotSent
	// Answer is the first stanza that came back for one that SendRaw sent and that no
	// Request waits for: a reply, or an error, of its kind and id. AnswerSeq is its number in
	// the log, and Verdict what the session thinks of it.
	Answer    *stanza.Stanza
	AnswerSeq uint64
	Verdict   stanza.Verdict
}

// Request waits for the reply; nil when nothing does.
func (t *Ticket) Request() *Request { return t.o.request }

// Sent tells what became of the stanza so far.
func (t *Ticket) Sent() Sent {
	o := t.o
	o.s.mu.Lock()
	defer o.s.mu.Unlock()
	sent := Sent{Stanza: o.element, Shown: o.shown, Seq: o.seq, At: o.at, Err: o.err}
	if a := o.answered; a != nil {
		sent.Answer, sent.AnswerSeq, sent.Verdict = a.stanza, a.seq, a.verdict
	}
	return sent
}

// Wait returns when the stanza was handed to the socket. The error is a *stanza.NotSent when
// that will never be, or the context's.
func (t *Ticket) Wait(ctx context.Context) error {
	o := t.o
	o.s.mu.Lock()
	if !o.over && o.done == nil {
		o.done = make(chan struct{})
	}
	over, done := o.over, o.done
	o.s.mu.Unlock()
	if !over {
		select {
		case <-done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return t.Sent().Err
}
