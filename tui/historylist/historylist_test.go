package historylist

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"iqscope/history"
	"iqscope/iqbuilder/stanza"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
)

var now = time.Date(2026, 11, 27, 9, 30, 0, 0, time.UTC)

func entry(id int64) history.Entry {
	st, err := stanza.Parse(fmt.Sprintf("<iq type='get' id='%d' to='a.example'><ping xmlns='urn:xmpp:ping'/></iq>", id), stanza.ClientScope())
	if err != nil {
		panic(err)
	}
	e := history.Entry{ID: id}
	e.Stanza, e.Shown, e.Outcome, e.Ended = st, st, stanza.OutcomeTimeout, now.Add(-time.Hour+time.Duration(id)*time.Second)
	return e
}

// file is a history of which the screen gets pages. Each has at most a number of entries, and the
// search for it looks at no more than a number of them.
type file struct {
	ids  []int64 // the newest first
	page int
	look int
	made map[int64]history.Entry
}

func newFile(n int64) *file {
	f := &file{page: history.PageSize, look: 1 << 40, made: map[int64]history.Entry{}}
	for id := n; id > 0; id-- {
		f.ids = append(f.ids, id)
	}
	return f
}

func (f *file) entry(id int64) history.Entry {
	e, ok := f.made[id]
	if !ok {
		e = entry(id)
		f.made[id] = e
	}
	return e
}

// search finds those from below a number on; every multiple of nth only.
func (f *file) search(before, nth int64) (p history.Page) {
	for _, id := range f.ids {
		if before != 0 && id >= before {
			continue
		}
		if len(p.Entries) == f.page || p.Searched == f.look {
			p.Next = id + 1
			return p
		}
		p.Searched++
		if id%nth == 0 {
			p.Entries = append(p.Entries, f.entry(id))
		}
	}
	return p
}

// serve gives the screen what it wants until it wants no more.
func (f *file) serve(t interface{ Fatal(...any) }, s *Screen, nth int64) {
	for range 100_000 {
		want := s.Wants()
		if want.Part == Nothing {
			return
		}
		p := f.search(want.Before, nth)
		if want.Part == Above {
			for p.Next > want.Until+1 {
				more := f.search(p.Next, nth)
				p.Entries, p.Next = append(p.Entries, more.Entries...), more.Next
			}
			p.Entries = slices.DeleteFunc(p.Entries, func(e history.Entry) bool { return e.ID <= want.Until })
		}
		s.Found(want, Sought{}, p)
		draw(s, 100, 20)
	}
	t.Fatal("the screen never has all that it wants")
}

func draw(s *Screen, width, height int) string {
	s.Prepare(State{}, pane.Look{Width: width, Height: height, Theme: themes.Plain(), Now: now})
	return strings.Join(s.View(), "\n")
}

func visible(s *Screen) (ids []int64) {
	for _, e := range s.table.Visible() {
		ids = append(ids, e.ID)
	}
	return ids
}

// Whatever is done, and whatever comes and goes meanwhile: what is seen stands there one after the
// other in the file too, the selection moves only by keys, and only a few pages are held.
func TestTheListIsAWindowOnTheFile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := newFile(rapid.Int64Range(0, 3000).Draw(t, "entries"))
		nth := rapid.SampledFrom([]int64{1, 1, 3, 250}).Draw(t, "nth")
		f.look = rapid.SampledFrom([]int{1 << 40, 700, 90}).Draw(t, "look")
		f.page = rapid.SampledFrom([]int{history.PageSize, 40}).Draw(t, "page")
		newest := int64(len(f.ids))
		s := New()
		draw(s, 100, 20)
		f.serve(t, s, nth)
		shown := func() (ids []int64) {
			for _, id := range f.ids {
				if id%nth == 0 {
					ids = append(ids, id)
				}
			}
			return ids
		}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			before, had := s.Selected()
			all := shown()
			at := slices.Index(all, before.ID)
			switch step := rapid.SampledFrom([]string{"down", "up", "pages", "back", "home", "end", "new", "gone"}).Draw(t, "step"); step {
			case "down", "up":
				s.Do(map[string]keys.Action{"down": keys.Down, "up": keys.Up}[step])
				f.serve(t, s, nth)
				by := map[string]int{"down": 1, "up": -1}[step]
				if got, _ := s.Selected(); had && got.ID != all[max(0, min(at+by, len(all)-1))] {
					t.Fatalf("%s from %d leads to %d", step, before.ID, got.ID)
				}
			case "pages", "back":
				for range rapid.IntRange(1, 40).Draw(t, "pages") {
					s.Do(map[string]keys.Action{"pages": keys.PageDown, "back": keys.PageUp}[step])
					f.serve(t, s, nth)
				}
			case "home", "end":
				s.Do(map[string]keys.Action{"home": keys.Home, "end": keys.End}[step])
				f.serve(t, s, nth)
				want := 0
				if step == "end" {
					want = len(all) - 1
				}
				if got, _ := s.Selected(); had && got.ID != all[want] {
					t.Fatalf("%s leads to %d, want %d", step, got.ID, all[want])
				}
			case "new":
				for range rapid.IntRange(1, 30).Draw(t, "new") {
					newest++
					f.ids = slices.Insert(f.ids, 0, newest)
				}
				s.Stale()
				f.serve(t, s, nth)
				if got, _ := s.Selected(); had && got.ID != before.ID {
					t.Fatalf("what is new has moved the selection from %d to %d", before.ID, got.ID)
				}
			case "gone":
				if !had {
					continue
				}
				f.ids = slices.DeleteFunc(f.ids, func(id int64) bool { return id == before.ID })
				s.Removed(before.ID)
				f.serve(t, s, nth)
				if got, ok := s.Selected(); ok && got.ID == before.ID {
					t.Fatalf("%d is selected though it was deleted", got.ID)
				}
			}
			all = shown()
			seen := visible(s)
			if len(all) > 0 != (len(seen) > 0) {
				t.Fatalf("%d entries are seen of %d", len(seen), len(all))
			}
			if len(seen) > 0 {
				from := slices.Index(all, seen[0])
				if from < 0 || !slices.Equal(seen, all[from:min(len(all), from+len(seen))]) {
					t.Fatalf("what is seen is %v, which does not stand in the file so", seen)
				}
			}
			if n := s.window.rows(); n > (mostPages+2)*history.PageSize {
				t.Fatalf("%d entries are held", n)
			}
		}
	})
}

