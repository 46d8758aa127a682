package logpane

import (
	"strings"

	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// columns are the widths of a row's columns. Fixed ones come first, then peer and payload share
// what is left. A narrow row has no ids, which would be cut beyond use.
type columns struct {
	time, kind, id, peer, payload, rtt int
	millis                             bool
}

const (
	millisRow  = 64 // cells from which on a row has room for milliseconds and long kinds
	idRow      = 74 // … for the beginning of an id
	longIDRow  = 96 // … for all of one of ours
	markerCell = 2
	arrowCell  = 1
	edge       = 1 // kept free at the right end
)

func fit(width int) columns {
	c := columns{time: 8, kind: 8, rtt: 7}
	if width >= millisRow {
		c.time, c.kind, c.millis = 12, 9, true
	}
	if width >= idRow {
		c.id = 8
	}
	if width >= longIDRow {
		c.id = 13
	}
	rest := max(0, width-markerCell-c.time-arrowCell-c.kind-c.id-c.rtt-5-edge)
	if c.id > 0 {
		rest--
	}
	c.peer = rest * 5 / 9
	c.payload = rest - c.peer
	return c
}

func (p *Pane) head(c columns) string {
	r := row.New(p.width)
	style := p.theme.Muted
	r.Space(markerCell)
	r.Column(safetext.Const("TIME"), c.time, style)
	r.Space(1 + arrowCell + 1)
	r.Column(safetext.Const("KIND"), c.kind, style)
	if c.id > 0 {
		r.Space(1)
		r.Column(safetext.Const("ID"), c.id, style)
	}
	r.Space(1)
	r.Column(safetext.Const("PEER"), c.peer, style)
	r.Space(1)
	r.Column(safetext.Const("PAYLOAD"), c.payload, style)
	r.Space(1)
	r.Right(safetext.Const("RTT"), c.rtt, style)
	return r.String()
}

// partnerMark stands before the request of the selected reply, and before the reply of the selected
// request.
const partnerMark = "•"

// matchMark stands before what a search has found.
const matchMark = "*"

func (p *Pane) row(r *row.Row, e journal.Entry, c columns, selected, partner bool) {
	t := p.theme
	marker := t.NoMarker
	switch {
	case selected:
		marker = t.Marker
	case partner:
		marker = partnerMark
	}
	r.Column(safetext.CleanLine(strings.TrimRight(marker, " ")), markerCell-1, t.Text)
	if p.search.marks[e.Seq].fits {
		r.Add(safetext.Const(matchMark), t.Warning)
	}
	r.Fill(markerCell)
	layout := "15:04:05"
	if c.millis {
		layout = "15:04:05.000"
	}
	r.Column(safetext.CleanLine(e.Time.Format(layout)), c.time, t.Muted)
	r.Space(1)
	if e.Stanza == nil {
		r.Column(safetext.Const("·"), arrowCell, t.Info)
		r.Space(1)
		r.Add(safetext.CleanLine(e.Text), t.Info)
		return
	}
	arrow, style := safetext.Const("→"), t.Out
	if e.Dir == stanza.In {
		arrow, style = safetext.Const("←"), t.In
	}
	r.Column(arrow, arrowCell, style)
	r.Space(1)
	r.Column(words.Kind(e.Stanza), c.kind, p.kindStyle(e))
	if c.id > 0 {
		r.Space(1)
		r.Column(id(e.Stanza), c.id, t.Text)
	}
	r.Space(1)
	p.rest(r, e, c)
}

// id is a stanza's id; what is no stanza has none.
func id(st *stanza.Stanza) safetext.Text {
	switch st.Kind() {
	case stanza.IQ, stanza.Message, stanza.Presence:
		return words.ShortID(st)
	case stanza.Broken:
		return safetext.CleanLine(st.ID())
	}
	return safetext.Text{}
}

func (p *Pane) kindStyle(e journal.Entry) lipgloss.Style {
	switch {
	case e.Stanza.Kind() == stanza.Broken:
		return p.theme.Error
	case e.Stanza.Kind() != stanza.IQ:
		return p.theme.Muted
	case e.Stanza.Type() == stanza.Error:
		return p.theme.Error
	case e.Stanza.Type() == stanza.Result:
		return p.theme.Success
	}
	return p.theme.Text
}

// rest adds peer, payload and round-trip time, or instead of the last two what there is to say
// about the stanza.
func (p *Pane) rest(r *row.Row, e journal.Entry, c columns) {
	t := p.theme
	peer := e.Stanza.To()
	if e.Dir == stanza.In {
		peer = e.Stanza.From()
	}
	r.Column(words.Address(peer), c.peer, t.Text)
	r.Space(1)
	payload := words.Payload(e.Stanza)
	switch fault := e.Stanza.Fault(); {
	case fault != nil:
		r.Add(safetext.CleanLine("✗ "+fault.Error()), t.Error)
	case e.Verdict == stanza.VerdictLate:
		r.Add(safetext.CleanLine("! late by "+words.Duration(e.LateBy)+" "), t.Warning)
		r.Add(payload, t.Text)
	case flagged(e):
		verdict, why := safetext.CleanLine("! "+string(e.Verdict)), safetext.CleanLine(": "+e.Text)
		r.Add(verdict, t.Warning)
		if e.Text != "" && r.Width()+why.Width() <= p.width {
			r.Add(why, t.Warning)
		} else {
			r.Space(1)
			r.Add(payload, t.Text)
		}
	case e.Text != "":
		r.Add(payload, t.Text)
		if !payload.Empty() {
			r.Add(safetext.Const(" · "), t.Muted)
		}
		r.Add(safetext.CleanLine(e.Text), t.Info)
	case e.Outcome != "" && e.Reply == 0:
		r.Add(payload, t.Text)
		r.Add(safetext.Const(" · "), t.Muted)
		r.Add(safetext.CleanLine(string(e.Outcome)), t.Warning)
	case e.Redacted:
		r.Column(payload, c.payload, t.Text)
		r.Add(safetext.Const(" hidden"), t.Muted)
	default:
		r.Column(payload, c.payload, t.Text)
		r.Space(1)
		if e.RTT > 0 {
			r.Right(safetext.CleanLine(words.Duration(e.RTT)), c.rtt, t.Muted)
		}
	}
}
