// Package handler is the registry of everything that wants to see stanzas: the
// log tap first, then handlers by name, in the order they were registered.
//
// The tap is called in the reader's or writer's own goroutine and must be quick;
// every other handler has a queue of its own, bounded at QueueLimit, and runs in a goroutine that
// exists only while its queue is not empty. So whoever delivers never waits, one
// handler's panic or sleep harms no other, and 100,000 idle handlers cost no
// goroutine. All methods are safe for concurrent use.
//
// A handler sees the stanzas that one goroutine delivers in their order, one at
// a time. Stanzas that two goroutines deliver at the same time, such as one
// incoming and one outgoing, come in either order.
//
//	r := handler.New(tap, failed)
//	r.Add(handler.Callback("watch pings", handler.MatchPayload(ping), show))
//	r.Deliver(event)
//	r.Remove("watch pings")
//
// The callbacks of requests stand in the registry too, so that they can be
// listed and removed by name; they are called with RunReply and see no stanza
// from Deliver.
package handler

import (
	"errors"
	"time"

	"iqscope/iqbuilder/stanza"
)

// Errors of Add and AddReply.
var (
	ErrDuplicateName = errors.New("a handler of this name is registered already")
	ErrNoName        = errors.New("a handler needs a name")
	ErrClosed        = errors.New("the registry is closed")
)

// Event is one element on its way.
type Event struct {
	Time     time.Time
	Dir      stanza.Direction
	Stanza   *stanza.Stanza
	Redacted bool
}

// Handler is one entry of the registry, to be given to Add.
type Handler struct {
	name  string
	match Matcher
	once  bool
	fn    func(Event)
}

// Callback calls fn for every stanza that matches; without a matcher, for all.
func Callback(name string, m Matcher, fn func(Event)) Handler {
	return Handler{name: name, match: m, fn: fn}
}

// Once is Callback for the first match only; with it the handler leaves the
// registry. From then on Remove does not know the name, and fn will run.
func Once(name string, m Matcher, fn func(Event)) Handler {
	return Handler{name: name, match: m, fn: fn, once: true}
}

// Info describes an entry for the registry screen.
type Info struct {
	Name                               string
	Kind                               string // "log", "callback", "once", "reply"
	Matcher                            string
	Matches, Misses, Failures, Dropped uint64
	Last                               time.Time // last match
}
