package logpane

import (
	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// View draws the visible rows.
func (p *Pane) View(focused bool) []string {
	visible := p.list.Visible()
	if len(visible) == 0 {
		return p.empty()
	}
	p.entries = p.journal.Window(p.entries, visible[0], len(visible))
	bySeq := func(seq uint64) (journal.Entry, bool) {
		if len(p.entries) == 0 || seq < p.entries[0].Seq || seq-p.entries[0].Seq >= uint64(len(p.entries)) {
			return journal.Entry{}, false // it has been dropped since the last refresh
		}
		return p.entries[seq-p.entries[0].Seq], true
	}
	var partner uint64
	if selected, ok := p.list.Selected(); ok {
		if e, ok := bySeq(selected); ok {
			partner = max(e.Request, e.Reply)
		}
	}
	detail := p.detail(bySeq)
	cols := fit(p.width)
	var lines []string
	if p.heading() > 0 {
		lines = append(lines, p.head(cols))
	}
	lines = append(lines, p.list.View(func(seq uint64, selected bool) string {
		e, ok := bySeq(seq)
		if !ok {
			return ""
		}
		r := row.New(p.width)
		switch {
		case selected && focused:
			r = row.Over(p.width, p.theme.Selected)
		case selected:
			r = row.Over(p.width, p.theme.SelectedIdle)
		}
		p.row(r, e, cols, selected, seq == partner)
		return r.String()
	})...)
	if p.footing() > 0 {
		for len(lines) < p.height-p.footing() {
			lines = append(lines, "")
		}
		lines = append(lines, detail)
	}
	return lines
}

// flagged tells a stanza that did not fit any request although it has to do with one.
func flagged(e journal.Entry) bool { return e.Verdict != "" && e.Verdict != stanza.VerdictReply }

// detail says in one line what the selected row had no room for.
func (p *Pane) detail(bySeq func(uint64) (journal.Entry, bool)) string {
	selected, _ := p.list.Selected()
	e, ok := bySeq(selected)
	if !ok {
		return ""
	}
	r := row.New(p.width)
	r.Space(markerCell)
	r.Add(safetext.CleanLine("#"+words.Count(e.Seq)), p.theme.Muted)
	say := func(text string, style lipgloss.Style) {
		if text != "" {
			r.Add(safetext.Const(" · "), p.theme.Muted)
			r.Add(safetext.CleanLine(text), style)
		}
	}
	if flagged(e) {
		say(string(e.Verdict), p.theme.Warning)
	}
	say(e.Text, p.theme.Text)
	if e.Stanza == nil {
		return r.String()
	}
	say(words.Size(len(e.Stanza.XML())), p.theme.Muted)
	switch {
	case e.Reply != 0:
		say("answered by #"+words.Count(e.Reply), p.theme.Muted)
	case e.Request != 0 && flagged(e):
		say("has the id of #"+words.Count(e.Request), p.theme.Muted)
	case e.Request != 0:
		say("answers #"+words.Count(e.Request), p.theme.Muted)
	}
	if e.Redacted {
		say("secrets hidden", p.theme.Muted)
	}
	say(e.Stanza.Payload().Space, p.theme.Muted)
	return r.String()
}

func (p *Pane) empty() []string {
	text := safetext.Const("Everything that goes over the wire is listed here, from the first byte of the connection on. Nothing yet.")
	var lines []string
	for _, t := range text.Wrap(max(1, p.width-2)) {
		lines = append(lines, " "+p.theme.Muted.Render(t.String()))
	}
	return lines
}

// columns are the widths of a row's columns. Fixed ones come first, then peer and payload share what is left. A narrow row has no ids, which
// would be cut beyond use.
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

// partnerMark stands before the request of the selected reply, and before the reply of the selected request.
const partnerMark = "•"

func (p *Pane) row(r *row.Row, e journal.Entry, c columns, selected, partner bool) {
	t := p.theme
	marker := t.NoMarker
	switch {
	case selected:
		marker = t.Marker
	case partner:
		marker = partnerMark
	}
	r.Column(safetext.CleanLine(marker), markerCell, t.Text)
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
	}
	return safetext.Text{}
}

func (p *Pane) kindStyle(e journal.Entry) lipgloss.Style {
	switch {
	case e.Stanza.Kind() != stanza.IQ:
		return p.theme.Muted
	case e.Stanza.Type() == stanza.Error:
		return p.theme.Error
	case e.Stanza.Type() == stanza.Result:
		return p.theme.Success
	}
	return p.theme.Text
}

// rest adds peer, payload and round-trip time, or instead of the last two what there is to say about the stanza.
func (p *Pane) rest(r *row.Row, e journal.Entry, c columns) {
	t := p.theme
	peer := e.Stanza.To()
	if e.Dir == stanza.In {
		peer = e.Stanza.From()
	}
	r.Column(safetext.CleanLine(peer), c.peer, t.Text)
	r.Space(1)
	payload := words.Payload(e.Stanza)
	switch {
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
