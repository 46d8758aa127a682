package pending

import (
	"errors"
	"time"

	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/explain"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/exchange"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// countdown adds a bar and the time left, or for a request without a time limit how long it has
// waited.
func (p *Pane) countdown(r *row.Row, v session.Exchange, now time.Time) {
	t := p.theme
	p.refusals(r, v, 1)
	if v.Deadline.IsZero() {
		if p.held.Lost {
			r.Add(safetext.Const("link lost, "), t.Warning)
		}
		r.Add(safetext.CleanLine("waiting "+words.Waited(now.Sub(started(v)))), t.Countdown)
		return
	}
	p.bar(r, started(v), v.Deadline, now)
}

// started is when the request's clock started.
func started(v session.Exchange) time.Time {
	if v.Sent.IsZero() {
		return v.Queued
	}
	return v.Sent
}

// ended adds how a request ended.
func (p *Pane) ended(r *row.Row, v session.Exchange) {
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
	p.refusals(r, v, 2)
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

// odd keeps what is odd about the last reply that was looked at.
type odd struct {
	reply    *stanza.Stanza
	warnings []explain.Warning
	said     string // by the reply, where that is one line
	wrong    string // it is not what was asked for
}

// readable is the longest reply that is read for that here, within the update loop; the inspector
// reads longer ones.
const readable = 16 << 10

func (o *odd) read(v session.Exchange, kinds func() *catalog.Catalog) {
	if v.Reply == o.reply {
		return
	}
	*o = odd{reply: v.Reply}
	if v.Reply != nil && len(v.Reply.XML()) <= readable {
		o.warnings = explain.Warnings(v.Stanza, v.Reply)
		o.said, o.wrong = brief(kinds, v)
	}
}

// remark says in words what a reply does not say by itself, and what is odd about it.
func (p *Pane) remark(v session.Exchange) []string {
	lines := p.outcomeRemark(v)
	if v.Reply != nil && v.Reply == p.odd.reply {
		if p.odd.wrong != "" {
			lines = append(lines, p.paragraph(safetext.CleanLine("! "+p.odd.wrong), p.theme.Warning, indent)...)
		}
		if said := safetext.CleanLine(p.odd.said); !said.Empty() && said.Width() <= p.width-indent {
			lines = append(lines, p.paragraph(said, p.theme.Info, indent)...)
		}
		for _, w := range p.odd.warnings {
			lines = append(lines, p.paragraph(safetext.CleanLine("! "+w.Text+" ("+w.Section+")"), p.theme.Warning, indent)...)
		}
	}
	return lines
}

func (p *Pane) outcomeRemark(v session.Exchange) []string {
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
		e := errorOf(v)
		if e == nil {
			return nil
		}
		text := "type " + e.Type
		if e.Text != "" {
			text += ": " + e.Text
		}
		return append(say(text, t.Error), p.failure(v, e)...)
	case stanza.OutcomeTimeout:
		if v.Late != nil {
			return say("The answer came "+words.Duration(v.LateBy)+" after the time was up:", t.Warning)
		}
		down, style := "", t.Muted
		if !v.Down.None() {
			down, style = " The link was down "+v.Down.String()+".", t.Warning
		}
		return say("No answer within "+words.Setting(v.Timeout)+"."+down+" One that comes later is joined to this request.", style)
	case stanza.OutcomeUnknown:
		if errors.Is(v.Err, exchange.ErrUnrecorded) {
			return say("The recording ends before its answer.", t.Muted)
		}
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
