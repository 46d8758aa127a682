package tui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/tui/commandline"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
	"iqscope/tui/prompt"
)

// asking is a line that is asked for, as an overlay. When an answer is given, accept does what
// follows from it; if it refuses, the line stays and says why.
type asking struct {
	*prompt.Prompt
	accept  func(answer string) (tea.Cmd, error)
	m       *Model
	context keys.Context
	watch   func(*asking) // is told of every frame; nil for nothing
}

func (m *Model) ask(p *prompt.Prompt, accept func(answer string) (tea.Cmd, error)) {
	m.overlays.push(&asking{Prompt: p, accept: accept, m: m, context: keys.Prompt})
}

func (a *asking) Context() keys.Context { return a.context }

func (a *asking) Title() safetext.Text { return safetext.Const("a line that is asked for") }

// Low puts it where a notice would stand.
func (a *asking) Low() {}

// Type takes typed and pasted characters alike.
func (a *asking) Type(text string, _ bool) error {
	a.Prompt.Type(text)
	return nil
}

func (a *asking) Can(keys.Action) string { return "" }

func (a *asking) Prepare(look pane.Look) tea.Cmd {
	if a.watch != nil {
		a.watch(a)
	}
	return a.Prompt.Prepare(look)
}

func (a *asking) Do(action keys.Action) (tea.Cmd, bool) {
	if action != prompt.Accept {
		return nil, a.Prompt.Do(action)
	}
	cmd, err := a.accept(a.Answer())
	if err != nil {
		a.Refuse(err)
	} else {
		a.m.overlays.close(a)
	}
	return cmd, true
}

// past is what was answered in this session, oldest first.
type past struct {
	filters, searches []string
	commands          commandline.History
}

// keptAnswers is how many answers of a kind can be brought back.
const keptAnswers = 100

// keep adds an answer to earlier ones, as the latest.
func keep(past []string, answer string) []string {
	past = append(slices.DeleteFunc(slices.Clone(past), func(p string) bool { return p == answer }), answer)
	return past[max(0, len(past)-keptAnswers):]
}
