package tui

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
	"iqscope/tui/layout"
)

// mouseOn starts a screen that has the mouse, with a log of some rows.
func mouseOn(t *testing.T, rows int) *sim {
	s := start(t, 140, 45)
	s.happens(func(f *fakeSession) {
		for range rows {
			f.log.Append(journal.Entry{Time: s.clock, Dir: stanza.In, Stanza: f.parse("<message from='a@b'/>")})
		}
	})
	s.press("alt+m")
	s.wait(toastLeast)
	s.press("alt+1")
	return s
}

// at is where a text is on the screen.
func (s *sim) at(text string) (x, y int) {
	s.t.Helper()
	for y, line := range strings.Split(ansi.Strip(s.m.View()), "\n") {
		if i := strings.Index(line, text); i >= 0 {
			return ansi.StringWidth(line[:i]), y
		}
	}
	s.t.Fatalf("%q is not on the screen:\n%s", text, s.m.View())
	return 0, 0
}

func (s *sim) mouse(x, y int, action tea.MouseAction, button tea.MouseButton) {
	s.send(tea.MouseMsg{X: x, Y: y, Action: action, Button: button})
}

func (s *sim) clicks(x, y int) {
	s.mouse(x, y, tea.MouseActionPress, tea.MouseButtonLeft)
	s.mouse(x, y, tea.MouseActionRelease, tea.MouseButtonLeft)
}

func TestTheMouseDoesNothingUntilItIsSwitchedOn(t *testing.T) {
	s := mouseOn(t, 60)
	s.shows("mouse off")
	s.press("alt+m")
	s.shows("The mouse is the terminal's again.")
	s.wait(toastLeast)
	s.press("alt+1")
	before := s.m.View()
	x, y := s.at("3 Log")
	s.mouse(x, y+4, tea.MouseActionPress, tea.MouseButtonWheelUp)
	s.clicks(x, y+4)
	if s.m.View() != before {
		t.Error("it does something")
	}
}

func TestTheWheelScrollsWhatIsUnderThePointer(t *testing.T) {
	s := mouseOn(t, 60)
	x, y := s.at("3 Log")
	s.mouse(x, y+4, tea.MouseActionPress, tea.MouseButtonWheelUp)
	s.hides("live ·")
	if s.m.desk.focus != layout.Compose {
		t.Error("the focus moved")
	}
	s.press("f1")
	s.send(sized(80, 24))
	before := s.m.View()
	s.mouse(x, y, tea.MouseActionPress, tea.MouseButtonWheelDown)
	if s.m.View() == before {
		t.Error("help does not scroll")
	}
}

func TestAClickSelectsAndASecondOneOpens(t *testing.T) {
	s := mouseOn(t, 12)
	x, y := s.at("3 Log")
	s.clicks(x, y+5)
	if s.m.desk.focus != layout.Log {
		t.Fatal("the log has not the focus")
	}
	line := strings.Split(ansi.Strip(s.m.View()), "\n")[y+5]
	if !strings.Contains(line, "▸") {
		t.Errorf("selected is not %q", line)
	}
	s.wait(2 * doubleClick)
	s.clicks(x, y+5)
	if s.m.desk.focus != layout.Log {
		t.Error("a click long after the first one opens")
	}
	s.clicks(x, y+5)
	if s.m.desk.focus != layout.Inspect {
		t.Error("a second click does not open")
	}
	x, y = s.at("1 Compose")
	s.clicks(x, y+2)
	if !s.m.desk.typing() {
		t.Error("a click on the draft does not begin to type")
	}
}

func TestAClickChoosesAmongRequestsAndInWhatLiesOnTop(t *testing.T) {
	s := mouseOn(t, 0)
	s.press("f5", "f5", "f5")
	x, y := s.at("│  q0002")
	x += 4
	s.clicks(x, y)
	if v, _ := s.m.desk.pending.Selected(); v.Serial != 2 || s.m.desk.focus != layout.Pending {
		t.Errorf("selected is %d", v.Serial)
	}
	s.press("y")
	x, y = s.at("i  its id")
	s.clicks(x, y)
	s.shows("▸ i  its id")
	s.clicks(x, y)
	if !strings.HasPrefix(s.copies.text, "q000") {
		t.Errorf("copied %q", s.copies.text)
	}
	s.press("ctrl+p")
	s.typing("the handlers")
	x, y = s.at("the handlers: who")
	s.clicks(x, y)
	s.clicks(x, y)
	s.shows("┤ Handlers")
}

func TestABorderIsDragged(t *testing.T) {
	s := mouseOn(t, 1)
	r := s.m.screen.Pane(layout.Compose)
	s.mouse(r.X+r.W-1, r.Y+3, tea.MouseActionPress, tea.MouseButtonLeft)
	s.mouse(r.X+r.W+9, r.Y+3, tea.MouseActionMotion, tea.MouseButtonLeft)
	if got := s.m.screen.Pane(layout.Compose).W; got != r.W+10 {
		t.Errorf("the pane is %d wide, want %d", got, r.W+10)
	}
	s.mouse(r.X+r.W+9, r.Y+3, tea.MouseActionRelease, tea.MouseButtonLeft)
	s.mouse(r.X, r.Y+3, tea.MouseActionMotion, tea.MouseButtonLeft)
	if got := s.m.screen.Pane(layout.Compose).W; got != r.W+10 {
		t.Error("it moves after it was let go")
	}
}

// Clicks and turns anywhere, at any size, leave a whole screen.
func TestTheMouseAnywhere(t *testing.T) {
	for _, open := range []string{"", "f1", "ctrl+p", "alt+y", "ctrl+g", "alt+t"} {
		t.Run("on "+open, func(t *testing.T) {
			t.Parallel()
			s := mouseOn(t, 40)
			s.press("f5")
			for _, at := range []size{{140, 45}, {80, 24}, {40, 10}, {10, 3}} {
				s.send(sized(at.width, at.height))
				if open != "" {
					s.press(open)
				}
				for y := -1; y <= at.height; y += 3 {
					for x := -1; x <= at.width; x += 9 {
						s.clicks(x, y)
						s.mouse(x, y, tea.MouseActionPress, tea.MouseButtonWheelDown)
						exact(t, s.m.View(), at)
					}
				}
				s.press("esc", "esc", "esc")
			}
		})
	}
}
