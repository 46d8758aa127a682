// Package logpane shows the log of everything that went over the wire: one line for each element,
// newest at the bottom. It holds no entries but asks the journal for those that are visible, so
// that a frame costs the same whether the log has ten entries or a hundred thousand.
//
// A filter hides what does not match it. Holding the log against one may take a second, so it is
// done by commands, piece by piece: [Pane.Prepare] returns the next one, and [Pane.Accept] takes in
// what came out. Meanwhile the log can be read and scrolled.
package logpane

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/session/journal"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/list"
	"iqscope/tui/pane"
)

// Pause stops following what is new, or goes on.
const Pause keys.Action = "pause"

// Pane is the log. It belongs to the update loop.
type Pane struct {
	theme         themes.Theme
	journal       *journal.Journal
	seen          span
	version       uint64 // of the journal when it was last looked at
	list          *list.List[uint64]
	acks          acks
	filter        filter
	search        search
	at            uint64 // the row that is meant by the selection, though the filter may hide it; 0 for none
	width, height int
	entries       []journal.Entry // the visible ones; kept to spare the garbage
	lines         []string        // as they were laid out
}

// New returns the pane of a journal.
func New(j *journal.Journal, theme themes.Theme) *Pane {
	p := &Pane{theme: theme, journal: j}
	p.list = list.New(p.all())
	return p
}

// Refresh takes in what has been logged since the last time.
func (p *Pane) Refresh() {
	p.version = p.journal.Version() // before the rest, which shows at least what it counts
	stats := p.journal.Stats()
	p.seen = span{stats.First, stats.Last}
	p.acks.refresh(p.journal, p.seen)
	p.filter.found.drop(stats.First)
	p.filter.measure(p.seen)
	p.list.Sync()
	p.remember()
}

// Prepare lays the visible rows out. The command, unless it is nil, does what the filter and the
// search have to look at next.
func (p *Pane) Prepare(look pane.Look) tea.Cmd {
	p.theme = look.Theme
	p.setSize(look.Width, look.Height)
	p.lines = nil
	if look.Width > 0 && look.Height > 0 {
		p.lines = p.draw(look)
	}
	return tea.Batch(p.work(), p.jump(), p.mark())
}

// Accept takes in the result of a command, and reports whether the message was one.
func (p *Pane) Accept(msg tea.Msg) bool {
	switch result := msg.(type) {
	case Filtered:
		p.filtered(result)
	case Searched:
		p.searched(result)
	case Marked:
		p.search.marked(result)
	default:
		return false
	}
	return true
}

// setSize says how much room there is for rows and their heading.
func (p *Pane) setSize(width, height int) {
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
	switch {
	case action == ToggleAcks:
		p.toggleAcks()
		return true
	case action != Pause:
		if !p.list.Do(action) {
			return false
		}
	case p.list.Live():
		p.list.Pause()
	default:
		p.list.End()
	}
	if seq, ok := p.list.Selected(); ok {
		p.at = seq
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

// span is a list's source for numbers without gaps.
type span struct{ first, last uint64 }

func (s *span) len() uint64 {
	if s.last == 0 {
		return 0
	}
	return s.last - s.first + 1
}

func (s *span) Len() int            { return int(s.len()) }
func (s *span) At(place int) uint64 { return s.first + uint64(place) }

func (s *span) Find(seq uint64, _ int) (int, bool) {
	switch {
	case s.last == 0 || seq < s.first:
		return 0, false
	case seq > s.last:
		return s.Len(), false
	}
	return int(seq - s.first), true
}
