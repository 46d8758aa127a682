package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"iqscope/tui/layout"
)

// cells is a screen, a cell of the terminal for each column of each line; what is covered by a wide
// rune is empty.
func cells(screen string) (rows [][]string) {
	for line := range strings.Lines(ansi.Strip(screen)) {
		var row []string
		for line = strings.TrimSuffix(line, "\n"); line != ""; {
			cluster, width := ansi.FirstGraphemeCluster(line, ansi.GraphemeWidth)
			line = line[len(cluster):]
			row = append(row, cluster)
			for range width - 1 {
				row = append(row, "")
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// Whatever happens to one part of the screen leaves the others as they are.
func TestAFrameChangesNoMoreThanWhatHasHappened(t *testing.T) {
	status, footer := layout.Pane(0), layout.Pane(-1)
	for _, row := range []struct {
		name    string
		before  func(*sim)
		happens func(*sim)
		changes []layout.Pane
	}{
		{"a second of a countdown", func(s *sim) { s.press("alt+enter", "alt+3") }, func(s *sim) { s.wait(time.Second) }, []layout.Pane{status, layout.Pending}},
		{"a character that is typed", func(s *sim) { s.press("ctrl+end") }, func(s *sim) { s.typing(" ") }, []layout.Pane{layout.Compose, footer}},
		{"going up in the log", func(s *sim) {
			s.press("alt+enter")
			s.happens(func(f *fakeSession) { f.replies(1, discoResult) })
			s.press("alt+3")
		}, func(s *sim) { s.press("k") }, []layout.Pane{layout.Log, layout.Inspect, footer}},
		{"another view in the inspector", func(s *sim) {
			s.press("alt+enter")
			s.happens(func(f *fakeSession) { f.replies(1, discoResult) })
			s.press("alt+4")
		}, func(s *sim) { s.press("l") }, []layout.Pane{layout.Inspect, footer}},
		{"nothing", func(s *sim) { s.press("alt+enter"); s.happens(func(f *fakeSession) { f.replies(1, discoResult) }) }, func(s *sim) {
			s.wait(time.Minute)
			s.happens(func(*fakeSession) {})
		}, nil},
	} {
		for _, at := range []size{{120, 40}, {200, 60}} {
			t.Run(fmt.Sprintf("%s at %d×%d", row.name, at.width, at.height), func(t *testing.T) {
				s := start(t, at.width, at.height)
				row.before(s)
				before := cells(s.m.View())
				row.happens(s)
				after := cells(s.m.View())
				if before, after := fmt.Sprint(before), fmt.Sprint(after); row.changes != nil && before == after {
					t.Fatal("nothing has changed, so that this shows nothing")
				}
				allowed := func(x, y int) bool {
					for _, p := range row.changes {
						rect := s.m.screen.Pane(p)
						switch p {
						case status:
							rect = s.m.screen.Status
						case footer:
							rect = s.m.screen.Footer
						}
						if x >= rect.X && x < rect.X+rect.W && y >= rect.Y && y < rect.Y+rect.H {
							return true
						}
					}
					return false
				}
				for y := range after {
					for x := range after[y] {
						if before[y][x] != after[y][x] && !allowed(x, y) {
							t.Fatalf("line %d has changed in column %d, in what nothing has happened to:\n%s\n%s", y+1, x+1, strings.Join(before[y], ""), strings.Join(after[y], ""))
						}
					}
				}
			})
		}
	}
}
