package list

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/tui/keys"
)

// rows is a source of ascending numbers.
type rows []uint64

func (r *rows) Len() int            { return len(*r) }
func (r *rows) At(place int) uint64 { return (*r)[place] }

func (r *rows) Find(seq uint64, _ int) (int, bool) { return slices.BinarySearch(*r, seq) }

// from returns the rows first, first+step, … up to last.
func from(first, last, step uint64) *rows {
	var r rows
	for seq := first; seq <= last; seq += step {
		r = append(r, seq)
	}
	return &r
}

// expect compares what is shown with "›" before the selected row.
func expect(t *testing.T, l *List[uint64], want ...string) {
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

func show(src Source[uint64], height int) *List[uint64] {
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

// led is a source that leads a live list to its last even number.
type led struct{ *rows }

func (l led) Lead() int {
	for i := l.Len() - 1; i >= 0; i-- {
		if l.At(i)%2 == 0 {
			return i
		}
	}
	return l.Len() - 1
}

func TestALiveListGoesWhereItsSourceLeadsIt(t *testing.T) {
	src := from(1, 5, 1)
	l := show(led{src}, 3)
	expect(t, l, "3", "›4", "5")
	*src = append(*src, 7, 9)
	expect(t, l, "›4", "5", "7")
	*src = append(*src, 10, 11)
	expect(t, l, "9", "›10", "11")
	if l.New() != 0 || !l.Live() {
		t.Errorf("live %v, new %d", l.Live(), l.New())
	}
	l.Down(1)
	*src = append(*src, 12)
	expect(t, l, "9", "10", "›11")
	if l.New() != 1 || l.Live() {
		t.Errorf("after going down live %v, new %d", l.Live(), l.New())
	}
	l.End()
	expect(t, l, "10", "11", "›12")
	l.Down(1)
	if !l.Live() {
		t.Error("with nothing below, going down pauses the list")
	}
	l.SetSource(src)
	*src = append(*src, 13)
	expect(t, l, "11", "12", "›13")
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

// Whatever happens, the window holds consecutive rows, the selected one among them, and as many as
// there are up to its height.
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

// names is a list of named rows in memory, in no order.
func names(height int, rows ...string) (*List[string], *Slice[string, string]) {
	src := &Slice[string, string]{Rows: rows, ID: func(s string) string { return s }}
	l := NewStill(src)
	l.SetHeight(height)
	return l, src
}

func expectNames(t *testing.T, l *List[string], want ...string) {
	t.Helper()
	got := l.View(func(name string, selected bool) string {
		if selected {
			return "›" + name
		}
		return name
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("shown otherwise (-want +got):\n%s", diff)
	}
}

func TestAStillListNeverFollowsAndCanBeOfNames(t *testing.T) {
	l, src := names(3, "rose", "iris", "lily", "fern", "moss")
	expectNames(t, l, "›rose", "iris", "lily")
	l.End()
	expectNames(t, l, "lily", "fern", "›moss")
	if l.Live() {
		t.Error("it follows")
	}
	src.Rows = append(src.Rows, "reed")
	expectNames(t, l, "lily", "fern", "›moss")
}

func TestASelectedNameIsFoundWhereverItHasGone(t *testing.T) {
	l, src := names(3, "rose", "iris", "lily", "fern", "moss")
	l.Select("iris")
	slices.Sort(src.Rows) // fern iris lily moss rose
	expectNames(t, l, "›iris", "lily", "moss")
	src.Rows = []string{"a", "b", "c", "d", "iris"}
	expectNames(t, l, "c", "d", "›iris")
	l.Sync()
	src.Rows = []string{"a", "b", "c", "d", "e", "f"}
	if place, _ := l.Place(); place != 4 {
		t.Errorf("a row that is gone is replaced by the one at %d, want the one in its place", place)
	}
	src.Rows = []string{"a"}
	expectNames(t, l, "›a")
	src.Rows = nil
	expectNames(t, l, []string{}...)
	if _, ok := l.Place(); ok {
		t.Error("nothing has a place")
	}
	src.Rows = []string{"x", "iris"}
	expectNames(t, l, "x", "›iris")
}

// Whatever is done to the rows, the selected one stays selected as long as it is there, and
// something is selected as long as there is anything.
func TestTheSelectionIsNeverLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, src := names(rapid.IntRange(0, 4).Draw(t, "height"))
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			before, had := l.Selected()
			src.Rows = rapid.SliceOfNDistinct(rapid.StringMatching("[a-h]"), 0, 8, rapid.ID[string]).Draw(t, "rows")
			after, ok := l.Selected()
			if ok != (len(src.Rows) > 0) || ok && !slices.Contains(src.Rows, after) {
				t.Fatalf("%q is selected of %q", after, src.Rows)
			}
			if had && slices.Contains(src.Rows, before) && after != before {
				t.Fatalf("%q is selected of %q, want still %q", after, src.Rows, before)
			}
			l.Down(rapid.IntRange(-3, 3).Draw(t, "down"))
		}
	})
}

func TestARowIsNewOnlyOnce(t *testing.T) {
	src := from(1, 5, 1)
	l := show(src, 3)
	l.Pause()
	*src = (*src)[:3]
	l.Sync()
	*src = append(*src, 4, 5)
	if l.New() != 0 {
		t.Errorf("%d rows that have been there are new", l.New())
	}
}

func TestRowsOfTheSameNameAreNoTrap(t *testing.T) {
	l, _ := names(3, "rose", "rose", "iris")
	l.Down(1)
	l.Down(1)
	if name, _ := l.Selected(); name != "iris" {
		t.Errorf("%q is selected, want the last one", name)
	}
}

func TestLookingChangesNothing(t *testing.T) {
	src := from(1, 9, 1)
	l := show(src, 3)
	l.Select(5)
	*src = (*src)[6:]
	*src = append(*src, 10)
	before := *l
	l.Visible()
	l.View(func(uint64, bool) string { return "" })
	l.Selected()
	l.Place()
	if l.New() != 1 {
		t.Errorf("%d new, want 1", l.New())
	}
	if *l != before {
		t.Errorf("looking made %+v of %+v", *l, before)
	}
}

func TestAnActionMovesTheSelection(t *testing.T) {
	l := show(from(1, 20, 1), 4)
	for _, step := range []struct {
		do   keys.Action
		want uint64
	}{
		{keys.Home, 1}, {keys.Down, 2}, {keys.PageDown, 6}, {keys.HalfPageDown, 8}, {keys.Up, 7}, {keys.HalfPageUp, 5}, {keys.PageUp, 1}, {keys.End, 20},
	} {
		if !l.Do(step.do) {
			t.Fatalf("%s does nothing", step.do)
		}
		if seq, _ := l.Selected(); seq != step.want {
			t.Errorf("after %s row %d is selected, want %d", step.do, seq, step.want)
		}
	}
	if l.Do(keys.Send) {
		t.Error("a list sends")
	}
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

func TestRowsBelowTheSelectedOneAreRevealed(t *testing.T) {
	l := show(from(1, 20, 1), 4)
	l.Home()
	l.Down(3)
	for _, c := range []struct {
		rows int
		want []string
	}{
		{0, []string{"1", "2", "3", "›4"}},
		{2, []string{"3", "›4", "5", "6"}},
		{1, []string{"3", "›4", "5", "6"}}, // they are in sight
		{50, []string{"›4", "5", "6", "7"}},
	} {
		l.Reveal(c.rows)
		expect(t, l, c.want...)
	}
	l.Select(20)
	l.Reveal(3)
	expect(t, l, "17", "18", "19", "›20")
	show(&rows{}, 3).Reveal(2)
}
