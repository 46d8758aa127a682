// Package waiting shows the requests: those that wait for their answer, with the time they have left, and those that ended, with how. The
// newest is on top, and rows never change their order. Under the selected one stands what came back.
//
// The time left is computed from the session's own deadlines; there is no second clock.
package waiting

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/pretty"
	"iqscope/tui/words"
)

// Pane is the list of requests. It belongs to the update loop.
type Pane struct {
	theme         themes.Theme
	printer       *pretty.Printer
	requests      []session.View // oldest first, as the session gives them
	selected      uint64         // serial; 0 for none
	top           int            // of the window, counted from the newest
	width, height int
	reply         []string // the selected one's reply, laid out
	held          Held
}

// New returns a pane without requests.
func New(theme themes.Theme, printer *pretty.Printer) *Pane {
	return &Pane{theme: theme, printer: printer}
}

// Held says that the connection is gone while requests wait for it to come back.
type Held struct {
	Lost  bool
	Until time.Time // how long the stream can be resumed
}

// SetHeld takes in whether that is so.
func (p *Pane) SetHeld(h Held) { p.held = h }

// SetRequests takes in how things stand, oldest first. A selected request that is no longer there gives way to the newest.
func (p *Pane) SetRequests(requests []session.View) {
	p.requests = requests
	if _, ok := p.Selected(); !ok {
		p.selected = 0
		if n := len(requests); n > 0 {
			p.selected = requests[n-1].Serial
		}
	}
}

// Select selects a request by its serial number.
func (p *Pane) Select(serial uint64) { p.selected = serial }

// Selected returns the selected request.
func (p *Pane) Selected() (session.View, bool) {
	if i := p.index(); i >= 0 {
		return p.newest(i), true
	}
	return session.View{}, false
}

// newest returns the request i places from the newest.
func (p *Pane) newest(i int) session.View { return p.requests[len(p.requests)-1-i] }

// index is where the selected request stands, counted from the newest; -1 if it is not there. Serials ascend, so it is found by halving.
func (p *Pane) index() int {
	low, high := 0, len(p.requests)
	for low < high {
		middle := (low + high) / 2
		if p.requests[middle].Serial < p.selected {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low == len(p.requests) || p.requests[low].Serial != p.selected {
		return -1
	}
	return len(p.requests) - 1 - low
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
		p.move(-len(p.requests))
	case keys.End:
		p.move(len(p.requests))
	default:
		return false
	}
	return true
}

func (p *Pane) move(by int) {
	if len(p.requests) == 0 {
		return
	}
	p.selected = p.newest(max(0, min(p.index()+by, len(p.requests)-1))).Serial
}

// Prepare lays out the selected request's reply for a size of the pane. The command, unless it is nil, does what takes long.
func (p *Pane) Prepare(width, height int) tea.Cmd {
	p.width, p.height = width, height
	p.reply = nil
	selected, ok := p.Selected()
	if !ok || width <= indent {
		return nil
	}
	st, seq := Answer(selected)
	if st == nil {
		return nil
	}
	var cmd tea.Cmd
	p.reply, cmd = p.printer.Lines(pretty.Request{Seq: seq, Stanza: st, Form: pretty.Indented, Width: width - indent})
	return cmd
}

// Answer is what came back for a request, in time or late, with a number for the printer; nil if nothing has.
func Answer(v session.View) (st *stanza.Stanza, seq uint64) {
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

// Number is a number for what a request holds that is not known by its number in the log. It is far beyond those.
func Number(v session.View) uint64 { return 1<<63 + v.Serial }

// Info says how many are waiting.
func (p *Pane) Info() safetext.Text {
	n := 0
	for _, v := range p.requests {
		if v.InFlight() {
			n++
		}
	}
	switch {
	case n > 0:
		return safetext.CleanLine(words.Count(n) + " waiting")
	case len(p.requests) > 0:
		return safetext.CleanLine(words.Count(len(p.requests)) + " ended")
	}
	return safetext.Text{}
}

// left is the time that a request in flight has left; ok is false if it waits for ever.
func left(v session.View, now time.Time) (d time.Duration, ok bool) {
	if v.Deadline.IsZero() {
		return 0, false
	}
	return max(0, v.Deadline.Sub(now)), true
}
