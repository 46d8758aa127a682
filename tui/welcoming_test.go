package tui

import (
	"strings"
	"testing"

	"iqscope/internal/config"
	"iqscope/session/demo"
	"iqscope/tui/welcome"
)

// memoryOf is a screenMemory that keeps what it is told in a variable.
type memoryOf struct{ s *config.Screen }

func (m memoryOf) Update(change func(*config.Screen)) error {
	change(m.s)
	return nil
}

func newcomer(kept *config.Screen) func(*setup) {
	return func(o *setup) { o.welcome, o.memory, o.remember = true, memoryOf{kept}, *kept }
}

func TestANewcomerIsGreetedOnce(t *testing.T) {
	var kept config.Screen
	s := start(t, 80, 24, newcomer(&kept))
	s.shows("Welcome")
	s.shows("You are juliet@demo.localhost")
	s.press("esc")
	s.hides("Welcome")
	if !kept.Welcomed {
		t.Error("it is not remembered")
	}
	s = start(t, 80, 24, newcomer(&kept))
	s.hides("Welcome")
	s.press("alt+x")
	s.typing("welcome")
	s.press("enter")
	s.shows("You are juliet@demo.localhost")
}

func TestNobodyElseIsGreeted(t *testing.T) {
	var kept config.Screen
	for name, change := range map[string]func(*setup){
		"an account of one's own":   func(o *setup) { newcomer(&kept)(o); o.welcome = false },
		"nothing can be remembered": func(o *setup) { newcomer(&kept)(o); o.memory = nil },
	} {
		if s := start(t, 80, 24, change); strings.Contains(s.m.View(), "Welcome") {
			t.Errorf("%s: the card is there", name)
		}
	}
}

// The card stands in nobody's way: keys that work in any pane, and what is typed, do what they would
// do without it.
func TestTheCardLetsKeysThrough(t *testing.T) {
	for _, c := range []struct {
		keys []string
		want string
	}{
		{[]string{"f5"}, "1 pending"},
		{[]string{"alt+3"}, "┤ 3 Log"},
		{[]string{"x"}, "x█iq type='get'"},
		{[]string{"end", "x"}, "x█"},
		{[]string{"ctrl+o"}, "┤ Connection"},
		{[]string{"1", "f5"}, "liar@bots.demo.localhost"},
	} {
		var kept config.Screen
		s := start(t, 140, 45, newcomer(&kept))
		s.press(c.keys...)
		s.hides("Welcome")
		s.shows(c.want)
	}
	var kept config.Screen
	s := start(t, 140, 45, newcomer(&kept))
	s.paste("pasted")
	s.shows("pasted█iq type='get'")
	s.hides("Welcome")
}

func TestTheWholeCardIsReachedOnASmallScreen(t *testing.T) {
	var kept config.Screen
	s := start(t, 40, 10, newcomer(&kept))
	seen := s.m.View()
	for range 60 {
		s.press("down")
		seen += s.m.View()
		exact(t, s.m.View(), size{40, 10})
	}
	for _, want := range []string{"iqscope sends IQs", "F5 ", "1 ", "3 ", "F9 ", ":welcome"} {
		if !strings.Contains(seen, want) {
			t.Errorf("nowhere is %q", want)
		}
	}
	s.press("f1")
	s.shows("Keys: Welcome")
	s.press("esc", "esc")
	s.hides("Welcome")
}

// The bots that the card names are there, and answer as it says.
func TestTheCardNamesBotsThatAreThere(t *testing.T) {
	var kept config.Screen
	for i, try := range welcome.Tries {
		s := start(t, 140, 45, newcomer(&kept))
		kept = config.Screen{}
		s.press(string('1' + rune(i)))
		s.shows("to='" + try.Bot + "@" + demo.BotsDomain)
	}
}
