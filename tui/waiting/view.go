package waiting

import (
	"errors"
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// Cells.
const (
	marker   = 2
	idCell   = 13 // a whole one of ours
	narrowID = 6  // in a pane narrower than
	wide     = 70 // these cells
	barCells = 8
	leftCell = 8 // "2 m 05 s"
	indent   = 3 // of the reply under its request
	// context is how many other requests stay in sight when a reply is long.
	context = 3
)

// View draws the requests and, under the selected one, what came back.
func (p *Pane) View(focused bool, now time.Time) []string {
	if len(p.requests) == 0 {
		return p.empty()
	}
	at := p.index()
	detail := p.detail(p.height - 1 - min(context, len(p.requests)-1))
	p.scroll(at, p.height-len(detail))
	lines := make([]string, 0, p.height)
	for i := p.top; i < len(p.requests) && len(lines) < p.height; i++ {
		lines = append(lines, p.row(p.newest(i), i == at, focused, now))
		if i == at {
			lines = append(lines, detail...)
		}
	}
	return lines
}

// scroll moves the window of n rows so that the selected row is in it.
func (p *Pane) scroll(at, n int) {
	p.top = max(p.top, at-max(n, 1)+1)
	p.top = min(p.top, at, max(0, len(p.requests)-n))
	p.top = max(p.top, 0)
}

func (p *Pane) empty() []string {
	return p.paragraph(safetext.Const("What you send waits here for its answer, with the time it has left. The answer appears under its request."), p.theme.Muted, 1)
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

func (p *Pane) row(v session.View, selected, focused bool, now time.Time) string {
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
	p.state(state, v, now)
	mark := t.NoMarker
	if selected {
		mark = t.Marker
	}
	r.Column(safetext.CleanLine(mark), marker, t.Text)
	id := idCell
	if p.width < wide {
		id = narrowID
	}
	r.Column(words.ShortID(v.Stanza), id, t.Muted)
	r.Space(1)
	r.Column(target(v), p.width-r.Width()-state.Width()-2, t.Text)
	r.Space(1)
	r.Append(state)
	return r.String()
}

// target is what is asked, and of whom.
func target(v session.View) safetext.Text {
	what := words.Payload(v.Stanza)
	if to := v.Stanza.To(); to != "" {
		return safetext.Concat(what, safetext.Const(" → "), safetext.CleanLine(to))
	}
	return what
}

// state adds how a request stands.
func (p *Pane) state(r *row.Row, v session.View, now time.Time) {
	if v.InFlight() {
		p.countdown(r, v, now)
	} else {
		p.ended(r, v)
	}
}

// countdown adds a bar and the time left, or for a request without a time limit how long it has waited.
func (p *Pane) countdown(r *row.Row, v session.View, now time.Time) {
	t := p.theme
	if v.Refused > 0 {
		r.Add(safetext.CleanLine("! "+words.Count(v.Refused)+" refused"), t.Warning)
		r.Space(1)
	}
	d, limited := left(v, now)
	if !limited {
		if p.held.Lost {
			r.Add(safetext.Const("link lost, "), t.Warning)
		}
		r.Add(safetext.CleanLine("waiting "+words.Waited(now.Sub(started(v)))), t.Countdown)
		return
	}
	style := t.Countdown
	if d <= words.Fine {
		style = t.CountdownUrgent
	}
	if p.held.Lost {
		r.Add(safetext.Const("link lost"), t.Warning)
	} else {
		r.Add(bar(d, v.Deadline.Sub(started(v))), style)
	}
	text := safetext.CleanLine(words.Left(d))
	r.Right(text, max(leftCell, text.Width()+1), style) // hours never touch the bar
}

// started is when the request's clock started.
func started(v session.View) time.Time {
	if v.Sent.IsZero() {
		return v.Queued
	}
	return v.Sent
}

// bar is full at the start and empty at the deadline. A bar is only empty when no time is left.
func bar(left, whole time.Duration) safetext.Text {
	filled := 0
	if whole > 0 && left > 0 {
		filled = int(min(barCells, 1+int64(left)*(barCells-1)/int64(whole)))
	}
	return safetext.CleanLine(strings.Repeat("▓", filled) + strings.Repeat("░", barCells-filled))
}

// ended adds how a request ended.
func (p *Pane) ended(r *row.Row, v session.View) {
	t := p.theme
	style := t.Error
	switch v.Outcome {
	case stanza.OutcomeResult:
		style = t.Success
	case stanza.OutcomeCancelled:
		style = t.Muted
	case stanza.OutcomeUnknown:
		style = t.Warning
	}
	if v.Refused > 0 {
		r.Add(safetext.CleanLine("! "+words.Count(v.Refused)+" refused"), t.Warning)
		r.Space(2)
	}
	text := words.Outcome(v.Outcome)
	if v.Outcome == stanza.OutcomeError {
		text = safetext.Concat(safetext.Const("✗ "), words.Payload(v.Reply))
	}
	r.Add(text, style)
	switch {
	case v.Late != nil:
		r.Add(safetext.CleanLine("  late by "+words.Duration(v.LateBy)), t.Warning)
	case v.Reply != nil:
		r.Add(safetext.CleanLine("  "+words.Duration(v.RTT)), t.Muted)
	case v.Outcome == stanza.OutcomeTimeout:
		r.Add(safetext.CleanLine("  "+words.Setting(v.Timeout)), t.Muted)
	}
}

// detail is what stands under the selected request, in at most n lines.
func (p *Pane) detail(n int) []string {
	v, ok := p.Selected()
	if !ok || n <= 0 {
		return nil
	}
	lines := p.remark(v)
	hidden := len(lines) + len(p.reply) - n
	for _, l := range p.reply[:max(0, min(len(p.reply), n-len(lines)))] {
		lines = append(lines, strings.Repeat(" ", indent)+l)
	}
	if hidden > 0 {
		more := safetext.CleanLine(words.Plural(hidden+1, "more line") + " (enter: all of it in the inspector)")
		lines = append(lines[:n-1], p.paragraph(more.Truncate(max(0, p.width-indent-1)), p.theme.Muted, indent)...)
	}
	return lines
}

// remark says in words what a reply does not say by itself.
func (p *Pane) remark(v session.View) []string {
	t := p.theme
	say := func(text string, style lipgloss.Style) []string {
		return p.paragraph(safetext.CleanLine(text), style, indent)
	}
	switch v.Outcome {
	case "":
		if p.held.Lost {
			return say("The connection is lost. The answer can still come if the stream is resumed, which is possible until "+p.held.Until.Format("15:04:05")+".", t.Warning)
		}
	case stanza.OutcomeError:
		var e *stanza.IQError
		if !errors.As(v.Err, &e) || e.Err == nil {
			return nil
		}
		text := "type " + e.Err.Type
		if e.Err.Text != "" {
			text += ": " + e.Err.Text
		}
		return say(text, t.Error)
	case stanza.OutcomeTimeout:
		if v.Late != nil {
			return say("The answer came "+words.Duration(v.LateBy)+" after the time was up:", t.Warning)
		}
		return say("No answer within "+words.Setting(v.Timeout)+". One that comes later is joined to this request.", t.Muted)
	case stanza.OutcomeUnknown:
		if v.Stanza.Type() == stanza.Get {
			return say("The connection was lost before the answer came. A get is safe to send again.", t.Warning)
		}
		return say("The connection was lost before the answer came. It may have been carried out: look before you send it again.", t.Warning)
	case stanza.OutcomeNotSent:
		if v.Err != nil {
			return say(words.Sentence(v.Err.Error()), t.Error)
		}
	case stanza.OutcomeCancelled:
		if v.Late != nil {
			return say("Given up; the answer came after that:", t.Muted)
		}
	}
	return nil
}

// next is the request in flight that runs out of time first, or the newest one when none is in flight.
func (p *Pane) next() session.View {
	next := p.newest(0)
	for i := range p.requests {
		v := p.newest(i)
		sooner := next.Deadline.IsZero() || v.Deadline.Before(next.Deadline)
		if v.InFlight() && (!next.InFlight() || !v.Deadline.IsZero() && sooner) {
			next = v
		}
	}
	return next
}

// Strip says in one line how the request stands that matters most, for a screen that does not show the pane.
func (p *Pane) Strip(width int, now time.Time) string {
	if len(p.requests) == 0 {
		return p.theme.Muted.Render(safetext.Const(" 2 Pending  nothing sent yet").Truncate(width).String())
	}
	v := p.next()
	r, state := row.New(width), row.New(width)
	p.state(state, v, now)
	r.Space(1)
	r.Add(safetext.Const("2 Pending  "), p.theme.Title)
	r.Add(words.ShortID(v.Stanza).Truncate(idCell), p.theme.Muted)
	r.Space(1)
	r.Add(target(v).Truncate(max(0, width-r.Width()-state.Width()-2)), p.theme.Text)
	r.Space(2)
	r.Append(state)
	return r.String()
}
