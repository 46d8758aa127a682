package list

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// rows is a source of ascending numbers.
type rows []uint64

func (r *rows) First() (uint64, bool) {
	if len(*r) == 0 {
		return 0, false
	}
	return (*r)[0], true
}

func (r *rows) Last() (uint64, bool) {
	if len(*r) == 0 {
		return 0, false
	}
	return (*r)[len(*r)-1], true
}

func (r *rows) Next(seq uint64) (uint64, bool) {
	i, found := slices.BinarySearch(*r, seq)
	if found {
		i++
	}
	if i == len(*r) {
		return 0, false
	}
	return (*r)[i], true
}

func (r *rows) Prev(seq uint64) (uint64, bool) {
	i, _ := slices.BinarySearch(*r, seq)
	if i == 0 {
		return 0, false
	}
	return (*r)[i-1], true
}

// from returns the rows first, first+step, … up to last.
func from(first, last, step uint64) *rows {
	var r rows
	for seq := first; seq <= last; seq += step {
		r = append(r, seq)
	}
	return &r
}

// expect compares what is shown with "›" before the selected row.
func expect(t *testing.T, l *List, want ...string) {
	t.Helper()
	got := l.View(func(seq uint64, selected bool) string {
		if selected {
			return fmt.Sprintf("›%d", seq)
		}
		return fmt.Sprint(seq)
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("shown otherwise (-want +got):\n%s", diff)
	}
}

func show(src Source, height int) *List {
	l := New(src)
	l.SetHeight(height)
	return l
}

func TestAnEmptyListShowsNothingAndMovesNowhere(t *testing.T) {
	l := show(&rows{}, 3)
	for _, move := range []func(){l.PageUp, l.PageDown, l.Home, l.End, l.Pause, func() { l.Up(1) }, func() { l.Down(1) }, func() { l.Select(7) }} {
		move()
		if _, ok := l.Selected(); ok || len(l.Visible()) != 0 {
			t.Fatal("an empty source has a row")
		}
	}
}

func TestALiveListFollowsTheNewestRow(t *testing.T) {
	src := from(1, 5, 1)
	l := show(src, 3)
	expect(t, l, "3", "4", "›5")
	*src = append(*src, 6, 7)
	expect(t, l, "5", "6", "›7")
	if !l.Live() || l.New() != 0 {
		t.Errorf("live %v, new %d; want live and nothing new", l.Live(), l.New())
	}
}

func TestMovingUpPausesAndCountsWhatComes(t *testing.T) {
	src := from(1, 5, 1)
	l := show(src, 3)
	l.Up(1)
	expect(t, l, "3", "›4", "5")
	*src = append(*src, 6, 7)
	expect(t, l, "3", "›4", "5")
	if l.Live() || l.New() != 2 {
		t.Errorf("live %v, new %d; want paused with 2 new", l.Live(), l.New())
	}
	l.End()
	expect(t, l, "5", "6", "›7")
	if !l.Live() || l.New() != 0 {
		t.Errorf("live %v, new %d after End; want live and nothing new", l.Live(), l.New())
	}
}

func TestDownToTheNewestRowStaysPaused(t *testing.T) {
	src := from(1, 5, 1)
	l := show(src, 3)
	l.Up(2)
	l.Down(9)
	*src = append(*src, 6)
	expect(t, l, "3", "4", "›5")
	if l.Live() {
		t.Error("the list went live by itself")
	}
}

func TestTheSelectionIsARowAndNoPlace(t *testing.T) {
	src := from(1, 9, 1)
	l := show(src, 3)
	l.Select(5)
	expect(t, l, "›5", "6", "7")
	*src = (*src)[3:] // 1 to 3 are dropped
	expect(t, l, "›5", "6", "7")
	*src = (*src)[4:] // 4 to 7 are dropped
	expect(t, l, "›8", "9")
	*src = append(*src, 10, 11, 12, 13)
	expect(t, l, "›8", "9", "10")
	*src = nil
	expect(t, l, []string{}...)
	*src = append(*src, 20)
	expect(t, l, "›20")
}

func TestWhileRowsAreDroppedThePausedWindowMovesOnlyWhenItMust(t *testing.T) {
	src := from(1, 9, 1)
	l := show(src, 3)
	l.Select(4)
	l.Down(1)
	expect(t, l, "4", "›5", "6")
	*src = append((*src)[4:], 10, 11) // 1 to 4 are dropped: the top row is gone
	expect(t, l, "›5", "6", "7")
	if l.New() != 2 {
		t.Errorf("%d new, want 2", l.New())
	}
}

func TestPagesKeepTheSelectedRowAtItsPlace(t *testing.T) {
	l := show(from(1, 12, 1), 3)
	l.Select(6)
	l.Down(1)
	expect(t, l, "6", "›7", "8")
	l.PageUp()
	expect(t, l, "3", "›4", "5")
	l.PageDown()
	expect(t, l, "6", "›7", "8")
	l.HalfPageDown()
	expect(t, l, "7", "›8", "9")
	l.HalfPageUp()
	expect(t, l, "6", "›7", "8")
	l.Home()
	expect(t, l, "›1", "2", "3")
	l.PageUp()
	expect(t, l, "›1", "2", "3")
	l.End()
	l.Pause()
	l.PageDown()
	expect(t, l, "10", "11", "›12")
}

func TestAnotherFilterKeepsTheSelectedRowOrItsNeighbour(t *testing.T) {
	l := show(from(1, 20, 1), 3)
	l.Select(8)
	l.SetSource(from(2, 20, 2))
	if seq, _ := l.Selected(); seq != 8 {
		t.Errorf("selected %d, want 8, which is there still", seq)
	}
	l.SetSource(from(1, 19, 3)) // 1 4 7 10 …
	if seq, _ := l.Selected(); seq != 10 {
		t.Errorf("selected %d, want 10, the next newer one", seq)
	}
	l.SetSource(from(1, 4, 1))
	if seq, _ := l.Selected(); seq != 4 {
		t.Errorf("selected %d, want 4, the newest", seq)
	}
	if l.Live() || l.New() != 0 {
		t.Errorf("live %v, new %d; want paused, and a filter is no news", l.Live(), l.New())
	}
}

func TestAWindowGrownLargerIsFilled(t *testing.T) {
	l := show(from(1, 9, 1), 2)
	l.Pause()
	l.SetHeight(4)
	expect(t, l, "6", "7", "8", "›9")
	l.SetHeight(20)
	expect(t, l, "1", "2", "3", "4", "5", "6", "7", "8", "›9")
	l.SetHeight(0)
	expect(t, l, []string{}...)
}

func TestNewRowsAreCountedUpToALimit(t *testing.T) {
	src := from(1, 5, 1)
	l := show(src, 3)
	l.Pause()
	for seq := uint64(6); seq < 6+MaxNew+100; seq++ {
		*src = append(*src, seq)
	}
	if l.Sync(); l.New() != MaxNew {
		t.Errorf("%d new, want %d", l.New(), MaxNew)
	}
}

func TestRowZeroIsARow(t *testing.T) {
	l := show(from(0, 2, 1), 5)
	l.Home()
	expect(t, l, "›0", "1", "2")
}

// Whatever happens, the window holds consecutive rows, the selected one among them, and as many as there are up to its height.
func TestTheWindowIsAlwaysFullAndHoldsTheSelection(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		src := from(1, rapid.Uint64Range(0, 30).Draw(t, "rows"), 1)
		l := show(src, rapid.IntRange(1, 8).Draw(t, "height"))
		last := uint64(100)
		moves := map[string]func(*rapid.T){
			"up":        func(t *rapid.T) { l.Up(rapid.IntRange(0, 40).Draw(t, "n")) },
			"down":      func(t *rapid.T) { l.Down(rapid.IntRange(0, 40).Draw(t, "n")) },
			"page up":   func(*rapid.T) { l.PageUp() },
			"page down": func(*rapid.T) { l.PageDown() },
			"home":      func(*rapid.T) { l.Home() },
			"end":       func(*rapid.T) { l.End() },
			"select":    func(t *rapid.T) { l.Select(rapid.Uint64Range(0, 150).Draw(t, "row")) },
			"height":    func(t *rapid.T) { l.SetHeight(rapid.IntRange(1, 8).Draw(t, "height")) },
			"add":       func(t *rapid.T) { last += rapid.Uint64Range(1, 3).Draw(t, "gap"); *src = append(*src, last) },
			"drop":      func(t *rapid.T) { *src = (*src)[rapid.IntRange(0, len(*src)).Draw(t, "n"):] },
			"filter": func(t *rapid.T) {
				*src = slices.DeleteFunc(slices.Clone(*src), func(uint64) bool { return rapid.Bool().Draw(t, "hide") })
			},
		}
		moves[""] = func(t *rapid.T) {
			seen := l.Visible()
			if want := min(l.height, len(*src)); len(seen) != want {
				t.Fatalf("%d rows shown, want %d", len(seen), want)
			}
			if len(seen) == 0 {
				return
			}
			i, ok := slices.BinarySearch(*src, seen[0])
			if !ok || !slices.Equal(seen, (*src)[i:i+len(seen)]) {
				t.Fatalf("shown are %v of %v", seen, *src)
			}
			if seq, ok := l.Selected(); !ok || !slices.Contains(seen, seq) {
				t.Fatalf("row %d is selected, shown are %v", seq, seen)
			}
			if seq, _ := l.Selected(); l.Live() && seq != (*src)[len(*src)-1] {
				t.Fatalf("live, but %d is selected of %v", seq, *src)
			}
		}
		t.Repeat(moves)
	})
}

// BenchmarkFrame prints the cost of a frame at two sizes of the source: it must be the same.
func BenchmarkFrame(b *testing.B) {
	for _, n := range []uint64{300, 300_000} {
		b.Run(fmt.Sprintf("%d rows", n), func(b *testing.B) {
			l := show(from(1, n, 1), 40)
			l.Select(rand.Uint64N(n) + 1)
			b.ReportAllocs()
			for b.Loop() {
				l.Down(1)
				l.View(func(uint64, bool) string { return "" })
			}
		})
	}
}
