package handler

import (
	"errors"
	"fmt"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// Condition is the error by which a responder refuses a request: it is sent as
// it stands (RFC 6120 §8.3). Empty Type and Condition mean iqbuilder.Error's defaults.
type Condition struct {
	stanza.StanzaError
	// Extension is one element of XML to stand beside the condition: the
	// application condition with content of its own, instead of Application. ""
	// for none.
	Extension string
}

// Error is the refusal in words.
func (c *Condition) Error() string { return "refused: " + c.StanzaError.String() }

// Refuse is a *Condition with nothing but the condition, such as stanza.NotAllowed, and the error
// type that RFC 6120 §8.3.3 recommends for it. A responder may as well return the stanza.Condition
// itself. A word that is no condition is an error that says which one is most likely meant; of a
// responder that is a failure, which the log shows.
func Refuse[C ~string](condition C) error {
	if err := stanza.CheckCondition(string(condition)); err != nil {
		return err
	}
	return &Condition{StanzaError: bare(string(condition))}
}

// bare is a condition that says nothing else.
func bare(condition string) stanza.StanzaError {
	return stanza.StanzaError{Type: stanza.UsualType(condition), Condition: condition}
}

// refusing is the answer that a responder's error means: what a *Condition says,
// as late as the responder wanted. Any other error stays one.
func (a Answer) refusing(request *stanza.Stanza, err error) (Answer, error) {
	c, ok := errors.AsType[*Condition](err)
	if plain, is := errors.AsType[stanza.Condition](err); is && !ok {
		refusal := Refuse(plain)
		if c, ok = errors.AsType[*Condition](refusal); !ok {
			return a, refusal
		}
	}
	if !ok || c == nil || isInner(err) {
		return a, err
	}
	reply, buildErr := c.reply(request)
	if buildErr != nil {
		return a, fmt.Errorf("%w, which cannot be written: %w", err, buildErr)
	}
	return Answer{reply: reply, delay: a.delay}, nil
}

// isInner says that a request of the responder's own failed. What its reply said
// was for us, not for who asks us.
func isInner(err error) bool {
	return errors.Is(err, stanza.ErrXMPP)
}

// reply is the error reply that carries the condition.
func (c *Condition) reply(request *stanza.Stanza) (*stanza.Stanza, error) {
	e := c.StanzaError
	if c.Extension != "" {
		e.Application = stanza.Name{}
	}
	return iqbuilder.Error(iqbuilder.InReplyTo(request), iqbuilder.WithError(e), iqbuilder.WithExtension(c.Extension))
}
