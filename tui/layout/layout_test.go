package layout

import (
	"testing"
)

func TestPanesShareTheScreenByItsSize(t *testing.T) {
	for _, row := range []struct {
		name          string
		width, height int
		focus         Pane
		zoom          bool
		want          Mode
		shown         []Pane
		strip         bool
	}{
		{"nothing", 0, 0, Compose, false, TooSmall, nil, false},
		{"one column too few", MinColumns - 1, MinRows, Compose, false, TooSmall, nil, false},
		{"one row too few", MinColumns, MinRows - 1, Compose, false, TooSmall, nil, false},
		{"the least", MinColumns, MinRows, Log, false, Single, []Pane{Log}, true},
		{"80 by 24", 80, 24, Compose, false, Single, []Pane{Compose}, true},
		{"80 by 24 on pending", 80, 24, Pending, false, Single, []Pane{Pending}, false},
		{"one column short of wide", WideColumns - 1, WideRows, Log, false, Single, []Pane{Log}, true},
		{"one row short of wide", WideColumns, WideRows - 1, Log, false, Single, []Pane{Log}, true},
		{"just wide", WideColumns, WideRows, Log, false, Wide, Panes[:], false},
		{"140 by 45", 140, 45, Inspect, false, Wide, Panes[:], false},
		{"zoomed", 140, 45, Inspect, true, Single, []Pane{Inspect}, true},
		{"no such pane", 80, 24, Pane(9), false, Single, []Pane{Compose}, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := Arrange(row.width, row.height, row.focus, row.zoom)
			if s.Mode != row.want {
				t.Errorf("mode %v, want %v", s.Mode, row.want)
			}
			shown := map[Pane]bool{}
			for _, p := range row.shown {
				shown[p] = true
			}
			for _, p := range Panes {
				if got := !s.Pane(p).Empty(); got != shown[p] {
					t.Errorf("%v shown: %v, want %v", p, got, shown[p])
				}
			}
			if got := !s.Strip.Empty(); got != row.strip {
				t.Errorf("strip shown: %v, want %v", got, row.strip)
			}
		})
	}
}

func TestRectanglesCoverTheScreenWithoutOverlap(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	for width := MinColumns; width < 180; width += 7 {
		for height := MinRows; height < 60; height += 5 {
			for _, focus := range Panes {
				for _, zoom := range []bool{false, true} {
					s := Arrange(width, height, focus, zoom)
					covered := map[[2]int]int{}
					rects := []Rect{s.Status, s.Strip, s.Footer}
					for _, p := range Panes {
						rects = append(rects, s.Pane(p))
					}
					for _, r := range rects {
						for y := r.Y; y < r.Y+r.H; y++ {
							for x := r.X; x < r.X+r.W; x++ {
								covered[[2]int{x, y}]++
							}
						}
					}
					for at, n := range covered {
						if n != 1 || at[0] >= width || at[1] >= height {
							t.Fatalf("%d×%d, %v, zoom %v: cell %v is covered %d times", width, height, focus, zoom, at, n)
						}
					}
					if len(covered) != width*height {
						t.Fatalf("%d×%d, %v, zoom %v: %d cells covered, want %d", width, height, focus, zoom, len(covered), width*height)
					}
				}
			}
		}
	}
}

func TestTheFocusGoesRound(t *testing.T) {
	p := Compose
	for _, want := range []Pane{Pending, Log, Inspect, Compose} {
		next := p.Next()
		if next != want || next.Prev() != p {
			t.Errorf("after %v comes %v (and before that %v), want %v", p, next, next.Prev(), want)
		}
		p = next
	}
}
