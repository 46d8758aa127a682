package tui

import (
	"testing"

	"iqscope/internal/config"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
)

func TestWhatAFilterWouldShowIsCountedWhileItIsTyped(t *testing.T) {
	s := start(t, 140, 45)
	s.mixed()
	s.press("f")
	for _, step := range []struct{ typed, want string }{
		{"iq@type=get", "4 of 6 · iq@outcome=error"},
		{"presence", "0 of 6 · "},
	} {
		s.press("ctrl+u")
		s.typing(step.typed)
		s.shows(step.want)
	}
	s.shows("live · 6") // nothing is filtered yet
	s.typing("(")
	s.hides(" of 6 ·")
	s.press("esc")
	if s.m.desk.log.Prepare(s.m.look(80, 20, "log")) != nil {
		t.Error("it goes on counting")
	}
}

func TestCountingALongLogNeverKeepsAKeyWaiting(t *testing.T) {
	s := start(t, 140, 45)
	ping := s.fake.parse(silentPing)
	for range 10_000 {
		s.fake.log.Append(journal.Entry{Time: s.clock, Dir: stanza.Out, Stanza: ping})
	}
	s.happens(func(*fakeSession) {})
	s.press("alt+3", "f")
	s.press("ctrl+u")
	_, cmd := s.m.Update(keyNamed(t, "i"))
	s.shows("0 of 10,000… · ")
	s.run(cmd)
	s.typing("q")
	s.shows("10,000 of 10,000 · ")
}

func TestTabCompletesAFilter(t *testing.T) {
	s := start(t, 140, 45)
	s.mixed()
	for _, step := range []struct{ typed, want string }{
		{"mes", "message"},
		{"iq@ou", "iq@outcome"},
		{"iq@outcome=t", "iq@outcome=timeout"},
		{"*@verdict!=rep", "*@verdict!=reply"},
		{"iq/disco_inf", "iq/disco_info"},
		{"iq a", "iq and"},
		{"iq and pres", "iq and presence"},
		{"*@id=q0003", `*@id="q0003"`},
		{"*@to=demo.l", `*@to="demo.localhost"`},
		{"nonsense", "nonsense"},
	} {
		s.press("f", "ctrl+u")
		s.typing(step.typed)
		s.press("tab")
		if got := s.m.overlays.top().(*asking).Answer(); got != step.want {
			t.Errorf("%q is completed to %q, want %q", step.typed, got, step.want)
		}
		s.press("esc")
	}
}

func TestTabGoesRoundWhatMayStandThere(t *testing.T) {
	s := start(t, 140, 45)
	s.mixed()
	s.press("f", "ctrl+u")
	s.typing("iq@type= and iq")
	for range len(" and iq") {
		s.press("left")
	}
	for _, want := range []string{"error", "get", "result", "set", "", "error"} {
		s.press("tab")
		if got := s.m.overlays.top().(*asking).Answer(); got != "iq@type="+want+" and iq" {
			t.Errorf("the filter is %q, want one of %s", got, want)
		}
	}
	s.shows("▸ error   get   result   set")
	s.press("shift+tab", "shift+tab")
	s.shows("▸ set")
	s.typing("x")
	s.hides("▸ set")
	s.press("tab")
	s.hides("result   set")
}

func TestTheColumnsOfTheLogAreAskedFor(t *testing.T) {
	kept := &keptScreen{}
	s := start(t, 140, 45, func(o *setup) { o.memory = kept })
	s.mixed()
	s.press("C")
	s.typing("kind, peer sizes")
	s.press("enter")
	s.shows(`✗ there is no column "sizes"; did you mean "size"?`)
	s.press("backspace", "enter")
	s.shows("KIND   SIZE    PEER")
	if len(kept.Columns) != 3 {
		t.Errorf("remembered is %v", kept.Columns)
	}
	s = start(t, 140, 45, func(o *setup) { o.remember = kept.Screen })
	s.mixed()
	s.shows("KIND   SIZE    PEER")
}

// keptScreen is what is remembered of a screen.
type keptScreen struct{ config.Screen }

func (k *keptScreen) Update(change func(*config.Screen)) error {
	change(&k.Screen)
	return nil
}
