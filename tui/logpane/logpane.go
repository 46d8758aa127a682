// Package logpane shows the log of everything that went over the wire, newest at the bottom, in one
// of two views: one line for each element, or one for each exchange, a request with what claimed to
// answer it, which unfolds in place. Acknowledgements and keepalives are counted in lines of their
// own. The pane holds no entries but asks the journal for those that are visible, so that a frame
// costs the same whether the log has ten entries or a hundred thousand; of all others it keeps what
// belongs together ([records]), and what is a row ([index]).
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
	index         index
	listed        listed
	list          *list.List[line]
	filter        *finder // nil for none
	filterOn      bool
	search        search
	trial         *finder           // what is typed as a filter; nil for nothing
	trying        bool              // it was asked for since the last frame
	marked        map[uint64]string // entries with a mark, and its name
	waits         func(uint64) bool // says of a request whether it waits for its answer
	at            uint64            // the entry that is meant by the selection, though the filter may hide it; 0 for none
	width, height int
	needs         needs
	chosen        []string                 // the columns; nil if the width decides
	screen        int                      // the width of the whole screen
	left          int                      // cells that are out of sight on the left
	entries       map[uint64]journal.Entry // that a frame shows; kept to spare the garbage
	lines         []string                 // as they were laid out
}

// New returns the pane of a journal.
func New(j *journal.Journal, theme themes.Theme) *Pane {
	p := &Pane{theme: theme, journal: j, entries: map[uint64]journal.Entry{}, marked: map[uint64]string{}}
	p.index.first = 1
	p.listed = listed{index: &p.index, items: &p.index.items, open: map[uint64]bool{}}
	p.list = list.New[line](&p.listed)
	return p
}

// SetWaits says how to know of a request, by its number in the log, whether it waits for its
// answer.
func (p *Pane) SetWaits(waits func(seq uint64) bool) { p.waits = waits }

// Refresh takes in what has been logged since the last time.
func (p *Pane) Refresh() {
	p.version = p.journal.Version() // before the rest, which shows at least what it counts
	stats := p.journal.Stats()
	p.seen = span{stats.First, stats.Last}
	moved, all := p.index.refresh(p.journal, p.seen)
	p.finders(func(f *finder) {
		f.drop(p.seen.first)
		if all {
			f.arrange(&p.index)
		} else {
			f.regroup(&p.index, moved)
		}
		f.measure(p.seen)
	})
	p.dropMarks()
	p.listed.arrange()
	p.list.Sync()
	p.remember()
}

// Prepare lays the visible rows out. The command, unless it is nil, does what the filter and the
// search have to look at next.
func (p *Pane) Prepare(look pane.Look) tea.Cmd {
	p.theme = look.Theme
	p.setSize(look.Width, look.Height)
	p.jump()
	p.lines = nil
	if look.Width > 0 && look.Height > 0 {
		p.lines = p.draw(look)
	}
	return p.works()
}

// works returns a command that does what there is to look at next; nil for nothing.
func (p *Pane) works() tea.Cmd {
	var cmds []tea.Cmd
	if p.filterOn {
		cmds = append(cmds, p.work(p.filter, p.newerFirst(p.filter)))
	}
	cmds = append(cmds, p.seek())
	if !p.trying {
		p.trial = nil
	}
	p.trying = false
	if p.trial != nil {
		cmds = append(cmds, p.work(p.trial, true))
	}
	return tea.Batch(cmds...)
}

// Accept takes in the result of a command, and reports whether the message was one.
func (p *Pane) Accept(msg tea.Msg) bool {
	result, ok := msg.(Found)
	if ok {
		p.found(result)
		p.jump()
	}
	return ok
}

// leastLines are asked for however short the log is, so that its border does not move with each of
// the first rows.
const leastLines = 10

// Lines is how many lines it takes to show all rows, with their heading and what is told of the
// selected one.
func (p *Pane) Lines() int { return max(leastLines, p.list.Len()+2) }

// setSize says how much room there is for rows and their heading.
func (p *Pane) setSize(width, height int) {
	p.width, p.height = width, height
	if p.listed.width != width {
		p.listed.width, p.needs = width, needs{}
		p.listed.arrange()
	}
	p.list.SetHeight(max(0, height-p.heading()-p.footing()))
}

// Click selects the row that is drawn in a line, and reports whether there is one.
func (p *Pane) Click(line int) bool { return !p.Empty() && p.list.Pick(line-p.heading()) }

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
	case ToggleAcks:
		p.toggleAcks()
		return true
	case ToggleView:
		p.toggleView()
		return true
	case ToggleFold:
		p.toggleFold()
		return true
	case ScrollLeft:
		p.scroll(-sideways)
		return true
	case ScrollRight:
		p.scroll(sideways)
		return true
	case ToggleMark:
		p.toggleMark()
		return true
	case Pause:
		if p.list.Live() {
			p.list.Pause()
		} else {
			p.list.End()
		}
	default:
		if !p.list.Do(action) {
			return false
		}
	}
	if at, ok := p.list.Selected(); ok {
		p.at = at.seq
	}
	return true
}

// Live reports whether the log follows what is new.
func (p *Pane) Live() bool { return p.list.Live() }

// Empty reports whether nothing has been logged.
func (p *Pane) Empty() bool { return p.seen.last == 0 }

// Follow makes the log live again.
func (p *Pane) Follow() { p.list.End() }

// Selected returns the number of the entry that the selected row is about: of a folded exchange the
// answer, or else the request. A row that counts acknowledgements is about none.
func (p *Pane) Selected() (seq uint64, ok bool) {
	at, ok := p.list.Selected()
	switch {
	case !ok || p.listed.isRun(at.seq) && at.part != member:
		return 0, false
	case at.part == whole && !p.index.wire:
		if e, ok := p.journal.Get(at.seq); ok && e.Reply != 0 && p.index.head(e.Reply) == at.seq {
			return e.Reply, true
		}
	}
	return at.seq, true
}

// span is numbers without gaps.
type span struct{ first, last uint64 }

func (s *span) len() uint64 {
	if s.last == 0 {
		return 0
	}
	return s.last - s.first + 1
}
