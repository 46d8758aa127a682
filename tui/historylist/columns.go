package historylist

import (
	"strings"

	"github.com/charmbracelet/lipgloss"

	"iqscope/history"
	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/tui/table"
	"iqscope/tui/words"
)

// Widths of columns.
const (
	pinCell   = 1
	wholeDate = 19 // with the year
	shortDate = 14
	verbCells = 3
	leastText = 10
	leastTo   = 16
	leastEnd  = 14
	mostEnd   = 26 // a long condition with its mark
	msCells   = 8
	leastTags = 12
)

// columns are those of the list. Where there is little room the tags go, and the year.
func (s *Screen) columns() []table.Column[*history.Entry] {
	column := func(title string, c table.Column[*history.Entry], cell func(e *history.Entry) (safetext.Text, lipgloss.Style)) table.Column[*history.Entry] {
		c.Title = title
		c.Cell = func(e *history.Entry, _ int) table.Cell {
			text, style := cell(e)
			return table.Cell{Text: text, Style: style}
		}
		return c
	}
	type width = table.Column[*history.Entry]
	date := shortDate
	if s.wide {
		date = wholeDate
	}
	return []width{
		column("", width{Least: pinCell}, func(e *history.Entry) (safetext.Text, lipgloss.Style) {
			if e.Pinned {
				return safetext.Const("*"), s.theme.Key
			}
			return safetext.Const(" "), s.theme.Muted
		}),
		column("ENDED", width{Least: date}, func(e *history.Entry) (safetext.Text, lipgloss.Style) {
			return safetext.CleanLine(s.date(e)), s.theme.Muted
		}),
		column("", width{Least: verbCells}, func(e *history.Entry) (safetext.Text, lipgloss.Style) {
			style := s.theme.Get
			if e.Stanza.Type() == stanza.Set {
				style = s.theme.Set
			}
			return words.Kind(e.Stanza), style
		}),
		column("PAYLOAD", width{Least: leastText, Weight: 2, Most: 30}, func(e *history.Entry) (safetext.Text, lipgloss.Style) {
			return words.Payload(e.Stanza), s.theme.Payload
		}),
		column("TO", width{Least: leastTo, Weight: 3}, func(e *history.Entry) (safetext.Text, lipgloss.Style) {
			to := e.Stanza.To()
			if to == "" {
				return safetext.Const("–"), s.theme.Muted
			}
			return words.Address(to), s.theme.Peer(to)
		}),
		column("OUTCOME", width{Least: leastEnd, Weight: 2, Most: mostEnd}, s.ended),
		column("TOOK", width{Least: msCells, Right: true}, s.took),
		column("TAGS", width{Least: leastTags, Weight: 1, Keep: 1}, func(e *history.Entry) (safetext.Text, lipgloss.Style) {
			return safetext.CleanLine(strings.Join(e.Tags, " ")), s.theme.Info
		}),
	}
}

// date is when an exchange ended.
func (s *Screen) date(e *history.Entry) string {
	at := e.Ended.In(s.now.Location())
	if s.wide {
		return at.Format("2006-01-02 15:04:05")
	}
	return at.Format("01-02 15:04:05")
}

// ended is how an exchange ended; an error by its condition.
func (s *Screen) ended(e *history.Entry) (safetext.Text, lipgloss.Style) {
	text, style := words.Outcome(e.Outcome), s.theme.Error
	switch e.Outcome {
	case stanza.OutcomeResult:
		style = s.theme.Success
	case stanza.OutcomeCancelled:
		style = s.theme.Muted
	case stanza.OutcomeUnknown:
		style = s.theme.Warning
	case stanza.OutcomeError:
		if e.Reply != nil {
			text = safetext.Concat(safetext.Const("✗ "), words.Payload(e.Reply))
		}
	}
	return text, style
}

// took is how long the answer took, or by how much it was late.
func (s *Screen) took(e *history.Entry) (safetext.Text, lipgloss.Style) {
	switch {
	case e.Late != nil:
		return safetext.CleanLine("+" + words.Duration(e.LateBy)), s.theme.Warning
	case e.Reply != nil:
		return safetext.CleanLine(words.Duration(e.RTT)), s.theme.Muted
	}
	return safetext.Text{}, s.theme.Muted
}
