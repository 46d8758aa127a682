// Package handler is the registry of everything that wants to see stanzas: the
// log first, then handlers by name, in the order they were registered. It is told of
// elements, and knows nobody but its handlers:
//
//	r := handler.New(failed)
//	r.Add(handler.Callback("custom", handler.MustPath("iq@type=get/custom_xep", keys), show))
//	r.Add(handler.Responder("custom answer", custom, answer))
//	r.Logged(event.Time, 1)
//	event, changes := r.Filter(event)
//	r.Observe(event.Judged(verdict, outcome, rtt, note))
//	r.Ask(ctx, event, settle)
//	r.Remove("custom")
//
// That is the way of an element that came in: it is logged as it came; filters may drop
// or rewrite it (Filter); what is left is judged; then every observer sees the same
// (Observe): callbacks, waiters and collectors, none of which can change it for another.
// A request goes on to the responders (Ask), one after the other, until one of them
// answers. What is sent takes the same way, but that filters see it before anything is
// written, and the log what is written; and of the observers, only those see it that are to
// see BothWays.
//
// # Who is called when
//
// Callbacks are called one at a time, in the order of the wire: for each stanza in the order of
// their registration, and for the next stanza when all have returned. So callbacks that share
// something need no lock for it, as long as none of them takes long. The callback of a request
// stands in the same line: it is called when the request ends, before the observers of the
// reply.
//
// Whoever keeps the others waiting is put aside: a callback whose call takes longer than Patience,
// or whose many calls make others come later than MaxBehind or fill a queue by half. From then on
// it is called in a goroutine of its own, beside the others, with its own stanzas in their order
// and never in parallel with itself; when it has caught up and its last call was quick, it is in
// the line again. So a callback may wait for anything, such as the reply to a request of its own,
// or another callback: nobody waits for it longer than Patience. But what a callback that may take
// so long shares with others needs a lock.
//
// Every callback and every responder has a queue of its own, bounded at QueueLimit; what finds it
// full is counted as dropped. Whoever shows an element never waits, one
// handler's panic or sleep harms no other, and 100,000 idle handlers cost no
// goroutine. All methods are safe for concurrent use.
//
// Each responder runs in a goroutine of its own, one request at a time, in their order, beside
// the callbacks and the other responders. Filters, matchers, waiters and collectors
// run in the goroutine of whoever shows an element and must be quick.
//
// Stanzas that two goroutines show at the same time, such as one incoming and one
// outgoing, come in either order, the same for all.
//
// The callbacks of requests stand in the registry too, so that they can be
// listed and removed by name; RunReply lines them up, and Observe shows them nothing.
package handler

