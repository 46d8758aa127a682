package logpane

import (
	"iqscope/internal/safetext"
	"iqscope/tui/list"
	"iqscope/tui/words"
)

// Title is the title of the pane.
func (p *Pane) Title() safetext.Text { return safetext.Const("Log") }

const (
	// beside is what the frame needs beside the info: the title and what keeps the two apart.
	beside = 12
	// leastFilter is how much of a filter is shown before something else goes, in cells.
	leastFilter = 6
	// mostSearch and leastSearch are how much of what is searched for is shown.
	mostSearch, leastSearch = 16, 6
)

// Info says whether the log follows what is new, how much there is, and what is searched for and
// filtered. Where that is too long, the less important goes first: the end of the filter and of the
// search, the counts, the search, the filter; the count of what is new goes last.
func (p *Pane) Info() safetext.Text {
	if p.Empty() {
		return safetext.Text{}
	}
	state, room := safetext.CleanLine(p.following()), p.width-beside
	long, short := p.working(mostSearch), p.working(leastSearch)
	count := p.count()
	for _, parts := range []infoParts{
		{state, long, true, count},
		{state, short, true, count},
		{state, short, true, ""},
		{state, "", true, ""},
		{state, "", false, ""},
	} {
		if info := p.join(parts, room); info.Width() <= room {
			return info
		}
	}
	fresh := p.list.New()
	if fresh == 0 {
		return safetext.Text{}
	}
	if info := safetext.CleanLine(words.Count(fresh) + " new"); info.Width() <= room {
		return info
	}
	return safetext.CleanLine(words.Count(fresh)).Truncate(max(0, room))
}

// infoParts are what Info says, the empty ones left out.
type infoParts struct {
	state  safetext.Text
	search string
	filter bool
	count  string
}

// join puts the parts together. The filter is cut to what the others leave of the room, but not
// below what is always shown of it.
func (p *Pane) join(parts infoParts, room int) safetext.Text {
	const between, cells = " · ", 3
	before, behind := parts.state, safetext.Text{}
	if parts.search != "" {
		before = safetext.Join(between, before, safetext.CleanLine(parts.search))
	}
	if parts.count != "" {
		behind = safetext.Concat(safetext.Const(between), safetext.CleanLine(parts.count))
	}
	if !parts.filter || p.filter == nil {
		return safetext.Concat(before, behind)
	}
	filter := safetext.CleanLine(p.filter.text)
	if !p.filterOn {
		filter = safetext.Const("filter off")
	} else if left := room - before.Width() - behind.Width() - cells; filter.Width() > left {
		filter = filter.Truncate(max(left, leastFilter))
	}
	return safetext.Concat(before, safetext.Const(between), filter, behind)
}

// count is how many rows are shown, but for those that count acknowledgements.
func (p *Pane) count() string {
	total := p.rows()
	if !p.filterOn {
		return words.Count(total)
	}
	return words.Count(p.filter.rows(&p.index).Len()) + " of " + words.Count(total)
}

// rows is how many rows there are without a filter.
func (p *Pane) rows() int { return p.index.items.Len() - p.index.runs }

// following says whether the log follows what is new.
func (p *Pane) following() string {
	switch fresh := p.list.New(); {
	case p.list.Live():
		return "live"
	case fresh >= list.MaxNew:
		return "paused, " + words.Count(list.MaxNew) + "+ new"
	case fresh > 0:
		return "paused, " + words.Count(fresh) + " new"
	}
	return "paused"
}

// working is what the title tells of the search, and how far the filter is.
func (p *Pane) working(cells int) string {
	text := p.search.says(p, cells)
	if !p.filterOn || !p.filter.behind {
		return text
	}
	if text != "" {
		text += " · "
	}
	return text + "filtering " + words.Count(p.filter.progress(p.seen)) + " %"
}

// says is what the title tells of the search, with at most so many cells of its text: which of how
// many is selected.
func (s *search) says(p *Pane, cells int) string {
	if s.finder == nil {
		return ""
	}
	text := "/" + safetext.CleanLine(s.text).Truncate(cells).String()
	n, working := s.rows(&p.index).Len(), ""
	if s.behind {
		working = "…"
	}
	switch at := s.standing(p); {
	case n == 0 && s.behind:
		return text + " …"
	case n == 0:
		return text + ": none"
	case at > 0:
		text += ": " + words.Count(at) + " of " + words.Count(n) + working
	default:
		text += ": " + words.Count(n) + working
	}
	switch s.wrapped {
	case older:
		text += ", from the end"
	case newer:
		text += ", from the start"
	}
	return text
}
