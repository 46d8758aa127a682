package layout

import (
	"testing"

	"pgregory.net/rapid"
)

func TestPanesShareTheScreenByItsSize(t *testing.T) {
	all := Panes[:]
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
		{"40 by 10", 40, 10, Compose, false, Single, []Pane{Compose}, true},
		{"40 by 10 on pending", 40, 10, Pending, false, Single, []Pane{Pending}, false},
		{"one row short of two panes", 80, StackRows - 1, Compose, false, Single, []Pane{Compose}, true},
		{"80 by 24", 80, 24, Compose, false, Stack, []Pane{Compose, Pending}, false},
		{"80 by 24 on pending", 80, 24, Pending, false, Stack, []Pane{Compose, Pending}, false},
		{"80 by 24 on the log", 80, 24, Log, false, Stack, []Pane{Log, Inspect}, true},
		{"80 by 24 on the inspector", 80, 24, Inspect, false, Stack, []Pane{Log, Inspect}, true},
		{"one column short of wide", WideColumns - 1, WideRows, Log, false, Stack, []Pane{Log, Inspect}, true},
		{"one row short of wide", WideColumns, WideRows - 1, Log, false, Stack, []Pane{Log, Inspect}, true},
		{"just wide", WideColumns, WideRows, Log, false, Wide, all, false},
		{"140 by 45", 140, 45, Inspect, false, Wide, all, false},
		{"one column short of three", TripleColumns - 1, 45, Inspect, false, Wide, all, false},
		{"three columns", TripleColumns, WideRows, Inspect, false, Triple, all, false},
		{"zoomed", 200, 60, Inspect, true, Single, []Pane{Inspect}, true},
		{"no such pane", 80, 12, Pane(9), false, Single, []Pane{Compose}, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := Arrange(row.width, row.height, Wishes{Focus: row.focus, Zoom: row.zoom})
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

func TestAPaneIsAsHighAsWhatItHolds(t *testing.T) {
	const height = 42 // 40 for a column
	for _, row := range []struct {
		name                  string
		focus                 Pane
		compose, pending      int // lines they would need
		wantCompose, wantRest int
	}{
		{"little of both: the rest is pending's", Log, 4, 2, 6, 34},
		{"nothing: three lines are the least", Log, 0, 0, 5, 35},
		{"a long draft and nothing else", Log, 80, 1, 35, 5},
		{"a long draft above much", Log, 80, 80, 20, 20},
		{"a long draft that has the focus", Compose, 80, 80, 26, 14},
		{"a long draft above much that has the focus", Pending, 80, 80, 13, 27},
		{"a short draft that has the focus", Compose, 6, 80, 8, 32},
		{"what pending does not need", Log, 80, 9, 29, 11},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := Arrange(120, height, Wishes{Focus: row.focus, Lines: [4]int{row.compose, row.pending, 9, 9}})
			if got, rest := s.Pane(Compose).H, s.Pane(Pending).H; got != row.wantCompose || rest != row.wantRest {
				t.Errorf("compose has %d lines and pending %d, want %d and %d", got, rest, row.wantCompose, row.wantRest)
			}
		})
	}
}

func TestBordersMoveAsFarAsThereIsRoom(t *testing.T) {
	at := func(width int, shift Shift) Screen {
		return Arrange(width, 42, Wishes{Focus: Log, Shift: shift, Lines: [4]int{12, 12, 50, 50}})
	}
	for _, width := range []int{120, 200} {
		usual := at(width, Shift{})
		for _, p := range Panes {
			wider := at(width, usual.Wider(p, 6)).Pane(p)
			if got, was := wider.W, usual.Pane(p).W; got != was+6 {
				t.Errorf("%d columns: %v becomes %d wide from %d, want 6 more", width, p, got, was)
			}
			if usual.Mode == Triple && p > Pending {
				continue // alone in their columns
			}
			if got, was := at(width, usual.Higher(p, 3)).Pane(p).H, usual.Pane(p).H; got != was+3 {
				t.Errorf("%d columns: %v becomes %d high from %d, want 3 more", width, p, got, was)
			}
		}
		far := at(width, Shift{Left: 1000, Right: 1000, Upper: -1000, LogRows: 1000})
		for _, p := range Panes {
			if r := far.Pane(p); r.W < leastColumn || r.H < least {
				t.Errorf("%d columns: %v is left with %d×%d", width, p, r.W, r.H)
			}
		}
		if back := at(width, far.Wider(Compose, -1)).Pane(Compose).W; back != far.Pane(Compose).W-1 {
			t.Errorf("%d columns: one step back from the bound leads to %d, want %d", width, back, far.Pane(Compose).W-1)
		}
	}
}

func TestABorderIsDraggedToWhereThePointerIs(t *testing.T) {
	for _, width := range []int{80, 120, 200} {
		w := Wishes{Focus: Log, Lines: [4]int{4, 50, 50, 50}}
		s := Arrange(width, 42, w)
		found := 0
		for y := range s.Height {
			for x := range s.Width {
				b := s.Border(x, y)
				if b == (Border{}) {
					continue
				}
				found++
				w.Shift = s.Drag(b, x+2, y+2)
				moved := Arrange(width, 42, w)
				if p := s.At(x, y); p == 0 || moved.Same(s) {
					t.Fatalf("%d columns: nothing moves with the border at %d, %d", width, x, y)
				}
			}
		}
		if found == 0 {
			t.Errorf("%d columns: there is no border", width)
		}
	}
	s := Arrange(120, 42, Wishes{Focus: Log})
	r := s.Pane(Compose)
	to := Arrange(120, 42, Wishes{Focus: Log, Shift: s.Drag(s.Border(r.X+r.W-1, 5), r.X+r.W+4, 9)})
	if got := to.Pane(Compose).W; got != r.W+5 {
		t.Errorf("compose is %d wide, want %d", got, r.W+5)
	}
	if (s.Border(0, 3) != Border{}) || (s.Border(20, 0) != Border{}) || (s.Border(r.X+5, r.Y+3) != Border{}) {
		t.Error("the screen's own edge or the middle of a pane can be dragged")
	}
}

func TestRectanglesCoverTheScreenWithoutOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width, height := rapid.IntRange(MinColumns, 240).Draw(t, "width"), rapid.IntRange(MinRows, 80).Draw(t, "height")
		s := Arrange(width, height, wishes(t))
		covered := make([]int, width*height)
		rects := []Rect{s.Status, s.Strip, s.Footer}
		for _, p := range Panes {
			rects = append(rects, s.Pane(p))
		}
		for _, r := range rects {
			for y := r.Y; y < r.Y+r.H; y++ {
				for x := r.X; x < r.X+r.W; x++ {
					covered[y*width+x]++
				}
			}
		}
		for at, n := range covered {
			if n != 1 {
				t.Fatalf("%d×%d: cell %d, %d is covered %d times", width, height, at%width, at/width, n)
			}
		}
	})
}

// wishes draws any wishes.
func wishes(t *rapid.T) Wishes {
	n := rapid.IntRange(-300, 300)
	w := Wishes{Focus: rapid.SampledFrom(Panes[:]).Draw(t, "focus"), Zoom: rapid.Bool().Draw(t, "zoom")}
	w.Shift = Shift{n.Draw(t, "left"), n.Draw(t, "right"), n.Draw(t, "upper"), n.Draw(t, "log")}
	for i := range w.Lines {
		w.Lines[i] = rapid.IntRange(0, 100).Draw(t, "lines")
	}
	return w
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