func TestWhatIsNewStandsOnTopAndTheSelectionStays(t *testing.T) {
	f := newFile(10)
	s := New()
	draw(s, 100, 20)
	f.serve(t, s, 1)
	s.Do(keys.Down)
	f.ids = slices.Insert(f.ids, 0, 12, 11)
	s.Stale()
	f.serve(t, s, 1)
	if e, _ := s.Selected(); e.ID != 9 {
		t.Errorf("%d is selected, want 9", e.ID)
	}
	if got := visible(s); got[0] != 12 {
		t.Errorf("%v is seen, want the new ones on top", got)
	}
}

func TestMoreThanAPageThatIsNewLeavesNoGap(t *testing.T) {
	f := newFile(200)
	s := New()
	draw(s, 100, 20)
	f.serve(t, s, 1)
	s.Do(keys.Down)
	for id := int64(201); id <= 900; id++ {
		f.ids = slices.Insert(f.ids, 0, id)
	}
	s.Stale()
	f.serve(t, s, 1)
	if e, _ := s.Selected(); e.ID != 199 {
		t.Errorf("%d is selected, want 199", e.ID)
	}
	if got := draw(s, 100, 20); !strings.Contains(got, "newer ones above") {
		t.Errorf("nothing says that there are newer ones:\n%s", got)
	}
	s.Do(keys.Home)
	f.serve(t, s, 1)
	if e, _ := s.Selected(); e.ID != 900 {
		t.Errorf("home leads to %d, want 900", e.ID)
	}
}

func TestLargeEntriesAreNotAllHeld(t *testing.T) {
	f := newFile(2000)
	f.page = 10
	large := strings.Repeat("x", 1_000_000)
	st, err := stanza.Parse("<iq type='get' id='1'><a xmlns='b'>"+large+"</a></iq>", stanza.ClientScope())
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range f.ids {
		e := entry(id)
		e.Stanza = st
		f.made[id] = e
	}
	s := New()
	draw(s, 100, 20)
	f.serve(t, s, 1)
	for range 60 {
		s.Do(keys.PageDown)
		f.serve(t, s, 1)
		if n := s.window.bytes(); n > 2*history.PageSize<<20 {
			t.Fatalf("%d MB are held", n>>20)
		}
	}
}

func TestAFailureIsSaidAndNotAskedForAgainAndAgain(t *testing.T) {
	s := New()
	draw(s, 100, 20)
	s.Failed(s.Wants(), errors.New("the file is broken: database disk image is malformed"))
	if want := s.Wants(); want.Part != Nothing {
		t.Errorf("it asks again for %v", want)
	}
	if got := draw(s, 100, 20); !strings.Contains(got, "✗ The file is broken") {
		t.Errorf("it is not said:\n%s", got)
	}
	s.Restart()
	if want := s.Wants(); want.Part != First {
		t.Errorf("something else is sought, and it asks for %v", want)
	}
}

func TestAnySizeIsFilled(t *testing.T) {
	f := newFile(30)
	s := New()
	for width := range 170 {
		for _, height := range []int{0, 1, 2, 3, 4, 5, 6, 8, 12, 30} {
			f.serve(t, s, 1)
			draw(s, width, height)
			for _, line := range s.View() {
				if n := len([]rune(line)); n > width {
					t.Fatalf("at %d×%d a line has %d cells: %q", width, height, n, line)
				}
			}
			if n := len(s.View()); n > height {
				t.Fatalf("at %d×%d there are %d lines", width, height, n)
			}
		}
	}
}