import (
	"context"
	"errors"
	"maps"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

// Errors of Add, AddReply and Replace.
var (
	ErrDuplicateName = errors.New("a handler of this name is registered already")
	ErrNoName        = errors.New("a handler needs a name")
	ErrNoFunction    = errors.New("a handler needs a function")
	ErrNoHandler     = errors.New("there is no handler of this name to replace")
	ErrClosed        = errors.New("the registry is closed")
)

// Matcher decides whether a handler sees a stanza. *match.Expr is one. It is
// called in the deliverer's goroutine and must be quick and safe for concurrent
// use. String describes it; it is asked once.
type Matcher interface {
	Match(match.Subject) bool
	String() string
}

// MustPath compiles a stanza path, such as iq@type=get/custom_xep, for patterns
// that stand in the program; it panics with match.Compile's error if it is bad.
// The keys are those given and match.BasicKeys.
func MustPath(path string, keys ...match.KeyMap) Matcher {
	all := match.KeyMap{}
	for _, more := range keys {
		maps.Copy(all, more)
	}
	expr, err := match.Compile(path, all)
	if err != nil {
		panic(err)
	}
	return expr
}

// Handler is one entry of the registry, to be given to Add, which refuses one without a name or
// a function.
type Handler struct {
	name     string
	kind     Kind
	match    Matcher
	fallback bool
	once     bool
	serves   []string

	call    func(Event)
	filter  func(Event) *stanza.Stanza
	respond func(context.Context, Event) (Answer, error)
}

// Name is what the handler is registered under.
func (h Handler) Name() string { return h.name }

// Doubts are those of a matcher that is a *match.Expr: what was likely misspelt.
func (h Handler) Doubts() []match.Doubt { return Doubts(h.match) }

// Doubts are those of a *match.Expr; other matchers have none.
func Doubts(m Matcher) []match.Doubt {
	if b, ok := m.(bothWays); ok {
		m = b.matcher
	}
	if x, ok := m.(*match.Expr); ok && x != nil {
		return x.Doubts()
	}
	return nil
}

// Callback calls fn for every element that comes in and matches; without a matcher, for all, in
// the order of the wire (see the package's comment). With BothWays it sees what goes out, too. It
// watches: a request that only callbacks see is answered by others once they have returned. What
// answers requests is a Responder.
func Callback(name string, m Matcher, fn func(Event)) Handler {
	return Handler{name: name, kind: KindCallback, match: m, call: fn}
}

// Once is Callback for the first match only (a Responder's Once answers it); with it the handler
// leaves the registry. From then on Remove does not know the name, and fn will run.
func Once(name string, m Matcher, fn func(Event)) Handler {
	return Handler{name: name, kind: KindOnce, match: m, call: fn}
}

// Filter lets fn drop a stanza that matches, by returning nil, or rewrite it, by
// returning another: what comes before it is matched and answered, what goes
// before it is sent. Event.Dir says which. It sees messages, presences and IQs
// only. fn must not wait: the reader or the writer does.
//
// What is sent can be rewritten only into a stanza of the same kind, type and id,
// since somebody waits for its reply; anything else counts as a failure and the
// stanza goes as it was.
func Filter(name string, m Matcher, fn func(Event) *stanza.Stanza) Handler {
	return Handler{name: name, kind: KindFilter, match: m, filter: fn}
}

// Responder answers the requests, incoming get and set IQs, that match. fn runs
// one request at a time and may take as long as it likes; its context ends when
// the connection or the responder goes. What it returns is in Answer. An error
// that is a *Condition is sent as that stanza error. Any other error becomes
// internal-server-error, and so does a panic, a reply that does not fit the request,
// and the failure of a request of fn's own (stanza.ErrXMPP and the like), whatever
// stands beside it in the chain: nothing leaks.
func Responder(name string, m Matcher, fn func(ctx context.Context, in Event) (Answer, error)) Handler {
	return Handler{name: name, kind: KindResponder, match: m, respond: fn}
}

// Fallback puts a responder behind all those that are not: it is asked last.
func (h Handler) Fallback() Handler {
	h.fallback = true
	return h
}

// Once lets a responder leave the registry with the first request that it is asked about, which
// it answers or passes on. From then on Remove does not know the name.
func (h Handler) Once() Handler {
	h.once = true
	return h
}

// Serving names the payload namespaces that a responder is at home in: elements
// that it does not know there are feature-not-implemented, not service-unavailable,
// and disco#info lists them as features (XEP-0030).
func (h Handler) Serving(namespaces ...string) Handler {
	h.serves = namespaces
	return h
}

// Kind says what an entry of the registry is.
type Kind string

// The kinds of entries.
const (
	KindLog       Kind = "log"
	KindCallback  Kind = "callback"
	KindOnce      Kind = "once"
	KindReply     Kind = "reply" // a request's callback
	KindFilter    Kind = "filter"
	KindWaiter    Kind = "waiter"
	KindCollector Kind = "collector"
	KindResponder Kind = "responder"
)

// Info describes an entry for the registry screen.
type Info struct {
	Name     string
	Kind     Kind
	Matcher  string
	Fallback bool // a responder behind the others
	Off      bool // switched off: it sees nothing and counts nothing
	BothWays bool // an observer that sees what goes out, too
	// Replies are the answers that a responder gave, refusals included, silence
	// not. Failures are panics, errors that are no *Condition, replies that do not
	// fit, and bad rewrites. Dropped are the elements that found the queue, or the
	// collector, full.
	Matches, Misses, Replies, Failures, Dropped uint64
	Last                                        time.Time // last match
}
