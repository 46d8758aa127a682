package tui

import (
	"errors"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/config"
	"iqscope/internal/safetext"
	"iqscope/session/match"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/logpane"
	"iqscope/tui/prompt"
	"iqscope/tui/words"
)

// logActions filter the log, and search it.
func logActions() []action {
	onLog := func(name keys.Action, key, help string, do func(*logpane.Pane)) action {
		return action{
			name: name, help: help, at: []place{{keys.Log, key, "", ""}},
			do: func(m *Model) tea.Cmd { do(m.desk.log); return nil },
		}
	}
	toggle := onLog(keys.ToggleFilter, "F", "switch the filter off, or on again", (*logpane.Pane).ToggleFilter)
	toggle.word = func(m *Model, _ keys.Context) string {
		switch {
		case m.desk.log.Filtered():
			return "filter off"
		case m.desk.log.Filter() != "":
			return "filter on"
		}
		return ""
	}
	toggle.can = needs("there is no filter", func(m *Model) bool { return m.desk.log.Filter() != "" })
	next := onLog(keys.NextMatch, "n", "the next marked one below", (*logpane.Pane).SearchNewer)
	prev := onLog(keys.PrevMatch, "N", "the next marked one above", (*logpane.Pane).SearchOlder)
	next.can = needs("nothing is searched for", func(m *Model) bool { return m.desk.log.Searching() })
	prev.can = next.can
	acks := inPane(layout.Log, action{name: logpane.ToggleAcks, help: "show acknowledgements and keepalives, or count them", at: []place{{keys.Log, ".", "", ""}}})
	acks.word = func(m *Model, _ keys.Context) string {
		switch folded, shown := m.desk.log.Acks(); {
		case shown:
			return "count acks"
		case folded > 0:
			return "show acks"
		}
		return ""
	}
	view := inPane(layout.Log, action{name: logpane.ToggleView, help: "show each exchange as one row, or each element that went over the wire", at: []place{{keys.Log, "v", "", ""}}})
	view.word = func(m *Model, _ keys.Context) string {
		switch {
		case m.desk.log.Empty():
			return ""
		case m.desk.log.Wire():
			return "exchanges"
		}
		return "wire"
	}
	fold := inPane(layout.Log, action{name: logpane.ToggleFold, help: "show under the row what belongs to it, or hide that", at: []place{{keys.Log, "space", "", ""}}})
	fold.can = needs("there is nothing to show under this row", func(m *Model) bool { return m.desk.log.Fold() != logpane.Nothing })
	fold.word = func(m *Model, _ keys.Context) string { return string(m.desk.log.Fold()) }
	return []action{
		{
			name: keys.Filter, help: "show only what matches", at: []place{{keys.Log, "f", "filter", ""}}, do: askFilter,
			word: func(m *Model, _ keys.Context) string {
				if m.desk.log.Empty() {
					return ""
				}
				return "filter"
			},
			argument: &argument{what: "MATCH", do: setFilter, complete: func(m *Model) []string { return m.past.filters }},
		},
		toggle,
		{
			name: keys.Search, help: "mark what has a text in it, and go there", at: []place{{keys.Log, "/", "", ""}}, do: askSearch,
			argument: &argument{what: "TEXT", do: search, complete: func(m *Model) []string { return m.past.searches }},
		},
		next,
		prev,
		fold,
		view,
		acks,
		inPane(layout.Log, action{name: logpane.ScrollRight, help: "move the rows to see more at the right", at: []place{{keys.Log, "right", "", ""}}}),
		inPane(layout.Log, action{name: logpane.ScrollLeft, help: "move them back", at: []place{{keys.Log, "left", "", ""}}}),
		{
			name: keys.ChooseColumns, help: "choose the columns of the log", at: []place{{keys.Log, "C", "", ""}}, do: askColumns,
			argument: &argument{
				what: "NAMES", do: setColumns,
				complete: func(*Model) []string { return logpane.AllColumns() },
			},
		},
		inPane(layout.Log, action{name: logpane.ToggleMark, help: "mark the row, or take its mark away", at: []place{{keys.Log, "m", "", ""}}}),
		{
			name: keys.NameMark, help: "mark the row with a name", at: []place{{keys.Log, "M", "", ""}}, do: askMark,
			can: needs("no row is selected", func(m *Model) bool { return !m.desk.log.Empty() }),
		},
		{
			name: keys.NextMark, help: "the next mark", at: []place{{keys.Log, "'", "", ""}}, do: nextMark,
			can: needs("there is no mark", func(m *Model) bool { return m.desk.log.Marks() > 0 }),
		},
		inPane(layout.Log, action{name: logpane.Pause, help: "pause, or go live", at: []place{{keys.Log, "p", "", ""}}}),
	}
}

// filterRows hold a row of carets and two of words.
const filterRows = 3

// errNoFilter answers Enter as long as what is typed is wrong; what is wrong with it stands above.
var errNoFilter = errors.New("this is no filter yet; esc leaves the log as it was")

