// Package pending shows the requests: ours, those that wait for their answer, with the time they
// have left, and those that ended, with how; and those of others that wait for ours. The newest is
// on top, and rows never change their order. Under a request of ours stands what was refused of what
// came for it, a row each. Under the selected row stands what came back, or what was asked.
//
// The time left is computed from the session's own deadlines; there is no second clock.
package pending

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/exchange"
	"iqscope/themes"
	"iqscope/tui/highlight"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
	"iqscope/tui/pretty"
	"iqscope/tui/words"
)

// Pane is the list of requests. It belongs to the update loop.
type Pane struct {
	drawn         map[int]int // of the lines that are drawn, those with a request, and which
	theme         themes.Theme
	printer       *pretty.Printer
	logged        Logged
	rows          []entry // newest first
	selected      identity
	at            int // where that stands in rows
	top           int // of the window
	width, height int
	folded        bool     // nothing stands under the selected row
	unfolded      []string // what is said under it, laid out
	detailed      []string // the stanza under that
	lines         []string // the whole pane, laid out
	odd           odd
	held          Held
	holding       Holding
	beside        Beside
	sendKey       string // that sends the draft, to be named
	own           stanza.JID
	kinds         func() *catalog.Catalog // where the names come from for what replies say
}

// entry is what a row shows: a request of ours, or one that came in; the other is nil. A stanza that
// was refused has the request whose id it has beside it.
type entry struct {
	ours    *session.Exchange
	theirs  *session.Incoming
	refusal *session.Refusal
}

// identity is what a row is known by as long as it is there.
type identity struct {
	incoming bool
	serial   uint64
	refusal  uint64 // the log's number of what was refused; 0 for the request
}

func (e entry) identity() identity {
	if e.theirs != nil {
		return identity{incoming: true, serial: e.theirs.Serial}
	}
	id := identity{serial: e.ours.Serial}
	if e.refusal != nil {
		id.refusal = e.refusal.Seq
	}
	return id
}

func (e entry) stanza() *stanza.Stanza {
	if e.theirs != nil {
		return e.theirs.Stanza
	}
	return e.ours.Stanza
}

// deadline is when the row's countdown ends; zero for none.
func (e entry) deadline() time.Time {
	if e.theirs != nil {
		return e.theirs.Deadline
	}
	return e.ours.Deadline
}

// open says that something is waited for.
func (e entry) open() bool {
	if e.theirs != nil {
		return e.theirs.State.Open()
	}
	return e.refusal == nil && e.ours.InFlight()
}

// New returns a pane without requests.
func New(theme themes.Theme, printer *pretty.Printer, logged Logged) *Pane {
	return &Pane{theme: theme, printer: printer, logged: logged, kinds: catalog.Builtin}
}

// SetKinds says where the names come from; until then they are the built-in ones.
func (p *Pane) SetKinds(kinds func() *catalog.Catalog) { p.kinds = kinds }

// Held says that the connection is gone while requests wait for it to come back.
type Held struct {
	Lost  bool
	Until time.Time // how long the stream can be resumed
}

// SetHeld takes in whether that is so.
func (p *Pane) SetHeld(h Held) { p.held = h }

// Holding says whether incoming requests are held for an answer by hand, and which key switches
// that.
type Holding struct {
	On  bool
	Key string
}

// SetHolding takes in whether that is so.
func (p *Pane) SetHolding(h Holding) { p.holding = h }

// Set takes in how things stand, both oldest first. Of the incoming requests it shows those that a
// person may care about (see incoming.go). Both slices are read until the next call. A selected
// request that is no longer there gives way to the newest.
func (p *Pane) Set(ours []session.Exchange, theirs []session.Incoming, now time.Time) {
	p.rows = merge(p.rows[:0], ours, p.worthShowing(theirs, now))
	if !p.find(p.selected) && len(p.rows) > 0 {
		p.at, p.selected = 0, p.rows[0].identity()
	}
}

// merge puts both, oldest first, into one list, newest first.
func merge(rows []entry, ours []session.Exchange, theirs []*session.Incoming) []entry {
	i, j := len(ours)-1, len(theirs)-1
	for i >= 0 || j >= 0 {
		if j < 0 || i >= 0 && ours[i].Queued.After(theirs[j].At) {
			rows = withRefusals(rows, &ours[i])
			i--
		} else {
			rows = append(rows, entry{theirs: theirs[j]})
			j--
		}
	}
	return rows
}

// find puts the selection where a row stands, if it is there. It is tried where the selection was
// first.
func (p *Pane) find(id identity) bool {
	if p.at < len(p.rows) && p.rows[p.at].identity() == id {
		return true
	}
	for i := range p.rows {
		if p.rows[i].identity() == id {
			p.at = i
			return true
		}
	}
	return false
}

// Select selects a request of ours by its serial number.
func (p *Pane) Select(serial uint64) {
	if id := (identity{serial: serial}); p.find(id) {
		p.selected = id
	}
}

// SelectAsked selects a request that came in by its serial number.
func (p *Pane) SelectAsked(serial uint64) {
	if id := (identity{serial: serial, incoming: true}); p.find(id) {
		p.selected = id
	}
}

// Selected returns the selected request if it is one of ours.
func (p *Pane) Selected() (session.Exchange, bool) {
	if len(p.rows) == 0 || p.rows[p.at].ours == nil || p.rows[p.at].refusal != nil {
		return session.Exchange{}, false
	}
	return *p.rows[p.at].ours, true
}

