package table

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/keys"
)

type plant struct {
	name, colour string
	height       int
}

var garden = []plant{{"Rose", "red", 90}, {"Iris", "blue", 60}, {"Fern", "green", 60}, {"Moss", "green", 1234567}}

// The places of the columns.
const (
	number = iota
	name
	colour
	height
)

func planted(rows ...plant) *Table[plant, string] {
	plain := themes.Plain().Text
	text := func(s string) Cell { return Cell{safetext.CleanLine(s), plain} }
	t := New([]Column[plant]{
		{Title: "#", Least: 2, Right: true, Cell: func(_ plant, place int) Cell { return text(strconv.Itoa(place + 1)) }},
		{
			Title: "NAME", Least: 5, Most: 9, Weight: 1, Search: true,
			Compare: func(a, b plant) int { return cmp.Compare(a.name, b.name) },
			Cell:    func(p plant, _ int) Cell { return text(p.name) },
		},
		{Title: "COLOUR", Least: 6, Weight: 1, Keep: 2, Search: true, Cell: func(p plant, _ int) Cell { return text(p.colour) }},
		{
			Title: "CM", Least: 6, Keep: 1, Right: true,
			Compare: func(a, b plant) int { return cmp.Compare(a.height, b.height) },
			Cell:    func(p plant, _ int) Cell { return text(strconv.Itoa(p.height)) },
		},
	}, func(p plant) string { return p.name })
	t.SetRows(rows)
	return t
}

