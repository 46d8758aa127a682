package handler

import (
	"time"

	"iqscope/iqbuilder/stanza"
)

// Answer is what a responder makes of a request. The zero Answer is Pass.
type Answer struct {
	reply  *stanza.Stanza
	silent bool
	delay  time.Duration
}

// Reply answers with a result or an error, made by iqbuilder.Result or Error with
// InReplyTo; it takes both of their results:
//
//	return handler.Reply(iqbuilder.Result(iqbuilder.InReplyTo(in.Stanza)))
func Reply(reply *stanza.Stanza, err error) (Answer, error) { return Answer{reply: reply}, err }

// Pass leaves the request to the next responder.
func Pass() Answer { return Answer{} }

// Silence answers nothing, and neither does anybody else: the other side is to
// run into its timeout.
func Silence() Answer { return Answer{silent: true} }

// After lets an answer wait without keeping the responder busy.
func (a Answer) After(d time.Duration) Answer {
	a.delay = d
	return a
}

// Stanza is the reply, nil for Pass and Silence.
func (a Answer) Stanza() *stanza.Stanza { return a.reply }

// Delay is how long the answer is to wait.
func (a Answer) Delay() time.Duration { return a.delay }

// Silent says that nobody is to answer.
func (a Answer) Silent() bool { return a.silent }

func (a Answer) passes() bool { return a.reply == nil && !a.silent }

// Settlement is how the responders dealt with a request.
type Settlement struct {
	By     string // the responder's name; "" when nobody answered
	Answer Answer
	// Err is why the responder failed: its error, or what it panicked with. Answer
	// then holds the error reply that is to be sent all the same. A refusal by a
	// *Condition is no failure.
	Err error
}
