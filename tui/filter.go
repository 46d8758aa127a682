package tui

import (
	"errors"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/session/match"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/logpane"
	"iqscope/tui/prompt"
	"iqscope/tui/words"
)

const (
	// keptAnswers is how many filters, and searches, of this session can be brought back.
	keptAnswers = 100
	// filterRows hold a row of carets and two of words.
	filterRows = 3
)

// errNoFilter answers Enter as long as what is typed is wrong; what is wrong with it stands above.
var errNoFilter = errors.New("this is no filter yet; esc leaves the log as it was")

// askFilter asks what the log is to show.
func (m *Model) askFilter() {
	hint := `iq@outcome=error or iq@outcome=timeout · not iq/ping · ~"text" · empty: all`
	if len(m.filters) > 0 {
		hint = `iq@outcome=error or iq@outcome=timeout · not iq/ping · ~"text" · ↑ earlier`
	}
	p := prompt.New(safetext.Const("Filter: "), safetext.CleanLine(hint), m.log.Filter())
	p.SetCheck(filterRows, m.filterCheck())
	p.SetPast(m.filters)
	m.ask(p, m.setFilter)
}

// setFilter shows what matches the answer; everything if it is empty.
func (m *Model) setFilter(answer string) (tea.Cmd, error) {
	if answer == "" {
		m.log.SetFilter("", nil)
		return nil, nil
	}
	expr, err := compileFilter(answer)
	if err != nil {
		return nil, errNoFilter
	}
	m.log.SetFilter(answer, expr)
	m.filters = keep(m.filters, answer)
	return nil, nil
}

// keep adds an answer to earlier ones, as the latest.
func keep(past []string, answer string) []string {
	past = append(slices.DeleteFunc(slices.Clone(past), func(p string) bool { return p == answer }), answer)
	return past[max(0, len(past)-keptAnswers):]
}

func compileFilter(text string) (*match.Expr, error) { return match.Compile(text, match.BasicKeys()) }

// filterCheck says what is wrong with a filter or, when nothing is, whether it shows the entry that is selected now.
func (m *Model) filterCheck() prompt.Check {
	var entry match.Subject
	name := ""
	if seq, ok := m.log.Selected(); ok {
		if e, ok := m.session.Journal().Get(seq); ok {
			entry, name = logpane.Subject(e), "the selected stanza, #"+words.Count(seq)+","
		}
	}
	return func(text string) []prompt.Line {
		if text == "" {
			return []prompt.Line{{Text: safetext.Const("An empty filter shows everything.")}}
		}
		expr, err := compileFilter(text)
		if err != nil {
			return syntax(err)
		}
		if entry == nil {
			return []prompt.Line{{Mark: prompt.OK, Text: safetext.Const("This is a filter.")}}
		}
		why := expr.Why(entry)
		if why.OK {
			return []prompt.Line{{Mark: prompt.OK, Text: safetext.CleanLine(words.Sentence(name + " matches"))}}
		}
		said := words.Sentence(name + " does not match: " + why.Words)
		return []prompt.Line{{Text: safetext.CleanLine(said), From: why.Pos, To: why.End}}
	}
}

// syntax says why an expression was refused, and where.
func syntax(err error) []prompt.Line {
	var wrong *match.SyntaxError
	if !errors.As(err, &wrong) {
		return []prompt.Line{{Mark: prompt.Bad, Text: safetext.CleanLine(words.Sentence(err.Error()))}}
	}
	problem := wrong.Problem
	if wrong.Cause != nil {
		problem += ": " + wrong.Cause.Error()
	}
	lines := []prompt.Line{{Mark: prompt.Bad, Text: safetext.CleanLine(words.Sentence(problem)), From: wrong.Pos, To: wrong.Pos + 1}}
	if wrong.Hint != "" {
		lines = append(lines, prompt.Line{Text: safetext.CleanLine(words.Sentence(wrong.Hint))})
	}
	return lines
}

// filterWord is the footer's word for the key that switches the filter; empty if there is none.
func (m *Model) filterWord() string {
	switch {
	case m.log.Filtered():
		return "filter off"
	case m.log.Filter() != "":
		return "filter on"
	}
	return ""
}

// drawnLog draws the log with the keys that it names.
func (m *Model) drawnLog() []string {
	return m.log.View(logpane.Look{
		Focused:   m.focus == layout.Log,
		FilterKey: m.keyFor(keys.Log, keys.Filter),
		ToggleKey: m.keyFor(keys.Log, keys.ToggleFilter),
	})
}
