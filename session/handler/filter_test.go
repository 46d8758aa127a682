package handler

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

// appends is a filter's function that puts a letter behind a message's id.
func appends(t testing.TB, letter string) func(Event) *stanza.Stanza {
	return func(e Event) *stanza.Stanza {
		return xmpptest.Stanza(t, fmt.Sprintf("<message id='%s%s'/>", e.Stanza.ID(), letter))
	}
}

func drop(Event) *stanza.Stanza { return nil }

func TestRow45IncomingStanzasPassTheFiltersInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tap, all seen
		var judged []string
		var told []string
		r := New(nil)
		h := road{
			log: tap.log,
			judge: func(e Event) (stanza.Verdict, string) {
				judged = append(judged, e.Stanza.ID())
				return "", ""
			},
			told: func(e Event, filter string, into *stanza.Stanza) {
				became := "dropped"
				if into != nil {
					became = into.ID()
				}
				told = append(told, fmt.Sprintf("%d %s: %s → %s", e.Seq, filter, e.Stanza.ID(), became))
			},
		}
		mustAdd(t, r,
			Callback("all", nil, all.call),
			Filter("a", MustPath("message@id=x"), appends(t, "a")),
			Filter("other", match.ID("x"), drop), // a has made another of it
			Filter("b", match.ID("xa"), appends(t, "b")),
			Filter("keeps", nil, func(e Event) *stanza.Stanza { return e.Stanza }),
			Filter("drops y", match.ID("y"), drop),
			Filter("behind", nil, func(e Event) *stanza.Stanza { return e.Stanza }))
		c, err := r.NewCollector("collector", match.ID("xab"))
		if err != nil {
			t.Fatal(err)
		}

		rewritten := h.deliver(r, event(t, "<message id='x'/>"))
		dropped := h.deliver(r, event(t, "<message id='y'/>"))
		synctest.Wait()

		if rewritten.Stanza.ID() != "xab" || rewritten.Matched != 2 || rewritten.Seq != 1 {
			t.Errorf("rewritten into %s, number %d, and matched by %d", rewritten.Stanza.XML(), rewritten.Seq, rewritten.Matched)
		}
		if dropped.Stanza != nil || dropped.Matched != 0 || dropped.Seq != 2 {
			t.Errorf("what was dropped comes out as %+v", dropped)
		}
		for what, got := range map[string][2]any{
			"the tap sees":             {tap.list(), []string{"x", "y"}},
			"the judge sees":           {judged, []string{"xab"}},
			"the callback sees":        {all.list(), []string{"xab"}},
			"the collector sees":       {len(c.Events()), 1},
			"the owner is told":        {told, []string{"1 a: x → xa", "1 b: xa → xab", "2 drops y: y → dropped"}},
			"behind a drop is counted": {find(t, r, "behind").Matches, uint64(1)},
		} {
			if diff := cmp.Diff(got[1], got[0]); diff != "" {
				t.Errorf("%s (-want +got):\n%s", what, diff)
			}
		}
	})
}

func TestRow45OutgoingStanzasPassTheFiltersInOrder(t *testing.T) {
	out := func(xml string) Event { return Event{Dir: stanza.Out, Stanza: xmpptest.Stanza(t, xml)} }
	r := New(nil)
	to := func(to string) func(Event) *stanza.Stanza {
		return func(e Event) *stanza.Stanza {
			return xmpptest.Stanza(t, "<iq type='get' id='q1' to='"+to+"'><x xmlns='urn:example:x'/></iq>")
		}
	}
	mustAdd(t, r,
		Filter("redirect", MustPath("iq@dir=out@to='a@example.net'"), to("b@example.net")),
		Filter("again", MustPath("iq@to='b@example.net'"), to("c@example.net")),
		Filter("only in", MustPath("*@dir=in"), drop),
		Filter("drops x", match.ID("x"), drop))
	for _, row := range []struct{ name, xml, into, by string }{
		{"rewritten twice", "<iq type='get' id='q1' to='a@example.net'/>", "c@example.net", "again"},
		{"rewritten once", "<iq type='get' id='q1' to='b@example.net'/>", "c@example.net", "again"},
		{"untouched", "<iq type='get' id='q1' to='d@example.net'/>", "d@example.net", ""},
		{"dropped", "<message id='x' to='a@example.net'/>", "", "drops x"},
		{"not a stanza", "<r xmlns='urn:xmpp:sm:3' id='x'/>", "r", ""},
	} {
		left, changes := r.Filter(out(row.xml))
		into, by := left.Stanza, ""
		if n := len(changes); n > 0 {
			by = changes[n-1].Filter
		}
		got := ""
		if into != nil {
			if got = into.To(); got == "" {
				got = into.Name().Local
			}
		}
		if got != row.into || by != row.by {
			t.Errorf("%s: into %q by %q, want %q by %q", row.name, got, by, row.into, row.by)
		}
	}
	if n := find(t, r, "drops x").Matches; n != 1 {
		t.Errorf("drops x has matched %d times", n)
	}
	// When it is written, it has been filtered.
	if d := r.Deliver(Event{Dir: stanza.Out, Stanza: xmpptest.Stanza(t, "<message id='x'/>")}); d.Stanza == nil {
		t.Error("what is written already was dropped")
	}
	r.Close(0)
}

