package pending

import (
	"time"

	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/exchange"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// Limits.
const (
	// moment is how quickly a request is answered that nobody wants to hear of: it is in the log
	// alone.
	moment = time.Second
	// mostSlow is how many of those are shown that nobody held and that take longer, and of those
	// that took longer. A flood is answered slowly on purpose, and must not bury what the user
	// waits for.
	mostSlow = 5
)

// worthShowing picks the incoming requests that a person may care about: those that are or were
// held, answered by hand, or answered more than once; a few of those that take longer than a
// moment, the oldest, and of those that took longer, the newest. The selected one stays.
func (p *Pane) worthShowing(theirs []session.Incoming, now time.Time) []*session.Incoming {
	slow, took := 0, 0
	for i := range theirs {
		if a := &theirs[i]; !notable(a) && !a.State.Open() && lasted(a, now) >= moment {
			took++
		}
	}
	var shown []*session.Incoming
	for i := range theirs {
		a := &theirs[i]
		show := notable(a) || p.selected == identity{incoming: true, serial: a.Serial}
		if !notable(a) && lasted(a, now) >= moment {
			if a.State.Open() {
				show = show || slow < mostSlow
				slow++
			} else {
				show = show || took <= mostSlow
				took--
			}
		}
		if show {
			shown = append(shown, a)
		}
	}
	return shown
}

func notable(a *session.Incoming) bool {
	return a.Held || a.Blocked > 0 || a.By == exchange.ByHand
}

func lasted(a *session.Incoming, now time.Time) time.Duration {
	if a.Ended.IsZero() {
		return now.Sub(a.At)
	}
	return a.Ended.Sub(a.At)
}

// Exchanged is the reply to an incoming request, or the request itself as long as there is none,
// with a number for the printer.
func Exchanged(a session.Incoming) (st *stanza.Stanza, seq uint64) {
	switch {
	case a.Reply == nil:
		return a.Stanza, a.Seq
	case a.ReplySeq != 0:
		return a.Reply, a.ReplySeq
	}
	return a.Reply, 3<<62 + a.Serial // it is not in the log yet
}

// incoming adds how an incoming request stands.
func (p *Pane) incoming(r *row.Row, a *session.Incoming, now time.Time) {
	t := p.theme
	if a.Blocked > 0 {
		r.Add(safetext.CleanLine("! blocked "+words.Count(a.Blocked)), t.Warning)
		r.Space(2)
	}
	if a.State == exchange.Held {
		r.Add(safetext.Const("(hold)"), t.Muted)
		r.Space(1)
		p.bar(r, a.At, a.Deadline, now)
		return
	}
	style := t.Success
	switch {
	case a.State == exchange.Working:
		style = t.Countdown
	case a.State == exchange.Silent:
		style = t.Muted
	case a.State == exchange.Lost:
		style = t.Warning
	case a.By == session.AnsweredByNobody:
		style = t.Error
	}
	r.Add(words.Asked(*a), style)
	if a.State == exchange.Working {
		r.Add(safetext.CleanLine(", "+words.Waited(now.Sub(a.At))), style)
	} else if p.width >= wide {
		r.Add(safetext.CleanLine("  "+words.Duration(lasted(a, now))), t.Muted)
	}
}

// incomingRemark says in words what the reply to an incoming request does not say by itself.
func (p *Pane) incomingRemark(a *session.Incoming) []string {
	t := p.theme
	say := func(text string, style lipgloss.Style) []string {
		return p.paragraph(safetext.CleanLine(text), style, indent)
	}
	var lines []string
	if a.Blocked > 0 {
		lines = say(words.Plural(a.Blocked, "further answer")+" not sent: a request has one answer only.", t.Warning)
	}
	switch a.State {
	case exchange.Silent:
		lines = append(lines, say("Nothing was sent, on purpose. This was the request:", t.Muted)...)
	case exchange.Lost:
		lines = append(lines, say("The connection was lost before it was answered. This was the request:", t.Warning)...)
	case exchange.Unrecorded:
		lines = append(lines, say("There is no answer in the recording. This was the request:", t.Muted)...)
	case exchange.Held, exchange.Working:
		lines = append(lines, say("It asks:", t.Muted)...)
	}
	return lines
}
