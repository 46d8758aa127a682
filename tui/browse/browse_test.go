package browse

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"iqscope/iqbuilder/catalog"
	"iqscope/session/disco"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
)

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// known is a page with so many items, in pages of ten.
func known(items int) Page {
	p := Page{Meanings: disco.NewMeanings(catalog.Builtin())}
	p.JID = "a.example"
	p.Infos.At, p.ItemsState.At = noon, noon
	p.Info.Identities = []disco.Identity{{Category: "server", Type: "im", Name: "A"}}
	p.Info.Features = []string{"urn:xmpp:ping", "urn:xmpp:mam:2"}
	p.Info.Forms = []disco.Form{{Type: "urn:example", Fields: []disco.Field{{Var: "v", Values: []string{"1", "2"}}}}}
	p.Items.Count = -1
	for i := range items {
		if i%10 == 0 {
			p.Items.Pages = append(p.Items.Pages, i)
		}
		p.Items.List = append(p.Items.List, disco.Item{JID: "a.example", Node: fmt.Sprintf("n%d", i), Name: "Item"})
	}
	return p
}

func at(p Page) *Screen {
	s := New(Place{JID: p.JID})
	s.SetPage(p)
	return s
}

func look(width, height int) pane.Look {
	return pane.Look{Width: width, Height: height, Theme: themes.Plain(), Now: noon}
}

func shown(s *Screen, width, height int) string {
	s.Prepare(look(width, height))
	return strings.Join(s.View(), "\n")
}

func TestAnyRoomIsKept(t *testing.T) {
	for _, p := range []Page{{}, known(0), known(300)} {
		s := at(p)
		for width := 1; width < 150; width += 3 {
			for height := 1; height < 45; height += 3 {
				s.Prepare(look(width, height))
				lines := s.View()
				if len(lines) > height {
					t.Fatalf("%d lines in %d", len(lines), height)
				}
				for _, line := range lines {
					if got := ansi.StringWidth(line); got > width {
						t.Fatalf("a line in %d cells has %d: %q", width, got, line)
					}
				}
				s.Do(keys.Down)
			}
		}
	}
}

// Wherever one goes, what is selected is in sight and is no heading, if there is anything else.
func TestTheSelectionIsAlwaysOnARow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := at(known(rapid.IntRange(0, 40).Draw(t, "items")))
		moves := []keys.Action{keys.Up, keys.Down, keys.PageUp, keys.PageDown, keys.Home, keys.End, NextSection, PrevSection}
		for _, move := range rapid.SliceOf(rapid.SampledFrom(moves)).Draw(t, "moves") {
			got := shown(s, 80, rapid.IntRange(5, 30).Draw(t, "height"))
			if s.selectedID().sort == heading {
				t.Fatalf("a heading is selected:\n%s", got)
			}
			if !strings.Contains(got, "▸") {
				t.Fatalf("nothing is selected in sight:\n%s", got)
			}
			s.Do(move)
		}
	})
}

func TestTheSelectionStaysWhenMoreComes(t *testing.T) {
	p := known(5)
	s := at(p)
	shown(s, 80, 24)
	s.Do(keys.End)
	s.SetPage(known(50))
	if i, _, _ := s.Selected(); i.Node != "n4" {
		t.Errorf("%+v is selected, want n4", i)
	}
	s.SetPage(Page{})
	s.Do(keys.Down)
	if i, f, k := s.Selected(); i.JID != "" || f != "" || k != nil {
		t.Errorf("of nothing, %v %v %v is selected", i, f, k)
	}
	shown(s, 80, 24)
}

func TestWhereThePagesAre(t *testing.T) {
	p := known(30)
	p.Items.Next = "n29"
	s := at(p)
	shown(s, 80, 24)
	for _, c := range []struct{ at, before, behind int }{{-1, -1, 0}, {0, -1, 10}, {9, -1, 10}, {10, 0, 20}, {25, 10, -1}, {29, 10, -1}} {
		s.Do(keys.Home)
		if c.at >= 0 {
			s.SelectItem(c.at)
		}
		if before, behind, more := s.Paging(); before != c.before || behind != c.behind || !more {
			t.Errorf("at item %d: %d, %d, %v; want %d, %d", c.at, before, behind, more, c.before, c.behind)
		}
	}
	s = at(known(0))
	if before, behind, more := s.Paging(); before >= 0 || behind >= 0 || more {
		t.Error("nothing has pages")
	}
	if s.SelectItem(0) {
		t.Error("an item that is not there is selected")
	}
}

func TestALongWayIsCutAtItsBeginning(t *testing.T) {
	s := at(known(3))
	for i := range maxTrail + 10 {
		s.Enter(Place{JID: fmt.Sprintf("place-%d.example", i)})
	}
	if got := shown(s, 80, 24); !strings.Contains(got, "Discover … › ") || !strings.Contains(got, fmt.Sprintf("place-%d.example ", maxTrail+9)) {
		t.Errorf("the way is\n%s", got)
	}
	steps := 0
	for s.Deep() {
		s.Back()
		steps++
	}
	if steps != maxTrail-1 {
		t.Errorf("%d steps lead back, want %d", steps, maxTrail-1)
	}
}

func TestAnEmptyPlaceSaysSo(t *testing.T) {
	p := Page{}
	p.JID = "a.example"
	// What is selected is told once more below.
	if got := shown(at(p), 80, 24); strings.Count(got, "not asked yet") != 3 {
		t.Errorf("before anything is asked:\n%s", got)
	}
	p.Infos.At, p.ItemsState.At = noon, noon
	if got := shown(at(p), 80, 24); strings.Count(got, "none") != 4 {
		t.Errorf("with empty answers:\n%s", got)
	}
	p.Items.Cut, p.Shared = true, true
	if got := shown(at(p), 140, 24); !strings.Contains(got, "there is more than is kept") || !strings.Contains(got, "by another with the same capabilities") {
		t.Errorf("of what was cut and shared:\n%s", got)
	}
}

// What a frame costs follows what is visible.
func BenchmarkFrameOfTenThousandItems(b *testing.B) {
	s := at(known(10_000))
	s.Do(keys.End)
	for b.Loop() {
		s.Do(keys.Up)
		shown(s, 140, 45)
	}
}

func BenchmarkTenThousandItemsArrive(b *testing.B) {
	s, p := at(known(0)), known(10_000)
	for b.Loop() {
		s.SetPage(p)
	}
}

func BenchmarkFilterOfTenThousandItems(b *testing.B) {
	s := at(known(10_000))
	for b.Loop() {
		s.SetFilter("n123 item")
	}
}
