package logpane

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// columns are the widths of a row's columns, 0 for one that is not shown. None has more than it needs
// while another one is cut.
type columns struct {
	seq, time, kind, id, size, peer, payload, rtt, text int

	millis bool
}

// needs are the widths of the widest of each that were seen since the pane got its width.
type needs struct{ kind, id, peer, payload, rtt, text, remark int }

const (
	millisRow  = 64  // cells from which on a row has room for milliseconds and long kinds
	idRow      = 74  // … for an id,
	idScreen   = 120 // or those of a screen that has
	mostID     = 13  // one of ours
	leastID    = 8   // the beginning of it
	leastCell  = 7   // of the other columns: their headings
	mostEnding = 16  // of how a request ended: a result, or a short error, with its time; more goes into the payload's room
	markerCell = 2
	arrowCell  = 1
	edge       = 1 // kept free at the right end
)

// fit gives the columns their widths. Where there is too little room for peer and payload, first the
// time goes without milliseconds, then an id is cut, and at last those two share what is left.
func (p *Pane) fit(width int) columns {
	need, c := p.needs, columns{time: 8, kind: 8, rtt: leastCell}
	if !p.index.wire {
		c.rtt = max(leastCell, min(need.rtt, mostEnding))
	}
	if width >= millisRow {
		c.time, c.kind, c.millis = 12, 9, true
	}
	c.kind = min(c.kind, max(need.kind, leastCell-1))
	if width >= idRow || p.screen >= idScreen || p.has(ColumnID) {
		c.id = max(leastCell-1, min(need.id, mostID))
	}
	if p.chosen != nil {
		c = p.leaveOut(c)
	}
	rest := func() int {
		rest := width - markerCell - arrowCell - 1 - edge
		for _, cells := range []int{c.seq, c.time, c.kind, c.id, c.size, c.rtt} {
			if cells > 0 {
				rest -= cells + 1
			}
		}
		return max(0, rest-1)
	}
	peer, payload := max(need.peer, leastCell), max(need.payload, leastCell)
	if p.chosen != nil && !p.has(ColumnPeer) {
		peer = 0
	}
	if p.chosen != nil && !p.has(ColumnPayload) {
		payload = 0
	}
	if c.millis && c.time > 0 && rest() < peer+payload {
		c.time, c.millis = 8, false
	}
	if rest() < peer+payload {
		c.id = min(c.id, leastID)
	}
	if peer > 0 {
		c.peer = min(peer, max(rest()*4/9, rest()-payload)) // what is asked says more than the end of an address
	}
	c.payload = rest() - c.peer
	switch {
	case p.has(ColumnText):
		if payload > 0 {
			payload++
		}
		c.text = max(0, c.payload-payload)
		c.payload = min(c.payload, payload)
	case payload == 0:
		c.payload = 0
	}
	return c
}

// headed adds the heading of a column.
func headed(r *row.Row, heading safetext.Text, cells int, style lipgloss.Style) {
	if cells > 0 {
		r.Column(heading, cells, style)
		r.Space(1)
	}
}

func (p *Pane) head(c columns, width int) string {
	r := row.New(width)
	style := p.theme.Muted
	r.Space(markerCell)
	headed(r, safetext.Const("SEQ"), c.seq, style)
	headed(r, safetext.Const("TIME"), c.time, style)
	r.Space(arrowCell + 1)
	headed(r, safetext.Const("KIND"), c.kind, style)
	headed(r, safetext.Const("ID"), c.id, style)
	headed(r, safetext.Const("SIZE"), c.size, style)
	headed(r, safetext.Const("PEER"), c.peer, style)
	headed(r, safetext.Const("PAYLOAD"), c.payload, style)
	headed(r, safetext.Const("TEXT"), c.text, style)
	if c.rtt > 0 {
		r.Fill(width - edge - c.rtt)
		r.Right(safetext.Const("RTT"), c.rtt, style)
	}
	return r.String()
}

// partnerMark stands before the request of the selected reply, and before the reply of the selected
// request.
const partnerMark = "•"

// matchMark stands before what a search has found.
const matchMark = "*"

// begin adds what all rows begin with: the marks, and the time. Those of members of something are
// moved to the right.
func (p *Pane) begin(r *row.Row, e journal.Entry, c columns, m marks) {
	t := p.theme
	marker := t.NoMarker
	switch {
	case m.selected:
		marker = t.Marker
	case m.partner:
		marker = partnerMark
	}
	r.Column(safetext.CleanLine(strings.TrimRight(marker, " ")), markerCell-1, t.Text)
	switch {
	case m.found:
		r.Add(safetext.Const(matchMark), t.Warning)
	case m.marked:
		r.Add(safetext.Const(markSign), t.Match)
	}
	r.Fill(markerCell)
	r.Add(m.branch, t.Muted)
	if c.seq > 0 {
		r.Right(safetext.CleanLine("#"+strconv.FormatUint(e.Seq, 10)), c.seq, t.Muted)
		r.Space(1)
	}
	if c.time == 0 {
		return
	}
	layout := "15:04:05"
	if c.millis {
		layout = "15:04:05.000"
	}
	at := e.Time.Format(layout)
	if e.Time.IsZero() { // of a capture that has none
		at = "-"
	}
	r.Column(safetext.CleanLine(at), c.time, t.Muted)
	r.Space(1)
}

