package inspect

import (
	"errors"
	"time"

	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// clock is how times are written: to the millisecond, as the log does.
const clock = "15:04:05.000"

// timing says when what happened, to the stanza and to the request it belongs to.
func (p *Pane) timing(now time.Time) []string {
	e := p.subject.Entry
	t := timetable{pane: p}
	if !e.Time.IsZero() {
		verb := "logged"
		switch e.Dir {
		case stanza.In:
			verb = "received"
		case stanza.Out:
			verb = "sent"
		}
		t.add(verb, e.Time.Format(clock)+"  #"+words.Count(e.Seq), p.theme.Text)
	}
	if e.Verdict != "" {
		t.add("verdict", string(e.Verdict), p.verdictStyle(e.Verdict))
	}
	if e.Text != "" {
		t.add("because", e.Text, p.theme.Text)
	}
	if v := p.subject.Request; v != nil {
		t.request(*v, now)
	} else if e.RTT > 0 {
		t.add("round trip", words.Duration(e.RTT), p.theme.Text)
	}
	return t.lines
}

func (p *Pane) verdictStyle(v stanza.Verdict) lipgloss.Style {
	if v == stanza.VerdictReply {
		return p.theme.Success
	}
	return p.theme.Warning
}

type timetable struct {
	pane  *Pane
	lines []string
}

// labelCell is the width of the labels.
const labelCell = 13

func (t *timetable) add(label, value string, style lipgloss.Style) {
	for i, text := range safetext.CleanLine(value).Wrap(max(1, t.pane.width-labelCell-margin)) {
		r := row.New(t.pane.width)
		if i == 0 {
			r.Add(safetext.CleanLine(label), t.pane.theme.Muted)
		}
		r.Fill(labelCell)
		r.Add(text, style)
		t.lines = append(t.lines, r.String())
	}
}

// request adds the life of a request from its sending to its end.
func (t *timetable) request(v session.View, now time.Time) {
	theme := t.pane.theme
	t.lines = append(t.lines, "")
	t.add("request", string(v.Stanza.Type())+" "+v.Stanza.ID(), theme.Text)
	start := v.Sent
	if start.IsZero() {
		start = v.Queued
		t.add("queued", start.Format(clock), theme.Text)
	} else {
		t.add("sent", start.Format(clock), theme.Text)
	}
	if v.Timeout > 0 {
		t.add("timeout", words.Setting(v.Timeout), theme.Text)
	} else {
		t.add("timeout", "none: it waits until the connection ends", theme.Text)
	}
	if v.InFlight() {
		t.add("waiting", words.Waited(now.Sub(start)), theme.Countdown)
		if !v.Deadline.IsZero() {
			t.add("time left", words.Left(v.Deadline.Sub(now)), theme.Countdown)
		}
	} else {
		t.end(v, start)
	}
	if v.Refused > 0 {
		t.add("refused", words.Plural(v.Refused, "stanza")+" with its id did not fit and changed nothing", theme.Warning)
	}
}

func (t *timetable) end(v session.View, start time.Time) {
	theme := t.pane.theme
	t.add("ended", v.Ended.Format(clock)+"  after "+words.Duration(v.Ended.Sub(start)), theme.Text)
	t.add("outcome", words.Outcome(v.Outcome).String(), theme.Text)
	if v.Reply != nil {
		t.add("round trip", words.Duration(v.RTT), theme.Text)
	}
	if v.Late != nil {
		late := words.Duration(v.LateBy) + " after the end"
		if v.LateSeq != 0 {
			late += "  #" + words.Count(v.LateSeq)
		}
		t.add("late answer", late, theme.Warning)
	}
	var e *stanza.IQError
	if errors.As(v.Err, &e) {
		t.explain(e.Err)
	} else if v.Err != nil {
		t.add("because", v.Err.Error(), theme.Error)
	}
}

// advice says what an error's type asks for (RFC 6120 §8.3.2).
var advice = map[string]string{
	"cancel":   "do not try again: it cannot be done this way",
	"continue": "only a warning: go on",
	"modify":   "change what was sent and try again",
	"auth":     "log in, or get the right to do this, and try again",
	"wait":     "try again later, the same way",
}

// explain writes a stanza error out by its fields.
func (t *timetable) explain(e *stanza.StanzaError) {
	if e == nil {
		return
	}
	theme := t.pane.theme
	t.lines = append(t.lines, "")
	t.add("condition", e.Condition, theme.Error)
	if meaning := advice[e.Type]; meaning != "" {
		t.add("type", e.Type+": "+meaning, theme.Text)
	} else {
		t.add("type", e.Type, theme.Text)
	}
	for _, f := range []struct{ label, value string }{{"text", e.Text}, {"by", e.By}, {"instead at", e.URI}} {
		if f.value != "" {
			t.add(f.label, f.value, theme.Text)
		}
	}
	if e.Application != (stanza.Name{}) {
		t.add("in detail", "{"+e.Application.Space+"}"+e.Application.Local, theme.Text)
	}
}
