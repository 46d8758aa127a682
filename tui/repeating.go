package tui

import (
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/prompt"
	"iqscope/tui/repeat"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// Repeat sends a request many times.
const Repeat keys.Action = "repeat"

func repeatActions() []action {
	return []action{{
		name: Repeat, help: "send the request many times, each with an id of its own",
		at: []place{{keys.Pending, "R", "repeat", ""}, {keys.Compose, "R", "repeat", ""}},
		do: askRepeat, can: canRepeat,
		argument: &argument{
			what: "N or N/WINDOW", do: func(m *Model, text string) (tea.Cmd, error) {
				plan, err := repeat.Parse(text)
				if err != nil {
					return nil, err
				}
				return m.repeat(plan)
			},
			complete: func(*Model) []string { return []string{"10", "100", "100/10"} },
		},
	}}
}

// repeating is a request that is sent many times, while that is under way.
type repeating struct {
	run   *repeat.Run // nil for none
	shown repeat.Progress
	sure  string // the request that loses something, of which was told
	runs  uint64 // begun so far: the number of the last one
}

type (
	// RepeatProgressed is the event that it is time to look how far a run has come.
	RepeatProgressed struct{ run *repeat.Run }
	// RepeatEnded is the event that a run is over.
	RepeatEnded struct{ run *repeat.Run }
)

func canRepeat(m *Model) string {
	switch {
	case m.repeating.run != nil:
		return "a request is being repeated already; esc stops that"
	case m.onOwnRequest():
		return ""
	case !m.desk.onDraft():
		return errNoDrafts.Error()
	}
	return ""
}

// onOwnRequest says that a request of ours is selected in the pane that has the focus.
func (m *Model) onOwnRequest() bool {
	_, ok := m.desk.pending.Selected()
	return ok && m.desk.focus == layout.Pending
}

// askRepeat asks how often.
func askRepeat(m *Model) tea.Cmd {
	hint := safetext.Const("100, or 100/5 for at most five under way at the same time; esc leaves it")
	m.ask(prompt.New(safetext.Const("How often: "), hint, "10"), func(answer string) (tea.Cmd, error) {
		return m.table.rows[Repeat].argument.do(m, answer)
	})
	return nil
}

// repeat begins to send the selected request, or else the draft.
func (m *Model) repeat(plan repeat.Plan) (tea.Cmd, error) {
	iq, timeout, err := m.toRepeat()
	if err != nil {
		return nil, err
	}
	if danger := m.kinds.danger(iq); danger != "" && m.repeating.sure != iq.XML() {
		m.repeating.sure = iq.XML()
		return nil, errors.New("once more sends it " + words.Plural(plan.Total, "time") + "; " + danger)
	}
	m.repeating.sure = ""
	if !m.onOwnRequest() {
		m.desk.draft.remember(iq)
		m.desk.draft.Sent()
	}
	m.repeating.runs++
	s, newID, series := m.session, m.newID, m.repeating.runs
	run := repeat.New(plan, func() (<-chan struct{}, func() session.Exchange, error) {
		again, err := iqbuilder.Change(iq, iqbuilder.ID(newID()))
		if err != nil {
			return nil, nil, err
		}
		return s.Follow(again, timeout, series)
	})
	m.repeating.run, m.repeating.shown = run, run.Progress()
	keep := m.keepSeries
	return tea.Batch(m.lookAtRun(), func() tea.Msg {
		run.Do()
		if sum, about, any := run.Series(series); any && keep != nil {
			keep(sum, about)
		}
		return RepeatEnded{run}
	}), nil
}

// toRepeat is the request that is repeated, and how long each waits.
func (m *Model) toRepeat() (*stanza.Stanza, time.Duration, error) {
	if m.onOwnRequest() {
		v, _ := m.desk.pending.Selected()
		return v.Stanza, timeoutOf(v), nil
	}
	d := m.desk.draft
	st, finding := d.Sendable()
	switch {
	case finding != nil:
		return nil, 0, &iqbuilder.RuleError{Finding: *finding}
	case st == nil || !st.IsRequest():
		return nil, 0, errors.New("only a get or a set can be repeated, for nothing else is answered")
	}
	return st, d.Timeout(), nil
}

func (m *Model) lookAtRun() tea.Cmd { return m.after(repeat.Every, RepeatProgressed{m.repeating.run}) }

// repeatProgressed shows how far a run has come, and looks again after a while.
func (m *Model) repeatProgressed(p RepeatProgressed) tea.Cmd {
	if p.run != m.repeating.run {
		return nil
	}
	m.repeating.shown = p.run.Progress()
	return m.lookAtRun()
}

// repeatEnded sums up.
func (m *Model) repeatEnded(e RepeatEnded) {
	m.refresh()
	if e.run != m.repeating.run {
		return
	}
	m.repeating.run = nil
	switch p := e.run.Progress(); {
	case p.Err != nil:
		m.notice.refuse(words.Sentence(p.Sum() + ". No more were sent: " + p.Err.Error()))
	default:
		m.notice.tell(p.Sum())
	}
}

// stopRepeating stops a run; one that is stopped already is not waited for any more. It reports
// whether there is one.
func (m *Model) stopRepeating() bool {
	run := m.repeating.run
	switch {
	case run == nil:
		return false
	case m.repeating.shown.Stopping:
		run.Leave()
	default:
		run.Stop()
		m.repeating.shown.Stopping = true
	}
	return true
}

// line is the progress in a line of so many cells.
func (r *repeating) line(width int, theme themes.Theme) []string {
	if r.run == nil || width < 3 {
		return nil
	}
	text, hint := r.shown.String(), " · esc stops"
	if r.shown.Stopping {
		hint = " · waiting for the rest · esc ends that"
	}
	line := row.New(width)
	line.Space(1)
	line.Add(safetext.CleanLine("↻ "+text), theme.Info)
	line.Add(safetext.CleanLine(hint), theme.Hint)
	return []string{line.String()}
}
