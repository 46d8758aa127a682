package negotiate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrPlaintext refuses a connection without TLS to anywhere but this machine.
var ErrPlaintext = errors.New("a connection without TLS is allowed to this machine only")

// ErrNoTLS says that the server offers no TLS, or that someone on the way took
// the offer out.
var ErrNoTLS = errors.New("the server does not offer STARTTLS")

// ErrServerSignature says that the server did not prove that it knows the
// password: it may be somebody else (RFC 5802 §3).
var ErrServerSignature = errors.New("the server did not prove that it knows the password")

// Error says what failed, with whom, and what to try.
type Error struct {
	Step Step
	With string // domain or address
	As   string // the user name, when logging in
	// SecretSent says that the password, or a proof of it, had left by then.
	SecretSent bool
	Advice     string // one sentence, may be empty
	Cause      error
}

// with is the word between a step and who it is done with.
var with = map[Step]string{
	StepDial: "to", StepStream: "with", StepTLS: "with", StepAuth: "to", StepBind: "at",
	StepManage: "at",
}

// Error is one sentence, followed by what became of the password and the advice.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s", e.Step, with[e.Step], e.With)
	if e.As != "" {
		b.WriteString(" as " + e.As)
	}
	fmt.Fprintf(&b, " failed: %v.", e.Cause)
	switch {
	case e.Step == StepAuth && e.SecretSent:
		b.WriteString(" The password, or a proof of it, was sent.")
	case e.Step != StepDial && !e.SecretSent:
		b.WriteString(" No password was sent.")
	}
	if e.Advice != "" {
		b.WriteString(" " + e.Advice)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Cause }

// AuthError is the server's refusal of a login (RFC 6120 §6.5).
type AuthError struct {
	Mechanism, Condition, Text string
}

func (e *AuthError) Error() string {
	return conditionWords(e.Condition, e.Text, refusalsOf(e.Mechanism))
}

// conditionWords says what a condition means, with the server's own text. A
// condition that is not in the list is remote text, and so is quoted.
func conditionWords(condition, text string, known map[string]refusal) string {
	var s string
	switch meaning, ok := known[condition]; {
	case ok:
		s = condition + ": " + meaning.words
	case condition != "":
		s = fmt.Sprintf("%.60q", condition)
	default:
		s = "the server gave no reason"
	}
	if text != "" {
		s += fmt.Sprintf(" (the server says %.200q)", text)
	}
	return s
}

// reason is an error in words for people, with what to try. The error behind it
// stays reachable for errors.As.
type reason struct {
	words  string
	advice string
	err    error // may be nil
}

func (e *reason) Error() string { return e.words }
func (e *reason) Unwrap() error { return e.err }

// silence says that a step took too long.
type silence struct{ after time.Duration }

func (e *silence) Error() string { return fmt.Sprintf("no answer within %v", e.after) }
func (e *silence) Timeout() bool { return true }

// Is makes errors.Is true for context.DeadlineExceeded.
func (e *silence) Is(target error) bool { return target == context.DeadlineExceeded }
