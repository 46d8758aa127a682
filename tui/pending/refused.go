package pending

import (
	"iqscope/internal/safetext"
	"iqscope/iqbuilder/explain"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/journal"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// Logged finds what stood on the wire by its number in the log; false when it has left the log.
type Logged func(seq uint64) (journal.Entry, bool)

// SelectedRefusal returns the selected row if it is a stanza that was refused, with the request
// whose id it has.
func (p *Pane) SelectedRefusal() (session.Exchange, session.Refusal, bool) {
	if len(p.rows) == 0 || p.rows[p.at].refusal == nil {
		return session.Exchange{}, session.Refusal{}, false
	}
	return *p.rows[p.at].ours, *p.rows[p.at].refusal, true
}

// withRefusals appends a request of ours and, under it, what was refused of what came for it, in
// the order in which it came.
func withRefusals(rows []entry, v *session.Exchange) []entry {
	rows = append(rows, entry{ours: v})
	for i := range v.Refusals {
		rows = append(rows, entry{ours: v, refusal: &v.Refusals[i]})
	}
	return rows
}

// branch stands before a refused stanza, so that it is seen to belong to the request above it.
var branch = safetext.Const("└ ")

// refused adds what was refused, of whom, and why.
func (p *Pane) refused(r *row.Row, f session.Refusal) {
	t := p.theme
	r.Add(branch, t.Muted)
	r.Add(safetext.CleanLine("! "+string(f.Verdict)), t.Error)
	r.Space(2)
	who := words.Address(f.From)
	if f.From == "" {
		who = safetext.Const("without a from")
	}
	why := safetext.CleanLine(f.Note)
	room := max(0, p.width-r.Width()-len(": ")-1)
	if who.Width()+why.Width() > room { // both stand whole under it, when it is selected
		who = who.Truncate(max(room/2, room-why.Width()))
	}
	r.Add(who, t.Text)
	r.Add(safetext.Const(": "), t.Muted)
	r.Add(why.Truncate(max(0, room-who.Width())), t.Muted)
}

// refusedRemark says in words why a stanza was refused. The stanza follows.
func (p *Pane) refusedRemark(f session.Refusal) []string {
	text := words.Sentence(f.Note)
	if f.From != "" {
		text = "From " + words.Address(f.From).String() + ": " + text
	}
	if !p.beside.Explanation {
		text += " " + explain.Verdict(f.Verdict).Meaning
	}
	if st, _ := p.refusedStanza(f); st == nil {
		text += " The log has dropped it since."
	}
	return p.paragraph(safetext.CleanLine(text), p.theme.Warning, indent)
}

// refusedStanza is what was refused, with its number in the log; nil if it has left the log.
func (p *Pane) refusedStanza(f session.Refusal) (*stanza.Stanza, uint64) {
	if e, ok := p.logged(f.Seq); ok {
		return e.Stanza, f.Seq
	}
	return nil, 0
}

// refusals adds how many stanzas were refused. Rows of their own tell which.
func (p *Pane) refusals(r *row.Row, v session.Exchange, space int) {
	if v.Refused > 0 {
		r.Add(safetext.CleanLine("! "+words.Count(v.Refused)+" refused"), p.theme.Warning)
		r.Space(space)
	}
}
