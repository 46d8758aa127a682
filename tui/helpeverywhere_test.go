package tui

import (
	"strings"
	"testing"

	"iqscope/tui/help"
	"iqscope/tui/welcome"
)

// F1 shows the keys of whatever lies on top, and so does ? where it is no text. A key that means
// nothing there is told so, with the way to the help.
func TestEveryWindowHasItsHelp(t *testing.T) {
	press := func(names ...string) func(*sim) { return func(s *sim) { s.press(names...) } }
	for name, open := range map[string]func(*sim){
		"the palette":       press("ctrl+p"),
		"the command line":  press("alt+x"),
		"the handlers":      press("ctrl+g"),
		"a rule":            press("ctrl+g", "a"),
		"the connection":    press("ctrl+o"),
		"a filter":          press("alt+3", "f"),
		"a search":          press("alt+3", "/"),
		"discovery":         press("f9"),
		"the requests":      press("f2"),
		"themes":            press("ctrl+t"),
		"a card":            press("alt+i"),
		"the copy menu":     press("f5", "alt+y"),
		"accounts":          press("alt+s"),
		"a timeout":         press("alt+t"),
		"the welcome card":  func(s *sim) { s.m.run(welcome.Show) },
		"a reply's form":    nil,
		"a reply's command": nil,
	} {
		t.Run(name, func(t *testing.T) {
			var s *sim
			switch name {
			case "a reply's form":
				s = onRoom(t, 120, 40)
			case "a reply's command":
				s = onCommands(t, 120, 40)
			default:
				s = start(t, 120, 40, withAccounts)
				open(s)
			}
			top := s.m.overlays.top()
			if top == nil {
				t.Fatal("nothing lies on top")
			}
			s.press("f1")
			if _, ok := s.m.overlays.top().(*help.Help); !ok {
				t.Fatalf("F1 shows no help:\n%s", s.m.View())
			}
			s.shows("Keys: ")
			s.press("f1")
			if s.m.overlays.top() != top {
				t.Fatal("F1 again does not go back")
			}
			if _, types := top.(typist); types {
				return
			}
			s.press("?")
			if _, ok := s.m.overlays.top().(*help.Help); !ok {
				t.Fatalf("? shows no help:\n%s", s.m.View())
			}
			s.press("esc", "f12")
			if text := s.m.View(); !strings.Contains(text, "The key F12 does nothing here; ? shows the keys that work.") {
				t.Errorf("an unknown key is not told:\n%s", text)
			}
		})
	}
}
