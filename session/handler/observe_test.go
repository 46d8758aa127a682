package handler

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

func TestRow39AllObserversSeeTheStanzaWhoeverAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s [3]seen
		var answerer seen
		r := New(nil)
		mustAdd(t, r,
			Callback("one", nil, s[0].call),
			Responder("answers", nil, answerer.answers("answers")),
			Callback("two", nil, s[1].call),
			Callback("three", nil, s[2].call))
		ask(t.Context(), t, r, r.Deliver(event(t, askedPing)).Event)
		synctest.Wait()
		for i := range s {
			if diff := cmp.Diff([]string{"q1"}, s[i].list()); diff != "" {
				t.Errorf("observer %d (-want +got):\n%s", i, diff)
			}
		}
	})
}

// An observer does to its event what it can, to the tree that it asks for, too;
// nobody else sees any of it, not even the matchers behind it.
func TestRow40WhatOneObserverChangesDoesNotShowToOthers(t *testing.T) {
	const xml = "<message id='1'><body>Wherefore</body></message>"
	synctest.Test(t, func(t *testing.T) {
		other := xmpptest.Stanza(t, "<message id='changed'/>")
		vandal := func(e Event) {
			root := e.Subject().Tree()
			root.Name.Local, root.Children = "changed", nil
			e.Subject().Facts().Note = "changed"
			e.Stanza, e.Seq, e.Note, e.Verdict = other, 99, "changed", stanza.VerdictForged
		}
		var mu sync.Mutex
		seen := map[string]string{}
		describe := func(e Event) string {
			root := e.Subject().Tree()
			return fmt.Sprint(e.Seq, e.Stanza.XML(), e.Verdict, e.Note, root.Name.Local, len(root.Children), e.Subject().Facts().Note)
		}
		sees := func(name string) func(Event) {
			return func(e Event) {
				mu.Lock()
				defer mu.Unlock()
				seen[name] = describe(e)
			}
		}
		r, h := New(nil), numbered(1)
		body := MustPath("message/body")
		mustAdd(t, r,
			Filter("vandal before", body, func(e Event) *stanza.Stanza { vandal(e); return e.Stanza }),
			Callback("before", body, sees("before")),
			Callback("vandal", body, vandal),
			Callback("behind", body, sees("behind")))
		c, err := r.NewCollector("collector", body)
		if err != nil {
			t.Fatal(err)
		}
		e := event(t, xml)
		e.Note = "as it came"
		d := h.deliver(r, e)
		synctest.Wait()
		vandal(c.Events()[0])
		seen["collector"] = describe(c.Stop()[0])
		seen["who delivered"] = describe(d.Event)

		want := fmt.Sprint(uint64(1), xml, stanza.Verdict(""), "as it came", "message", 1, "as it came")
		for _, name := range []string{"before", "behind", "collector", "who delivered"} {
			if diff := cmp.Diff(want, seen[name]); diff != "" {
				t.Errorf("%s sees (-want +got):\n%s", name, diff)
			}
		}
	})
}

func TestRow41OnceFiresOnceAndIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		r := New(nil)
		mustAdd(t, r, Once("once", match.Type(stanza.Get), s.call))
		matched := []int{}
		for _, xml := range []string{askedSet, askedPing, askedPing} {
			matched = append(matched, r.Deliver(event(t, xml)).Matched)
		}
		synctest.Wait()
		if diff := cmp.Diff([]int{0, 1, 0}, matched); diff != "" {
			t.Errorf("matched (-want +got):\n%s", diff)
		}
		if len(s.list()) != 1 || len(r.List()) != 1 {
			t.Errorf("called for %v; registered: %v", s.list(), names(r))
		}
	})
}

func TestRow41AResponderThatAnswersOnceIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var once, always seen
		r := New(nil)
		mustAdd(t, r,
			Responder("once", match.Type(stanza.Get), once.answers("once")).Once(),
			Responder("passes once", nil, once.passes("passes")).Once(),
			Responder("always", match.Type(stanza.Set), always.answers("always")))
		var by []string
		for _, xml := range []string{askedSet, askedPing, askedPing} {
			by = append(by, askNow(t, r, xml).By)
		}
		if diff := cmp.Diff([]string{"always", "once", ""}, by); diff != "" {
			t.Errorf("answered by (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"log", "always"}, names(r)); diff != "" || r.Remove("once") || len(once.list()) != 2 {
			t.Errorf("asked %v; left in the registry (-want +got):\n%s", once.list(), diff)
		}
	})
}

func TestRow42RemoveSaysWhetherItWasThere(t *testing.T) {
	r := New(nil)
	mustAdd(t, r,
		Callback("callback", nil, ignore), Once("once", nil, ignore), Filter("filter", nil, drop),
		Responder("responder", nil, pass), Responder("fallback", nil, pass).Fallback())
	newWaiter(t, r, nil)
	newCollector(t, r, nil)
	if err := r.AddReply("reply", ""); err != nil {
		t.Fatal(err)
	}
	for _, name := range names(r)[1:] {
		if !r.Remove(name) || r.Remove(name) {
			t.Errorf("Remove does not say once that %s was there", name)
		}
	}
	if r.Remove("never there") || r.Remove("") {
		t.Error("what was never there was removed")
	}
	if diff := cmp.Diff([]string{"log"}, names(r)); diff != "" {
		t.Errorf("registry (-want +got):\n%s", diff)
	}
}

func TestMatchersShareOneTree(t *testing.T) {
	trees := map[*stanza.Node]int{}
	looks := matcher{func(s match.Subject) bool { trees[s.Tree()]++; return false }, "looks"}
	r := New(nil)
	h := road{judge: func(Event) (stanza.Verdict, string) { return stanza.VerdictLate, "" }}
	mustAdd(t, r,
		Filter("filter", looks, drop),
		Callback("callback", looks, ignore),
		Once("once", looks, ignore),
		Responder("responder", looks, pass),
		Responder("fallback", looks, pass).Fallback())
	d := h.deliver(r, event(t, askedPing))
	ask(t.Context(), t, r, d.Event)
	if len(trees) != 1 {
		t.Errorf("%d trees were parsed for one stanza", len(trees))
	}
	for _, n := range trees {
		if n != 5 {
			t.Errorf("%d of 5 matchers looked at it", n)
		}
	}
}
