package logpane

import (
	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// View is the visible rows as they were laid out.
func (p *Pane) View() []string { return p.lines }

func (p *Pane) draw(look pane.Look) []string {
	visible := p.list.Visible()
	switch {
	case p.Empty():
		return p.empty("Everything that goes over the wire is listed here, from the first byte of the connection on. Nothing yet." + try(look))
	case len(visible) == 0 && p.filterOn:
		return p.empty(p.nothing(look))
	}
	p.fetch(visible)
	selected, _ := p.list.Selected()
	partner := uint64(0)
	if e, ok := p.entries[selected.seq]; ok && (p.index.wire || selected.part == member) {
		partner = max(e.Request, e.Reply)
	}
	cols := p.fit(p.canvas())
	var lines []string
	if p.heading() > 0 {
		lines = append(lines, p.shifted(p.head(cols, p.canvas())))
	}
	lines = append(lines, p.list.View(func(at line, selected bool) string {
		m := marks{selected: selected, partner: at.seq == partner && (p.index.wire || at.part == member), found: p.marks(at)}
		m.name, m.marked = p.markOf(at)
		return p.line(at, cols, m, look.Focused)
	})...)
	if p.footing() > 0 {
		for len(lines) < p.height-p.footing() {
			lines = append(lines, "")
		}
		lines = append(lines, p.detail())
	}
	return lines
}

// line draws one line of the list; nothing of an entry that has been dropped since the last refresh.
func (p *Pane) line(at line, cols columns, m marks, focused bool) string {
	canvas := row.New
	if m.selected {
		under := p.theme.SelectedIdle
		if focused {
			under = p.theme.Selected
		}
		canvas = func(limit int) *row.Row { return row.Over(limit, under) }
	}
	r := canvas(p.canvas())
	e, ok := p.entries[at.seq]
	switch {
	case !ok:
		return ""
	case at.part == detail || at.part == more:
		return p.text(at, m)
	case at.part == whole && p.listed.isRun(at.seq):
		p.run(r, e, cols, m)
	case at.part == member:
		m.branch = safetext.Const("├ ")
		if u := p.listed.under(p.listed.rowOf(at.seq)); u != nil && u.last == at.seq {
			m.branch = safetext.Const("└ ")
		}
		p.row(r, e, cols, m)
	case p.isRequest(e):
		p.exchange(r, canvas, e, cols, m)
	default:
		p.row(r, e, cols, m)
	}
	return p.shifted(r.String())
}

// isRequest says that the row of an entry tells how it was answered.
func (p *Pane) isRequest(e journal.Entry) bool {
	return !p.index.wire && e.Stanza != nil && e.Stanza.IsRequest()
}

// fetch reads the entries that the visible lines are about.
func (p *Pane) fetch(visible []line) {
	clear(p.entries)
	get := func(seq uint64) {
		if _, there := p.entries[seq]; !there && p.index.has(seq) {
			if e, ok := p.journal.Get(seq); ok {
				p.entries[seq] = e
			}
		}
	}
	for _, at := range visible {
		get(at.seq)
		if at.part == whole && !p.index.wire {
			for _, seq := range p.index.members(at.seq, mostShown) {
				get(seq)
			}
			get(p.entries[at.seq].Reply)
		}
	}
	for _, at := range visible {
		e := p.entries[at.seq]
		p.measure(e)
		if at.part == whole && p.isRequest(e) {
			said := row.New(p.canvas())
			p.ending(said, e)
			p.needs.rtt = max(p.needs.rtt, said.Width())
		}
	}
}

// refused tells a stanza that does not come from whom it should.
func refused(e journal.Entry) bool {
	switch e.Verdict {
	case stanza.VerdictWrongSender, stanza.VerdictWrongRecipient, stanza.VerdictBorrowedID, stanza.VerdictForged:
		return true
	}
	return false
}

// flagged tells a stanza that did not fit any request although it has to do with one.
func flagged(e journal.Entry) bool { return e.Verdict != "" && e.Verdict != stanza.VerdictReply }

// detail says in one line what the selected row had no room for.
func (p *Pane) detail() string {
	seq, ok := p.Selected()
	e, there := p.entries[seq]
	if !ok || !there {
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
	if e.Outcome != "" && e.Outcome != stanza.OutcomeResult {
		say(string(e.Outcome), p.theme.Warning)
	}
	say(e.Text, p.theme.Text)
	if e.Stanza == nil {
		return r.String()
	}
	if fault := e.Stanza.Fault(); fault != nil {
		say("broken at "+fault.Error(), p.theme.Error)
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

// empty says why there are no rows.
func (p *Pane) empty(why string) []string {
	var lines []string
	for _, t := range safetext.CleanLine(why).Wrap(max(1, p.width-2)) {
		lines = append(lines, " "+p.theme.Muted.Render(t.String()))
	}
	return lines
}

// try names one thing to do in a log without rows.
func try(look pane.Look) string {
	key := look.KeyOf(keys.Send)
	if key == "" {
		return ""
	}
	return " " + key + " sends what is in the composer. A request and its answers become one row, which unfolds."
}

// nothing says that the filter shows nothing, and what to do about it.
func (p *Pane) nothing(look pane.Look) string {
	if p.filter.behind {
		return "Nothing has matched " + p.filter.text + " yet: " + words.Count(p.filter.progress(p.seen)) + " % of the log has been looked at."
	}
	text := "Nothing in the log matches " + p.filter.text + "."
	if key := look.KeyOf(ToggleAcks); key != "" && p.index.runs > 0 {
		text += " Acknowledgements of stream management are left out; " + key + " shows them."
	}
	if toggle := look.KeyOf(keys.ToggleFilter); toggle != "" {
		text += " " + toggle + " takes the filter off"
		if change := look.KeyOf(keys.Filter); change != "" {
			text += ", " + change + " changes it"
		}
		text += "."
	}
	return text
}
