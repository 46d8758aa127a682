package handler

import (
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

func TestObserversSeeWhatComesIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(nil)
		ids := map[string]*seen{}
		call := func(name string) func(Event) {
			ids[name] = new(seen)
			return ids[name].call
		}
		own := match.ID("1")
		mustAdd(t, r,
			Callback("callback", own, call("callback")),
			Callback("all", nil, call("all")),
			Callback("callback both", BothWays(own), call("callback both")),
			Callback("all both", BothWays(nil), call("all both")),
			Once("once", own, call("once")),
			Once("once both", BothWays(own), call("once both")),
			Filter("filter", BothWays(own), func(e Event) *stanza.Stanza { return e.Stanza }))
		collectors := map[string]*Collector{"collector": nil, "collector both": nil}
		waiters := map[string]*Waiter{"waiter": nil, "waiter both": nil}
		for name := range collectors {
			collectors[name], _ = r.NewCollector(name, direction(name, own))
		}
		for name := range waiters {
			waiters[name], _ = r.NewWaiter(name, direction(name, own))
		}
		for _, row := range []struct {
			dir stanza.Direction
			id  int
		}{{stanza.Out, 1}, {stanza.Out, 2}, {stanza.In, 1}} {
			e := message(t, row.id)
			e.Dir = row.dir
			r.Deliver(e)
		}
		synctest.Wait()
		got := map[string]int{}
		for name, s := range ids {
			got[name] = len(s.list())
		}
		for name, c := range collectors {
			got[name] = len(c.Events())
		}
		for name, w := range waiters {
			e, err := w.Wait(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			got[name] = int(e.Dir)
		}
		want := map[string]int{
			"callback": 1, "all": 1, "callback both": 2, "all both": 3, "once": 1, "once both": 1,
			"collector": 1, "collector both": 2, "waiter": int(stanza.In), "waiter both": int(stanza.Out),
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("seen (-want +got):\n%s", diff)
		}
		if in, both := find(t, r, "callback"), find(t, r, "callback both"); in.Misses != 0 || both.Misses != 1 || in.BothWays || !both.BothWays || both.Matcher != in.Matcher {
			t.Errorf("they are listed as %+v and %+v", in, both)
		}
		if all := find(t, r, "all both"); all.Matcher != "*" || BothWays(nil).String() != "*" || !BothWays(nil).Match(nil) {
			t.Errorf("without a matcher it is listed as %+v", all)
		}
	})
}

func direction(name string, m Matcher) Matcher {
	if name == "waiter both" || name == "collector both" {
		return BothWays(m)
	}
	return m
}
