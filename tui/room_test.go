package tui

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"pgregory.net/rapid"

	"iqscope/tui/layout"
)

// A message or a line that is asked for never takes the screen away: the panes give it their lines,
// and what of it has none left is cut visibly.
func TestTheScreenStaysHoweverTallAMessageIs(t *testing.T) {
	refusesAnswer := func(s *sim) {
		s.press("ctrl+g", "a")
		s.typing("iq@tpye=")
		s.press("enter")
	}
	plays := map[string]struct {
		play func(*sim)
		// Of each of these the beginning is shown at any size.
		shows []string
	}{
		"a rule":          {func(s *sim) { s.press("ctrl+g", "a"); s.typing("iq/ping => error") }, []string{"New rule"}},
		"a rule refused":  {refusesAnswer, []string{"New rule", "✗ "}},
		"a filter":        {func(s *sim) { s.press("alt+3", "f"); s.typing("iq@") }, []string{"Filter"}},
		"a command":       {func(s *sim) { s.press("alt+x"); s.typing("t") }, []string{":t"}},
		"a question":      {func(s *sim) { s.press("alt+enter", "ctrl+c") }, []string{"? 1 request"}},
		"a long message":  {func(s *sim) { s.m.notice.fail("it begins " + strings.Repeat("and goes on ", 500)) }, []string{"✗ it begins", "…"}},
		"a short message": {func(s *sim) { s.m.notice.fail("short") }, []string{"✗ short"}},
	}
	for name, p := range plays {
		s := start(t, 80, 24)
		p.play(s)
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				width, height := rapid.IntRange(1, 180).Draw(t, "width"), rapid.IntRange(1, 50).Draw(t, "height")
				s.send(tea.WindowSizeMsg{Width: width, Height: height})
				screen := s.m.View()
				exact(t, screen, size{width, height})
				small := width < layout.MinColumns || height < layout.MinRows
				if strings.Contains(screen, "too small") && !small || s.m.screen.Mode == layout.TooSmall != small {
					t.Fatalf("%d×%d is said to be too small:\n%s", width, height, screen)
				}
				for _, want := range p.shows {
					if !small && !strings.Contains(screen, want) {
						t.Fatalf("%d×%d does not show %q:\n%s", width, height, want, screen)
					}
				}
			})
		})
	}
}

// A message is shown whole where half of the screen is enough for it.
func TestAMessageHasHalfTheScreen(t *testing.T) {
	words := strings.TrimSpace(strings.Repeat("word ", 120)) + " END"
	s := start(t, 80, 24)
	s.m.notice.fail(words)
	s.shows("END")
	s.hides("…")
	s.send(sized(80, 12))
	s.hides("END")
}
