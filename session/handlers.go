package session

import (
	"context"
	"fmt"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
	"iqscope/session/match"
)

// Handle registers a handler behind those that are there. The errors are those of
// handler.Registry.Add. What its match likely misspells is noted in the log.
func (s *Session) Handle(h handler.Handler) error {
	defer s.served()
	s.doubt(h.Name(), h.Doubts())
	if h.Name() == AnsweredByNobody {
		return handler.ErrDuplicateName
	}
	return s.registry.Add(h)
}

// doubt notes what is likely misspelt in the match of a handler.
func (s *Session) doubt(name string, doubts []match.Doubt) {
	for _, d := range doubts {
		s.note("what %q matches is likely misspelt: %s", name, d.Words)
	}
}

// Remove takes a handler out of the registry and reports whether it was there. So it does with
// a callback that SendCallback named, which is not called any more; its request, for whose end
// nobody waits then, ends as cancelled.
func (s *Session) Remove(name string) bool {
	defer s.served()
	if !s.registry.Remove(name) {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.requests.calling[name]; r != nil {
		s.requests.end(r, stanza.OutcomeCancelled, nil)
	}
	return true
}

// Replace puts a handler in the place of the one of the same name; the order stays.
func (s *Session) Replace(h handler.Handler) error {
	defer s.served()
	s.doubt(h.Name(), h.Doubts())
	return s.registry.Replace(h)
}

// Switch turns a handler off, or on again, and reports whether it was there. The
// log cannot be turned off. AnsweredByNobody off means silence.
func (s *Session) Switch(name string, on bool) bool {
	defer s.served()
	if name != AnsweredByNobody {
		return s.registry.Switch(name, on)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.answers.desk.Unanswered()
	u.Silent = !on
	return s.answers.desk.SetUnanswered(u) == nil
}

// Handlers describes all entries of the registry in the order in which they are
// asked: the log first, AnsweredByNobody last.
func (s *Session) Handlers() []handler.Info {
	infos := s.registry.List()
	s.mu.Lock()
	defer s.mu.Unlock()
	nobody := s.answers.desk.Stats()
	return append(infos, handler.Info{
		Name: AnsweredByNobody, Kind: handler.KindResponder, Matcher: "iq@type=get or iq@type=set",
		Fallback: true, Off: s.answers.desk.Unanswered().Silent,
		Matches: nobody.Matches, Replies: nobody.Replies, Failures: nobody.Failures, Last: nobody.Last,
	})
}

// Expect registers a waiter for the next element that comes in, or with handler.BothWays goes
// out, and matches: what comes from now on counts, so that something can be sent before
// Wait is called. The waiter leaves with its match, or when Wait ends.
func (s *Session) Expect(m handler.Matcher) (*handler.Waiter, error) {
	name := fmt.Sprintf("wait-%d", s.named.Add(1))
	s.doubt(name, handler.Doubts(m))
	return s.registry.NewWaiter(name, m)
}

// WaitFor is Expect and Wait: what comes from now on counts. The error is
// *handler.WaitTimeout when the context's deadline passed.
func (s *Session) WaitFor(ctx context.Context, m handler.Matcher) (handler.Event, error) {
	w, err := s.Expect(m)
	if err != nil {
		return handler.Event{}, err
	}
	return w.Wait(ctx)
}

// Collect gathers every element that comes in, or with handler.BothWays goes out, and matches, from
// now until the collector is stopped.
func (s *Session) Collect(m handler.Matcher) (*handler.Collector, error) {
	name := fmt.Sprintf("collect-%d", s.named.Add(1))
	s.doubt(name, handler.Doubts(m))
	return s.registry.NewCollector(name, m)
}