func TestABadRewriteChangesNothing(t *testing.T) {
	in := xmpptest.Stanza(t, "<iq type='get' id='q1'><x xmlns='urn:example:x'/></iq>")
	for _, row := range []struct {
		name, into string
		dirs       []stanza.Direction // in which it is bad
	}{
		{"another kind", "<message id='q1' type='get'/>", []stanza.Direction{stanza.Out}},
		{"another type", "<iq type='set' id='q1'><x xmlns='urn:example:x'/></iq>", []stanza.Direction{stanza.Out}},
		{"another id", "<iq type='get' id='q2'><x xmlns='urn:example:x'/></iq>", []stanza.Direction{stanza.Out}},
		{"no id", "<iq type='get'><x xmlns='urn:example:x'/></iq>", []stanza.Direction{stanza.Out}},
		{"no stanza", "<a xmlns='urn:xmpp:sm:3'/>", []stanza.Direction{stanza.In, stanza.Out}},
		{"panic", "", []stanza.Direction{stanza.In, stanza.Out}},
		{"another payload", "<iq type='get' id='q1'><y xmlns='urn:example:x'/></iq>", nil},
	} {
		for _, dir := range []stanza.Direction{stanza.In, stanza.Out} {
			var causes []any
			r := New(func(name string, cause any) { causes = append(causes, cause) })
			mustAdd(t, r, Filter("bad", nil, func(Event) *stanza.Stanza {
				if row.into == "" {
					panic("now")
				}
				return xmpptest.Stanza(t, row.into)
			}))
			left, _ := r.Filter(Event{Dir: dir, Stanza: in})
			got := left.Stanza
			bad := strings.Contains(fmt.Sprint(row.dirs), fmt.Sprint(dir))
			if unchanged := got == in; unchanged != bad {
				t.Errorf("%s, direction %d: it becomes %s", row.name, dir, got.XML())
			}
			want := 0
			if bad {
				want = 1
			}
			if n := find(t, r, "bad").Failures; int(n) != want || len(causes) != want {
				t.Errorf("%s, direction %d: %d failures, reported %v", row.name, dir, n, causes)
			}
		}
	}
}

func TestFiltersSeeStanzasOnly(t *testing.T) {
	r := New(nil)
	mustAdd(t, r, Filter("drops all", nil, drop))
	for xml, passes := range map[string]bool{
		"<iq type='get' id='1'/>": false, "<message/>": false, "<presence/>": false,
		"<r xmlns='urn:xmpp:sm:3'/>": true, "<iq xmlns='other'/>": true,
	} {
		if got := r.Deliver(event(t, xml)).Stanza != nil; got != passes {
			t.Errorf("%s passes: %v", xml, got)
		}
	}
	if n := find(t, r, "drops all").Matches; n != 3 {
		t.Errorf("%d were filtered", n)
	}
}

func TestObserversMatchWhatTheJudgeFound(t *testing.T) {
	for _, row := range []struct {
		name     string
		payload  string
		handlers []Handler
	}{
		{"without filters", "x", nil},
		{"with a filter that looked inside before", "x", []Handler{Filter("f", MustPath("iq/x/z"), func(e Event) *stanza.Stanza { return e.Stanza })}},
		{"with a filter that looked inside before, and rewrote it", "y", []Handler{Filter("f", MustPath("iq/y/z"), func(e Event) *stanza.Stanza {
			return xmpptest.Stanza(t, "<iq type='result' id='1'><x xmlns='urn:example:x'><z/></x></iq>")
		})}},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := New(nil)
			h := road{judge: func(Event) (stanza.Verdict, string) { return stanza.VerdictLate, "late by 1 s" }}
			mustAdd(t, r, row.handlers...)
			c, err := r.NewCollector("late", MustPath("iq@verdict=late/x/z"))
			if err != nil {
				t.Fatal(err)
			}
			h.deliver(r, event(t, "<iq type='result' id='1'><"+row.payload+" xmlns='urn:example:x'><z/></"+row.payload+"></iq>"))
			if got := c.Stop(); len(got) != 1 || got[0].Verdict != stanza.VerdictLate || got[0].Note != "late by 1 s" {
				t.Errorf("collected: %+v", got)
			}
		})
	}
}
