package logpane

import (
	"cmp"
	"slices"

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
		return p.empty("Everything that goes over the wire is listed here, from the first byte of the connection on. Nothing yet.")
	case len(visible) == 0 && p.filter.on:
		return p.empty(p.nothing(look))
	case len(visible) == 0 && p.HiddenAcks() > 0 && p.height > 0:
		return p.empty("There is nothing but acknowledgements." + p.showsAcks(look))
	}
	p.fetch(visible)
	bySeq := func(seq uint64) (journal.Entry, bool) {
		i, ok := slices.BinarySearchFunc(p.entries, seq, func(e journal.Entry, seq uint64) int { return cmp.Compare(e.Seq, seq) })
		if !ok {
			return journal.Entry{}, false // it has been dropped since the last refresh
		}
		return p.entries[i], true
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
		case selected && look.Focused:
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

// fetch reads the entries of the visible rows.
func (p *Pane) fetch(visible []uint64) {
	p.entries = p.entries[:0]
	if n := len(visible); n > 0 && visible[n-1]-visible[0] == uint64(n-1) {
		p.entries = p.journal.Window(p.entries, visible[0], len(visible))
		return
	}
	for _, seq := range visible {
		if e, ok := p.journal.Get(seq); ok {
			p.entries = append(p.entries, e)
		}
	}
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

// nothing says that the filter shows nothing, and what to do about it.
func (p *Pane) nothing(look pane.Look) string {
	if p.filter.behind {
		return "Nothing has matched " + p.filter.text + " yet: " + words.Count(p.progress()) + " % of the log has been looked at."
	}
	text := "Nothing in the log matches " + p.filter.text + "." + p.showsAcks(look)
	if toggle := look.KeyOf(keys.ToggleFilter); toggle != "" {
		text += " " + toggle + " takes the filter off"
		if change := look.KeyOf(keys.Filter); change != "" {
			text += ", " + change + " changes it"
		}
		text += "."
	}
	return text
}

// showsAcks says that acknowledgements are hidden, and how they are shown; empty if none are.
func (p *Pane) showsAcks(look pane.Look) string {
	n := p.HiddenAcks()
	if n == 0 {
		return ""
	}
	text := " " + words.Plural(n, "acknowledgement") + " of stream management "
	if n == 1 {
		text += "is hidden"
	} else {
		text += "are hidden"
	}
	if key := look.KeyOf(ToggleAcks); key != "" {
		text += "; " + key + " shows what is hidden"
	}
	return text + "."
}
