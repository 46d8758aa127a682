package pending

import (
	"errors"
	"time"

	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/explain"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/tui/keys"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// Fold shows no more of the selected request than its row, or all of it again.
const Fold keys.Action = "fold-request"

// Beside says what the inspector shows beside the pane of what is selected here, so that nothing is
// said twice.
type Beside struct{ XML, Explanation bool }

// SetBeside takes in what that is.
func (p *Pane) SetBeside(b Beside) { p.beside = b }

// SetOwn takes in our own address, by which it is told who answered.
func (p *Pane) SetOwn(own stanza.JID) { p.own = own }

// unfold says in words how things stand with the selected request: what went out and came in, and
// what that means.
func (p *Pane) unfold() []string {
	switch e := p.rows[p.at]; {
	case p.folded:
		return nil
	case e.theirs != nil:
		return p.incomingRemark(e.theirs)
	case e.refusal != nil:
		return p.refusedRemark(*e.refusal)
	default:
		return append(p.wire(*e.ours), p.remark(*e.ours)...)
	}
}

// Says is what the answer to a request says and means, and how it ended, in lines of a width.
func (p *Pane) Says(v session.Exchange, width int) []string {
	other := *p
	other.width, other.beside, other.odd = width, Beside{}, odd{}
	other.odd.read(v, p.kinds)
	return other.remark(v)
}

// clock is how times are written: to the millisecond, as the log does.
const clock = "15:04:05.000"

// wire tells what went out, and what answered.
func (p *Pane) wire(v session.Exchange) []string {
	if v.Sent.IsZero() {
		return nil
	}
	t := p.theme
	lines := []string{p.wireLine(safetext.Const("→"), t.Out, v.Sent, v.Stanza, words.ShortID(v.Stanza), t.Muted)}
	answer, late := v.Reply, time.Duration(0)
	at := v.Sent.Add(v.RTT)
	if answer == nil {
		answer, late, at = v.Late, v.LateBy, v.Ended.Add(v.LateBy)
	}
	if answer == nil {
		return lines
	}
	verdict, style := safetext.Const("✓ answers it"), t.Success
	switch {
	case late > 0:
		verdict, style = safetext.Const("! answers it too late"), t.Warning
	case answer.HasError():
		style = t.Error
	}
	return append(lines, p.wireLine(safetext.Const("←"), t.In, at, answer, verdict, style))
}

// wireLine is one of those: when, what, with whom, how long it is, and more.
func (p *Pane) wireLine(arrow safetext.Text, arrows lipgloss.Style, at time.Time, st *stanza.Stanza, more safetext.Text, style lipgloss.Style) string {
	t := p.theme
	r := row.New(p.width)
	r.Space(indent)
	r.Add(arrow, arrows)
	r.Space(1)
	times := clock
	if p.width < wide {
		times = "15:04:05" // which leaves the address more room
	}
	r.Add(safetext.CleanLine(at.Format(times)), t.Muted)
	r.Space(2)
	r.Add(words.Kind(st), verb(t, st))
	if who := st.From(); who != "" && !st.IsRequest() {
		r.Add(safetext.Const(" from "), t.Muted)
		r.Add(words.Address(who).Truncate(max(least, r.Left()-more.Width()-2)), t.Peer(who))
	}
	r.Space(2)
	r.Add(more, style)
	if size := safetext.CleanLine("  " + words.Size(len(st.XML()))); r.Left() >= size.Width() {
		r.Add(size, t.Muted)
	}
	return r.String()
}

// failure says what an error means and what to try, unless the inspector does.
func (p *Pane) failure(v session.Exchange, e *stanza.StanzaError) []string {
	if p.beside.Explanation {
		return nil
	}
	x := explain.Error(explain.Context{
		Condition: e.Condition, Type: e.Type, Application: e.Application,
		By: explain.WhoAnswered(v.Reply.From(), p.own), Payload: v.Stanza.Payload(),
	})
	text := x.Meaning
	if len(x.Try) > 0 {
		text += " Try: " + x.Try[0]
	}
	return p.paragraph(safetext.CleanLine(text), p.theme.Text, indent)
}

// errorOf is what an error reply says; nil for another reply, and one that says nothing.
func errorOf(v session.Exchange) *stanza.StanzaError {
	var e *stanza.IQError
	if !errors.As(v.Err, &e) || e.Err == nil || *e.Err == (stanza.StanzaError{}) {
		return nil
	}
	return e.Err
}
