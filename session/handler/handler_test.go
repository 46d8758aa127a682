package handler

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const ping = "<iq type='get' id='q1'><ping xmlns='urn:xmpp:ping'/></iq>"

func event(t testing.TB, xml string) Event {
	t.Helper()
	return Event{Time: time.Unix(1000, 0), Dir: stanza.In, Stanza: xmpptest.Stanza(t, xml)}
}

// message is an event with a number as its id.
func message(t testing.TB, n int) Event { return event(t, fmt.Sprintf("<message id='%d'/>", n)) }

// seen collects the ids of what a handler was called with.
type seen struct {
	mu  sync.Mutex
	ids []string
}

func (s *seen) call(e Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids = append(s.ids, e.Stanza.ID())
}

func (s *seen) log(e Event) uint64 {
	s.call(e)
	return uint64(len(s.list()))
}

func (s *seen) list() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ids)
}

// ignore and pass are what handlers do of which a test only wants that they are there.
func ignore(Event) {}

func pass(context.Context, Event) (Answer, error) { return Pass(), nil }

// matcher is one made of a function.
type matcher struct {
	fits func(match.Subject) bool
	text string
}

func (m matcher) Match(s match.Subject) bool { return m.fits(s) }
func (m matcher) String() string             { return m.text }

func mustAdd(t testing.TB, r *Registry, handlers ...Handler) {
	t.Helper()
	for _, h := range handlers {
		if err := r.Add(h); err != nil {
			t.Fatal(err)
		}
	}
}

func names(r *Registry) (s []string) {
	for _, info := range r.List() {
		s = append(s, info.Name)
	}
	return s
}

func find(t testing.TB, r *Registry, name string) Info {
	t.Helper()
	for _, info := range r.List() {
		if info.Name == name {
			return info
		}
	}
	t.Fatalf("no handler %s in %v", name, names(r))
	return Info{}
}
