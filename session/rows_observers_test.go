package session

import (
	"fmt"
	"slices"
	"testing"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
	"iqscope/session/match"
)

// noting is a matcher that notes its name when it is asked, and matches.
type noting struct {
	name  string
	notes *[]string
}

func (m noting) String() string { return "*" }

func (m noting) Match(s match.Subject) bool {
	*m.notes = append(*m.notes, m.name+" "+s.Facts().Stanza.ID())
	return true
}

// Row 39: whoever was registered first is asked first, for every stanza, whatever kind of handler
// it is; one that was replaced keeps its place, and one that was removed and comes again has the
// last.
func TestObserversAreAskedInOrderOfRegistration(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		var notes []string
		add := func(name string, make func(string, handler.Matcher, func(handler.Event)) handler.Handler) {
			t.Helper()
			if err := s.Handle(make(name, noting{name, &notes}, func(handler.Event) {})); err != nil {
				t.Fatal(err)
			}
		}
		add("a", handler.Callback)
		add("b", handler.Callback)
		add("once", handler.Once)
		collector, err := s.Collect(noting{"collector", &notes})
		if err != nil {
			t.Fatal(err)
		}
		add("c", handler.Callback)
		asked := func(id string, want ...string) {
			t.Helper()
			notes = nil
			p.Says(fmt.Sprintf(`<message id="%s" from="%s"/>`, id, romeo))
			for i := range want {
				want[i] += " " + id
			}
			if !slices.Equal(notes, want) {
				t.Errorf("asked were %q, want %q", notes, want)
			}
		}
		for i := range 100 {
			if i == 0 {
				asked("first", "a", "b", "once", "collector", "c")
				continue
			}
			asked(fmt.Sprint(i), "a", "b", "collector", "c") // once is gone
		}
		if err := s.Replace(handler.Callback("b", noting{"b", &notes}, func(handler.Event) {})); err != nil {
			t.Fatal(err)
		}
		s.Remove("a")
		collector.Stop()
		add("a", handler.Callback)
		asked("last", "b", "c", "a")
	})
}

// Filters work one after the other in their order: the second sees what the first has made.
func TestFiltersWorkInOrderOfRegistration(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		for _, name := range []string{"a", "b", "c"} {
			if err := s.Handle(handler.Filter(name, handler.MustPath("message@dir=in"), func(e handler.Event) *stanza.Stanza {
				return xmpptest.Stanza(t, `<message id="`+e.Stanza.ID()+name+`"/>`)
			})); err != nil {
				t.Fatal(err)
			}
		}
		c, err := s.Collect(handler.MustPath("message"))
		if err != nil {
			t.Fatal(err)
		}
		p.Says(`<message id="-"/>`)
		if got := c.Stop(); len(got) != 1 || got[0].Stanza.ID() != "-abc" {
			t.Errorf("what the filters left is %+v", got)
		}
	})
}
