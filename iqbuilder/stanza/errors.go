package stanza

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// ErrXMPP is the common base of *IQError, *IQTimeout, *NotSent, *Unknown and *Cancelled, for
// whoever does not care which it was: errors.Is(err, stanza.ErrXMPP) says that there is no
// result. What ran out of time, whoever's it was, is context.DeadlineExceeded besides.
var ErrXMPP = errors.New("no result")

// IQError says that the answer was an error.
type IQError struct {
	Request, Reply *Stanza
	// Err is what the reply says went wrong. It is never nil in an IQError that NewIQError
	// made, but empty if the reply has no <error/>.
	Err *StanzaError
}

// NewIQError makes the error of a request that got an error reply.
func NewIQError(request, reply *Stanza) *IQError {
	e := &IQError{Request: request, Reply: reply, Err: reply.Err()}
	if e.Err == nil {
		e.Err = &StanzaError{}
	}
	return e
}

// IQTimeout says that no answer came in time. It may still come: the request
// may have been carried out.
type IQTimeout struct {
	Request *Stanza
	After   time.Duration
	Down    Outage // of the link while the request waited
}

// NotSent says that not one byte of the request left.
type NotSent struct {
	Request *Stanza
	Cause   error
}

// Unknown says that the connection was lost after the request was sent.
type Unknown struct {
	Request *Stanza
	Cause   error
}

// Cancelled says that we gave the request up.
type Cancelled struct {
	Request *Stanza
}

func (e *IQError) Error() string {
	what := "an error that does not say which"
	if e.Err != nil && *e.Err != (StanzaError{}) {
		what = e.Err.String()
	}
	from := ""
	if e.Reply != nil {
		from = e.Reply.From()
	}
	if from == "" {
		return "error reply: " + what
	}
	return "error reply from " + quoteShort(from) + ": " + what
}

// Is makes errors.Is(err, ErrXMPP) true.
func (e *IQError) Is(target error) bool { return target == ErrXMPP }

// Unwrap returns what the reply says: errors.Is(err, ItemNotFound) asks for a condition.
func (e *IQError) Unwrap() error {
	if e.Err == nil {
		return nil
	}
	return e.Err
}

func (e *IQTimeout) Error() string {
	text := fmt.Sprintf("no reply to %s within %v", describe(e.Request), e.After)
	if !e.Down.None() {
		text += "; the link was down " + e.Down.String()
	}
	return text
}

// Is makes errors.Is true for ErrXMPP and for context.DeadlineExceeded.
func (e *IQTimeout) Is(target error) bool {
	return target == ErrXMPP || target == context.DeadlineExceeded
}

// Timeout says yes, as net.Error has it.
func (e *IQTimeout) Timeout() bool { return true }

func (e *NotSent) Error() string {
	return fmt.Sprintf("%s was not sent: %s", describe(e.Request), because(e.Cause))
}

func (e *NotSent) Unwrap() error { return e.Cause }

// Is makes errors.Is(err, ErrXMPP) true.
func (e *NotSent) Is(target error) bool { return target == ErrXMPP }

func (e *Unknown) Error() string {
	return fmt.Sprintf("the outcome of %s is unknown: %s", describe(e.Request), because(e.Cause))
}

func (e *Unknown) Unwrap() error { return e.Cause }

// Is makes errors.Is(err, ErrXMPP) true.
func (e *Unknown) Is(target error) bool { return target == ErrXMPP }

func (e *Cancelled) Error() string { return describe(e.Request) + " was cancelled" }

// Is makes errors.Is(err, ErrXMPP) true.
func (e *Cancelled) Is(target error) bool { return target == ErrXMPP }

// describe names a request in a message: `get "q7f2" to "example.net"`.
func describe(s *Stanza) string {
	if s == nil {
		return "the request"
	}
	what := string(s.Type())
	if !s.IsRequest() {
		what = s.Name().Local
	}
	if s.HasID() {
		what += " " + quoteShort(s.ID())
	}
	if s.To() != "" {
		what += " to " + quoteShort(s.To())
	}
	return what
}

func because(cause error) string {
	if cause == nil {
		return "there is no connection"
	}
	return cause.Error()
}

// maxQuoted is how much of the other side's text a message may hold, in
// characters: about a line of a terminal.
const maxQuoted = 80

// quoteShort quotes text that came from outside, and cuts it.
func quoteShort(s string) string {
	n := 0
	for i := range s {
		if n == maxQuoted {
			return strconv.Quote(s[:i] + "…")
		}
		n++
	}
	return strconv.Quote(s)
}
