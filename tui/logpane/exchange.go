package logpane

import (
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// mostShown is how many members of a folded exchange are looked at for what is told of it.
const mostShown = 20

// exchange draws a request with what became of it.
func (p *Pane) exchange(r *row.Row, canvas func(limit int) *row.Row, e journal.Entry, c columns, m marks) {
	t := p.theme
	p.begin(r, e, c, m)
	p.who(r, e, c)
	p.markName(r, m)
	payload := words.Payload(e.Stanza)
	if c.payload == 0 {
		payload = safetext.Text{}
	}
	// What the payload leaves is for how it ended, which may be long.
	said := canvas(max(0, min(max(c.rtt, r.Left()-edge-1-payload.Width()), r.Left()-edge)))
	p.ending(said, e)
	room := max(0, r.Left()-said.Width()-1-edge)
	from := r.Width()
	if !payload.Empty() {
		r.Add(payload.Truncate(room), t.Payload)
		r.Space(1)
	}
	if left := from + room - r.Width() - 2; e.Text != "" && left > 0 {
		r.Add(safetext.Const("· "), t.Muted)
		r.Add(safetext.CleanLine(e.Text).Truncate(left), t.Info)
	}
	if c.text > 0 {
		r.Fill(from + c.payload + 1)
		c.text = from + room - r.Width()
		p.xml(r, e, c)
	}
	r.Fill(from + room + 1)
	r.Append(said)
}

// ending says how a request ended, or that it waits, and what claimed to answer it.
func (p *Pane) ending(r *row.Row, e journal.Entry) {
	t := p.theme
	say := func(text string, style lipgloss.Style) {
		if text == "" {
			return
		}
		if r.Width() > 0 {
			r.Space(1)
		}
		r.Add(safetext.CleanLine(text), style)
	}
	if flagged(e) {
		style := t.Warning
		if refused(e) {
			style = t.Error
		}
		say("! "+string(e.Verdict), style)
	}
	text, style := p.others(e)
	say(text, style)
	reply, answered := p.entries[e.Reply]
	answered = answered && e.Reply != 0
	switch {
	case answered && reply.Stanza != nil && reply.Stanza.Type() == stanza.Error:
		say(words.Payload(reply.Stanza).String(), t.Error)
	case answered && reply.Stanza != nil:
		say(string(reply.Stanza.Type()), t.Success)
	case e.Outcome == stanza.OutcomeResult:
		say(string(e.Outcome), t.Success)
	case e.Outcome == stanza.OutcomeError:
		say(string(e.Outcome), t.Error)
	case e.Outcome != "":
		say(string(e.Outcome), t.Warning)
	case p.waits != nil && p.waits(e.Seq):
		say("waits", t.Muted)
	}
	if !answered {
		return
	}
	took := reply.RTT
	if took == 0 && e.Dir == stanza.In {
		took = reply.Time.Sub(e.Time) // we answered
	}
	if took > 0 {
		say(words.Duration(took.Round(time.Microsecond)), t.Muted)
	}
}

// others says what claimed to answer a request, beside what did: how many were refused, how late
// one was.
func (p *Pane) others(e journal.Entry) (string, lipgloss.Style) {
	t := p.theme
	members := p.index.members(e.Seq, mostShown)
	n, forged, said := 0, false, ""
	for _, seq := range members[1:] {
		other, ok := p.entries[seq]
		if !ok || !flagged(other) {
			continue
		}
		n++
		forged = forged || refused(other)
		said = string(other.Verdict)
		if other.Verdict == stanza.VerdictLate {
			said = "late by " + words.Duration(other.LateBy)
		}
	}
	style := t.Warning
	if forged {
		style = t.Error
	}
	switch {
	case n == 0:
		return "", style
	case n == 1:
		return "! " + said, style
	case len(members) == mostShown:
		return "! " + words.Count(n) + "+ refused", style
	}
	return "! " + words.Count(n) + " refused", style
}

// run draws the count of acknowledgements and keepalives that follow each other.
func (p *Pane) run(r *row.Row, e journal.Entry, c columns, m marks) {
	p.begin(r, e, c, m)
	_, acks, keepalives := p.index.run(e.Seq, 0)
	var said []string
	if acks > 0 {
		said = append(said, words.Plural(acks, "acknowledgement"))
	}
	if keepalives > 0 {
		said = append(said, words.Plural(keepalives, "keepalive"))
	}
	if len(said) == 0 {
		said = []string{"answer to a keepalive"}
	}
	r.Add(safetext.CleanLine("· "+strings.Join(said, " · ")), p.theme.Muted)
}

// text draws a line of text under an exchange: a detail, or that there is more than is listed.
func (p *Pane) text(at line, m marks) string {
	r := row.New(p.width)
	marker := p.theme.NoMarker
	if m.selected {
		marker = p.theme.Marker
	}
	r.Column(safetext.CleanLine(strings.TrimRight(marker, " ")), markerCell, p.theme.Text)
	u := p.listed.under(at.seq)
	switch {
	case at.part == more:
		r.Add(safetext.CleanLine("└ only the first "+words.Count(mostMembers)+" are listed here; the view of the wire has all"), p.theme.Muted)
	case u != nil && int(at.n) < len(u.text):
		return r.String() + u.text[at.n]
	}
	return r.String()
}
