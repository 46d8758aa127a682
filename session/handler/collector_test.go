package handler

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/session/match"
)

func newCollector(t testing.TB, r *Registry, m Matcher) *Collector {
	t.Helper()
	c, err := r.NewCollector("collector", m)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func ids(events []Event) (all []string) {
	for _, e := range events {
		all = append(all, e.Stanza.ID())
	}
	return all
}

// The archive's messages come before the IQ that ends the query (XEP-0313).
func TestRow44ACollectorGathersInOrderUntilItIsStopped(t *testing.T) {
	r := New(nil)
	c := newCollector(t, r, MustPath("message/{urn:xmpp:mam:2}result@queryid=f27"))
	archived := func(id, query string) Event {
		return event(t, fmt.Sprintf("<message id='%s'><result xmlns='urn:xmpp:mam:2' queryid='%s'/></message>", id, query))
	}
	r.Deliver(archived("1", "f27"))
	r.Deliver(archived("2", "other"))
	r.Deliver(archived("3", "f27"))
	if diff := cmp.Diff([]string{"1", "3"}, ids(c.Events())); diff != "" {
		t.Errorf("so far (-want +got):\n%s", diff)
	}
	r.Deliver(archived("4", "f27"))
	r.Deliver(event(t, "<iq type='result' id='q1'><fin xmlns='urn:xmpp:mam:2'/></iq>"))
	if diff := cmp.Diff([]string{"1", "3", "4"}, ids(c.Stop())); diff != "" {
		t.Errorf("in the end (-want +got):\n%s", diff)
	}
	if d := r.Deliver(archived("5", "f27")); d.Matched != 0 || len(c.Stop()) != 3 || len(r.List()) != 1 {
		t.Errorf("stopped, it has %v", ids(c.Events()))
	}
}

func TestWhatACollectorReturnsIsACopy(t *testing.T) {
	r := New(nil)
	c := newCollector(t, r, nil)
	r.Deliver(message(t, 1))
	c.Events()[0] = Event{}
	c.Stop()[0] = Event{}
	if diff := cmp.Diff([]string{"1"}, ids(c.Events())); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

func TestACollectorIsBounded(t *testing.T) {
	large := event(t, "<message id='q'><x xmlns='"+strings.Repeat("x", 1_000_000)+"'/></message>")
	for _, row := range []struct {
		name string
		e    Event
		fit  int
	}{
		{"by number", message(t, 1), CollectLimit},
		{"by bytes", large, CollectBytes / len(large.Stanza.XML())},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := New(nil)
			c := newCollector(t, r, nil)
			for range row.fit {
				r.Deliver(row.e)
			}
			if c.Overflow() != 0 {
				t.Fatalf("%d of %d did not fit", c.Overflow(), row.fit)
			}
			r.Deliver(row.e)
			r.Deliver(message(t, 2)) // there would be room for its bytes, but that would be a gap
			if n := len(c.Events()); n != row.fit || c.Overflow() != 2 {
				t.Errorf("%d are kept and %d did not fit, want %d and 2", n, c.Overflow(), row.fit)
			}
			if n := find(t, r, "collector").Dropped; n != 2 {
				t.Errorf("%d are listed as dropped", n)
			}
		})
	}
}

func TestARemovedCollectorKeepsWhatItHas(t *testing.T) {
	for name, remove := range map[string]func(*Registry){
		"removed": func(r *Registry) { r.Remove("collector") },
		"closed":  func(r *Registry) { r.Close(time.Minute) },
	} {
		r := New(nil)
		c := newCollector(t, r, match.ID("1"))
		r.Deliver(message(t, 1))
		remove(r)
		r.Deliver(message(t, 1))
		if n := len(c.Stop()); n != 1 {
			t.Errorf("%s, it has %d", name, n)
		}
	}
}

func TestNothingComesInOnceStopHasReturned(t *testing.T) {
	r := New(nil)
	var c *Collector
	c = newCollector(t, r, matcher{func(match.Subject) bool {
		c.Stop() // while the delivery is under way
		return true
	}, "stops"})
	r.Deliver(message(t, 1))
	if n := len(c.Events()); n != 0 {
		t.Errorf("there are %d", n)
	}
}
