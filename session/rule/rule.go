// Package rule is what a user types to have requests answered, or stanzas
// dropped, without writing code: a match and an action.
//
//	iq@type=get/version => error item-not-found
//	iq/{urn:example:x}x => result <x xmlns='urn:example:x'/>
//	iq@type=set => delay 5s error wait/resource-constraint "not now"
//	iq@from.domain=example.org/ping => 3 times silence
//	*@dir=out@id=x1 => drop
//
// # The grammar
//
//	rule      = match "=>" *modifier action
//	match     = an expression of the stanza path language (package match)
//	modifier  = number ("times" / "time") / "delay" duration
//	action    = "result" [element] / "error" failure / "silence" / "drop"
//	failure   = [type "/"] condition [uri] [text] [element]
//	text      = '"' *(any but '"' and "\" / escape) '"'   ; or in single quotes
//	escape    = "\" ("\" / '"' / "'")
//	element   = one element of XML, to the end of the rule
//	duration  = as Go writes it: 500ms, 5s, 1m30s
//
// White space separates words. Each modifier may stand once. The uri is there for
// gone and redirect only (RFC 6120 §8.3.3.5 and §8.3.3.14); the element behind an
// error is its application condition (RFC 6120 §8.3.4). An error without a type
// has the one that RFC 6120 §8.3.3 recommends for its condition.
//
// Result, error and silence answer requests that come in, and say that nobody
// else is to; a rule that has acted as often as it may passes them on to the next
// responder. Drop is a filter: it lets stanzas of every kind vanish, in both
// directions unless the match says @dir=in or @dir=out. What an answer says is
// the same for every request: rules have no variables.
//
// Rules are kept in the profile's rule file (internal/config) and edited on the
// screen; Handler makes one an entry of the registry. A session's rules are in a
// Book, which keeps them and the registry in step and has them saved in order.
package rule

import (
	"context"
	"sync/atomic"
	"time"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
	"iqscope/session/match"
)

// Action is what a rule does with what it matches.
type Action string

// The actions. Drop is a filter, the others are answers to incoming requests.
const (
	Result  Action = "result"
	Error   Action = "error"
	Silence Action = "silence"
	Drop    Action = "drop"
)

// Actions returns all actions, the harmless ones first.
func Actions() []Action { return []Action{Result, Error, Silence, Drop} }

// MaxContent is how long, in bytes, a payload, an application condition, or an
// error's text or URI may be: enough to go beyond the 10,000 bytes at which a
// server may refuse a stanza (RFC 6120 §13.12).
const MaxContent = 64 << 10

// Rule is one rule. What belongs to another action than its own has to be empty.
// A Rule is a value, and Rules that are == do the same.
type Rule struct {
	Name  string // unique in the registry
	Match string // a stanza path
	Do    Action
	// Payload is the element that a result carries; "" for an empty result.
	Payload string
	// Error is what an error says: its condition, and if need be type, text, and
	// the URI of gone and redirect. The other fields are to be empty. "" for the
	// type means the one that is recommended.
	Error stanza.StanzaError
	// Extension is the XML of an error's application condition; "" for none.
	Extension string
	Delay     time.Duration // before the result or error
	Times     int           // it acts so often, and then passes; 0: for ever
	Off       bool
}

// Handler makes the rule an entry for the registry, to be switched off by the
// caller when Off is set. Each call counts Times anew. The error is a *FieldError.
func (r Rule) Handler(keys match.Keys) (handler.Handler, error) {
	if err := checkName(r.Name); err != nil {
		return handler.Handler{}, err
	}
	m, err := r.check(keys)
	if err != nil {
		return handler.Handler{}, err
	}
	acts := r.allowance()
	if r.Do == Drop {
		return handler.Filter(r.Name, m, func(e handler.Event) *stanza.Stanza {
			if acts() {
				return nil
			}
			return e.Stanza
		}), nil
	}
	answer := r.answer()
	return handler.Responder(r.Name, m, func(_ context.Context, in handler.Event) (handler.Answer, error) {
		if !acts() {
			return handler.Pass(), nil
		}
		a, err := answer(in)
		return a.After(r.Delay), err
	}), nil
}

// allowance returns a function that says yes as often as the rule may act. It is
// safe for concurrent use.
func (r Rule) allowance() func() bool {
	if r.Times == 0 {
		return func() bool { return true }
	}
	var left atomic.Int64
	left.Store(int64(r.Times))
	return func() bool {
		// What is behind zero stays there: no count can run around.
		return left.Load() > 0 && left.Add(-1) >= 0
	}
}

// answer is what the rule answers, once it is asked and allowed to.
func (r Rule) answer() func(in handler.Event) (handler.Answer, error) {
	switch r.Do {
	case Result:
		return func(in handler.Event) (handler.Answer, error) {
			options := []iqbuilder.Option{iqbuilder.InReplyTo(in.Stanza)}
			if r.Payload != "" {
				options = append(options, iqbuilder.WithPayload(r.Payload))
			}
			return handler.Reply(iqbuilder.Result(options...))
		}
	case Error:
		refusal := r.refusal()
		return func(handler.Event) (handler.Answer, error) { return handler.Answer{}, refusal }
	}
	return func(handler.Event) (handler.Answer, error) { return handler.Silence(), nil }
}

// refusal is the error that the rule answers with.
func (r Rule) refusal() error {
	c := &handler.Condition{StanzaError: r.Error, Extension: r.Extension}
	if c.Type == "" {
		c.Type = stanza.UsualType(c.Condition)
	}
	return c
}
