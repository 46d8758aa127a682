package connection

import (
	"time"

	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/session"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// clock is how times are written: to the millisecond, as the log does.
const clock = "15:04:05.000"

// Columns.
const (
	clockCell = len(clock)
	markCell  = 2
	stepCell  = 29 // "asking for stream management"
	tookCell  = 8
	labelCell = 12
	// wideLine is from where on there is room for the time of each step.
	wideLine = clockCell + markCell + stepCell + tookCell + 16
)

// lines are all lines of the screen.
func (s *Screen) lines(width int, now time.Time) []string {
	l := list{Screen: s, width: width}
	l.state(now)
	l.actions()
	l.steps(now)
	l.choices()
	l.facts()
	return l.done
}

type list struct {
	*Screen
	width int
	done  []string
}

func (l *list) say(text string, style lipgloss.Style) {
	l.done = append(l.done, l.paragraph(row.New(l.width), safetext.CleanLine(text), 0, l.width, style)...)
}

func (l *list) heading(text string) {
	l.done = append(l.done, "")
	l.say(text, l.theme.Title)
}

// state says how things stand, and what comes next by itself.
func (l *list) state(now time.Time) {
	st, t := l.info.Status, l.theme
	switch st.State {
	case session.Online:
		text := "● Online as " + st.JID.String() + "."
		if st.Resumed {
			text = "● Online again as " + st.JID.String() + ": the earlier stream was resumed."
		}
		l.say(text, t.Success)
	case session.Connecting:
		l.say("◌ Connecting as "+st.JID.String()+".", t.Warning)
	case session.ByHand:
		l.say("◌ By hand as "+st.JID.String()+": the composer has the next element.", t.Warning)
	case session.Lost:
		l.say("✗ Not connected.", t.Error)
		if st.Err != nil {
			l.say(words.Sentence(st.Err.Error()), t.Text)
		}
	default:
		l.say("○ Offline.", t.Muted)
	}
	if !st.RetryAt.IsZero() {
		l.say("The next try"+tries(st.Tries)+" is due in "+words.Waited(st.RetryAt.Sub(now)+time.Second-1)+".", t.Warning)
	}
	if !st.ResumeBy.IsZero() {
		l.say("Until "+st.ResumeBy.Format("15:04:05")+" the stream can be resumed: what is pending waits for that.", t.Text)
	}
}

func tries(n int) string {
	if n < 2 {
		return ""
	}
	return " (the " + words.Ordinal(n) + ")"
}

// actions names the keys that do something now.
func (l *list) actions() {
	if len(l.info.Offered) == 0 {
		return
	}
	l.done = append(l.done, "")
	cell := 0
	for _, r := range l.info.Offered {
		cell = max(cell, safetext.CleanLine(r.Keys).Width())
	}
	for _, offered := range l.info.Offered {
		r := row.New(l.width)
		r.Column(safetext.CleanLine(offered.Keys), cell, l.theme.Key)
		l.done = append(l.done, l.paragraph(r, safetext.CleanLine(offered.Help), cell+2, l.width, l.theme.Hint)...)
	}
}

// steps are the way to this connection, or the last attempt at one.
func (l *list) steps(now time.Time) {
	st, t := l.info.Status, l.theme
	if len(st.Steps) == 0 {
		return
	}
	spoken := spoken(l.info.Said, st.Steps)
	if len(spoken) > 0 {
		l.heading("Handshake: → you said, ← the server said")
	} else {
		l.heading("Steps")
	}
	under := st.State == session.Connecting || st.State == session.ByHand
	for i, step := range st.Steps {
		mark, style, took := safetext.Const("✓"), t.Success, step.Ended.Sub(step.Began)
		switch {
		case step.Failed:
			mark, style = safetext.Const("✗"), t.Error
		case step.Ended.IsZero() && under:
			mark, style, took = safetext.Const("◌"), t.Warning, now.Sub(step.Began)
		}
		r := row.New(l.width)
		if l.width >= wideLine {
			r.Column(safetext.CleanLine(step.Began.Format(clock)), clockCell+1, t.Muted)
		}
		r.Column(mark, markCell, style)
		r.Column(safetext.CleanLine(string(step.Step)), stepCell, t.Text)
		text := words.Duration(took)
		if step.Ended.IsZero() {
			text = words.Waited(took)
		}
		r.Right(safetext.CleanLine(text), tookCell, t.Muted)
		r.Space(2)
		l.done = append(l.done, l.paragraph(r, safetext.CleanLine(step.Detail), r.Width(), l.width, t.Muted)...)
		for _, e := range spoken[i] {
			l.saying(e)
		}
	}
	first, last := st.Steps[0], st.Steps[len(st.Steps)-1]
	if !last.Ended.IsZero() && !last.Failed {
		l.say(words.Duration(last.Ended.Sub(first.Began))+" in all", t.Muted)
	}
}

// choices say what was chosen on the way, and why.
func (l *list) choices() {
	if len(l.info.Choices) == 0 {
		return
	}
	l.heading("Chosen, and why")
	for _, choice := range l.info.Choices {
		r := row.New(l.width)
		r.Add(safetext.Const("·"), l.theme.Muted)
		l.done = append(l.done, l.paragraph(r, safetext.CleanLine(words.Sentence(choice)), 2, l.width, l.theme.Text)...)
	}
}

// facts are what there is to know of the connection besides.
func (l *list) facts() {
	st, t := l.info.Status, l.theme
	l.heading("Connection")
	l.fact("address", st.Addr, t.Text)
	if st.State == session.Online || st.State == session.ByHand {
		if st.TLS == "" {
			l.fact("TLS", "! none: everything can be read and changed on the way", t.Warning)
		} else {
			l.fact("TLS", st.TLS, t.Text)
		}
	}
	l.fact("login", st.Mechanism, t.Text)
	if st.State == session.Online {
		if st.Managed {
			l.fact("stream", "acknowledged, so that it can be known what arrived (XEP-0198)", t.Text)
		} else {
			l.fact("stream", "without acknowledgements", t.Muted)
		}
	}
	if st.Keepalive > 0 {
		l.fact("keepalive", "a sign of life is asked for after "+words.Setting(st.Keepalive)+" of silence", t.Text)
	} else {
		l.fact("keepalive", "none: a dead link is not noticed until something is sent", t.Muted)
	}
	l.fact("elements", words.Count(st.In)+" received, "+words.Count(st.Out)+" sent", t.Text)
	if st.Loss != nil {
		l.fact("last loss", st.LossAt.Format("15:04:05")+"  "+st.Loss.Error(), t.Text)
	}
}

// fact adds a line with a label, unless there is nothing to say.
func (l *list) fact(label, value string, style lipgloss.Style) {
	if value == "" {
		return
	}
	r := row.New(l.width)
	r.Column(safetext.CleanLine(label), labelCell, l.theme.Muted)
	l.done = append(l.done, l.paragraph(r, safetext.CleanLine(value), labelCell, l.width, style)...)
}
