// Package logpane shows the log of everything that went over the wire: one line for each element, newest at the bottom. It holds no
// entries but asks the journal for those that are visible, so that a frame costs the same whether the log has ten entries or a hundred thousand.
package logpane

import (
	"iqscope/internal/safetext"
	"iqscope/session/journal"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/list"
	"iqscope/tui/words"
)

// Pause stops following what is new, or goes on.
const Pause keys.Action = "pause"

// Pane is the log. It belongs to the update loop.
type Pane struct {
	theme         themes.Theme
	journal       *journal.Journal
	seen          span
	list          *list.List
	width, height int
	entries       []journal.Entry // the visible ones; kept to spare the garbage
}

// New returns the pane of a journal.
func New(j *journal.Journal, theme themes.Theme) *Pane {
	p := &Pane{theme: theme, journal: j}
	p.list = list.New(&p.seen)
	return p
}

// Refresh takes in what has been logged since the last time.
func (p *Pane) Refresh() {
	stats := p.journal.Stats()
	p.seen = span{stats.First, stats.Last}
	p.list.Sync()
}

// SetSize says how much room there is for rows and their heading.
func (p *Pane) SetSize(width, height int) {
	p.width, p.height = width, height
	p.list.SetHeight(max(0, height-p.heading()-p.footing()))
}

// heading is the height of the line that names the columns; a low pane has none.
func (p *Pane) heading() int {
	if p.height < 5 {
		return 0
	}
	return 1
}

// footing is the height of the line that tells more of the selected row.
func (p *Pane) footing() int {
	if p.height < 8 {
		return 0
	}
	return 1
}

// Do moves the selection, and reports whether the action does that.
func (p *Pane) Do(action keys.Action) bool {
	switch action {
	case keys.Up:
		p.list.Up(1)
	case keys.Down:
		p.list.Down(1)
	case keys.PageUp:
		p.list.PageUp()
	case keys.PageDown:
		p.list.PageDown()
	case keys.HalfPageUp:
		p.list.HalfPageUp()
	case keys.HalfPageDown:
		p.list.HalfPageDown()
	case keys.Home:
		p.list.Home()
	case keys.End:
		p.list.End()
	case Pause:
		if p.list.Live() {
			p.list.Pause()
		} else {
			p.list.End()
		}
	default:
		return false
	}
	return true
}

// Live reports whether the log follows what is new.
func (p *Pane) Live() bool { return p.list.Live() }

// Empty reports whether nothing has been logged.
func (p *Pane) Empty() bool { return p.seen.last == 0 }

// Follow makes the log live again.
func (p *Pane) Follow() { p.list.End() }

// Selected returns the selected entry's number.
func (p *Pane) Selected() (seq uint64, ok bool) { return p.list.Selected() }

// Info says how much there is and whether the log follows it.
func (p *Pane) Info() safetext.Text {
	total := words.Count(p.seen.len())
	switch fresh := p.list.New(); {
	case p.Empty():
		return safetext.Text{}
	case p.list.Live():
		return safetext.CleanLine("live · " + total)
	case fresh >= list.MaxNew:
		return safetext.CleanLine("paused, " + words.Count(list.MaxNew) + "+ new · " + total)
	case fresh > 0:
		return safetext.CleanLine("paused, " + words.Count(fresh) + " new · " + total)
	}
	return safetext.CleanLine("paused · " + total)
}

// span is a list's source for numbers without gaps.
type span struct{ first, last uint64 }

func (s *span) len() uint64 {
	if s.last == 0 {
		return 0
	}
	return s.last - s.first + 1
}

func (s *span) First() (uint64, bool) { return s.first, s.last > 0 }
func (s *span) Last() (uint64, bool)  { return s.last, s.last > 0 }

func (s *span) Next(seq uint64) (uint64, bool) {
	if s.last == 0 || seq >= s.last {
		return 0, false
	}
	return max(seq+1, s.first), true
}

func (s *span) Prev(seq uint64) (uint64, bool) {
	if s.last == 0 || seq <= s.first {
		return 0, false
	}
	return min(seq-1, s.last), true
}
