package handlers

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/session/handler"
	"iqscope/tui/table"
	"iqscope/tui/words"
)

// columns are those of the registry. The most telling ones stay where there is little room; what is
// left over goes to the name and, most of it, to the matcher.
func (s *Screen) columns() []table.Column[Entry] {
	text := func(title string, of func(Entry) string) table.Column[Entry] {
		return table.Column[Entry]{
			Title: title, Search: true,
			Compare: func(a, b Entry) int { return strings.Compare(of(a), of(b)) },
			Cell: func(e Entry, _ int) table.Cell {
				return table.Cell{Text: safetext.CleanLine(of(e)), Style: s.style(e)}
			},
		}
	}
	count := func(title string, cells, keep int, of func(Entry) uint64) table.Column[Entry] {
		return table.Column[Entry]{
			Title: title, Least: cells, Keep: keep, Right: true,
			Compare: func(a, b Entry) int { return cmp.Compare(of(a), of(b)) },
			Cell: func(e Entry, _ int) table.Cell {
				style := s.style(e)
				if of(e) == 0 {
					style = s.theme.Muted
				}
				return table.Cell{Text: safetext.CleanLine(words.Count(of(e))), Style: style}
			},
		}
	}
	name, kind, matcher := text("NAME", func(e Entry) string { return e.Name }), text("KIND", kind), text("MATCHES", func(e Entry) string { return e.Matcher })
	name.Least, name.Weight = 12, 1
	kind.Least, kind.Keep = 10, 3
	matcher.Least, matcher.Weight = 16, 2
	return []table.Column[Entry]{
		{Title: "#", Least: 3, Right: true, Cell: func(_ Entry, place int) table.Cell {
			return table.Cell{Text: safetext.CleanLine(strconv.Itoa(place + 1)), Style: s.theme.Muted}
		}},
		{Title: "STATE", Least: 5, Cell: func(e Entry, _ int) table.Cell { return s.state(e) }},
		name, kind, matcher,
		count("HITS", 8, 1, func(e Entry) uint64 { return e.Matches }),
		count("MISSES", 9, 6, func(e Entry) uint64 { return e.Misses }),
		count("REPLIES", 8, 4, func(e Entry) uint64 { return e.Replies }),
		count("FAILED", 7, 5, func(e Entry) uint64 { return e.Failures }),
		count("DROPPED", 8, 7, func(e Entry) uint64 { return e.Dropped }),
		{
			Title: "LAST", Least: 9, Keep: 2, Right: true,
			Compare: func(a, b Entry) int { return a.Last.Compare(b.Last) },
			Cell: func(e Entry, _ int) table.Cell {
				return table.Cell{Text: safetext.CleanLine(lastMatch(e.Last, s.now)), Style: s.style(e)}
			},
		},
	}
}

// style is that of an entry's text: one that is off stands back.
func (s *Screen) style(e Entry) lipgloss.Style {
	if e.Off {
		return s.theme.Muted
	}
	return s.theme.Text
}

// state says whether the entry is on, and by a mark that something went wrong with it.
func (s *Screen) state(e Entry) table.Cell {
	trouble := e.Failures+e.Dropped > 0
	switch {
	case e.Off && trouble:
		return table.Cell{Text: safetext.Const("off !"), Style: s.theme.Muted}
	case e.Off:
		return table.Cell{Text: safetext.Const("off"), Style: s.theme.Muted}
	case trouble:
		return table.Cell{Text: safetext.Const("on !"), Style: s.theme.Warning}
	}
	return table.Cell{Text: safetext.Const("on"), Style: s.theme.Success}
}

// kind names what an entry is, as short as a column wants it.
func kind(e Entry) string {
	switch {
	case e.Rule != "":
		return "rule"
	case e.Fallback && e.Kind == handler.KindResponder:
		return "fallback"
	}
	return string(e.Kind)
}

// lastMatch is how long ago something matched last, in its largest unit.
func lastMatch(at, now time.Time) string {
	if at.IsZero() {
		return "never"
	}
	const day = 24 * time.Hour
	ago := max(0, now.Sub(at))
	switch {
	case ago < time.Minute:
		return strconv.Itoa(int(ago/time.Second)) + " s ago"
	case ago < time.Hour:
		return strconv.Itoa(int(ago/time.Minute)) + " m ago"
	case ago < day:
		return strconv.Itoa(int(ago/time.Hour)) + " h ago"
	}
	return strconv.Itoa(int(ago/day)) + " d ago"
}