// expect compares the screen with lines of text; blanks at their ends do not count.
func expect(t *testing.T, table *Table[plant, string], width, height int, want string) {
	t.Helper()
	table.SetSize(width, height)
	var got strings.Builder
	for _, line := range table.View(themes.Plain(), true) {
		got.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if diff := gocmp.Diff(strings.TrimPrefix(want, "\n"), got.String()); diff != "" {
		t.Errorf("shown otherwise (-want +got):\n%s", diff)
	}
}

func TestTheMostTellingColumnsStayWhereThereIsLittleRoom(t *testing.T) {
	table := planted(garden...)
	expect(t, table, 35, 9, `
   # NAME      COLOUR            CM
▸  1 Rose      red               90
   2 Iris      blue              60
   3 Fern      green             60
   4 Moss      green        1234567
`)
	expect(t, table, 24, 9, `
   # NAME  COLOUR     CM
▸  1 Rose  red        90
   2 Iris  blue       60
   3 Fern  green      60
   4 Moss  green 1234567
`)
	expect(t, table, 23, 9, `
   # NAME          CM
▸  1 Rose          90
   2 Iris          60
   3 Fern          60
   4 Moss     1234567
`)
	expect(t, table, 16, 3, `
   # NAME
▸  1 Rose
   2 Iris
`)
	expect(t, table, 6, 2, `
   # …
▸  1 …
`)
	expect(t, table, 35, 1, `
▸  1 Rose      red               90
`)
}

func TestRowsAreSortedByAColumnAndEqualOnesKeepTheirOrder(t *testing.T) {
	table := planted(garden...)
	table.Select("Fern")
	table.SortBy(height, false)
	expect(t, table, 24, 9, `
   # NAME  COLOUR    CM↑
   2 Iris  blue       60
▸  3 Fern  green      60
   1 Rose  red        90
   4 Moss  green 1234567
`)
	table.SortBy(height, true)
	expect(t, table, 24, 9, `
   # NAME  COLOUR    CM↓
   4 Moss  green 1234567
   1 Rose  red        90
   2 Iris  blue       60
▸  3 Fern  green      60
`)
	table.SortBy(colour, true)
	if column, descending := table.Sorted(); column != AsGiven || descending {
		t.Errorf("a column that has no order sorts: %d, %v", column, descending)
	}
	for _, column := range []int{99, AsGiven} {
		if table.SortBy(column, true); table.sorted != AsGiven || table.Visible()[0].name != "Rose" {
			t.Errorf("sorted by %d of no such column", column)
		}
	}
}

func TestManyEqualRowsKeepTheirOrder(t *testing.T) {
	var rows []plant
	for i := range 100 {
		rows = append(rows, plant{name: strconv.Itoa(i), height: i % 3})
	}
	for _, descending := range []bool{false, true} {
		table := planted(rows...)
		table.SortBy(height, descending)
		if !slices.IsSortedFunc(table.shown.Rows, func(a, b int) int { return order(rows, a, b, descending) }) {
			t.Errorf("equal rows are mixed up: %v", table.shown.Rows)
		}
	}
}

// order is that of two places by height, and where that is equal as given.
func order(rows []plant, a, b int, descending bool) int {
	by := cmp.Compare(rows[a].height, rows[b].height)
	if descending {
		by = -by
	}
	return cmp.Or(by, a-b)
}

func TestSortingGoesFromColumnToColumn(t *testing.T) {
	table := planted(garden...)
	var got []int
	turn := func(n int) {
		for range n {
			table.SortNext()
			column, _ := table.Sorted()
			got = append(got, column)
		}
	}
	turn(1)
	table.SetSize(40, 9)
	turn(3)
	table.SetSize(16, 9)
	turn(2)
	if want := []int{name, height, AsGiven, name, AsGiven, name}; !slices.Equal(got, want) {
		t.Errorf("sorted by %v, want %v", got, want)
	}
}

func TestAFilterShowsTheRowsThatHoldEachWord(t *testing.T) {
	table := planted(garden...)
	for _, c := range []struct{ filter, want string }{
		{"", "Rose Iris Fern Moss"},
		{"  ", "Rose Iris Fern Moss"},
		{"GREEN", "Fern Moss"},
		{"s green", "Moss"},
		{"rose green", ""},
		{"60", ""}, // not a column that is searched
		{"e", "Rose Iris Fern Moss"},
		{"ro", "Rose"},
	} {
		table.SetFilter(c.filter)
		table.SetSize(40, 9)
		var names []string
		for _, p := range table.Visible() {
			names = append(names, p.name)
		}
		if got := strings.Join(names, " "); got != c.want || table.Filter() != c.filter || table.Len() != len(names) {
			t.Errorf("filter %q shows %q, want %q", c.filter, got, c.want)
		}
	}
}

func TestTheSelectionStaysWithItsRow(t *testing.T) {
	table := planted(garden...)
	table.SetSize(40, 9)
	table.Do(keys.Down)
	selected := func(want string) {
		t.Helper()
		if p, _ := table.Selected(); p.name != want {
			t.Errorf("%q is selected, want %q", p.name, want)
		}
	}
	selected("Iris")
	table.SetRows([]plant{garden[3], garden[2], garden[1]})
	selected("Iris")
	if place, ok := table.Place(); place != 2 || !ok {
		t.Errorf("it is at %d, want 2", place)
	}
	table.SetFilter("green")
	selected("Fern")
	if table.Select("Iris") {
		t.Error("a row that is not shown has been selected")
	}
	selected("Fern")
	if !table.Select("Moss") {
		t.Error("a row that is shown cannot be selected")
	}
	table.SetFilter("nothing")
	if _, ok := table.Selected(); ok {
		t.Error("something is selected of nothing")
	}
	table.SetFilter("")
	selected("Moss")
	if table.Do(keys.Send) {
		t.Error("a table sends")
	}
}

func TestATableWithoutTheKeysStandsBack(t *testing.T) {
	theme := themes.Plain()
	theme.SelectedIdle = theme.SelectedIdle.Transform(strings.ToUpper)
	table := planted(garden...)
	table.SetSize(24, 2)
	if got := table.View(theme, false)[1]; !strings.Contains(got, "ROSE") {
		t.Errorf("drawn as if it had the keys: %q", got)
	}
	if got := table.View(theme, true)[1]; !strings.Contains(got, "Rose") {
		t.Errorf("drawn as if it had not the keys: %q", got)
	}
}

// Whatever is shown: it keeps to its room, the selected row is in sight, and no row is lost or
// there twice.
func TestAnySizeIsKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows []plant
		for _, name := range rapid.SliceOfDistinct(rapid.String(), rapid.ID[string]).Draw(t, "names") {
			rows = append(rows, plant{name, rapid.SampledFrom([]string{"red", "green"}).Draw(t, "colour"), rapid.IntRange(0, 3).Draw(t, "height")})
		}
		table := planted(rows...)
		for range 6 {
			table.SortBy(rapid.IntRange(-1, 4).Draw(t, "column"), rapid.Bool().Draw(t, "descending"))
			table.SetFilter(rapid.SampledFrom([]string{"", "", "red", "x"}).Draw(t, "filter"))
			table.Do(rapid.SampledFrom([]keys.Action{keys.Up, keys.Down, keys.PageUp, keys.PageDown, keys.Home, keys.End}).Draw(t, "move"))
			width, height := rapid.IntRange(-1, 60).Draw(t, "width"), rapid.IntRange(-1, 12).Draw(t, "height")
			table.SetSize(width, height)
			lines := table.View(themes.Plain(), true)
			if len(lines) > max(0, height) {
				t.Fatalf("%d lines in %d", len(lines), height)
			}
			marked := 0
			for _, line := range lines {
				if got := ansi.StringWidth(line); got > max(0, width) {
					t.Fatalf("a line in %d cells has %d: %q", width, got, line)
				}
				if strings.HasPrefix(line, "▸ ") {
					marked++
				}
			}
			if want := min(1, table.Len()); width > 1 && height > 1 && marked != want {
				t.Fatalf("%d rows are marked of %d:\n%s", marked, table.Len(), strings.Join(lines, "\n"))
			}
			seen := map[int]bool{}
			for _, place := range table.shown.Rows {
				seen[place] = true
			}
			if len(seen) != table.Len() || table.Filter() == "" && len(seen) != len(rows) {
				t.Fatalf("shown are %v of %d rows", table.shown.Rows, len(rows))
			}
		}
	})
}