// askFilter asks what the log is to show.
func askFilter(m *Model) tea.Cmd {
	hint := `iq@outcome=error or iq@outcome=timeout · not iq/ping · ~"text" · empty: all`
	if len(m.past.filters) > 0 {
		hint = `iq@outcome=error or iq@outcome=timeout · not iq/ping · ~"text" · ↑ earlier`
	}
	p := prompt.New(safetext.Const("Filter: "), safetext.CleanLine(hint), m.desk.log.Filter())
	p.SetCheck(filterRows, filterCheck(m))
	p.SetPast(m.past.filters)
	p.SetCompleter(m.completeFilter)
	m.ask(p, func(answer string) (tea.Cmd, error) {
		cmd, err := setFilter(m, answer)
		if err != nil {
			err = errNoFilter
		}
		return cmd, err
	})
	a := m.overlays.top().(*asking)
	a.context, a.watch = keys.Filtering, m.countFilter
	return nil
}

// setFilter shows what matches the answer; everything if it is empty.
func setFilter(m *Model, answer string) (tea.Cmd, error) {
	if answer == "" {
		m.desk.log.SetFilter("", nil)
		return nil, nil
	}
	expr, err := compileFilter(answer)
	if err != nil {
		return nil, err
	}
	if err := misspelt(expr); m.strict && err != nil {
		return nil, err
	}
	m.desk.log.SetFilter(answer, expr)
	m.past.filters = keep(m.past.filters, answer)
	return nil, nil
}

func compileFilter(text string) (*match.Expr, error) { return match.Compile(text, match.BasicKeys()) }

// filterCheck says what is wrong with a filter or, when nothing is, whether it shows the entry that
// is selected now.
func filterCheck(m *Model) prompt.Check {
	var entry match.Subject
	name := ""
	if seq, ok := m.desk.log.Selected(); ok {
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
		return append(holds(expr, entry, name), doubted(expr)...)
	}
}

// misspelt says what is likely misspelt; nil for nothing.
func misspelt(expr *match.Expr) error {
	if doubts := expr.Doubts(); len(doubts) > 0 {
		return errors.New(doubts[0].Words)
	}
	return nil
}

// doubted says the same as a line under what is typed.
func doubted(expr *match.Expr) []prompt.Line {
	err := misspelt(expr)
	if err == nil {
		return nil
	}
	return []prompt.Line{{Text: safetext.CleanLine(sentence(err.Error(), nil, ""))}}
}

// holds says whether a filter fits the entry of that name; nil for none.
func holds(expr *match.Expr, entry match.Subject, name string) []prompt.Line {
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

// askColumns asks which columns the log is to have.
func askColumns(m *Model) tea.Cmd {
	hint := strings.Join(logpane.AllColumns(), " ") + " · empty: as the width has it"
	p := prompt.New(safetext.Const("Columns: "), safetext.CleanLine(hint), strings.Join(m.desk.log.Columns(), " "))
	m.ask(p, func(answer string) (tea.Cmd, error) { return setColumns(m, answer) })
	return nil
}

// setColumns chooses them, and has that remembered.
func setColumns(m *Model, answer string) (tea.Cmd, error) {
	names := strings.Fields(strings.ReplaceAll(answer, ",", " "))
	if err := m.desk.log.SetColumns(names); err != nil {
		return nil, err
	}
	return m.keepScreen(func(screen *config.Screen) { screen.Columns = names }), nil
}

// askMark asks for the name of a mark.
func askMark(m *Model) tea.Cmd {
	name, _ := m.desk.log.Marked()
	p := prompt.New(safetext.Const("Name of the mark: "), safetext.Const("it is shown in the row; empty for a mark alone"), name)
	m.ask(p, func(answer string) (tea.Cmd, error) {
		m.desk.log.Mark(answer)
		return nil, nil
	})
	return nil
}

func nextMark(m *Model) tea.Cmd {
	if !m.desk.log.NextMark() {
		m.notice.complain(errors.New("the filter hides all marks"))
	}
	return nil
}

// askSearch asks for a text to mark in the log.
func askSearch(m *Model) tea.Cmd {
	hint := "any part of a stanza or a note, whatever the case; then N goes up and n down"
	p := prompt.New(safetext.Const("Search: "), safetext.CleanLine(hint), "")
	p.SetPast(m.past.searches)
	m.ask(p, func(answer string) (tea.Cmd, error) { return search(m, answer) })
	return nil
}

// search marks what has a text in it; nothing if the text is empty.
func search(m *Model, text string) (tea.Cmd, error) {
	if text == "" {
		m.desk.log.Search("", nil)
		return nil, nil
	}
	quote := `"`
	if strings.Contains(text, quote) {
		quote = "'"
	}
	if strings.Contains(text, quote) {
		return nil, errors.New("a text with both kinds of quotes cannot be searched for")
	}
	expr, err := match.Compile("~"+quote+text+quote, nil)
	if err != nil {
		return nil, err
	}
	m.desk.log.Search(text, expr)
	m.past.searches = keep(m.past.searches, text)
	return nil, nil
}

// onRun says that a line of the log is selected which counts acknowledgements and keepalives.
func (d *desk) onRun() bool { return d.onLog() && d.log.OnRun() }

// waiting knows which requests of both sides wait for their answer, by their numbers in the log.
type waiting struct {
	known   *known
	version int
	seqs    map[uint64]bool
}

func (w *waiting) has(seq uint64) bool {
	if w.version != w.known.version {
		w.version, w.seqs = w.known.version, map[uint64]bool{}
		for i := range w.known.requests {
			if v := &w.known.requests[i]; v.InFlight() {
				w.seqs[v.Seq] = true
			}
		}
		for i := range w.known.theirs {
			if a := &w.known.theirs[i]; a.State.Open() {
				w.seqs[a.Seq] = true
			}
		}
	}
	return w.seqs[seq]
}
