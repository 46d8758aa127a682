// Package explain says in plain words what an error, a stream error, a login
// that failed, an outcome or a verdict means, whose fault it likely is, what to
// try, and where it is written down.
//
//	e := explain.Error(explain.Context{
//		Condition: "service-unavailable", Type: "cancel", By: explain.Session,
//		Payload: stanza.Name{Space: "urn:xmpp:ping", Local: "ping"},
//	})
//	fmt.Println(e.Meaning)
//
// The texts stand in tables; those about the answers to a payload are the catalogue's (iqbuilder/catalog). They hold nothing that the other side sent, so they
// need no cleaning before they are shown; the other side's own text belongs
// beside them. What is not defined by a specification known here is said to be
// so, not guessed. All functions are pure and safe for concurrent use.
package explain

import (
	"slices"

	"iqscope/iqbuilder/stanza"
)

// Fault is whose doing a failure likely is. It is a likelihood: only a person
// who knows both sides can tell.
type Fault string

// Nobody means that nothing is broken, or that it cannot be told.
const (
	Ours    Fault = "ours"
	Theirs  Fault = "theirs"
	Network Fault = "network"
	Nobody  Fault = "nobody"
)

// Explanation is for a person who learns the protocol.
type Explanation struct {
	Meaning string // one to three sentences
	Fault   Fault
	Try     []string // one to three things to do, the best first
	Section string   // such as "RFC 6120 §8.3.3.19"
	// Unusual says what is odd about the error itself, such as a type that does
	// not go with its condition; "" when nothing is.
	Unusual string
}

// Context is a stanza error with what is known around it.
type Context struct {
	Condition   string      // the defined condition; "" when there is none
	Type        string      // auth, cancel, continue, modify or wait
	Application stanza.Name // the application condition, or zero
	By          Answerer
	Payload     stanza.Name // of the request, or zero
}

// entry is one row of a table.
type entry struct {
	meaning string
	fault   Fault
	try     []string
	section string
}

func (e entry) explanation() Explanation {
	return Explanation{Meaning: e.meaning, Fault: e.fault, Try: slices.Clone(e.try), Section: e.section}
}

// maxTry is how many things to try are shown: more are not read.
const maxTry = 3

// Error explains a stanza error (RFC 6120 §8.3). The application condition is
// the most precise, then what the condition means for this payload, then the
// condition alone with who answered. Where a server may have answered in the
// name of the address, that comes first.
func Error(c Context) Explanation {
	base, defined := conditions[c.Condition]
	if !defined {
		base = undefinedCondition
		if c.Condition == "" {
			base = missingCondition
		}
	}
	e := base.explanation()
	app, appKnown := applications[c.Application]
	special, specialKnown := meant(c.Payload, c.Condition)
	server, serverKnown := base.inNameOf[c.By]
	switch {
	case appKnown:
		e = app.explanation()
	case specialKnown:
		e = special.explanation()
	case base.by[c.By] != "":
		e.Meaning += " " + base.by[c.By]
	}
	if serverKnown && !appKnown {
		e = server.before(e)
	}
	if c.Application.Local != "" && !appKnown {
		e.Meaning += " A further condition stands beside it, which is not defined by any specification known here."
	}
	e.Unusual = unusual(c, base, defined)
	if advice, ok := typeAdvice[c.Type]; ok && len(e.Try) < maxTry {
		e.Try = append(e.Try, advice)
	}
	return e
}

// unusual compares the type with the ones that go with the condition.
func unusual(c Context, base condition, defined bool) string {
	meaning, known := typeMeanings[c.Type]
	switch {
	case c.Type == "":
		return "The error has no type, which RFC 6120 §8.3.2 asks for; so it does not say whether trying again helps."
	case !known:
		return "Its type is not defined by RFC 6120 §8.3.2, which has auth, cancel, continue, modify and wait; so it does not say whether trying again helps."
	case !defined || len(base.types) == 0 || slices.Contains(base.types, c.Type):
		return ""
	}
	return "This condition usually comes with type " + orWords(base.types) + ", not " + c.Type + ". Taken by its word, the type says: " + meaning + "."
}

func orWords(words []string) string {
	s := words[0]
	for _, w := range words[1:] {
		s += " or " + w
	}
	return s
}

// Stream explains a stream error, which ends the connection (RFC 6120 §4.9).
func Stream(condition string, application stanza.Name) Explanation {
	base, defined := streams[condition]
	app, appKnown := streamApplications[application]
	switch {
	case appKnown:
		return app.explanation()
	case !defined:
		base = undefinedStream
	}
	e := base.explanation()
	if application.Local != "" {
		e.Meaning += " A further condition stands beside it, which is not defined by any specification known here."
	}
	return e
}

// SASL explains why a login was refused (RFC 6120 §6.5).
func SASL(condition string) Explanation {
	e, ok := logins[condition]
	if !ok {
		e = undefinedLogin
	}
	return e.explanation()
}

// Outcome explains how a request of the given type ended.
func Outcome(o stanza.Outcome, t stanza.Type) Explanation {
	return Ending{Outcome: o, Type: t}.Explain()
}

// Ending is how a request ended, with what is known around it.
type Ending struct {
	Outcome stanza.Outcome
	Type    stanza.Type   // of the request: what to do next differs between a get, which changes nothing, and a set
	Payload stanza.Name   // of the request, or zero
	Down    stanza.Outage // of the link while it waited
}

// Explain explains it.
func (e Ending) Explain() Explanation {
	o, ok := outcomes[e.Outcome]
	switch {
	case !ok:
		return undefinedOutcome.explanation()
	case e.Outcome != stanza.OutcomeTimeout:
	case e.Down.Over():
		o = timeoutInterrupted
	case !e.Down.None():
		o = timeoutCutOff
	case e.Payload.Space == "urn:xmpp:ping":
		o = timeoutOfPing
	}
	x := o.explanation()
	switch {
	case e.Type == stanza.Get && o.get != "":
		x.Try = append([]string{o.get}, x.Try...)
	case e.Type == stanza.Set && o.set != "":
		x.Try = append([]string{o.set}, x.Try...)
	}
	return x
}

// Verdict explains what a received stanza is worth to the requests in flight.
func Verdict(v stanza.Verdict) Explanation {
	e, ok := verdicts[v]
	if !ok {
		e = undefinedVerdict
	}
	return e.explanation()
}
