package inspect

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/tui/pretty"
	"iqscope/tui/words"
)

// raw shows the stanza byte for byte, of a request that came in and is chosen itself with its reply.
func (p *Pane) raw() ([]string, tea.Cmd) {
	s := p.subject
	lines, cmd := p.exactly(s.Number, s.Entry.Stanza)
	if a := s.Asked; s.Whole && a.Reply != nil && a.ReplySeq != 0 {
		reply, more := p.exactly(a.ReplySeq, a.Reply)
		lines = slices.Concat(lines, []string{"", p.theme.Title.Render(words.Asked(*a).Truncate(p.width - margin).String())}, reply)
		cmd = tea.Batch(cmd, more)
	}
	return lines, cmd
}

// exactly writes a stanza's bytes; of a broken one it says first what is wrong with it.
func (p *Pane) exactly(number uint64, st *stanza.Stanza) ([]string, tea.Cmd) {
	lines, cmd := p.printer.Lines(pretty.Request{Seq: number, Stanza: st, Form: pretty.Exact, Width: p.width - margin, Wrap: true})
	fault := st.Fault()
	if fault == nil {
		return lines, cmd
	}
	var above []string
	for _, t := range safetext.CleanLine("✗ broken at " + fault.Error()).Wrap(max(1, p.width-margin)) {
		above = append(above, p.theme.Error.Render(t.String()))
	}
	return slices.Concat(above, []string{""}, lines), cmd
}
