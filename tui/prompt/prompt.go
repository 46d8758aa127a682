// Package prompt asks for one line of text, in the lines above the footer.
//
//	p := prompt.New(safetext.Const("Filter: "), safetext.Const("such as iq@type=get"), "")
//	p.SetCheck(2, func(text string) []prompt.Line { … }) // says at every change what the text is worth
//	p.SetPast(earlier)                                   // ↑ and ↓ bring back earlier answers
//
// Whoever asks looks at the answer when [Accept] comes, and takes it or says with [Prompt.Refuse]
// what is wrong with it.
package prompt

import (
	"strings"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/editor"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
	"iqscope/tui/row"
)

// The actions of a prompt. Leaving is [keys.Close].
const (
	Accept keys.Action = "accept-answer"   // takes the answer
	Older  keys.Action = "previous-answer" // the answer given before
	Newer  keys.Action = "next-answer"     // the one after it, and at last what was being typed
)

// Prompt is a question and the answer that is being typed. It belongs to the update loop.
type Prompt struct {
	question safetext.Text
	hint     safetext.Text
	editor   *editor.Editor
	problem  safetext.Text
	check    *checker
	past     []string // earlier answers, oldest first
	place    int      // of the one that is shown; len(past) for what is being typed
	typed    string   // that, while an earlier one is shown
	secret   bool     // what is typed is not shown
	lines    []string // as they were laid out

	completer  Completer // nil for none
	completion completion
	info       safetext.Text
}

// New returns a prompt. The answer is selected, so that typing replaces it.
func New(question, hint safetext.Text, answer string) *Prompt {
	p := &Prompt{question: question, hint: hint, editor: editor.New(answer), check: &checker{}}
	p.editor.Do(editor.SelectAll)
	return p
}

// NewSecret returns a prompt for a password: of what is typed only the length is shown, and the
// answer is exactly that, but for line ends that were pasted along.
func NewSecret(question, hint safetext.Text) *Prompt {
	p := New(question, hint, "")
	p.secret = true
	return p
}

// SetPast gives earlier answers to go back to, oldest first.
func (p *Prompt) SetPast(answers []string) { p.past, p.place = answers, len(answers) }

// Type inserts typed or pasted characters; line ends and tabs become spaces.
func (p *Prompt) Type(text string) {
	p.problem = safetext.Text{}
	if p.secret {
		_ = p.editor.Insert(strings.NewReplacer("\n", "", "\r", "").Replace(text))
		return
	}
	_ = p.editor.Insert(strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", " ").Replace(text)) // what does not fit is left out
}

// Do edits the answer, and reports whether the action does that.
func (p *Prompt) Do(action keys.Action) bool {
	switch action {
	case Older:
		p.recall(p.place - 1)
		return true
	case Newer:
		p.recall(p.place + 1)
		return true
	case keys.Complete:
		p.Complete(1)
		return true
	case keys.CompleteBack:
		p.Complete(-1)
		return true
	}
	before := p.editor.Version()
	done := p.editor.Do(editor.Command(action))
	if p.editor.Version() != before {
		p.problem = safetext.Text{}
	}
	return done
}

// recall shows an earlier answer, or what was being typed.
func (p *Prompt) recall(place int) {
	if place < 0 || place > len(p.past) {
		return
	}
	if p.place == len(p.past) {
		p.typed = p.editor.Text()
	}
	text := p.typed
	if place < len(p.past) {
		text = p.past[place]
	}
	p.place, p.problem = place, safetext.Text{}
	p.editor = editor.New(text)
	p.editor.Do(editor.CursorTextEnd)
}

// Answer is what has been typed.
func (p *Prompt) Answer() string {
	if p.secret {
		return p.editor.Text()
	}
	return strings.TrimSpace(p.editor.Text())
}

// Refuse says what is wrong with the answer. It is shown in place of the hint until the answer
// changes.
func (p *Prompt) Refuse(err error) { p.problem = safetext.CleanLine("✗ " + err.Error()) }

// least is how many cells the answer has at least.
const least = 8

// View is the prompt as it was laid out: the answer, what its check says, and the hint, as far as
// there are lines for them. None is wider than there is room for.
func (p *Prompt) View() []string { return p.lines }

// Prepare lays the prompt out. The command, unless it is nil, has the answer checked.
func (p *Prompt) Prepare(look pane.Look) tea.Cmd {
	cmd := p.check.look(p.editor.Text())
	p.lines = p.draw(look.Theme, look.Width, look.Height)
	return cmd
}

// Accept takes in what a check said, and reports whether the event was that.
func (p *Prompt) Accept(msg tea.Msg) bool {
	checked, ok := msg.(Checked)
	if ok {
		p.check.accept(checked)
	}
	return ok
}

// draw lays out at most height lines. Where there are few, what was refused goes before what the
// check says, and the hint goes first.
func (p *Prompt) draw(theme themes.Theme, width, height int) []string {
	line, hint := row.New(width), row.New(width)
	line.Space(1)
	line.Add(p.question.Truncate(max(0, width-least-2)), theme.Title)
	var answer []string
	if p.secret {
		p.dots(line, theme)
	} else {
		p.editor.SetSize(width-line.Width(), 1)
		answer = p.editor.View(editor.View{Theme: theme, Focused: true})
	}
	hint.Space(1)
	if !p.info.Empty() {
		hint.Add(p.info, theme.Info)
		hint.Add(safetext.Const(" · "), theme.Hint)
	}
	if p.problem.Empty() {
		hint.Add(p.hint, theme.Hint)
	} else {
		hint.Add(p.problem, theme.Error)
	}
	lines := []string{line.String() + strings.Join(answer, "")}
	said, used := p.check.view(theme, width, line.Width())
	if offered := p.offered(theme, width, len(said)); offered != nil {
		said, used = offered, len(offered)
	}
	room := height - len(lines)
	if !p.problem.Empty() || room > used {
		room--
	}
	said = said[:max(0, min(len(said), room))]
	lines = append(lines, said...)
	if len(lines) < height {
		lines = append(lines, hint.String())
	}
	return lines
}

// dots adds a dot for each character of a secret, and the cursor. The end is in sight when there are
// too many.
func (p *Prompt) dots(line *row.Row, theme themes.Theme) {
	const dot = "•"
	line.Space(signs)
	text, at := p.editor.Text(), p.editor.Cursor().Col
	before, after := utf8.RuneCountInString(text[:at]), utf8.RuneCountInString(text[at:])
	line.Add(safetext.CleanLine(strings.Repeat(dot, min(before, max(0, line.Left()-1)))), theme.Text)
	cursor := safetext.Const(" ")
	if after > 0 {
		cursor = safetext.Const(dot)
	}
	if theme.CursorGlyph != "" {
		cursor = safetext.CleanLine(theme.CursorGlyph)
	}
	line.Add(cursor, theme.Cursor)
	line.Add(safetext.CleanLine(strings.Repeat(dot, min(max(0, after-1), line.Left()))), theme.Text)
}