// marks are what stands before a row.
type marks struct {
	selected, partner, found, marked bool
	name                             string        // of the mark
	branch                           safetext.Text // of a member of something
}

func (p *Pane) row(r *row.Row, e journal.Entry, c columns, m marks) {
	t := p.theme
	p.begin(r, e, c, m)
	if e.Stanza == nil {
		r.Column(safetext.Const("·"), arrowCell, t.Info)
		r.Space(1)
		p.markName(r, m)
		r.Add(safetext.CleanLine(e.Text), t.Info)
		return
	}
	c.payload -= m.branch.Width()
	p.who(r, e, c)
	from := r.Width()
	p.markName(r, m)
	c.payload = max(0, c.payload-(r.Width()-from))
	p.rest(r, e, c)
}

// who adds the direction, the kind, the id and the peer of a stanza.
func (p *Pane) who(r *row.Row, e journal.Entry, c columns) {
	t := p.theme
	arrow, style := safetext.Const("→"), t.Out
	if e.Dir == stanza.In {
		arrow, style = safetext.Const("←"), t.In
	}
	r.Column(arrow, arrowCell, style)
	r.Space(1)
	headed(r, words.Kind(e.Stanza), c.kind, p.kindStyle(e))
	headed(r, id(e.Stanza), c.id, t.Text)
	if c.size > 0 {
		r.Right(safetext.CleanLine(words.Size(len(e.Stanza.XML()))), c.size, t.Muted)
		r.Space(1)
	}
	peer := peer(e)
	headed(r, words.Address(peer), c.peer, t.Peer(peer))
}

// peer is whom a stanza went to, or came from.
func peer(e journal.Entry) string {
	if e.Dir == stanza.In {
		return e.Stanza.From()
	}
	return e.Stanza.To()
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
	case e.Stanza.Type() == stanza.Get:
		return p.theme.Get
	case e.Stanza.Type() == stanza.Set:
		return p.theme.Set
	}
	return p.theme.Text
}

// rest adds payload and round-trip time, or instead of them what there is to say about the
// stanza.
func (p *Pane) rest(r *row.Row, e journal.Entry, c columns) {
	t := p.theme
	payload := words.Payload(e.Stanza)
	if c.payload == 0 {
		payload = safetext.Text{}
	}
	switch fault := e.Stanza.Fault(); {
	case fault != nil:
		r.Add(safetext.CleanLine("✗ "+fault.Error()), t.Error)
	case e.Verdict == stanza.VerdictLate:
		r.Add(safetext.CleanLine("! late by "+words.Duration(e.LateBy)+" "), t.Warning)
		r.Add(payload, t.Payload)
	case flagged(e):
		verdict, why := safetext.CleanLine("! "+string(e.Verdict)), safetext.CleanLine(": "+e.Text)
		style := t.Warning
		if refused(e) {
			style = t.Error
		}
		r.Add(verdict, style)
		if e.Text != "" && why.Width() <= r.Left() {
			r.Add(why, style)
		} else {
			r.Space(1)
			r.Add(payload, t.Payload)
		}
	case e.Text != "":
		r.Add(payload, t.Payload)
		if !payload.Empty() {
			r.Add(safetext.Const(" · "), t.Muted)
		}
		r.Add(safetext.CleanLine(e.Text), t.Info)
	case e.Outcome != "" && e.Reply == 0:
		r.Add(payload, t.Payload)
		r.Add(safetext.Const(" · "), t.Muted)
		r.Add(safetext.CleanLine(string(e.Outcome)), t.Warning)
	case e.Redacted:
		r.Column(payload, c.payload, t.Payload)
		r.Add(safetext.Const(" hidden"), t.Muted)
	default:
		headed(r, payload, c.payload, t.Payload)
		p.xml(r, e, c)
		if e.RTT > 0 && c.rtt > 0 {
			r.Fill(r.Width() + r.Left() - edge - c.rtt)
			r.Right(safetext.CleanLine(words.Duration(e.RTT)), c.rtt, t.Muted)
		}
	}
}

// xml adds the column of the text, in one line.
func (p *Pane) xml(r *row.Row, e journal.Entry, c columns) {
	if c.text == 0 {
		return
	}
	xml := e.Stanza.XML()
	headed(r, safetext.CleanLine(xml[:min(len(xml), mostText)]), min(c.text, r.Left()), p.theme.Muted)
}
