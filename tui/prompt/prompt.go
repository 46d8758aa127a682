// Package prompt asks for one line of text, in the lines above the footer.
package prompt

import (
	"strings"

	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/editor"
	"iqscope/tui/keys"
	"iqscope/tui/row"
)

// Accept is the key's action that takes the answer. Leaving is [keys.Close].
const Accept keys.Action = "accept-answer"

// Prompt is a question and the answer that is being typed. It belongs to the update loop.
type Prompt struct {
	question safetext.Text
	hint     safetext.Text
	editor   *editor.Editor
	problem  safetext.Text
}

// New returns a prompt. The answer is selected, so that typing replaces it.
func New(question, hint safetext.Text, answer string) *Prompt {
	p := &Prompt{question: question, hint: hint, editor: editor.New(answer)}
	p.editor.Do(editor.SelectAll)
	return p
}

// Type inserts typed or pasted characters; line ends become spaces.
func (p *Prompt) Type(text string) {
	p.problem = safetext.Text{}
	_ = p.editor.Insert(strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ").Replace(text)) // what does not fit is left out
}

// Do edits the answer, and reports whether the action does that.
func (p *Prompt) Do(action keys.Action) bool {
	return p.editor.Do(editor.Command(action))
}

// Answer is what has been typed.
func (p *Prompt) Answer() string { return strings.TrimSpace(p.editor.Text()) }

// Refuse says what is wrong with the answer. It is shown in place of the hint until something else is typed.
func (p *Prompt) Refuse(err error) { p.problem = safetext.CleanLine("✗ " + err.Error()) }

// least is how many cells the answer has at least.
const least = 8

// View draws the prompt in two lines of at most width cells.
func (p *Prompt) View(theme themes.Theme, width int) []string {
	line, hint := row.New(width), row.New(width)
	line.Space(1)
	line.Add(p.question.Truncate(max(0, width-least-2)), theme.Title)
	p.editor.SetSize(width-line.Width(), 1)
	answer := p.editor.View(editor.View{Theme: theme, Focused: true})
	hint.Space(1)
	if p.problem.Empty() {
		hint.Add(p.hint, theme.Hint)
	} else {
		hint.Add(p.problem, theme.Error)
	}
	return []string{line.String() + strings.Join(answer, ""), hint.String()}
}