// SelectedAsked returns the selected request if it is one that came in.
func (p *Pane) SelectedAsked() (session.Incoming, bool) {
	if len(p.rows) == 0 || p.rows[p.at].theirs == nil {
		return session.Incoming{}, false
	}
	return *p.rows[p.at].theirs, true
}

// Do moves the selection, and reports whether the action does that.
func (p *Pane) Do(action keys.Action) bool {
	page := max(1, p.height)
	switch action {
	case keys.Up:
		p.move(-1)
	case keys.Down:
		p.move(1)
	case keys.PageUp:
		p.move(-page)
	case keys.PageDown:
		p.move(page)
	case keys.HalfPageUp:
		p.move(-page / 2)
	case keys.HalfPageDown:
		p.move(page / 2)
	case keys.Home:
		p.move(-len(p.rows))
	case keys.End:
		p.move(len(p.rows))
	case Fold:
		p.folded = !p.folded
	default:
		return false
	}
	return true
}

// Click selects the request that is drawn in a line, and reports whether there is one.
func (p *Pane) Click(line int) bool {
	i, ok := p.drawn[line]
	if ok = ok && i < len(p.rows); ok {
		p.move(i - p.at)
	}
	return ok
}

func (p *Pane) move(by int) {
	if len(p.rows) == 0 {
		return
	}
	p.at = max(0, min(p.at+by, len(p.rows)-1))
	p.selected = p.rows[p.at].identity()
}

// Title is the title of the pane.
func (p *Pane) Title() safetext.Text { return safetext.Const("Pending") }

// Prepare lays the requests out. The command, unless it is nil, does what takes long.
func (p *Pane) Prepare(look pane.Look) tea.Cmd {
	p.width, p.height, p.theme, p.sendKey = look.Width, look.Height, look.Theme, look.KeyOf(keys.Send)
	cmd := p.prepareDetail(look.Width)
	p.lines = nil
	if look.Width > 0 && look.Height > 0 {
		p.lines = p.draw(look.Focused, look.Now)
	}
	return cmd
}

// Lines is how many lines it takes to show all requests, and all of what came back for the selected
// one.
func (p *Pane) Lines() int {
	if len(p.rows) == 0 {
		return len(p.lines)
	}
	return len(p.rows) + len(p.unfolded) + len(p.detailed)
}

// prepareDetail lays out what stands under the selected request.
func (p *Pane) prepareDetail(width int) tea.Cmd {
	p.detailed, p.unfolded = nil, nil
	if len(p.rows) == 0 || width <= indent {
		return nil
	}
	var st *stanza.Stanza
	var seq uint64
	switch e := p.rows[p.at]; {
	case e.theirs != nil:
		st, seq = Exchanged(*e.theirs)
	case e.refusal != nil:
		st, seq = p.refusedStanza(*e.refusal)
	default:
		st, seq = Answer(*e.ours)
		p.odd.read(*e.ours, p.kinds)
	}
	p.unfolded = p.unfold()
	if st == nil || p.folded || p.beside.XML {
		return nil
	}
	if e, ok := p.logged(seq); ok && e.Stanza != nil {
		st = e.Stanza // without secrets
	}
	var cmd tea.Cmd
	r := pretty.Request{Seq: seq, Stanza: st, Form: pretty.Indented, Width: width - indent}
	p.detailed, cmd = p.printer.Lines(r)
	if p.theme.Chroma != "" && p.printer.Plain(r) {
		why := safetext.CleanLine("without colours, as it is longer than " + words.Size(highlight.MaxBytes))
		p.unfolded = append(p.unfolded, p.paragraph(why, p.theme.Muted, indent)...)
	}
	return cmd
}

// Answer is what came back for a request, in time or late, with a number for the printer; nil if
// nothing has.
func Answer(v session.Exchange) (st *stanza.Stanza, seq uint64) {
	switch {
	case v.Reply != nil && v.ReplySeq != 0:
		return v.Reply, v.ReplySeq
	case v.Reply != nil:
		return v.Reply, Number(v)
	case v.Late != nil && v.LateSeq != 0:
		return v.Late, v.LateSeq
	case v.Late != nil:
		return v.Late, Number(v)
	}
	return nil, 0
}

// Number is a number for what a request holds that is not known by its number in the log. It is far
// beyond those.
func Number(v session.Exchange) uint64 { return 1<<63 + v.Serial }

// Info says how many are waiting, and how many of others wait for us.
func (p *Pane) Info() safetext.Text {
	held, waiting, requests := p.toAnswer(), -p.toAnswer(), 0
	for _, e := range p.rows {
		if e.open() {
			waiting++
		}
		if e.refusal == nil {
			requests++
		}
	}
	switch {
	case held > 0 && waiting > 0:
		return safetext.CleanLine(words.Count(waiting) + " waiting · " + words.Count(held) + " to answer")
	case held > 0:
		return safetext.CleanLine(words.Count(held) + " to answer")
	case waiting > 0:
		return safetext.CleanLine(words.Count(waiting) + " waiting")
	case requests > 0:
		return safetext.CleanLine(words.Count(requests) + " ended")
	}
	return safetext.Text{}
}

// toAnswer counts the requests that wait for an answer by hand.
func (p *Pane) toAnswer() int {
	n := 0
	for _, e := range p.rows {
		if e.theirs != nil && e.theirs.State == exchange.Held {
			n++
		}
	}
	return n
}
