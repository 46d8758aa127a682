package pending

import (
	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/themes"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// about adds what is asked, and of whom, in at most so many cells: "get disco#info → demo.localhost",
// or of a request that came in "← get time from juliet@example.org". Where there is little room the
// address goes first.
func (p *Pane) about(r *row.Row, e entry, cells int) {
	t, end, st := p.theme, r.Width()+cells, e.stanza()
	add := func(text safetext.Text, style lipgloss.Style) { r.Add(text.Truncate(max(0, end-r.Width())), style) }
	with, who, peer := safetext.Const(" → "), words.Address(st.To()), t.Peer(st.To())
	if e.theirs != nil {
		add(safetext.Const("← "), t.In)
		with, who, peer = safetext.Const(" from "), words.Address(st.From()), t.Peer(st.From())
		if who.Empty() {
			who, peer = safetext.Const("your own account"), t.Text
		}
	}
	what := words.Payload(st)
	if st.Payloads() == 0 {
		what = safetext.Const("nothing")
	}
	add(words.Kind(st), verb(t, st))
	add(safetext.Const(" "), t.Muted)
	add(what, t.Payload)
	if !who.Empty() && end-r.Width()-with.Width() >= min(least, who.Width()) {
		add(with, t.Muted)
		add(who, peer)
	}
}

// verb is the style of a request's type.
func verb(t themes.Theme, st *stanza.Stanza) lipgloss.Style {
	switch st.Type() {
	case stanza.Get:
		return t.Get
	case stanza.Set:
		return t.Set
	}
	return t.Text
}
