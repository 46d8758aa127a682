package pending

import (
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/tui/meter"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// Cells.
const (
	marker   = 2
	idCell   = 13 // a whole one of ours
	narrowID = 6  // in a pane narrower than
	wide     = 70 // these cells
	barCells = 10
	leftCell = 8 // "2 m 05 s"
	least    = 6 // of an address that is worth showing
	indent   = 3 // of the reply under its request
	// context is how many other requests stay in sight when a reply is long.
	context = 3
)

// View is the requests as they were laid out.
func (p *Pane) View() []string { return p.lines }

// draw draws the requests and, under the selected one, what came back.
func (p *Pane) draw(focused bool, now time.Time) []string {
	if len(p.rows) == 0 {
		return p.empty()
	}
	detail := p.detail(p.height - 1 - min(context, len(p.rows)-1))
	p.scroll(p.height - len(detail))
	lines := make([]string, 0, p.height)
	p.drawn = map[int]int{}
	for i := p.top; i < len(p.rows) && len(lines) < p.height; i++ {
		p.drawn[len(lines)] = i
		lines = append(lines, p.row(p.rows[i], i == p.at, focused, now))
		if i == p.at {
			lines = append(lines, detail...)
		}
	}
	return lines
}

// scroll moves the window of n rows so that the selected row is in it.
func (p *Pane) scroll(n int) {
	p.top = max(p.top, p.at-max(n, 1)+1)
	p.top = min(p.top, p.at, max(0, len(p.rows)-n))
	p.top = max(p.top, 0)
}

func (p *Pane) empty() []string {
	text := "What you send waits here for its answer, with the time it has left. The answer appears under its request."
	if p.sendKey != "" {
		text += " " + p.sendKey + " sends what is in the composer."
	}
	switch {
	case p.holding.On:
		text += " What others ask of you is held here too, for you to answer."
	case p.holding.Key != "":
		text += " " + p.holding.Key + " holds what others ask of you here too, for you to answer."
	}
	return p.paragraph(safetext.CleanLine(text), p.theme.Muted, 1)
}

// paragraph wraps text into lines with an indentation.
func (p *Pane) paragraph(text safetext.Text, style lipgloss.Style, indentation int) []string {
	var lines []string
	for _, t := range text.Wrap(max(1, p.width-indentation-1)) {
		r := row.New(p.width)
		r.Space(indentation)
		r.Add(t, style)
		lines = append(lines, r.String())
	}
	return lines
}

func (p *Pane) row(e entry, selected, focused bool, now time.Time) string {
	t := p.theme
	fresh := func() *row.Row {
		switch {
		case selected && focused:
			return row.Over(p.width, t.Selected)
		case selected:
			return row.Over(p.width, t.SelectedIdle)
		}
		return row.New(p.width)
	}
	r, state := fresh(), fresh()
	mark := t.NoMarker
	if selected {
		mark = t.Marker
	}
	r.Column(safetext.CleanLine(mark), marker, t.Text)
	if e.refusal != nil {
		p.refused(r, *e.refusal)
		return r.String()
	}
	p.state(state, e, now)
	id := idCell
	if p.width < wide {
		id = narrowID
	}
	r.Column(words.ShortID(e.stanza()), id, t.Muted)
	r.Space(1)
	end := p.width - state.Width() - 1
	p.about(r, e, end-1-r.Width())
	r.Fill(end)
	r.Append(state)
	return r.String()
}

// state adds how a request stands.
func (p *Pane) state(r *row.Row, e entry, now time.Time) {
	switch {
	case e.theirs != nil:
		p.incoming(r, e.theirs, now)
	case e.ours.InFlight():
		p.countdown(r, *e.ours, now)
	default:
		p.ended(r, *e.ours)
	}
}

// bar adds how much of the time is left, as a bar and in words. Without a connection there is no
// bar.
func (p *Pane) bar(r *row.Row, start, deadline, now time.Time) {
	t := p.theme
	d, whole := max(0, deadline.Sub(now)), deadline.Sub(start)
	style := t.Countdown
	switch {
	case d <= words.Fine:
		style = t.CountdownUrgent
	case d < whole/3:
		style = t.Warning
	}
	if p.held.Lost {
		r.Add(safetext.Const("link lost"), t.Warning)
	} else {
		r.Add(meter.Bar(d, whole, barCells, t.Glyphs), style)
	}
	text := safetext.CleanLine(words.Left(d))
	r.Right(text, max(leftCell, text.Width()+1), style) // hours never touch the bar
}

// detail is what stands under the selected request, in at most n lines.
func (p *Pane) detail(n int) []string {
	if n <= 0 {
		return nil
	}
	lines := p.unfolded
	hidden := len(lines) + len(p.detailed) - n
	lines = lines[:min(len(lines), n)]
	for _, l := range p.detailed[:max(0, min(len(p.detailed), n-len(lines)))] {
		lines = append(lines, strings.Repeat(" ", indent)+l)
	}
	if hidden > 0 {
		more := safetext.CleanLine(words.Plural(hidden+1, "more line") + " (enter: all of it in the inspector)")
		lines = append(lines[:n-1], p.paragraph(more.Truncate(max(0, p.width-indent-1)), p.theme.Muted, indent)...)
	}
	return lines
}

// next is the open request that runs out of time first, or the newest one when none is open. An
// incoming one that is held goes before one without a deadline.
func (p *Pane) next() entry {
	next := p.rows[0]
	for _, e := range p.rows {
		limit, best := e.deadline(), next.deadline()
		if e.open() && (!next.open() || !limit.IsZero() && (best.IsZero() || limit.Before(best))) {
			next = e
		}
	}
	return next
}

// Strip says in one line how the request stands that matters most, for a screen that does not show
// the pane, and how many wait for us.
func (p *Pane) Strip(width int, now time.Time) string {
	r := row.New(width)
	r.Space(1)
	r.Add(safetext.Const("2 Pending  "), p.theme.Title)
	if len(p.rows) == 0 {
		r.Add(safetext.Const("nothing sent yet"), p.theme.Muted)
		return r.String()
	}
	id := idCell
	if n := p.toAnswer(); n > 0 {
		id = narrowID
		r.Add(safetext.CleanLine(words.Count(n)+" to answer"), p.theme.Warning)
		r.Space(2)
	}
	e, state := p.next(), row.New(width)
	p.state(state, e, now)
	r.Add(words.ShortID(e.stanza()).Truncate(id), p.theme.Muted)
	r.Space(1)
	p.about(r, e, width-r.Width()-state.Width()-2)
	r.Space(2)
	r.Append(state)
	return r.String()
}
