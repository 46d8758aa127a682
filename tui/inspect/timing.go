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
		text := e.Time.Format(clock)
		if e.Seq != 0 {
			text += "  #" + words.Count(e.Seq)
		}
		t.add(verb, text, p.theme.Text)
	}
	if e.Verdict != "" {
		t.add("verdict", string(e.Verdict), p.verdictStyle(e.Verdict))
	}
	if e.Text != "" {
		t.add("because", e.Text, p.theme.Text)
	}
	if v := p.subject.Request; v != nil {
		t.request(*v, now)
		t.roundTrips(v.Stanza.To())
	} else if a := p.subject.Asked; a != nil {
		t.asked(*a, now)
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
func (t *timetable) request(v session.Exchange, now time.Time) {
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
		for _, f := range v.Refusals {
			t.add("", f.At.Format(clock)+"  #"+words.Count(f.Seq)+" "+string(f.Verdict), theme.Warning)
		}
	}
}

// asked adds the life of a request that came in.
func (t *timetable) asked(a session.Incoming, now time.Time) {
	theme := t.pane.theme
	t.lines = append(t.lines, "")
	t.add("request", about(a.Stanza)+"  #"+words.Count(a.Seq), theme.Text)
	t.add("came", a.At.Format(clock), theme.Text)
	t.add("state", words.Asked(a).String(), theme.Text)
	switch {
	case !a.Ended.IsZero():
		t.add("ended", a.Ended.Format(clock)+"  after "+words.Duration(a.Ended.Sub(a.At)), theme.Text)
	case !a.Deadline.IsZero():
		t.add("held until", a.Deadline.Format(clock), theme.Text)
		t.add("time left", words.Left(a.Deadline.Sub(now)), theme.Countdown)
	default:
		t.add("waiting", words.Waited(now.Sub(a.At)), theme.Countdown)
	}
	if a.ReplySeq != 0 {
		t.add("reply", "#"+words.Count(a.ReplySeq), theme.Text)
	}
	if a.Blocked > 0 {
		t.add("blocked", words.Count(a.Blocked)+" more, not sent", theme.Warning)
	}
}

func (t *timetable) end(v session.Exchange, start time.Time) {
	theme := t.pane.theme
	t.add("ended", v.Ended.Format(clock)+"  after "+words.Duration(v.Ended.Sub(start)), theme.Text)
	t.add("outcome", words.Outcome(v.Outcome).String(), theme.Text)
	if !v.Down.None() {
		t.add("link down", v.Down.String(), theme.Warning)
	}
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
	if errors.As(v.Err, &e) && e.Err != nil {
		t.add("condition", e.Err.Condition+", type "+e.Err.Type, theme.Error) // what it means is told by explain
	} else if v.Err != nil && e == nil {
		t.add("because", v.Err.Error(), theme.Error)
	}
}
