package handler

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

func TestAnEntryThatIsOffSeesAndCountsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		r := New(nil)
		mustAdd(t, r,
			Callback("callback", nil, s.call),
			Once("once", match.ID("q1"), s.call),
			Filter("filter", nil, func(Event) *stanza.Stanza { return nil }),
			Responder("responder", nil, s.answers("responder")).Serving("urn:xmpp:ping"))
		_, err1 := r.NewWaiter("waiter", nil)
		c, err2 := r.NewCollector("collector", nil)
		if err := errors.Join(err1, err2, r.AddReply("reply", "")); err != nil {
			t.Fatal(err)
		}
		entries := []string{"callback", "once", "filter", "responder", "waiter", "collector"}
		for _, name := range entries {
			if !r.Switch(name, false) {
				t.Errorf("%s cannot be turned off", name)
			}
		}
		for _, name := range []string{"log", "reply", "never there"} {
			if r.Switch(name, false) {
				t.Errorf("%s was turned off", name)
			}
		}
		if r.Serves("urn:xmpp:ping") {
			t.Error("a responder that is off serves a namespace")
		}
		if n := r.Deliver(event(t, askedPing)).Matched; n != 0 {
			t.Errorf("%d matched", n)
		}
		if by := askNow(t, r, askedPing).By; by != "" || len(s.list()) != 0 || len(c.Events()) != 0 {
			t.Errorf("answered by %q; seen by the callbacks: %v", by, s.list())
		}
		for _, name := range entries {
			if got := find(t, r, name); !got.Off || got.Matches+got.Misses+got.Replies != 0 {
				t.Errorf("%s counts %+v", name, got)
			}
		}

		r.Switch("responder", true)
		r.Switch("collector", true)
		r.Deliver(event(t, askedPing))
		if by := askNow(t, r, askedPing).By; by != "responder" || len(c.Events()) != 1 || !r.Serves("urn:xmpp:ping") {
			t.Errorf("turned on again, the request is answered by %q", by)
		}
		r.Close(time.Minute)
	})
}

func TestWhatWaitsForACallbackThatIsTurnedOffIsNotDelivered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		r := New(nil)
		mustAdd(t, r, Callback("slow", nil, func(e Event) { time.Sleep(time.Second); s.call(e) }))
		for i := range 10 {
			r.Deliver(message(t, i))
		}
		synctest.Wait()
		r.Switch("slow", false)
		time.Sleep(time.Minute)
		if diff := cmp.Diff([]string{"0"}, s.list()); diff != "" {
			t.Errorf("called with (-want +got):\n%s", diff)
		}
	})
}

func TestReplaceKeepsThePlaceAndBeginsAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		r := New(nil)
		mustAdd(t, r,
			Responder("first", nil, s.passes("first")),
			Responder("changed", nil, s.passes("old")),
			Responder("last", nil, s.answers("last")))
		askNow(t, r, askedPing)
		r.Switch("changed", false)
		if err := r.Replace(Responder("changed", match.Type(stanza.Get), s.passes("new"))); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(Info{Name: "changed", Kind: KindResponder, Matcher: "iq@type=get"}, find(t, r, "changed")); diff != "" {
			t.Errorf("the new one (-want +got):\n%s", diff)
		}
		askNow(t, r, askedPing)
		if diff := cmp.Diff([]string{"first", "old", "last", "first", "new", "last"}, s.list()); diff != "" {
			t.Errorf("asked (-want +got):\n%s", diff)
		}

		// Another kind of handler stands in the place just as well.
		drop := func(Event) *stanza.Stanza { return nil }
		mustAdd(t, r, Filter("late filter", nil, drop))
		if err := r.Replace(Filter("changed", nil, drop)); err != nil {
			t.Fatal(err)
		}
		r.Deliver(event(t, askedPing))
		if diff := cmp.Diff([]string{"log", "first", "changed", "last", "late filter"}, names(r)); diff != "" {
			t.Errorf("listed (-want +got):\n%s", diff)
		}
		if a, b := find(t, r, "changed").Matches, find(t, r, "late filter").Matches; a != 1 || b != 0 {
			t.Errorf("the filter in the older place matched %d, the newer one %d times", a, b)
		}
		if by := askNow(t, r, askedPing).By; by != "last" || !r.Remove("changed") {
			t.Errorf("answered by %q", by)
		}
	})
}

func TestReplaceRefuses(t *testing.T) {
	r := New(nil)
	if err := r.AddReply("reply", ""); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", "never there", "log", "reply"} {
		if err := r.Replace(Callback(name, nil, ignore)); !errors.Is(err, ErrNoHandler) {
			t.Errorf("replacing %q: %v", name, err)
		}
	}
	r.Close(time.Minute)
	if err := r.Replace(Callback("reply", nil, ignore)); !errors.Is(err, ErrClosed) {
		t.Errorf("replacing in a closed registry: %v", err)
	}
}
